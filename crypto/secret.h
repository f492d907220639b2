// Secret bytes and the fixed-size key types built on them.
//
// Keys are types, not bytes: each purpose has its own class, move-only, without operator<<, without
// a default constructor, made only by checked factories. The memory is libsodium's guarded memory:
// locked, kept out of core dumps, wiped on destruction. Raw bytes leave a SecretBytes only inside
// crypto/ and only through RawForCrypto(), which tidy keeps out of every other folder.
//
// What this does not give: protection from a debugger with the process's rights. If the machine
// refuses to lock memory, nothing goes on unlocked: where outside data drives the number of secrets
// (TryCopy) that is RESOURCE_EXHAUSTED, elsewhere it ends the process. Secrets of up to 64 bytes
// share locked pages, so that the pack secrets of one deposit fit a small RLIMIT_MEMLOCK.
//
// Threads: a SecretBytes is a value; different ones may be used from different threads.
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
  // To be filled through MutableForCrypto().
  static SecretBytes Zero(size_t size);
  static SecretBytes Copy(absl::string_view bytes);
  // For counts that outside data drives. RESOURCE_EXHAUSTED if memory can't be locked.
  static absl::StatusOr<SecretBytes> TryCopy(absl::string_view bytes);
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
  absl::Span<uint8_t> MutableForCrypto() { return {data_, size_}; }

 private:
  SecretBytes(uint8_t* data, size_t size) : data_(data), size_(size) {}
  uint8_t* data_;  // nullptr after a move
  size_t size_;
};

// What a key file is for. The name stands in the file, so that a key can't be taken for another.
enum class KeyKind {
  kSigning,       // Ed25519 seed: depositor, receipts, verdicts, custodian
  kOpening,       // X25519 secret: the verifier's, or a successor's
  kReleaseShare,  // a custodian's share of the ristretto255 release key
  kObjectSecret,  // a registry's own secret for object ids and content commitments
};

// The name that stands in key files: "signing", "opening", "release-share", "object-secret".
absl::string_view KeyKindName(KeyKind kind);

// Key files are one line: "tidemark-key 1 KIND HEX\n", mode 0600; see docs/formats/crypto.md.
// NOT_FOUND: no such file.
// INVALID_ARGUMENT: not a key file, or another kind (the message names both kinds, never bytes).
// PERMISSION_DENIED: readable by group or others; a key that others could read is not loaded.
absl::StatusOr<SecretBytes> LoadKeyFile(const std::string& path, KeyKind kind);
// ALREADY_EXISTS rather than overwriting a key.
absl::Status SaveKeyFile(const std::string& path, KeyKind kind, const SecretBytes& key);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_SECRET_H_
