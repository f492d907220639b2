#include "verifier/rules/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "base/text_lane.h"
#include "base/text_words.h"
#include "verifier/country_set.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kLabelBytesMax = 63;

// ISO 3166-1 alpha-2, officially assigned, in order.
constexpr CountrySet kCountries(
    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCL"
    "CMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGU"
    "GWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMC"
    "MDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPT"
    "PWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUA"
    "UGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW");
static_assert(kCountries.size() == 249, "ISO 3166-1 assigns 249 codes");

// What bytes may be in an address: atext of RFC 5322 section 3.2.3, or the dot between atoms.
constexpr uint8_t kAtext = 1;
constexpr uint8_t kDot = 2;
constexpr std::array<uint8_t, 256> kAtomBytes = [] {
  std::array<uint8_t, 256> bytes{};
  for (char c = 'a'; c <= 'z'; ++c) {
    bytes[static_cast<uint8_t>(c)] = bytes[static_cast<uint8_t>(c - 0x20)] = kAtext;
  }
  for (const char c : absl::string_view("0123456789!#$%&'*+-/=?^_`{|}~")) {
    bytes[static_cast<uint8_t>(c)] = kAtext;
  }
  bytes['.'] = kDot;
  return bytes;
}();

bool IsDotAtom(absl::string_view text) {
  uint8_t last = kDot;
  for (const char c : text) {
    const uint8_t byte = kAtomBytes[static_cast<uint8_t>(c)];
    if (byte == 0 || (byte & last) == kDot) return false;
    last = byte;
  }
  return last != kDot;
}

// Words of letters, digits, '-' and '_', between which single dots or the one '@' stand: what
// nearly every address is. False for any other text, which may be one as well.
bool IsUsualEmail(absl::string_view address) {
  constexpr size_t kBits = 64;
  if (address.empty() || address.size() > kBits) return false;
  uint64_t words = 0;
  uint64_t dots = 0;
  uint64_t ats = 0;
  for (size_t at = 0; at < address.size(); at += base::kLaneBytes) {
    const base::TextLane lane(address.substr(at));
    words |= uint64_t{lane.IsLetter() | lane.IsDigit() | lane.Is('-') | lane.Is('_')} << at;
    dots |= uint64_t{lane.Is('.')} << at;
    ats |= uint64_t{lane.Is('@')} << at;
  }
  const uint64_t marks = dots | ats;
  const uint64_t last = uint64_t{1} << (address.size() - 1);
  return (words | marks) == (last | (last - 1)) && std::has_single_bit(ats) &&
         (marks & (marks << 1 | 1 | last)) == 0;
}

bool IsQuotedString(absl::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  for (size_t i = 0; i < text.size(); ++i) {
    if (!absl::ascii_isprint(text[i]) || text[i] == '"') return false;
    if (text[i] == '\\' && ++i == text.size()) return false;
  }
  return true;
}

bool IsDomainLiteral(absl::string_view text) {
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
  text = text.substr(1, text.size() - 2);
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isprint(c) && c != '[' && c != ']' && c != '\\';
  });
}

// A NUL-terminated copy for inet_pton; false if it cannot be an address anyway.
bool Terminated(absl::string_view address, char (&out)[INET6_ADDRSTRLEN]) {
  if (address.size() >= sizeof(out) || absl::StrContains(address, '\0')) return false;
  std::memcpy(out, address.data(), address.size());
  out[address.size()] = '\0';
  return true;
}

absl::string_view SpecialUseOfIpv4(const unsigned char (&a)[16]) {
  if (a[0] == 0) return "this network (0/8)";
  if (a[0] == 127) return "loopback (127/8)";
  if (a[0] == 10 || (a[0] == 172 && a[1] >> 4 == 1) || (a[0] == 192 && a[1] == 168)) {
    return "private (RFC 1918)";
  }
  if (a[0] == 100 && a[1] >> 6 == 1) return "shared (100.64/10)";
  if (a[0] == 169 && a[1] == 254) return "link-local (169.254/16)";
  if (a[0] >> 4 == 14) return "multicast (224/4)";
  if (a[0] >> 4 == 15) return "reserved (240/4)";
  return "";
}

absl::string_view SpecialUseOfIpv6(const unsigned char (&a)[16]) {
  const bool zeros = std::all_of(a, a + 10, [](unsigned char byte) { return byte == 0; });
  if (zeros && a[10] == 0xff && a[11] == 0xff) return "IPv4-mapped (::ffff:0:0/96)";
  if (zeros && a[10] == 0 && a[11] == 0) return "loopback, unspecified or IPv4-compatible (::/96)";
  if (a[0] == 0xff) return "multicast (ff00::/8)";
  if (a[0] == 0xfe && a[1] >> 6 == 2) return "link-local (fe80::/10)";
  if (a[0] >> 1 == 0x7e) return "unique local (fc00::/7)";
  return "";
}

}  // namespace

bool IsHostName(absl::string_view name) {
  if (name.empty() || name.size() > base::kDomainNameBytesMax) return false;
  uint32_t after_dot = 1;  // bit i: byte i stands after one, or first
  uint32_t after_hyphen = 0;
  size_t label = 0;  // where it begins
  for (size_t at = 0; at < name.size(); at += base::kLaneBytes) {
    const size_t bytes = std::min(name.size() - at, base::kLaneBytes);
    const base::TextLane lane(name.substr(at));
    const uint32_t dots = lane.Is('.');
    const uint32_t hyphens = lane.Is('-');
    const uint32_t known = lane.IsLetter() | lane.IsDigit() | dots | hyphens;
    after_dot |= dots << 1;
    after_hyphen |= hyphens << 1;
    if (known != (uint32_t{1} << bytes) - 1) return false;
    if ((after_dot & (dots | hyphens)) != 0 || (after_hyphen & dots) != 0) return false;
    for (uint32_t left = dots; left != 0; left &= left - 1) {
      const size_t dot = at + static_cast<size_t>(std::countr_zero(left));
      if (dot - label > kLabelBytesMax) return false;
      label = dot + 1;
    }
    after_dot >>= bytes;
    after_hyphen >>= bytes;
  }
  return after_dot == 0 && after_hyphen == 0 && name.size() - label <= kLabelBytesMax;
}

bool IsBelow(absl::string_view name, absl::string_view zone) {
  return name.size() > zone.size() + 1 && name[name.size() - zone.size() - 1] == '.' &&
         base::EndsFolded(name, zone);
}

absl::string_view LastLabel(absl::string_view name) { return name.substr(name.rfind('.') + 1); }

bool EndsInNumber(absl::string_view name) {
  // Nearly every name ends in a letter.
  if (name.empty() || !absl::ascii_isdigit(name.back())) return false;
  const absl::string_view last = LastLabel(name);
  return std::all_of(last.begin(), last.end(), absl::ascii_isdigit);
}

bool HasReservedLabel(absl::string_view name) {
  for (size_t at = name.find("--"); at != absl::string_view::npos; at = name.find("--", at + 1)) {
    const size_t dot = at == 0 ? absl::string_view::npos : name.rfind('.', at - 1);
    const size_t label = dot == absl::string_view::npos ? 0 : dot + 1;
    if (at - label == 2 && !base::StartsFolded(name.substr(label), "xn--")) return true;
  }
  return false;
}

bool HasALabel(absl::string_view name) {
  // Most names have no hyphen at all.
  if (std::memchr(name.data(), '-', name.size()) == nullptr) return false;
  for (size_t label = 0; label < name.size();) {
    if (base::StartsFolded(name.substr(label), "xn--")) return true;
    label = std::min(name.find('.', label), name.size() - 1) + 1;
  }
  return false;
}

bool IsIpv4(absl::string_view address) {
  char text[INET6_ADDRSTRLEN];
  in_addr parsed;
  return Terminated(address, text) && inet_pton(AF_INET, text, &parsed) == 1;
}

bool IsIpv6(absl::string_view address) {
  char text[INET6_ADDRSTRLEN];
  in6_addr parsed;
  return Terminated(address, text) && inet_pton(AF_INET6, text, &parsed) == 1;
}

absl::string_view SpecialUseOf(absl::string_view address) {
  char text[INET6_ADDRSTRLEN];
  if (!Terminated(address, text)) return "";
  unsigned char bytes[16];
  if (inet_pton(AF_INET, text, bytes) == 1) return SpecialUseOfIpv4(bytes);
  if (inet_pton(AF_INET6, text, bytes) == 1) return SpecialUseOfIpv6(bytes);
  return "";
}

absl::string_view RareUseOf(absl::string_view address) {
  // Whose text begins as none of them can is not parsed: nearly all of them.
  if (address.empty() || !absl::StrContains("016fF", address[0])) return "";
  if (address.substr(0, 4).find('.') != absl::string_view::npos &&
      !absl::StartsWith(address, "192.0.0.")) {
    return "";
  }
  char text[INET6_ADDRSTRLEN];
  if (!Terminated(address, text)) return "";
  unsigned char a[16];
  if (inet_pton(AF_INET, text, a) == 1) {
    // All but the two anycast addresses, RFC 7723 and RFC 8155.
    const bool anycast = a[3] == 9 || a[3] == 10;
    const bool protocol = a[0] == 192 && a[1] == 0 && a[2] == 0 && !anycast;
    return protocol ? "for protocol assignments (192.0.0/24)" : "";
  }
  if (inet_pton(AF_INET6, text, a) != 1) return "";
  const auto begins = [&a](absl::Span<const unsigned char> bytes) {
    return std::equal(bytes.begin(), bytes.end(), a);
  };
  if (begins({0x01, 0, 0, 0, 0, 0, 0, 0})) return "discard-only (100::/64)";
  if (begins({0x00, 0x64, 0xff, 0x9b, 0x00, 0x01})) return "for translation (64:ff9b:1::/48)";
  if (a[0] == 0xfe && a[1] >> 6 == 3) return "site-local (fec0::/10)";
  return "";
}

bool IsEmail(absl::string_view address) {
  if (IsUsualEmail(address)) return true;
  size_t after = address.size();
  while (after > 0 && address[after - 1] != '@') --after;
  if (after == 0) return false;
  const absl::string_view local = address.substr(0, after - 1);
  const absl::string_view domain = address.substr(after);
  return (IsDotAtom(local) || IsQuotedString(local)) &&
         (IsDotAtom(domain) || IsDomainLiteral(domain));
}

bool IsCountryCode(absl::string_view code) { return kCountries.Has(code); }

bool IsAbsoluteUrl(absl::string_view url) {
  const size_t colon = url.find(':');
  if (colon == absl::string_view::npos || colon == 0 || colon + 1 == url.size()) return false;
  const absl::string_view scheme = url.substr(0, colon);
  return absl::ascii_isalpha(scheme[0]) &&
         std::all_of(
             scheme.begin(), scheme.end(),
             [](char c) { return absl::ascii_isalnum(c) || c == '+' || c == '-' || c == '.'; }) &&
         std::none_of(url.begin(), url.end(), [](char c) {
           return absl::ascii_isspace(c) || absl::ascii_iscntrl(c) || c == '<' || c == '>' ||
                  c == '"';
         });
}

}  // namespace tidemark::verifier
