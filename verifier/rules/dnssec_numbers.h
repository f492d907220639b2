// IANA's DNSSEC registries as far as DS records need them: "DNS Security Algorithm Numbers" and
// "DS RR Type Digest Algorithms", as of 2024-02-07.
//
// A number that IANA assigns later is unknown here, so an unknown one is only ever a warning.
#ifndef TIDEMARK_VERIFIER_RULES_DNSSEC_NUMBERS_H_
#define TIDEMARK_VERIFIER_RULES_DNSSEC_NUMBERS_H_

#include <cstddef>
#include <cstdint>

namespace tidemark::verifier {

enum class Standing : uint8_t {
  kUnknown,     // reserved, unassigned, or not for signing zones
  kDeprecated,  // must not be used for new signatures or delegations: RFC 8624 section 3, RFC 9157
  kUsable,
};

// Of a DNSSEC algorithm number, for signing a zone.
Standing AlgorithmStanding(uint8_t algorithm);

struct DigestType {
  Standing standing = Standing::kUnknown;
  size_t bytes = 0;  // 0: not known
};
DigestType DigestTypeOf(uint8_t digest_type);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_DNSSEC_NUMBERS_H_
