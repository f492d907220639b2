// Private to crypto/: points and scalars of ristretto255 (RFC 9496), and challenges of proofs.
//
// A Point is the canonical encoding of an element; which functions let the identity in stands at
// each. Secret scalars are SecretBytes and are worked on in constant time by libsodium.
// Threads: pure functions. Errors: nothing, where an input is not what it has to be; the caller
// says whose fault that is.
#ifndef TIDEMARK_CRYPTO_RISTRETTO_H_
#define TIDEMARK_CRYPTO_RISTRETTO_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "crypto/key_box.h"
#include "crypto/keyed_hash.h"
#include "crypto/secret.h"

namespace tidemark::crypto {

inline constexpr size_t kScalarBytes = 32;

using Point = std::array<uint8_t, kPointBytes>;

// Canonical encoding of a point other than the identity.
bool IsGoodPoint(const Point& point);
// Exactly 32 bytes that are a good point.
std::optional<Point> GoodPointFrom(absl::string_view bytes);
inline absl::string_view BytesOf(const Point& point) { return Fixed(point).bytes; }

// Not zero and below the group's order.
bool IsGoodScalar(const SecretBytes& scalar);

SecretBytes RandomScalar();
// H64(key, domain, parts) mod L.
SecretBytes HashToScalar(absl::Span<const uint8_t> key, absl::string_view domain,
                         std::initializer_list<HashPart> parts);
// A small public number as a scalar.
SecretBytes SmallScalar(uint32_t number);

SecretBytes ScalarSum(const SecretBytes& a, const SecretBytes& b);
SecretBytes ScalarDifference(const SecretBytes& a, const SecretBytes& b);
SecretBytes ScalarProduct(const SecretBytes& a, const SecretBytes& b);
// CHECKs that `a` is not zero.
SecretBytes ScalarInverse(const SecretBytes& a);

// Nothing if the product is the identity.
std::optional<Point> BaseTimes(const SecretBytes& scalar);
std::optional<Point> Times(const SecretBytes& scalar, const Point& point);
// Both may be or become the identity; both must be canonical.
Point PointSum(const Point& a, const Point& b);
Point PointDifference(const Point& a, const Point& b);

// What a Schnorr or Chaum-Pedersen proof is on the wire: the challenge, then the response, 32 bytes
// each, both canonical and not zero.
inline constexpr size_t kProofBytes = 2 * kScalarBytes;
struct Proof {
  SecretBytes challenge;
  SecretBytes response;
};
std::optional<Proof> ProofFrom(absl::string_view bytes);
// response = nonce + challenge * secret, as bytes.
std::string ProofBytes(const SecretBytes& challenge, const SecretBytes& nonce,
                       const SecretBytes& secret);
// response * base - challenge * image: the commitment of an honest prover. Nothing if it would be
// the identity, which no honest prover sends. `base` null: G.
std::optional<Point> ProofCommitment(const Proof& proof, const Point* base, const Point& image);

}  // namespace tidemark::crypto

#endif  // TIDEMARK_CRYPTO_RISTRETTO_H_
