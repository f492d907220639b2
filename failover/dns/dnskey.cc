#include "failover/dns/dnskey.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "failover/zone/dns_name.h"

namespace tidemark::failover {
namespace {

constexpr uint32_t kZoneKey = 256;
constexpr uint32_t kZoneKeySep = 257;
constexpr uint32_t kRevoked = 0x80;  // RFC 5011 section 3
constexpr uint32_t kProtocol = 3;
constexpr size_t kRsaBytesMin = 128;  // exponent and a modulus of 1024 bits
constexpr size_t kRsaBytesMax = 520;  // of 4096

struct Algorithm {
  uint8_t number;
  const char* knot_name;
  size_t key_bytes;  // 0: RSA
};
constexpr Algorithm kAlgorithms[] = {
    {8, "rsasha256", 0},         {10, "rsasha512", 0}, {13, "ecdsap256sha256", 64},
    {14, "ecdsap384sha384", 96}, {15, "ed25519", 32},  {16, "ed448", 57},
};

const Algorithm* FindAlgorithm(uint32_t number) {
  for (const Algorithm& algorithm : kAlgorithms) {
    if (algorithm.number == number) return &algorithm;
  }
  return nullptr;
}

// Words of the one record; comments are no words.
absl::StatusOr<std::vector<absl::string_view>> Words(absl::string_view text) {
  std::vector<absl::string_view> words;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    line = line.substr(0, line.find(';'));
    const std::vector<absl::string_view> more =
        absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (more.empty()) continue;
    if (!words.empty()) return absl::InvalidArgumentError("more than one record");
    words = more;
  }
  return words;
}

absl::StatusOr<uint32_t> Number(absl::string_view text, absl::string_view what) {
  uint32_t number = 0;
  if (text.empty() || !absl::ascii_isdigit(static_cast<unsigned char>(text[0])) ||
      !absl::SimpleAtoi(text, &number)) {
    return absl::InvalidArgumentError(absl::StrCat(what, " is no number"));
  }
  return number;
}

absl::Status CheckFlags(uint32_t flags) {
  if ((flags & kRevoked) != 0) return absl::InvalidArgumentError("the key is revoked");
  if (flags != kZoneKey && flags != kZoneKeySep) {
    return absl::InvalidArgumentError(absl::StrCat("flags are ", flags, ", not 256 or 257"));
  }
  return absl::OkStatus();
}

absl::Status CheckPublicKey(const Algorithm& algorithm, absl::string_view bytes) {
  const bool fits = algorithm.key_bytes != 0
                        ? bytes.size() == algorithm.key_bytes
                        : bytes.size() >= kRsaBytesMin && bytes.size() <= kRsaBytesMax;
  if (fits) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "a public key of ", bytes.size(), " bytes is none of algorithm ", int{algorithm.number}));
}

}  // namespace

absl::StatusOr<Dnskey> ParseDnskey(absl::string_view text) {
  ASSIGN_OR_RETURN(const std::vector<absl::string_view> words, Words(text));
  // Owner, then TTL and class in either order or not at all (RFC 1035 section 5.1).
  size_t type = 1;
  while (type < words.size() && type < 3 && !absl::EqualsIgnoreCase(words[type], "DNSKEY")) ++type;
  if (type + 4 >= words.size() || !absl::EqualsIgnoreCase(words[type], "DNSKEY")) {
    return absl::InvalidArgumentError("not a DNSKEY record");
  }
  std::optional<std::string> owner = CanonicalName(words[0]);
  if (!owner.has_value()) return absl::InvalidArgumentError("the owner is not a domain name");
  ASSIGN_OR_RETURN(const uint32_t flags, Number(words[type + 1], "flags"));
  ASSIGN_OR_RETURN(const uint32_t protocol, Number(words[type + 2], "protocol"));
  ASSIGN_OR_RETURN(const uint32_t number, Number(words[type + 3], "algorithm"));
  RETURN_IF_ERROR(CheckFlags(flags));
  if (protocol != kProtocol) {
    return absl::InvalidArgumentError(absl::StrCat("protocol is ", protocol, ", not 3"));
  }
  const Algorithm* const algorithm = FindAlgorithm(number);
  if (algorithm == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("algorithm ", number, " is not supported; 8, 10, 13, 14, 15 and 16 are"));
  }
  Dnskey key;
  key.owner = *std::move(owner);
  key.flags = static_cast<uint16_t>(flags);
  key.algorithm = algorithm->number;
  std::string base64;
  for (size_t i = type + 4; i < words.size(); ++i) absl::StrAppend(&base64, words[i]);
  std::string bytes;
  if (!absl::Base64Unescape(base64, &bytes)) {
    return absl::InvalidArgumentError("the public key is not base64");
  }
  RETURN_IF_ERROR(CheckPublicKey(*algorithm, bytes));
  key.public_key = absl::Base64Escape(bytes);
  return key;
}

std::string KnotAlgorithm(uint8_t algorithm) { return FindAlgorithm(algorithm)->knot_name; }

}  // namespace tidemark::failover
