// The deposit key: seals one sealed manifest, and is the only thing that is ever wrapped.
//
// Releasing or shredding a deposit touches its deposit key alone. Everything here is bound to a
// `context` (the caller's serialised deposit identity and vault id): a wrap or a part that is
// presented in another context does not open.
//
// Wraps are deterministic given key, recipient and context, so that whoever opened one can
// recompute the other and refuse a deposit that not everybody could open who should.
// Unwrapping recomputes the wrap, so a wrap that opens is the only one that there is.
// A wrap does not identify its maker: the depositor's signature over the clear manifest does.
//
// Threads: const operations are safe; a PartSealer or PartOpener belongs to one thread.
#ifndef TIDEMARK_CRYPTO_DEPOSIT_KEY_H_
#define TIDEMARK_CRYPTO_DEPOSIT_KEY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/secret.h"

namespace tidemark::crypto {

class DepositKey;

// X25519 public key of a verifier or a successor. Key id: first 16 bytes of BLAKE2b over it.
class OpeningPublicKey final {
 public:
  // INVALID_ARGUMENT: not 32 bytes, not canonical, or of small order.
  static absl::StatusOr<OpeningPublicKey> FromHex(absl::string_view hex);
  std::string ToHex() const;
  std::string key_id() const;  // 16 bytes

  // Deterministic sealed box of the deposit key: 32 bytes ephemeral key, 48 bytes box.
  // The ephemeral secret is derived from the deposit key, this key and the context.
  std::string Wrap(const DepositKey& key, absl::string_view context) const;

 private:
  friend class OpeningKey;
  friend class KeyAccess;  // key_access.h
  OpeningPublicKey() = default;
  std::array<uint8_t, 32> bytes_{};
};

// The secret half: the process that reads holds it; the process that stores never does.
class OpeningKey final {
 public:
  static OpeningKey Generate();
  static absl::StatusOr<OpeningKey> Load(const std::string& path);
  absl::Status Save(const std::string& path) const;
  const OpeningPublicKey& public_key() const { return public_key_; }
  // DATA_LOSS: not wrapped to this key in this context, or altered.
  absl::StatusOr<DepositKey> Unwrap(absl::string_view wrap, absl::string_view context) const;

 private:
  friend class KeyAccess;
  static OpeningKey FromSecret(SecretBytes secret);
  OpeningKey(SecretBytes secret, OpeningPublicKey public_key);
  SecretBytes secret_;
  OpeningPublicKey public_key_;
};

// ristretto255 public key of the release key, or of one custodian's share of it. The private key is
// shared among custodians (release_sharing.h); with one custodian of one, the share is the key.
class ReleasePublicKey final {
 public:
  // INVALID_ARGUMENT: not the canonical encoding of a point, or the identity.
  static absl::StatusOr<ReleasePublicKey> FromHex(absl::string_view hex);
  std::string ToHex() const;
  std::string key_id() const;  // 16 bytes

  // KEM: r = scalar from KDF(deposit key, this key, context); R = rG; the deposit key is sealed
  // under KDF(rP, R, P, context). Deterministic. 32 bytes R, 48 bytes sealed key.
  std::string Wrap(const DepositKey& key, absl::string_view context) const;

 private:
  friend class ReleaseShare;
  friend class KeyAccess;
  ReleasePublicKey() = default;
  // `shared`: the point that the wrap's maker and the custodians together can compute.
  absl::StatusOr<DepositKey> OpenWrap(const SecretBytes& shared, absl::string_view wrap,
                                      absl::string_view context) const;
  std::array<uint8_t, 32> bytes_{};
};

// A custodian's share. Shares of one key are dealt in release_ceremony.h.
class ReleaseShare final {
 public:
  static ReleaseShare Generate();
  // Also INVALID_ARGUMENT: not a canonical scalar.
  static absl::StatusOr<ReleaseShare> Load(const std::string& path);
  absl::Status Save(const std::string& path) const;
  const ReleasePublicKey& public_key() const { return public_key_; }
  // Opens that one deposit's key, if this share is the whole key. DATA_LOSS as above. Releases go
  // the way of shares also then (release_answer.h); this stays as what wraps are tested against,
  // for it asks nothing of shares or answers.
  absl::StatusOr<DepositKey> Unwrap(absl::string_view wrap, absl::string_view context) const;

 private:
  friend class KeyAccess;
  static ReleaseShare FromScalar(SecretBytes scalar);
  ReleaseShare(SecretBytes scalar, ReleasePublicKey public_key);
  SecretBytes scalar_;
  ReleasePublicKey public_key_;
};

class DepositKey final {
 public:
  static DepositKey Generate();
  // 32 bytes, binding: nobody can open one sealed manifest under two keys.
  std::string Commitment(absl::string_view context) const;

 private:
  friend class OpeningPublicKey;
  friend class OpeningKey;
  friend class ReleasePublicKey;
  friend class ReleaseShare;
  friend class PartSealer;
  friend class PartOpener;
  explicit DepositKey(SecretBytes secret) : secret_(std::move(secret)) {}
  SecretBytes secret_;
};

// Seals a stream in parts: crypto_secretstream_xchacha20poly1305 under a key derived from deposit
// key and context. The first part begins with the stream's 24-byte header; each part is 17 bytes
// longer than its plaintext; the last carries TAG_FINAL. Associated data of part n is
// context || BE32 n. RESOURCE_EXHAUSTED over kManifestPartBytes of plaintext a part or
// kManifestPartsMax parts.
inline constexpr size_t kStreamHeaderBytes = 24;
inline constexpr size_t kPartOverheadBytes = 17;

class PartSealer final {
 public:
  PartSealer(const DepositKey& key, absl::string_view context);
  ~PartSealer();
  enum class Position { kMore, kLast };
  // One sealed part; parts must be sealed in order. FAILED_PRECONDITION after kLast.
  absl::StatusOr<std::string> Seal(absl::string_view plaintext, Position position);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

class PartOpener final {
 public:
  PartOpener(const DepositKey& key, absl::string_view context);
  ~PartOpener();
  // The next part's plaintext. DATA_LOSS if it is not the next part, unaltered. The first failure
  // latches.
  absl::StatusOr<std::string> Open(absl::string_view ciphertext);
  // OK if and only if the part that carries TAG_FINAL was opened; DATA_LOSS otherwise: truncation
  // is an attack.
  absl::Status Close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// A registry's own secret; never leaves the depositor. Content commitments and object ids
// (object_id.h) come from it.
class ObjectSecret final {
 public:
  static ObjectSecret Generate();
  static absl::StatusOr<ObjectSecret> Load(const std::string& path);
  absl::Status Save(const std::string& path) const;
  // 32 bytes: keyed BLAKE2b-256 over "tidemark/v1/content" || 0 || message.
  std::string ContentCommitment(absl::string_view message) const;

 private:
  friend class ObjectHasher;  // object_id.h
  explicit ObjectSecret(SecretBytes secret) : secret_(std::move(secret)) {}
  SecretBytes secret_;
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_DEPOSIT_KEY_H_
