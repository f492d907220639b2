#include "failover/dns/notify.h"

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

constexpr int kPortMax = 65535;

bool IsLoopback(absl::string_view address) {
  return address == "::1" || absl::StartsWith(address, "127.");
}

bool IsIp6(absl::string_view address) { return absl::StrContains(address, ":"); }

absl::StatusOr<NotifyTarget> ParseTarget(const std::string& text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('@', 1));
  NotifyTarget target;
  const std::optional<Address> address = CanonicalAddress(parts.first);
  const bool has_port = absl::StrContains(text, "@");
  if (!address.has_value() || (has_port && !absl::SimpleAtoi(parts.second, &target.port)) ||
      target.port < 1 || target.port > kPortMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("--notify ", text, " is not ADDRESS or ADDRESS@PORT with an IP address"));
  }
  target.address = address->text;
  return target;
}

}  // namespace

absl::StatusOr<std::vector<NotifyTarget>> ParseNotifyTargets(
    const std::vector<std::string>& texts) {
  if (texts.size() > kNotifyMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("--notify: ", texts.size(), " secondaries, at most ", kNotifyMax));
  }
  std::vector<NotifyTarget> targets;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(targets.emplace_back(), ParseTarget(text));
  }
  return targets;
}

std::string NotifySource(const NotifyTarget& target, const std::vector<std::string>& addresses) {
  for (const std::string& address : addresses) {
    if (address != "0.0.0.0" && address != "::" && IsIp6(address) == IsIp6(target.address) &&
        IsLoopback(address) == IsLoopback(target.address)) {
      return address;
    }
  }
  return "";
}

}  // namespace tidemark::failover
