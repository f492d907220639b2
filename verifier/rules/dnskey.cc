#include "verifier/rules/dnskey.h"

#include "absl/strings/escaping.h"

namespace tidemark::verifier {

std::optional<std::string> KeyRdata(const rde::KeyData& key) {
  std::string public_key;
  if (!absl::Base64Unescape(key.public_key, &public_key) || public_key.empty()) return std::nullopt;
  std::string rdata;
  rdata.push_back(static_cast<char>(key.flags >> 8));
  rdata.push_back(static_cast<char>(key.flags & 0xff));
  rdata.push_back(static_cast<char>(key.protocol));
  rdata.push_back(static_cast<char>(key.algorithm));
  return rdata + public_key;
}

namespace {

// RFC 3110 section 2: the exponent's length in one octet, or in two after a zero; the exponent; the
// modulus. RFC 5702 section 2 has 512 bits as the least.
bool IsRsaKey(absl::string_view key) {
  constexpr size_t kModulusBytesMin = 512 / 8;
  const auto byte = [key](size_t i) { return static_cast<uint8_t>(key[i]); };
  if (key.size() < 3) return false;
  const bool is_long = byte(0) == 0;
  const size_t exponent = is_long ? size_t{byte(1)} << 8 | byte(2) : byte(0);
  const size_t before = is_long ? 3 : 1;
  return exponent > 0 && key.size() >= before + exponent + kModulusBytesMin;
}

}  // namespace

bool IsKeyOf(uint8_t algorithm, absl::string_view public_key) {
  switch (algorithm) {
    case 1:
    case 5:
    case 7:
    case 8:
    case 10:
      return IsRsaKey(public_key);
    case 12:  // ECC-GOST
    case 13:  // ECDSA P-256
    case 17:  // SM2
    case 23:  // GOST R 34.10-2012
      return public_key.size() == 64;
    case 14:  // ECDSA P-384
      return public_key.size() == 96;
    case 15:  // Ed25519
      return public_key.size() == 32;
    case 16:  // Ed448
      return public_key.size() == 57;
    default:
      return true;
  }
}

uint16_t KeyTagOf(absl::string_view rdata) {
  uint32_t sum = 0;
  for (size_t i = 0; i < rdata.size(); ++i) {
    const uint32_t byte = static_cast<uint8_t>(rdata[i]);
    sum += i % 2 == 0 ? byte << 8 : byte;
  }
  return static_cast<uint16_t>(sum + (sum >> 16));
}

}  // namespace tidemark::verifier
