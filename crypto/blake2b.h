// Private to crypto/: BLAKE2b-256 without a key (RFC 7693), of what is public.
//
// In plain arithmetic, because that is fastest: libsodium's and libgcrypt's take AVX2 and half the
// speed, and OpenSSL's knows no output of 32 bytes (docs/decisions/0031). Keys have no place here:
// nothing is wiped, and what is keyed is libsodium's (keyed_hash.h). The test holds it against
// libsodium's.
#ifndef TIDEMARK_CRYPTO_BLAKE2B_H_
#define TIDEMARK_CRYPTO_BLAKE2B_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace tidemark::crypto {

// Threads: one at a time.
class Blake2b256 final {
 public:
  Blake2b256();
  void Update(absl::string_view data);
  // The digest of everything so far. REQUIRES: the last call.
  std::array<unsigned char, 32> Finish();

 private:
  static constexpr size_t kBlockBytes = 128;
  enum class Position { kInside, kLast };

  // Takes in a block, of which `bytes` are the message's.
  void Compress(const char* block, size_t bytes, Position position);

  std::array<uint64_t, 8> state_;
  uint64_t bytes_ = 0;  // of the message, that are in the state
  // The last block is compressed otherwise, so the newest one waits until more comes.
  std::array<char, kBlockBytes> waiting_;
  size_t waiting_bytes_ = 0;
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_BLAKE2B_H_
