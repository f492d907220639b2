#include "verifier/rules/values.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/limits.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kLabelBytesMax = 63;

// ISO 3166-1 alpha-2, officially assigned, in order.
constexpr char kCountryCodes[] =
    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCM"
    "CNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGY"
    "HK"
    "HMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMG"
    "MH"
    "MKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORS"
    "RU"
    "RWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVE"
    "VG"
    "VIVNVUWFWSYEYTZAZMZW";
static_assert((sizeof(kCountryCodes) - 1) / 2 == 249, "ISO 3166-1 assigns 249 codes");

// By first letter, a bit for each second one.
constexpr std::array<uint32_t, 26> kCountries = [] {
  std::array<uint32_t, 26> bits = {};
  for (const char* p = kCountryCodes; *p != '\0'; p += 2) bits[p[0] - 'A'] |= 1u << (p[1] - 'A');
  return bits;
}();

bool IsLabel(absl::string_view label) {
  if (label.empty() || label.size() > kLabelBytesMax) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(),
                     [](char c) { return absl::ascii_isalnum(c) || c == '-'; });
}

// atext of RFC 5322 section 3.2.3.
bool IsAtext(char c) {
  return absl::ascii_isalnum(c) || (c != '\0' && std::strchr("!#$%&'*+-/=?^_`{|}~", c) != nullptr);
}

bool IsDotAtom(absl::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  char last = 'a';
  for (const char c : text) {
    if (c == '.' ? last == '.' : !IsAtext(c)) return false;
    last = c;
  }
  return true;
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
  for (;;) {
    const size_t dot = name.find('.');
    if (!IsLabel(name.substr(0, dot))) return false;
    if (dot == absl::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

bool IsBelow(absl::string_view name, absl::string_view zone) {
  return name.size() > zone.size() + 1 && name[name.size() - zone.size() - 1] == '.' &&
         absl::EndsWithIgnoreCase(name, zone);
}

absl::string_view LastLabel(absl::string_view name) { return name.substr(name.rfind('.') + 1); }

bool HasALabel(absl::string_view name) {
  if (absl::StartsWithIgnoreCase(name, "xn--")) return true;
  for (size_t dot = name.find('.'); dot != absl::string_view::npos; dot = name.find('.', dot + 1)) {
    if (absl::StartsWithIgnoreCase(name.substr(dot + 1), "xn--")) return true;
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

bool IsEmail(absl::string_view address) {
  const size_t at = address.rfind('@');
  if (at == absl::string_view::npos) return false;
  const absl::string_view local = address.substr(0, at);
  const absl::string_view domain = address.substr(at + 1);
  return (IsDotAtom(local) || IsQuotedString(local)) &&
         (IsDotAtom(domain) || IsDomainLiteral(domain));
}

bool IsCountryCode(absl::string_view code) {
  if (code.size() != 2 || !absl::ascii_isupper(code[0]) || !absl::ascii_isupper(code[1])) {
    return false;
  }
  return (kCountries[static_cast<size_t>(code[0] - 'A')] >> (code[1] - 'A') & 1) != 0;
}

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

bool IsAscii(absl::string_view text) {
  constexpr uint64_t kHighBits = 0x8080'8080'8080'8080ull;
  uint64_t seen = 0;
  for (; text.size() >= sizeof(seen); text.remove_prefix(sizeof(seen))) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof(word));
    seen |= word;
  }
  for (const char c : text) seen |= static_cast<unsigned char>(c);
  return (seen & kHighBits) == 0;
}

}  // namespace tidemark::verifier
