// How custodians come by their shares of a release key: dealings, and what each makes of them.
//
// Every dealer chooses a random polynomial of degree m-1, commits to its coefficients (Feldman),
// proves that it knows the constant one (Schnorr: no dealer chooses its part to cancel the
// others'), seals f(i) to custodian i, and signs all of it: a dealing, one message for everybody.
// A custodian's share is the sum of what it was dealt; the release key is the sum of the constant
// commitments. If every custodian deals, nobody ever holds the key. With one dealer the dealer
// holds it while it deals: for one custodian of one, for development, and for who trusts that
// machine (`tidemark keygen`).
//
// A dealing that is not right stops the ceremony and names its dealer, whose signature is on it;
// there is no going on without it. Somebody who deals last sees the others' commitments and so has
// some say in which key comes out. Why that does no harm: docs/formats/crypto.md.
//
// Two custodians who were sent different dealings of one dealer get shares of different keys. Both
// see it: the public side of the sharing is published, and a share that is none of it is refused.
// Threads: const operations are safe. Errors: DATA_LOSS names the dealer, counted from 1.
// Threat: every dealer but one may work together; m custodians may not.
#ifndef TIDEMARK_CRYPTO_RELEASE_CEREMONY_H_
#define TIDEMARK_CRYPTO_RELEASE_CEREMONY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/deposit_key.h"
#include "crypto/release_sharing.h"
#include "crypto/sign.h"

namespace tidemark::crypto {

inline constexpr size_t kCeremonyNonceBytes = 32;

// What everybody agrees on beforehand.
struct CeremonyTerms {
  std::string nonce;  // kCeremonyNonceBytes, chosen for this ceremony alone
  int threshold = 1;
  std::vector<OpeningPublicKey> custodians;  // subshares are sealed to them
  std::vector<VerifyKey> dealers;            // each deals once
};

class ReleaseCeremony final {
 public:
  // INVALID_ARGUMENT: numbers out of bounds, or a key that stands there twice.
  static absl::StatusOr<ReleaseCeremony> Create(CeremonyTerms terms);
  // A nonce for CeremonyTerms.
  static std::string RandomNonce();

  // The dealing of the dealer whose signing key this is. NOT_FOUND: it is none of the dealers'.
  absl::StatusOr<std::string> Deal(const SigningKey& dealer) const;

  // What everybody can check of a dealing: form, signature, proof. The dealer's number.
  absl::StatusOr<int> CheckDealing(absl::string_view dealing) const;

  // The public side that one dealing of each dealer gives together.
  absl::StatusOr<ReleaseSharing> Sharing(const std::vector<std::string>& dealings) const;

  // The share of custodian `index` (from 1), each part of it checked against its commitments.
  absl::StatusOr<ReleaseShare> Share(const std::vector<std::string>& dealings, int index,
                                     const OpeningKey& key) const;

 private:
  friend class CeremonyForTest;  // deals from a fixed seed
  explicit ReleaseCeremony(CeremonyTerms terms);
  absl::StatusOr<std::string> DealFrom(const SecretBytes& seed, const SigningKey& dealer) const;
  // One of each dealer, in any order; nothing else.
  absl::Status CheckDealings(const std::vector<std::string>& dealings) const;
  size_t DealingBytes() const;

  CeremonyTerms terms_;
  std::array<uint8_t, 32> transcript_{};  // binds every proof and every sealed subshare
};

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_RELEASE_CEREMONY_H_
