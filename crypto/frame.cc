#include "crypto/frame.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <bit>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/frame_cipher.h"
#include "crypto/keyed_hash.h"

namespace tidemark::crypto {
namespace {

constexpr absl::string_view kKeyDomain = "tidemark/v1/frame-key";
constexpr absl::string_view kFrameDomain = "tidemark/v1/frame";
constexpr size_t kNonceBytes = kFrameNonceBytes;
constexpr size_t kTagBytes = kFrameTagBytes;
constexpr size_t kLengthBytes = 4;

// Derived once a frame, a hundred thousand times a deposit: on the stack, and wiped.
class FrameKey final {
 public:
  FrameKey(const SecretBytes& secret, uint32_t number) {
    KeyedHash(secret.RawForCrypto(), kKeyDomain, {Fixed(BigEndian32(number))},
              absl::MakeSpan(bytes_));
  }
  FrameKey(const FrameKey&) = delete;
  FrameKey& operator=(const FrameKey&) = delete;
  ~FrameKey() { sodium_memzero(bytes_.data(), bytes_.size()); }
  absl::Span<const uint8_t> bytes() const { return bytes_; }

 private:
  std::array<uint8_t, kFrameKeyBytes> bytes_;
};

std::string AssociatedData(absl::string_view label, const PackId& pack, uint32_t number) {
  return absl::StrCat(kFrameDomain, absl::string_view("\0", 1), BigEndian32(label.size()), label,
                      pack.bytes(), BigEndian32(number));
}

unsigned char* Bytes(std::string& data) { return reinterpret_cast<unsigned char*>(data.data()); }
const unsigned char* Bytes(absl::string_view data) {
  return reinterpret_cast<const unsigned char*>(data.data());
}

absl::Status Altered(uint32_t number) {
  return absl::DataLossError(absl::StrCat("frame ", number, " is not this frame of this pack"));
}

}  // namespace

PackSecret PackSecret::Generate() { return PackSecret(SecretBytes::Random(kSecretBytes)); }

absl::StatusOr<PackSecret> PackSecret::FromManifest(absl::string_view bytes) {
  if (bytes.size() != kSecretBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a pack secret of ", bytes.size(), " bytes, want ", kSecretBytes));
  }
  ASSIGN_OR_RETURN(SecretBytes secret, SecretBytes::TryCopy(bytes));
  return PackSecret(std::move(secret));
}

std::string PackSecret::ForManifest() const {
  const absl::Span<const uint8_t> raw = secret_.RawForCrypto();
  return std::string(reinterpret_cast<const char*>(raw.data()), raw.size());
}

absl::StatusOr<std::string> PackSecret::SealFrame(absl::string_view label, const PackId& pack,
                                                  uint32_t number,
                                                  absl::string_view plaintext) const {
  if (plaintext.size() > base::kFrameCipherBytesMax) {  // before any arithmetic on it
    return absl::ResourceExhaustedError(
        absl::StrCat("frame ", number, ": ", plaintext.size(), " bytes of plaintext"));
  }
  const size_t padded_bytes = PaddedLength(kLengthBytes + plaintext.size());
  const size_t cipher_bytes = kNonceBytes + padded_bytes + kTagBytes;
  if (cipher_bytes > base::kFrameCipherBytesMax) {
    return absl::ResourceExhaustedError(absl::StrCat("frame ", number, ": ", cipher_bytes,
                                                     " bytes of ciphertext, at most ",
                                                     base::kFrameCipherBytesMax));
  }
  // Padded where it is encrypted, so that a frame is copied once.
  std::string out(cipher_bytes, '\0');
  randombytes_buf(out.data(), kNonceBytes);
  out.replace(kNonceBytes, kLengthBytes, BigEndian32(plaintext.size()));
  std::copy(plaintext.begin(), plaintext.end(), out.begin() + kNonceBytes + kLengthBytes);
  const std::string associated = AssociatedData(label, pack, number);
  const FrameKey key(secret_, number);
  const absl::Span<uint8_t> bytes(Bytes(out), out.size());
  const FrameCipher cipher = {key.bytes(), bytes.first(kNonceBytes), associated};
  cipher.Encrypt(bytes.subspan(kNonceBytes));
  return out;
}

absl::StatusOr<std::string> PackSecret::OpenFrame(absl::string_view label, const PackId& pack,
                                                  uint32_t number,
                                                  absl::string_view ciphertext) const {
  if (ciphertext.size() > base::kFrameCipherBytesMax) {
    return absl::ResourceExhaustedError(absl::StrCat("frame ", number, ": ", ciphertext.size(),
                                                     " bytes of ciphertext, at most ",
                                                     base::kFrameCipherBytesMax));
  }
  if (ciphertext.size() < kNonceBytes + kLengthBytes + kTagBytes) return Altered(number);
  const size_t padded_bytes = ciphertext.size() - kNonceBytes - kTagBytes;
  std::string padded(padded_bytes, '\0');
  const std::string associated = AssociatedData(label, pack, number);
  const FrameKey key(secret_, number);
  const absl::Span<const uint8_t> bytes(Bytes(ciphertext), ciphertext.size());
  const FrameCipher cipher = {key.bytes(), bytes.first(kNonceBytes), associated};
  if (!cipher.Decrypt(bytes.subspan(kNonceBytes), {Bytes(padded), padded.size()})) {
    return Altered(number);
  }
  // Authentic, but who made it may have erred or lied: one plaintext has one padded form.
  const unsigned char* const head = Bytes(absl::string_view(padded));
  const size_t length =
      size_t{head[0]} << 24 | size_t{head[1]} << 16 | size_t{head[2]} << 8 | size_t{head[3]};
  const bool well_padded =
      length <= padded_bytes - kLengthBytes &&
      padded_bytes == PaddedLength(kLengthBytes + length) &&
      sodium_is_zero(head + kLengthBytes + length, padded_bytes - kLengthBytes - length) == 1;
  if (!well_padded) {
    return absl::DataLossError(absl::StrCat("frame ", number, " is authentic but badly padded"));
  }
  padded.resize(kLengthBytes + length);
  padded.erase(0, kLengthBytes);
  return padded;
}

uint64_t PaddedLength(uint64_t bytes) {
  if (bytes < 2) return bytes;
  // Padmé: of a length with E bits after its first, the last E - S bits are zero, where S is the
  // number of bits that E takes. Beyond 2^62 rounding up could overflow; nothing is so long.
  CHECK(bytes <= uint64_t{1} << 62);
  const int exponent = std::bit_width(bytes) - 1;
  const int kept = std::bit_width(static_cast<unsigned>(exponent));
  const uint64_t mask = (uint64_t{1} << (exponent - kept)) - 1;
  return (bytes + mask) & ~mask;
}

}  // namespace tidemark::crypto
