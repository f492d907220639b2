#include "verifier/rules/dnssec_numbers.h"

namespace tidemark::verifier {

Standing AlgorithmStanding(uint8_t algorithm) {
  switch (algorithm) {
    case 1:   // RSA/MD5
    case 3:   // DSA/SHA-1
    case 5:   // RSA/SHA-1
    case 6:   // DSA-NSEC3-SHA1
    case 7:   // RSASHA1-NSEC3-SHA1
    case 12:  // GOST R 34.10-2001
      return Standing::kDeprecated;
    case 8:    // RSA/SHA-256
    case 10:   // RSA/SHA-512
    case 13:   // ECDSA P-256
    case 14:   // ECDSA P-384
    case 15:   // Ed25519
    case 16:   // Ed448
    case 17:   // SM2 with SM3
    case 23:   // GOST R 34.10-2012
    case 253:  // private, by name
    case 254:  // private, by OID
      return Standing::kUsable;
    default:
      return Standing::kUnknown;
  }
}

DigestType DigestTypeOf(uint8_t digest_type) {
  switch (digest_type) {
    case 1:  // SHA-1
      return {Standing::kDeprecated, 20};
    case 2:  // SHA-256
      return {Standing::kUsable, 32};
    case 3:  // GOST R 34.11-94
      return {Standing::kDeprecated, 32};
    case 4:  // SHA-384
      return {Standing::kUsable, 48};
    case 5:  // GOST R 34.11-2012
    case 6:  // SM3
      return {Standing::kUsable, 32};
    default:
      return {};
  }
}

}  // namespace tidemark::verifier
