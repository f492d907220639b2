// Ed25519 signatures, separated by purpose: a signature made for one purpose never verifies for
// another, because the signed bytes are "tidemark/v1/PURPOSE" || 0x00 || message.
#ifndef TIDEMARK_CRYPTO_SIGN_H_
#define TIDEMARK_CRYPTO_SIGN_H_

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/secret.h"

namespace tidemark::crypto {

enum class SignaturePurpose {
  kBegin,          // "begin": a depositor announces an upload
  kClearManifest,  // "clear-manifest"
  kReceipt,        // "receipt"
  kTreeHead,       // "tree-head"
  kVerdict,        // "verdict"
  kRelease,        // "release": a custodian's release package, format 1
  kDrillReport,    // "drill-report"
  kReleaseDealing,  // "release-dealing": shares of the release key, to the custodians
  kReleaseAnswer,   // "release-answer": a custodian's answer to a release case
};

// Public. 32 bytes, checked to be the canonical encoding of a point of the main subgroup.
class VerifyKey final {
 public:
  static absl::StatusOr<VerifyKey> FromBytes(absl::string_view bytes);
  static absl::StatusOr<VerifyKey> FromHex(absl::string_view hex);

  absl::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  std::string ToHex() const;
  // DATA_LOSS unless `signature` is this key's over `message` for `purpose`.
  absl::Status Verify(SignaturePurpose purpose, absl::string_view message,
                      absl::string_view signature) const;
  bool operator==(const VerifyKey&) const = default;

 private:
  friend class SigningKey;
  VerifyKey() = default;
  std::array<uint8_t, 32> bytes_{};
};

class SigningKey final {
 public:
  static SigningKey Generate();
  // Errors as LoadKeyFile and SaveKeyFile.
  static absl::StatusOr<SigningKey> Load(const std::string& path);
  absl::Status Save(const std::string& path) const;

  const VerifyKey& verify_key() const { return verify_key_; }
  // 64 bytes.
  std::string Sign(SignaturePurpose purpose, absl::string_view message) const;

 private:
  static SigningKey FromSeed(SecretBytes seed);
  SigningKey(SecretBytes seed, SecretBytes secret, VerifyKey verify_key);
  SecretBytes seed_;
  SecretBytes secret_;
  VerifyKey verify_key_;
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_SIGN_H_
