// Takes the keys of the old registry over, so that the DS in the parent zone stays right.
//
// A key is a pair of files: NAME.key, the DNSKEY record, and beside it the secret, NAME.private (as
// BIND's dnssec-keygen writes it) or NAME.pem (PKCS #8, SEC 1 or PKCS #1, as OpenSSL writes them,
// with or without the public key). The record says of which zone, which role and which algorithm
// the key is; of a PEM nothing else does, and keymgr itself would take a key of any zone, and a
// secret that does not fit its record.
//
// Secrets are read by keymgr, by crypto/key_pair.h for a moment, and for their times; they are in
// no log and no message. Every key is put into a store of its own beside the real one and compared
// with its record; only when all are right it takes the real one's place. A failed import leaves
// nothing.
#ifndef TIDEMARK_FAILOVER_DNS_KEY_IMPORT_H_
#define TIDEMARK_FAILOVER_DNS_KEY_IMPORT_H_

#include <string>

#include "absl/status/status.h"

namespace tidemark::failover {

struct KeyImport {
  std::string from_dir;
  std::string key_dir;  // Knot's key store
  std::string tld;
};

// Without a zone-signing key among them a new one is made. OK also if the store has these keys
// already: a restart with the same option. It sets the process's umask to 077 meanwhile.
// INVALID_ARGUMENT: a file is wrong, with its name; a key that the old registry had not in use; no
// key-signing key among them; keys of two algorithms (which only a rollover can hold together).
// FAILED_PRECONDITION: the store has other keys, or others can read a secret. NOT_FOUND,
// PERMISSION_DENIED: files. UNAVAILABLE: keymgr.
absl::Status ImportKeys(const KeyImport& import);

// For every start: clears what an interrupted import left, secrets among it. FAILED_PRECONDITION if
// it had not put its keys into the store, as knotd would make new ones there.
absl::Status FinishImport(const std::string& key_dir);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_KEY_IMPORT_H_
