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

uint16_t KeyTagOf(absl::string_view rdata) {
  uint32_t sum = 0;
  for (size_t i = 0; i < rdata.size(); ++i) {
    const uint32_t byte = static_cast<uint8_t>(rdata[i]);
    sum += i % 2 == 0 ? byte << 8 : byte;
  }
  return static_cast<uint16_t>(sum + (sum >> 16));
}

}  // namespace tidemark::verifier
