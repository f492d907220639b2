// For tests only: ceremonies from fixed seeds, and shares without much ado.
#ifndef TIDEMARK_CRYPTO_RELEASE_TESTING_H_
#define TIDEMARK_CRYPTO_RELEASE_TESTING_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/deposit_key.h"
#include "crypto/release_ceremony.h"
#include "crypto/release_sharing.h"
#include "crypto/secret.h"
#include "crypto/sign.h"

namespace tidemark::crypto {

class CeremonyForTest final {
 public:
  static absl::StatusOr<std::string> Deal(const ReleaseCeremony& ceremony, const SecretBytes& seed,
                                          const SigningKey& dealer) {
    return ceremony.DealFrom(seed, dealer);
  }
};

// A ceremony with all its keys: custodians, and `dealers` of them or other people.
struct Ceremony {
  std::vector<OpeningKey> keys;
  std::vector<SigningKey> dealers;
  ReleaseCeremony ceremony;

  std::vector<std::string> DealAll() const;
};
Ceremony NewCeremony(int threshold, int custodians, int dealers);

struct SharedKey {
  ReleaseSharing sharing;
  std::vector<ReleaseShare> shares;
};
// By one dealer.
SharedKey NewSharedKey(int threshold, int custodians);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_RELEASE_TESTING_H_
