// Secret bytes and the fixed-size key types built on them.
//
// Keys are types, not bytes: each purpose has its own class, move-only, without operator<<, without
// a default constructor, made only by checked factories. The memory is libsodium's guarded memory:
// locked, kept out of core dumps, wiped on destruction. Raw bytes leave a SecretBytes only inside
// crypto/ and only through RawForCrypto(), which tidy keeps out of every other folder.
//
// What this does not give: protection from a debugger with the process's rights, or from swap if
// the machine refuses mlock (then the operation fails rather than going on unlocked).
#ifndef TIDEMARK_CRYPTO_SECRET_H_
#define TIDEMARK_CRYPTO_SECRET_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace tidemark::crypto {

inline constexpr size_t kSecretBytes = 32;  // every symmetric secret and seed in the project

class SecretBytes final {
 public:
  // Fresh from the system's generator.
  static SecretBytes Random(size_t size);
  static SecretBytes Copy(absl::string_view bytes);
  SecretBytes(SecretBytes&& other) noexcept;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes();

  size_t size() const { return size_; }
  // Constant time for equal sizes.
  bool Equals(const SecretBytes& other) const;
  // For crypto/ only; see the head of the file.
  absl::Span<const uint8_t> RawForCrypto() const { return {data_, size_}; }

 private:
  SecretBytes(uint8_t* data, size_t size) : data_(data), size_(size) {}
  uint8_t* data_;
  size_t size_;
};

// What a key file is for. The name stands in the file, so that a key can't be taken for another.
enum class KeyKind {
  kSigning,       // Ed25519 seed: depositor, receipts, verdicts, custodian
  kOpening,       // X25519 secret: the verifier's, or a successor's
  kReleaseShare,  // a custodian's share of the ristretto255 release key
  kObjectSecret,  // a registry's own secret for object ids and content commitments
};

// Key files are one line: "tidemark-key 1 KIND HEX\n", mode 0600.
// INVALID_ARGUMENT: not a key file, or another kind (the message names both kinds, never bytes).
// PERMISSION_DENIED: readable by group or others; a key that others could read is not loaded.
absl::StatusOr<SecretBytes> LoadKeyFile(const std::string& path, KeyKind kind);
// ALREADY_EXISTS rather than overwriting a key.
absl::Status SaveKeyFile(const std::string& path, KeyKind kind, const SecretBytes& key);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_SECRET_H_
