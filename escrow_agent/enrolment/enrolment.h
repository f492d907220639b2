// Making an escrow agent's keys, and the certificates and configuration of everybody who deals
// with it.
//
// Each role gets a directory of its own, complete in itself (certificate, keys, the authority's
// certificate, one TOML file with relative paths), so that it can be moved to another machine or
// given to another user as it is. Keys of different roles never share a directory; private
// directories are 0700 and keys 0600. Nothing that exists is ever overwritten.
//
// Not here: revocation (tidemarkd's `refused_serials`), and custodians who deal among themselves,
// so that nobody ever holds the release key (crypto/release_ceremony.h). Whoever founds an agent
// holds every key of it while it is founded, the release key too.
// Threads: free functions. Threat: whoever holds DIR/authority can enrol anybody: keep it offline.
#ifndef TIDEMARK_ESCROW_AGENT_ENROLMENT_ENROLMENT_H_
#define TIDEMARK_ESCROW_AGENT_ENROLMENT_ENROLMENT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "vault/access.h"

namespace tidemark::escrow_agent {

struct FoundingOptions {
  std::string dir;     // must not exist, or be empty
  std::string listen;  // "host:port" of tidemarkd; host is an address or a DNS name
  std::string name = "tidemark";  // the agent's, in its authority's certificate
  int custodians = 1;  // who share the release key, 1 to kCustodiansMax
  int custodians_needed = 1;  // how many of them release a deposit
  absl::Time now;
  absl::Duration validity = absl::Hours(24 * 3650);
};

// "3of5". INVALID_ARGUMENT: not two numbers with 1 <= m <= n <= kCustodiansMax.
absl::Status ParseCustodians(absl::string_view text, FoundingOptions& options);

// Founds an agent: DIR/authority, DIR/server, DIR/verifier, DIR/custodian (of several:
// DIR/custodian-1 and so on), and the public DIR/agent.toml with DIR/authority.pem. The shares of
// the release key are dealt here and the key is forgotten. ALREADY_EXISTS: DIR is not empty. On any
// error nothing is left behind.
absl::Status FoundAgent(const FoundingOptions& options);

struct EnrolmentOptions {
  std::string agent_dir;  // what FoundAgent() made; needs its authority
  std::string out_dir;    // must not exist, or be empty
  // depositor, operator, auditor, successor or replicator
  vault::Role role = vault::Role::kDepositor;
  std::vector<std::string> tlds;  // {"*"}: all, for operators, auditors and replicators
  absl::Time now;
  absl::Duration validity = absl::Hours(24 * 397);
};

struct Enrolment {
  std::string config_path;  // OUT/ROLE.toml
  std::string serial_hex;   // of the certificate: what refused_serials takes
  std::string public_key_path;  // successor: what it shows to the custodians; "" for others
};

struct ReplicaFoundingOptions {
  std::string agent_dir;  // what FoundAgent() made; needs its authority
  std::string out_dir;    // must not exist, or be empty
  std::string listen;     // "host:port" of the second copy's tidemarkd
  absl::Time now;
  absl::Duration validity = absl::Hours(24 * 397);
};

// A directory for the tidemarkd of a second copy: a server's certificate and OUT/tidemarkd.toml,
// which names the primary's receipt key and has none of its own. On any error nothing is left
// behind.
absl::Status FoundReplica(const ReplicaFoundingOptions& options);

// Issues a certificate and keys for one holder of a role. INVALID_ARGUMENT: a role that is not
// enrolled, or a TLD that is not one. On any error nothing is left behind.
absl::StatusOr<Enrolment> Enrol(const EnrolmentOptions& options);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_ENROLMENT_ENROLMENT_H_
