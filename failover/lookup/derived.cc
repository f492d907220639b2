#include "failover/lookup/derived.h"

#include <algorithm>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::failover {
namespace {

constexpr absl::string_view kPendingDelete = "pendingDelete";

// What an object may have in a deposit; `ok` and what is derived of each kind are not here.
constexpr absl::string_view kOfDomains[] = {"clientDeleteProhibited", "clientHold",
                                            "clientRenewProhibited",  "clientTransferProhibited",
                                            "clientUpdateProhibited", "pendingCreate",
                                            "pendingDelete",          "pendingRenew",
                                            "pendingTransfer",        "pendingUpdate",
                                            "serverDeleteProhibited", "serverHold",
                                            "serverRenewProhibited",  "serverTransferProhibited",
                                            "serverUpdateProhibited"};
constexpr absl::string_view kOfHosts[] = {"clientDeleteProhibited", "clientUpdateProhibited",
                                          "pendingCreate",          "pendingDelete",
                                          "pendingTransfer",        "pendingUpdate",
                                          "serverDeleteProhibited", "serverUpdateProhibited"};
constexpr absl::string_view kOfContacts[] = {"clientDeleteProhibited",
                                             "clientTransferProhibited",
                                             "clientUpdateProhibited",
                                             "pendingCreate",
                                             "pendingDelete",
                                             "pendingTransfer",
                                             "pendingUpdate",
                                             "serverDeleteProhibited",
                                             "serverTransferProhibited",
                                             "serverUpdateProhibited"};
constexpr absl::string_view kOfRgp[] = {"addPeriod",      "autoRenewPeriod",  "pendingDelete",
                                        "pendingRestore", "redemptionPeriod", "renewPeriod",
                                        "transferPeriod"};

bool Contains(const std::vector<std::string>& words, absl::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// `derived` is what the caller computes, whatever is claimed.
Statuses Claimed(const std::vector<rde::StatusValue>& claimed,
                 absl::Span<const absl::string_view> known, absl::string_view derived) {
  Statuses statuses;
  for (const rde::StatusValue& status : claimed) {
    if (status.s == "ok" || status.s == derived) continue;
    if (std::find(known.begin(), known.end(), status.s) == known.end()) {
      ++statuses.left_out;
    } else if (!Contains(statuses.words, status.s)) {
      statuses.words.push_back(status.s);
    }
  }
  return statuses;
}

Statuses Linkable(Statuses statuses, ReferredTo referred) {
  if (statuses.words.empty()) statuses.words.emplace_back("ok");
  if (referred == ReferredTo::kYes) statuses.words.emplace_back("linked");
  return statuses;
}

}  // namespace

Statuses DomainStatuses(const std::vector<rde::StatusValue>& claimed, Deleted deleted,
                        HasServers servers) {
  Statuses statuses = Claimed(claimed, kOfDomains, "inactive");
  if (deleted == Deleted::kSoon && !Contains(statuses.words, kPendingDelete)) {
    statuses.words.emplace_back(kPendingDelete);
  }
  if (servers == HasServers::kNo) statuses.words.emplace_back("inactive");
  if (statuses.words.empty()) statuses.words.emplace_back("ok");
  return statuses;
}

Statuses HostStatuses(const std::vector<rde::StatusValue>& claimed, ReferredTo referred) {
  return Linkable(Claimed(claimed, kOfHosts, "linked"), referred);
}

Statuses ContactStatuses(const std::vector<rde::StatusValue>& claimed, ReferredTo referred) {
  return Linkable(Claimed(claimed, kOfContacts, "linked"), referred);
}

Statuses RgpStatuses(const std::vector<rde::StatusValue>& claimed) {
  // "ok" of no sub-status is skipped by Claimed; RFC 3915 has no such word, and it says nothing.
  return Claimed(claimed, kOfRgp, "");
}

}  // namespace tidemark::failover
