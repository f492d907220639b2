// Private to crypto/: the bytes of a dealing (docs/formats/crypto.md, "Dealings"), taken apart.
//
// Form only: no signature, no proof. Threads: pure functions. Threat: the bytes are a stranger's;
// sizes come from the ceremony's terms, never from the bytes.
#ifndef TIDEMARK_CRYPTO_DEALING_H_
#define TIDEMARK_CRYPTO_DEALING_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "crypto/ristretto.h"

namespace tidemark::crypto {

// Views into the dealing.
struct Dealing {
  absl::string_view body;  // what is signed
  absl::string_view transcript;
  uint32_t dealer;  // from 1
  absl::string_view commitments;
  absl::string_view proof;
  std::vector<absl::string_view> subshares;  // sealed, by custodian
  absl::string_view signature;
};

size_t DealingSize(size_t threshold, size_t custodians);

// Nothing unless it has exactly the size of a dealing of these numbers, and a dealer's number.
std::optional<Dealing> ParseDealing(absl::string_view bytes, size_t threshold, size_t custodians);

// Nothing if one of them is not a point, or is the identity.
std::optional<std::vector<Point>> CommitmentsOf(const Dealing& dealing);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_DEALING_H_
