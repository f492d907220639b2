// Releasing one deposit to one successor: the custodians' part.
//
// Somebody opens a case: this deposit, this successor's key, this reason. Each custodian who agrees
// answers it with its share, sealed to the successor. Whoever collects the answers puts them into
// a package, for which he needs no secret and from which he learns none; only the successor
// combines them (verifier/release/release.h). A custodian reads no frames, and the deposit's key
// is nowhere but at the successor. One custodian of one does all three steps at once.
//
// What it is not: governance. Who may ask, who has to be heard and how long one waits is for the
// people who hold the shares.
// Threads: pure functions. Threat: the vault chooses the manifest; FetchSealedDeposit has checked
// the depositor's signature, so a share is never used on a wrap that nobody vouched for. A case is
// its opener's word: Approve() compares it with the deposit before the share is touched.
#ifndef TIDEMARK_ESCROW_AGENT_RELEASE_RELEASE_H_
#define TIDEMARK_ESCROW_AGENT_RELEASE_RELEASE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/deposit_key.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/opening.h"
#include "verifier/release/release.h"

namespace tidemark::escrow_agent {

// What `tidemark keygen` writes (docs/configuration.md, "custodian.toml").
struct CustodianConfig {
  vault::AgentConnection agent;
  verifier::Custodians custodians;
  int number;  // of this custodian, from 1
  crypto::ReleaseShare share;
  crypto::SigningKey signing_key;
};
// FAILED_PRECONDITION: share or signing key are not those of one custodian of [release].
absl::StatusOr<CustodianConfig> LoadCustodianConfig(const std::string& path);

// The key in hex, or a file successor.pub.toml as `tidemark enroll` writes it.
absl::StatusOr<crypto::OpeningPublicKey> LoadSuccessorKey(const std::string& hex_or_path);

struct ReleaseRequest {
  crypto::OpeningPublicKey successor;
  std::string reason;  // for the record, read by people; not empty
  absl::Time now;
};

// INVALID_ARGUMENT: no reason, or too long a one.
absl::StatusOr<verifier::ReleaseCase> OpenCase(const verifier::SealedDeposit& deposit,
                                               const ReleaseRequest& request);

// A custodian's answer. PERMISSION_DENIED: the case is not about this deposit, or the deposit was
// sealed for another release key.
absl::StatusOr<tidemark::v1::ReleaseAnswer> Approve(const verifier::SealedDeposit& deposit,
                                                    const verifier::ReleaseCase& release_case,
                                                    const CustodianConfig& custodian);

// PERMISSION_DENIED: fewer answers than it takes. INVALID_ARGUMENT: two of one custodian.
// DATA_LOSS: one that no custodian signed, or to another case. More than it takes are welcome: if
// some are wrong, the others do.
absl::StatusOr<tidemark::v1::ReleasePackage> Assemble(
    const verifier::ReleaseCase& release_case,
    const std::vector<tidemark::v1::ReleaseAnswer>& answers,
    const verifier::Custodians& custodians);

// All three at once, for one custodian of one. PERMISSION_DENIED where it takes more than one.
absl::StatusOr<tidemark::v1::ReleasePackage> MakeRelease(const verifier::SealedDeposit& deposit,
                                                         const ReleaseRequest& request,
                                                         const CustodianConfig& custodian);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_RELEASE_RELEASE_H_
