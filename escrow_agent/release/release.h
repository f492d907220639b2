// Releasing one deposit to one successor: the custodians' part, here one custodian of one.
//
// The deposit key is opened from the release wrap of the signed clear manifest, checked against the
// manifest's key commitment, wrapped to the successor's opening key in a context of its own, and
// signed. The package opens that one deposit for that one key; it is no secret to anybody else. A
// custodian reads no frames: it never sees the deposit.
//
// What it is not: governance. Cases, quorum and approvals come with shares (m of n).
// Threads: pure functions. Threat: the vault chooses the manifest; FetchSealedDeposit has checked
// the depositor's signature, so a share is never used on a wrap that nobody vouched for.
#ifndef TIDEMARK_ESCROW_AGENT_RELEASE_RELEASE_H_
#define TIDEMARK_ESCROW_AGENT_RELEASE_RELEASE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/deposit_key.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/opening.h"

namespace tidemark::escrow_agent {

inline constexpr size_t kReleaseReasonBytesMax = 4096;

// What `tidemark keygen` writes (docs/configuration.md, "custodian.toml").
struct CustodianConfig {
  vault::AgentConnection agent;
  crypto::ReleaseShare share;
  crypto::SigningKey signing_key;
};
absl::StatusOr<CustodianConfig> LoadCustodianConfig(const std::string& path);

// The key in hex, or a file successor.pub.toml as `tidemark enroll` writes it.
absl::StatusOr<crypto::OpeningPublicKey> LoadSuccessorKey(const std::string& hex_or_path);

struct ReleaseRequest {
  crypto::OpeningPublicKey successor;
  std::string reason;  // for the record, read by people; not empty
  absl::Time now;
};

// DATA_LOSS: the wrap does not open, or holds another key than the manifest commits to.
// PERMISSION_DENIED: the deposit was sealed for another release key.
absl::StatusOr<tidemark::v1::ReleasePackage> MakeRelease(const verifier::SealedDeposit& deposit,
                                                         const ReleaseRequest& request,
                                                         const crypto::ReleaseShare& share,
                                                         const crypto::SigningKey& signing_key);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_RELEASE_RELEASE_H_
