// Digests: SHA-256 for what people compare (the deposit file), BLAKE2b-256 for custody's own.
#ifndef TIDEMARK_CRYPTO_DIGEST_H_
#define TIDEMARK_CRYPTO_DIGEST_H_

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::crypto {

// A 32-byte digest that knows its algorithm by type. Public, copyable, ordered.
template <typename Algorithm>
class Digest32 final {
 public:
  // INVALID_ARGUMENT unless exactly 32 bytes.
  static absl::StatusOr<Digest32> FromBytes(absl::string_view bytes) {
    if (bytes.size() != 32) return absl::InvalidArgumentError("a digest has 32 bytes");
    Digest32 digest;
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(digest.bytes_.data()));
    return digest;
  }
  absl::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  std::string ToHex() const;
  auto operator<=>(const Digest32&) const = default;

 private:
  Digest32() = default;
  std::array<uint8_t, 32> bytes_{};
};

struct Sha256Algorithm {};
struct Blake2bAlgorithm {};
using Sha256Digest = Digest32<Sha256Algorithm>;
using Blake2bDigest = Digest32<Blake2bAlgorithm>;

Sha256Digest Sha256(absl::string_view data);
Blake2bDigest Blake2b(absl::string_view data);

// Raw bytes, for comparing with what others made (DS records); nothing of ours relies on them.
std::string Sha1(absl::string_view data);
std::string Sha384(absl::string_view data);

// For a process that is about to give up its right to open files: OpenSSL reads its configuration
// when it is first asked for a digest.
void PrepareDigests();

// Streaming forms. After Finish() the object is spent.
class Sha256Stream final {
 public:
  Sha256Stream();
  ~Sha256Stream();
  void Update(absl::string_view data);
  Sha256Digest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class Blake2bStream final {
 public:
  Blake2bStream();
  ~Blake2bStream();
  void Update(absl::string_view data);
  Blake2bDigest Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_DIGEST_H_
