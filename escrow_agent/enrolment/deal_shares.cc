#include "escrow_agent/enrolment/deal_shares.h"

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/release_ceremony.h"
#include "crypto/sign.h"
#include "escrow_agent/enrolment/enrolment.h"

namespace tidemark::escrow_agent {
namespace {

absl::Status CheckNumbers(int threshold, int custodians) {
  if (1 <= threshold && threshold <= custodians && custodians <= base::kCustodiansMax) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("custodians: want MofN, for example 3of5: M answers release a deposit, N "
                   "custodians hold shares, 1 <= M <= N <= ",
                   base::kCustodiansMax));
}

}  // namespace

absl::Status ParseCustodians(absl::string_view text, FoundingOptions& options) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, "of");
  int threshold = 0;
  int custodians = 0;
  // One spelling only: who writes another may mean another. What is no number stays 0, which is out
  // of bounds.
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &threshold) ||
      !absl::SimpleAtoi(parts[1], &custodians) ||
      text != absl::StrCat(threshold, "of", custodians)) {
    threshold = 0;
  }
  RETURN_IF_ERROR(CheckNumbers(threshold, custodians));
  options.custodians_needed = threshold;
  options.custodians = custodians;
  return absl::OkStatus();
}

absl::StatusOr<DealtShares> DealShares(int threshold, int custodians) {
  RETURN_IF_ERROR(CheckNumbers(threshold, custodians));
  // Keys for this ceremony alone.
  const crypto::SigningKey dealer = crypto::SigningKey::Generate();
  std::vector<crypto::OpeningKey> keys;
  crypto::CeremonyTerms terms{.nonce = crypto::ReleaseCeremony::RandomNonce(),
                              .threshold = threshold,
                              .custodians = {},
                              .dealers = {dealer.verify_key()}};
  for (int i = 0; i < custodians; ++i) {
    keys.push_back(crypto::OpeningKey::Generate());
    terms.custodians.push_back(keys.back().public_key());
  }
  ASSIGN_OR_RETURN(const crypto::ReleaseCeremony ceremony,
                   crypto::ReleaseCeremony::Create(std::move(terms)));
  ASSIGN_OR_RETURN(const std::string dealing, ceremony.Deal(dealer));
  ASSIGN_OR_RETURN(crypto::ReleaseSharing sharing, ceremony.Sharing({dealing}));
  std::vector<crypto::ReleaseShare> shares;
  for (int i = 0; i < custodians; ++i) {
    ASSIGN_OR_RETURN(crypto::ReleaseShare share, ceremony.Share({dealing}, i + 1, keys[i]));
    shares.push_back(std::move(share));
  }
  return DealtShares{.sharing = std::move(sharing), .shares = std::move(shares)};
}

}  // namespace tidemark::escrow_agent
