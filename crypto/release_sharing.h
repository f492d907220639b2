// The public side of a release key that n custodians share: any m of them open a deposit.
//
// A sharing is m commitments C_0 .. C_(m-1) to the coefficients of a polynomial f (Feldman): the
// release key is C_0 = f(0) G, and custodian i, counted from 1, holds the share f(i). Everybody
// computes what belongs to a share, X_i = f(i) G, and so checks what custodian i says. One
// custodian of one is the polynomial of degree 0. How shares come about: release_ceremony.h.
//
// What it is not: proof that anybody still holds a share (release_liveness.h).
// Threads: a value; const operations are safe.
#ifndef TIDEMARK_CRYPTO_RELEASE_SHARING_H_
#define TIDEMARK_CRYPTO_RELEASE_SHARING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/deposit_key.h"

namespace tidemark::crypto {

class ReleaseSharing final {
 public:
  // INVALID_ARGUMENT: not 1 <= m <= n <= kCustodiansMax, or a commitment or a public share that is
  // not a point or is the identity, with which fewer than m would do.
  static absl::StatusOr<ReleaseSharing> Create(const std::vector<std::string>& commitments_hex,
                                               int custodians);

  int threshold() const { return static_cast<int>(commitments_.size()); }
  int custodians() const { return static_cast<int>(public_shares_.size()); }
  // What deposits are sealed to.
  const ReleasePublicKey& public_key() const { return commitments_.front(); }
  // X_i of custodian `index`, 1 to custodians().
  const ReleasePublicKey& PublicShare(int index) const;
  // FAILED_PRECONDITION unless this is the share of custodian `index`, 1 to custodians(). With one
  // of several, all shares are the same.
  absl::Status CheckShare(int index, const ReleaseShare& share) const;
  std::vector<std::string> CommitmentsHex() const;

 private:
  ReleaseSharing(std::vector<ReleasePublicKey> commitments,
                 std::vector<ReleasePublicKey> public_shares)
      : commitments_(std::move(commitments)), public_shares_(std::move(public_shares)) {}

  std::vector<ReleasePublicKey> commitments_;
  std::vector<ReleasePublicKey> public_shares_;
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_RELEASE_SHARING_H_
