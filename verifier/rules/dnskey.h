// A key record of RFC 5910 as the DNSKEY that it is: RFC 4034 section 2 and appendix B. Pure
// functions.
#ifndef TIDEMARK_VERIFIER_RULES_DNSKEY_H_
#define TIDEMARK_VERIFIER_RULES_DNSKEY_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "rde/records.h"

namespace tidemark::verifier {

// The RDATA; absent if the public key is not base64.
std::optional<std::string> KeyRdata(const rde::KeyData& key);

// Whether a public key of so many octets, or with such an exponent and modulus, can be of the
// algorithm: RFC 3110 section 2, RFC 6605 section 4, RFC 8080 section 3, RFC 9558, RFC 9563. True
// for algorithms whose keys have no such form.
bool IsKeyOf(uint8_t algorithm, absl::string_view public_key);

// Of the RDATA. Not for RSA/MD5, whose tag is made in another way.
uint16_t KeyTagOf(absl::string_view rdata);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_DNSKEY_H_
