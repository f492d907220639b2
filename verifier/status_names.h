// The statuses of domains, hosts and contacts, RFC 5731 to RFC 5733, as small numbers and as sets.
#ifndef TIDEMARK_VERIFIER_STATUS_NAMES_H_
#define TIDEMARK_VERIFIER_STATUS_NAMES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <type_traits>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/text_words.h"
#include "rde/records.h"

namespace tidemark::verifier {

inline constexpr absl::string_view kStatusNames[] = {
    "ok",
    "linked",
    "inactive",
    "clientHold",
    "serverHold",
    "pendingRenew",
    "pendingCreate",
    "pendingDelete",
    "pendingUpdate",
    "pendingTransfer",
    "clientRenewProhibited",
    "serverRenewProhibited",
    "clientDeleteProhibited",
    "serverDeleteProhibited",
    "clientUpdateProhibited",
    "serverUpdateProhibited",
    "clientTransferProhibited",
    "serverTransferProhibited",
};
inline constexpr size_t kStatusCount = std::size(kStatusNames);

// By length and two letters no two of them are taken for each other, so that a status is found by
// comparing it with one. `name` is not empty.
constexpr size_t StatusSlot(absl::string_view name) {
  const auto byte = [name](size_t i) { return static_cast<uint8_t>(name[i]); };
  return (name.size() + 6 * byte(0) + byte(name.size() > 7 ? 7 : name.size() - 1)) % 64;
}

// For each slot, one more than the status's index; 0 for none.
inline constexpr std::array<uint8_t, 64> kStatusSlots = [] {
  std::array<uint8_t, 64> slots{};
  for (size_t i = 0; i < kStatusCount; ++i) {
    slots[StatusSlot(kStatusNames[i])] = static_cast<uint8_t>(i + 1);
  }
  return slots;
}();

// What compares fast has no way to be evaluated while compiling.
constexpr bool IsStatusName(absl::string_view known, absl::string_view name) {
  if (std::is_constant_evaluated()) return known == name;
  return base::Equals(known, name);
}

// Index into kStatusNames; kStatusCount for what is no status.
constexpr size_t StatusIndex(absl::string_view name) {
  if (name.empty()) return kStatusCount;
  const size_t next = kStatusSlots[StatusSlot(name)];
  if (next == 0) return kStatusCount;
  return IsStatusName(kStatusNames[next - 1], name) ? next - 1 : kStatusCount;
}
// A name whose slot another had taken would not be found.
static_assert([] {
  for (size_t i = 0; i < kStatusCount; ++i) {
    if (StatusIndex(kStatusNames[i]) != i) return false;
  }
  return true;
}());

// A set of statuses has one bit for each; none for what is no status.
using StatusSet = uint32_t;
constexpr StatusSet StatusBit(absl::string_view name) {
  const size_t index = StatusIndex(name);
  return index < kStatusCount ? StatusSet{1} << index : 0;
}
inline StatusSet SetOf(const std::vector<rde::StatusValue>& statuses) {
  StatusSet set = 0;
  for (const rde::StatusValue& status : statuses) set |= StatusBit(status.s);
  return set;
}

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_STATUS_NAMES_H_
