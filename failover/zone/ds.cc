#include "failover/zone/ds.h"

#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "crypto/digest.h"

namespace tidemark::failover {
namespace {

constexpr int kSha256 = 2;
constexpr uint16_t kZoneKeyFlag = 0x0100;  // RFC 4034 section 2.1.1
constexpr uint16_t kRevokedFlag = 0x0080;  // RFC 5011 section 3
constexpr int kDnssecProtocol = 3;
constexpr size_t kUnknownDigestBytesMax = 64;

// Digest sizes by type (IANA, "DNSSEC DS RR Type Digest Algorithms"); 0: not known here.
size_t DigestBytes(int digest_type) {
  switch (digest_type) {
    case 1:
      return 20;  // SHA-1
    case 2:       // SHA-256
    case 3:       // GOST R 34.11-94
      return 32;
    case 4:
      return 48;  // SHA-384
    default:
      return 0;
  }
}

// RFC 4034 appendix B, for every algorithm but RSA/MD5, which nobody may use any more.
uint16_t KeyTag(absl::string_view rdata) {
  uint32_t sum = 0;
  for (size_t i = 0; i < rdata.size(); ++i) {
    const uint32_t byte = static_cast<uint8_t>(rdata[i]);
    sum += (i & 1) != 0 ? byte : byte << 8;
  }
  sum += sum >> 16 & 0xffff;
  return static_cast<uint16_t>(sum & 0xffff);
}

std::string WireName(absl::string_view name) {
  std::string wire;
  for (const absl::string_view label : absl::StrSplit(name, '.')) {
    wire.push_back(static_cast<char>(label.size()));
    absl::StrAppend(&wire, label);
  }
  wire.push_back('\0');
  return wire;
}

}  // namespace

absl::StatusOr<std::string> DsText(const rde::DsData& ds) {
  if (ds.algorithm == 0) return absl::InvalidArgumentError("DS algorithm 0 is reserved");
  if (ds.digest_type == 0) return absl::InvalidArgumentError("DS digest type 0 is reserved");
  for (const char c : ds.digest) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(c))) {
      return absl::InvalidArgumentError("DS digest is not hexadecimal");
    }
  }
  const size_t want = DigestBytes(ds.digest_type);
  const bool fits = want != 0 ? ds.digest.size() == 2 * want
                              : !ds.digest.empty() && ds.digest.size() % 2 == 0 &&
                                    ds.digest.size() <= 2 * kUnknownDigestBytesMax;
  if (!fits) {
    return absl::InvalidArgumentError(absl::StrCat("DS digest of type ", int{ds.digest_type},
                                                   " has ", ds.digest.size(), " hex digits"));
  }
  return absl::StrCat(ds.key_tag, " ", int{ds.algorithm}, " ", int{ds.digest_type}, " ",
                      absl::AsciiStrToLower(ds.digest));
}

absl::StatusOr<std::string> DsTextOfKey(absl::string_view owner, const rde::KeyData& key) {
  if (key.protocol != kDnssecProtocol) {
    return absl::InvalidArgumentError(absl::StrCat("key protocol is ", int{key.protocol}));
  }
  if ((key.flags & kZoneKeyFlag) == 0 || (key.flags & kRevokedFlag) != 0) {
    return absl::InvalidArgumentError("key is no zone key, or revoked");
  }
  if (key.algorithm <= 1) return absl::InvalidArgumentError("key algorithm may not be used");
  std::string public_key;
  if (!absl::Base64Unescape(key.public_key, &public_key) || public_key.empty()) {
    return absl::InvalidArgumentError("public key is not base64");
  }
  std::string rdata;
  rdata.push_back(static_cast<char>(key.flags >> 8));
  rdata.push_back(static_cast<char>(key.flags & 0xff));
  rdata.push_back(static_cast<char>(key.protocol));
  rdata.push_back(static_cast<char>(key.algorithm));
  rdata += public_key;
  return absl::StrCat(KeyTag(rdata), " ", int{key.algorithm}, " ", kSha256, " ",
                      crypto::Sha256(absl::StrCat(WireName(owner), rdata)).ToHex());
}

}  // namespace tidemark::failover
