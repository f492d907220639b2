// The public name of a pack of frames (crypto/frame.h). It stands apart from what opens frames, so
// that the process that stores them links nothing that could.
#ifndef TIDEMARK_CRYPTO_PACK_ID_H_
#define TIDEMARK_CRYPTO_PACK_ID_H_

#include <array>
#include <compare>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::crypto {

// 16 random bytes.
class PackId final {
 public:
  static PackId Random();
  // INVALID_ARGUMENT unless exactly 16 bytes.
  static absl::StatusOr<PackId> FromBytes(absl::string_view bytes);
  absl::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  std::string ToHex() const;
  auto operator<=>(const PackId&) const = default;

 private:
  PackId() = default;
  std::array<uint8_t, 16> bytes_{};
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_PACK_ID_H_
