// The statuses of domains, hosts and contacts, RFC 5731 to RFC 5733, as small numbers.
#ifndef TIDEMARK_VERIFIER_STATUS_NAMES_H_
#define TIDEMARK_VERIFIER_STATUS_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "absl/strings/string_view.h"

namespace tidemark::verifier {

// By length: a status is found by comparing it with few others.
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

// Index into kStatusNames; kStatusCount for what is no status.
constexpr size_t StatusIndex(absl::string_view name) {
  for (size_t i = 0; i < kStatusCount && kStatusNames[i].size() <= name.size(); ++i) {
    if (kStatusNames[i] == name) return i;
  }
  return kStatusCount;
}

// A set of statuses has one bit for each; none for what is no status.
constexpr uint32_t StatusBit(absl::string_view name) {
  const size_t index = StatusIndex(name);
  return index < kStatusCount ? uint32_t{1} << index : 0;
}

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_STATUS_NAMES_H_
