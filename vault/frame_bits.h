// Private to vault/: which frames of a pack, as bitmaps in rows and manifests have them: frame n is
// bit n%8 of byte n/8, and what is beyond the end is not set.
//
// Threads: pure functions. Threat: bitmap and number may be anybody's.
#ifndef TIDEMARK_VAULT_FRAME_BITS_H_
#define TIDEMARK_VAULT_FRAME_BITS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace tidemark::vault {

inline bool HasBit(absl::string_view bits, uint32_t frame) {
  const size_t byte = frame / 8;
  return byte < bits.size() && ((static_cast<unsigned char>(bits[byte]) >> (frame % 8)) & 1) != 0;
}

// REQUIRES: frame / 8 < bits.size().
inline void SetBit(std::string& bits, uint32_t frame) {
  bits[frame / 8] = static_cast<char>(static_cast<unsigned char>(bits[frame / 8]) |
                                      (1u << (frame % 8)));
}

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_FRAME_BITS_H_
