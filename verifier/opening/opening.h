// Opening a deposit: from sealed frames in a vault back to the registry's file, byte for byte.
//
// Reads the sealed manifest with the deposit key, then delivers literals and objects in file order.
// What comes out is authentic only once Close() says so: the manifest's final part was seen, the
// whole file's length and SHA-256 are those that the depositor sealed, every frame was genuine.
// Memory: 64 MiB of opened frames (or 4 bytes an object, frame_reader.h), one manifest part, and
// the gap table; never the deposit.
//
// Threat: the manifest is the depositor's word, and it may lie (a wrong index, a poisoned pack). A
// manifest that does not give its file back is TDM_CONTENT_MISMATCH: Close() fails with
// FAILED_PRECONDITION then, and with DATA_LOSS when custody itself returned altered bytes.
#ifndef TIDEMARK_VERIFIER_OPENING_OPENING_H_
#define TIDEMARK_VERIFIER_OPENING_OPENING_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "crypto/deposit_key.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/sealed_deposit.h"

namespace tidemark::verifier {

// Fetches and checks: receipt (against agent.receipt_key), signature, certificate and identity of
// the clear manifest. DATA_LOSS: tampered custody. NOT_FOUND: no such deposit.
absl::StatusOr<SealedDeposit> FetchSealedDeposit(vault::RemoteVault& vault,
                                                 const vault::AgentConnection& agent,
                                                 const vault::DepositId& id);

// One of a deposit's verdicts. DATA_LOSS unless agent.verdict_key signed it, about this very
// deposit and manifest.
absl::StatusOr<tidemark::v1::VerdictBody> CheckVerdict(const SealedDeposit& deposit,
                                                       const tidemark::v1::SignedVerdict& verdict,
                                                       const vault::AgentConnection& agent);

// The deposit key from the verifier's wrap; checks the key commitment and that the release wrap is
// the one that this key gives for agent.release_key (a deposit that only the verifier could open is
// refused: FAILED_PRECONDITION "release wrap does not match"). PERMISSION_DENIED: `key` is not the
// one that the deposit was sealed for.
absl::StatusOr<crypto::DepositKey> UnwrapForVerifier(const SealedDeposit& deposit,
                                                     const crypto::OpeningKey& key,
                                                     const vault::AgentConnection& agent);

// Reads the deposit once, from its beginning. Read() fails as Close() would as soon as it is known
// that the deposit does not come back; at the end of the stream everything was checked. Close()
// before the end is FAILED_PRECONDITION too, so read to the end to know.
class OpenedDeposit : public base::ByteSource {
 public:
  // Last component of the name of the file as deposited. Known at once, before the first Read.
  virtual const std::string& file_name() const = 0;
  virtual uint64_t bytes_read() const = 0;
};

// `vault` must outlive the result; `deposit` is copied. `scratch_dir` is for a deposit in another
// order than it was sealed in (base/scratch.h). FAILED_PRECONDITION and DATA_LOSS as above.
absl::StatusOr<std::unique_ptr<OpenedDeposit>> OpenDeposit(vault::RemoteVault& vault,
                                                           const SealedDeposit& deposit,
                                                           const vault::AgentConnection& agent,
                                                           crypto::DepositKey key,
                                                           const std::string& scratch_dir = "");

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_OPENING_H_
