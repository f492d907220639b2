#include "crypto/release_sharing.h"

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/key_access.h"
#include "crypto/polynomial.h"
#include "crypto/ristretto.h"

namespace tidemark::crypto {

absl::StatusOr<ReleaseSharing> ReleaseSharing::Create(
    const std::vector<std::string>& commitments_hex, int custodians) {
  const size_t threshold = commitments_hex.size();
  if (custodians < 1 || custodians > base::kCustodiansMax || threshold < 1 ||
      threshold > static_cast<size_t>(custodians)) {
    return absl::InvalidArgumentError(absl::StrCat("a release key shared ", threshold, " of ",
                                                   custodians,
                                                   "; want 1 <= m <= n <= ", base::kCustodiansMax));
  }
  std::vector<ReleasePublicKey> commitments;
  std::vector<Point> points;
  for (const std::string& hex : commitments_hex) {
    ASSIGN_OR_RETURN(const ReleasePublicKey commitment, ReleasePublicKey::FromHex(hex));
    commitments.push_back(commitment);
    points.push_back(KeyAccess::Bytes(commitment));
  }
  std::vector<ReleasePublicKey> public_shares;
  for (int i = 1; i <= custodians; ++i) {
    const Point share = CommittedValue(points, i);
    if (!IsGoodPoint(share)) {
      return absl::InvalidArgumentError(
          absl::StrCat("a sharing that gives custodian ", i, " nothing; deal anew"));
    }
    public_shares.push_back(KeyAccess::KeyFrom(share));
  }
  return ReleaseSharing(std::move(commitments), std::move(public_shares));
}

const ReleasePublicKey& ReleaseSharing::PublicShare(int index) const {
  CHECK(index >= 1 && index <= custodians());
  return public_shares_[index - 1];
}

absl::Status ReleaseSharing::CheckShare(int index, const ReleaseShare& share) const {
  if (PublicShare(index).ToHex() == share.public_key().ToHex()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the share is not that of custodian ", index,
                   " of this release key: it is another's, was dealt for another key, or the "
                   "commitments in the configuration are not those of the ceremony"));
}

std::vector<std::string> ReleaseSharing::CommitmentsHex() const {
  std::vector<std::string> hex;
  for (const ReleasePublicKey& commitment : commitments_) hex.push_back(commitment.ToHex());
  return hex;
}

}  // namespace tidemark::crypto
