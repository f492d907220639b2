// Private to crypto/: the bytes inside release and opening keys, for the protocols of custodians.
//
// Keys are types everywhere else; sharing, answering and proving are arithmetic with what is in
// them. Threads: pure functions.
#ifndef TIDEMARK_CRYPTO_KEY_ACCESS_H_
#define TIDEMARK_CRYPTO_KEY_ACCESS_H_

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "crypto/deposit_key.h"
#include "crypto/ristretto.h"
#include "crypto/secret.h"

namespace tidemark::crypto {

class KeyAccess final {
 public:
  static const Point& Bytes(const ReleasePublicKey& key) { return key.bytes_; }
  static const Point& Bytes(const OpeningPublicKey& key) { return key.bytes_; }
  static const SecretBytes& Scalar(const ReleaseShare& share) { return share.scalar_; }
  static const SecretBytes& Secret(const OpeningKey& key) { return key.secret_; }
  // CHECKs that `point` is one that a key may be.
  static ReleasePublicKey KeyFrom(const Point& point) {
    CHECK(IsGoodPoint(point));
    ReleasePublicKey key;
    key.bytes_ = point;
    return key;
  }
  static ReleaseShare ShareFrom(SecretBytes scalar) {
    return ReleaseShare::FromScalar(std::move(scalar));
  }
  static absl::StatusOr<DepositKey> OpenWrap(const ReleasePublicKey& key, const Point& shared,
                                             absl::string_view wrap, absl::string_view context) {
    return key.OpenWrap(SecretBytes::Copy(BytesOf(shared)), wrap, context);
  }
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_KEY_ACCESS_H_
