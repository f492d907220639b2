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

// Of the RDATA. Not for RSA/MD5, whose tag is made in another way.
uint16_t KeyTagOf(absl::string_view rdata);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_DNSKEY_H_
