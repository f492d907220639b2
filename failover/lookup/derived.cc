#include "failover/lookup/derived.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover {
namespace {

constexpr absl::string_view kPendingDelete = "pendingDelete";
constexpr size_t kStatusBytesMax = 32;  // the longest is clientTransferProhibited

bool IsWord(absl::string_view text) {
  return !text.empty() && text.size() <= kStatusBytesMax &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isalpha(static_cast<unsigned char>(c)); });
}

std::vector<std::string> Words(const std::vector<rde::StatusValue>& claimed,
                               absl::string_view derived) {
  std::vector<std::string> words;
  for (const rde::StatusValue& status : claimed) {
    if (!IsWord(status.s) || status.s == "ok" || status.s == derived) continue;
    if (std::find(words.begin(), words.end(), status.s) == words.end()) words.push_back(status.s);
  }
  return words;
}

}  // namespace

std::vector<std::string> DomainStatuses(const std::vector<rde::StatusValue>& claimed,
                                        const std::vector<std::string>& rgp, HasServers servers) {
  std::vector<std::string> words = Words(claimed, "inactive");
  const bool is_deleted = std::any_of(rgp.begin(), rgp.end(), [](absl::string_view word) {
    return word == "redemptionPeriod" || word == kPendingDelete || word == "pendingRestore";
  });
  if (is_deleted && std::find(words.begin(), words.end(), kPendingDelete) == words.end()) {
    words.emplace_back(kPendingDelete);
  }
  if (servers == HasServers::kNo) words.emplace_back("inactive");
  if (words.empty()) words.emplace_back("ok");
  return words;
}

std::vector<std::string> LinkableStatuses(const std::vector<rde::StatusValue>& claimed,
                                          ReferredTo referred) {
  std::vector<std::string> words = Words(claimed, "linked");
  if (words.empty()) words.emplace_back("ok");
  if (referred == ReferredTo::kYes) words.emplace_back("linked");
  return words;
}

std::vector<std::string> RgpStatuses(const std::vector<rde::StatusValue>& claimed) {
  return Words(claimed, "");
}

}  // namespace tidemark::failover
