#include "failover/rdap/status_values.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tidemark::failover::rdap {
namespace {

// Ascending.
constexpr std::pair<absl::string_view, absl::string_view> kValues[] = {
    {"addPeriod", "add period"},
    {"autoRenewPeriod", "auto renew period"},
    {"clientDeleteProhibited", "client delete prohibited"},
    {"clientHold", "client hold"},
    {"clientRenewProhibited", "client renew prohibited"},
    {"clientTransferProhibited", "client transfer prohibited"},
    {"clientUpdateProhibited", "client update prohibited"},
    {"inactive", "inactive"},
    {"linked", "associated"},
    {"ok", "active"},
    {"pendingCreate", "pending create"},
    {"pendingDelete", "pending delete"},
    {"pendingRenew", "pending renew"},
    {"pendingRestore", "pending restore"},
    {"pendingTransfer", "pending transfer"},
    {"pendingUpdate", "pending update"},
    {"redemptionPeriod", "redemption period"},
    {"renewPeriod", "renew period"},
    {"serverDeleteProhibited", "server delete prohibited"},
    {"serverHold", "server hold"},
    {"serverRenewProhibited", "server renew prohibited"},
    {"serverTransferProhibited", "server transfer prohibited"},
    {"serverUpdateProhibited", "server update prohibited"},
    {"transferPeriod", "transfer period"},
};

}  // namespace

absl::string_view RdapStatus(absl::string_view epp) {
  const auto* found = std::lower_bound(
      std::begin(kValues), std::end(kValues), epp,
      [](const auto& value, absl::string_view wanted) { return value.first < wanted; });
  return found != std::end(kValues) && found->first == epp ? found->second : absl::string_view();
}

}  // namespace tidemark::failover::rdap
