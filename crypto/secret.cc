#include "crypto/secret.h"

#include <sodium.h>

#include <cstring>
#include <utility>

#include "base/status.h"
#include "crypto/locked_memory.h"
#include "crypto/sodium_init.h"

namespace tidemark::crypto {

SecretBytes SecretBytes::Zero(size_t size) {
  uint8_t* const data = AllocateLocked(size);
  CHECK(data != nullptr && "memory for keys can't be locked: raise RLIMIT_MEMLOCK");
  return SecretBytes(data, size);
}

SecretBytes SecretBytes::Random(size_t size) {
  SecretBytes secret = Zero(size);
  randombytes_buf(secret.data_, size);
  return secret;
}

SecretBytes SecretBytes::Copy(absl::string_view bytes) {
  absl::StatusOr<SecretBytes> secret = TryCopy(bytes);
  CHECK(secret.ok() && "memory for keys can't be locked: raise RLIMIT_MEMLOCK");
  return *std::move(secret);
}

absl::StatusOr<SecretBytes> SecretBytes::TryCopy(absl::string_view bytes) {
  uint8_t* const data = AllocateLocked(bytes.size());
  if (data == nullptr) {
    return absl::ResourceExhaustedError("memory for keys can't be locked: raise RLIMIT_MEMLOCK");
  }
  if (!bytes.empty()) std::memcpy(data, bytes.data(), bytes.size());
  return SecretBytes(data, bytes.size());
}

SecretBytes::SecretBytes(SecretBytes&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    FreeLocked(data_, size_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

SecretBytes::~SecretBytes() { FreeLocked(data_, size_); }

bool SecretBytes::Equals(const SecretBytes& other) const {
  if (size_ != other.size_) return false;
  return size_ == 0 || sodium_memcmp(data_, other.data_, size_) == 0;
}

}  // namespace tidemark::crypto
