#include "tests/conformance/values.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace tidemark::conformance {
namespace {

// clang-format off
constexpr absl::string_view kDates[] = {
    "2026-11-22T00:00:00Z", "2026-11-22T00:00:00", "2026-11-22T24:00:00Z", "2026-11-22T24:00:01Z",
    "2026-11-22T24:00:00.0Z", "2026-11-22T24:00:00.1Z", "2026-11-22T25:00:00Z",
    "2026-11-22T23:59:60Z", "2026-11-22T23:59:61Z", "2026-11-22T23:59:59.999999999999Z",
    "2026-11-22T12:34:60Z", "2026-11-22T23:60:00Z", "2026-02-28T00:00:00Z", "2026-02-29T00:00:00Z",
    "2024-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "0000-01-01T00:00:00Z",
    "-0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "-0001-01-01T00:00:00Z",
    "-0004-02-29T00:00:00Z", "-0005-02-29T00:00:00Z", "10000-01-01T00:00:00Z",
    "012026-01-01T00:00:00Z", "99999999-01-01T00:00:00Z", "999999999-01-01T00:00:00Z",
    "2147483647-01-01T00:00:00Z", "2147483648-01-01T00:00:00Z", "9999999999-01-01T00:00:00Z",
    "99999999999999999999-01-01T00:00:00Z", "-99999999999-01-01T00:00:00Z", "026-11-22T00:00:00Z",
    "2026-00-22T00:00:00Z", "2026-13-22T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-31T00:00:00Z",
    "2026-11-30T00:00:00Z", "2026-1-22T00:00:00Z", "2026-11-2T00:00:00Z", "2026-11-22T0:00:00Z",
    "2026-11-22T00:00Z", "2026-11-22T00:00:0Z", "2026-11-22T00:00:00.0",
    "2026-11-22T00:00:00,5Z", "2026-11-22t00:00:00Z", "2026-11-22T00:00:00z",
    "2026-11-22 00:00:00Z", "2026-11-22", "2026-11-22Z", "00:00:00Z", "2026-11-22T00:00:00+00:00",
    "2026-11-22T00:00:00-00:00", "2026-11-22T00:00:00+14:00", "2026-11-22T00:00:00+14:01",
    "2026-11-22T00:00:00-14:00", "2026-11-22T00:00:00+15:00", "2026-11-22T00:00:00+13:59",
    "2026-11-22T00:00:00+13:60", "2026-11-22T00:00:00+1:00", "2026-11-22T00:00:00+0100",
    "2026-11-22T00:00:00+01", "2026-11-22T00:00:00+01:0", "2026-11-22T00:00:00+01:00Z",
    "2026-11-22T00:00:00ZZ", "+2026-11-22T00:00:00Z", "2026-11-22T00:00:00UTC",
    "2026/11/22T00:00:00Z", "2026-11-22T-1:00:00Z", "2026-06-31T00:00:00Z", "2026-12-31T24:00:00Z",
    "9999-12-31T24:00:00Z", "20261122T000000Z",
    "2026-11-22T00:00:00.123456789012345678901234567890Z", "--2026-11-22T00:00:00Z", "P1Y", "-P1Y",
    "P1Y2M3DT4H5M6.7S", "P", "PT", "P1YT", "P1D", "PT0S", "PT1.S", "PT.5S", "P1.5Y", "P-1Y", "1Y",
    "P1M1Y", "PT1S1M", "P1S", "PT1D", "+P1Y", "P1Y ", "p1y", "P99999999999Y", "PT36H", "P1Y1Y",
    "--P1Y", "PT1H1.5M", "P1Y2M3D4H", "P0Y", "PT1M2", "P1YT1", "PT1S.5",
};

constexpr absl::string_view kNumbers[] = {
    "0", "1", "-1", "+1", "00", "01", "+0", "-0", "007", "-007", "+-1", "--1", "1.", "1.0", ".1",
    "1e1", "1E0", "0x10", "1,000", "1 000", "1_0", "+", "-", "255", "256", "0255", "00000000256",
    "65535", "65536", "2147483647", "2147483648", "-2147483648", "4294967295", "4294967296",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551616", "99999999999999999999999999999999", "000000000000000000000000000001",
    "-00000000000000000000000000000", "NaN", "INF", "\xD9\xA1", "\xEF\xBC\x91", "1-", "1+", "--",
    "0.0", "- 1", "+ 1",
};

constexpr absl::string_view kUris[] = {
    "urn:ietf:params:xml:ns:rdeDomain-1.0", "http://example.com/", "http://example.com", "http://",
    "http:", "http:///", "//", "///", "//host", "/path", "path", "?query", "#fragment", "#", "##",
    "a#b#c", "?", "??", "a?b?c", ":", ":a", "1:a", "a:", "a:b", "a1+-.:x", "a_b:c", "1a:b", "-a:b",
    "./1:a", "a/b:c", "a b", "a  b", "%", "%4", "%41", "%zz", "%4g", "%G1", "100%", "a%20b",
    "http://[::1]/", "http://[::1]:80/", "http://[::1", "http://::1]/", "http://[/", "http://]/",
    "http://[]/", "http://[x]/", "http://[::1]x/", "http://a[b]c/", "[", "]", "a[b]",
    "http://a/[b]", "http://a?[b]", "http://a#[b]", "http://a:80", "http://a:", "http://a:x",
    "http://a:99999", "http://a:-1", "http://user@host", "http://user:pw@host", "http://@host",
    "http://a@b@c", "http://1.2.3.4", "http://1.2.3", "http://1.2.3.4.5", "http://256.1.1.1",
    "http://a..b", "http://.a", "http://a.", "http://-a", "http://a-", "http://a-.b", "http://a_b",
    "http://a b/", "http://a\\b", "\\", "^", "`", "{", "}", "|", "<", ">", "\"", "'",
    "http://ex\xC3\xA4mple/", "\xC3\xA4", "\xE7\xBD\x91", "http://a/\xC3\xA4", "mailto:a@b",
    "tel:+1", "urn:", "urn:x", "urn::", "::", "a::b", "http:a", "http:/a", "http:?a", "http:#a",
    "a:?b", "a:#b", "a:%", "a:%41", "data:,x", "file:///etc", "//a:b:c", "//[v1.x]", "//a%41",
    "//a%", "//%", "//a/%", "%%", "%25%", "../..", "..", ".", "/..//", "a;b",
    "http://xn--a/", "//user@", "//:80", "//:", "//a:80/%41?%42#%43", "http://host:80a/", "a:b:c",
    "http://0x7f.1/", "http://1/", "http://a.1/", "http://a.b1/", "http://a.1b/", "\xE2\x80\xA8",
    "http://[1:2:3:4:5:6:7:8]/", "http://[1:2:3:4:5:6:7]/", "http://[::1.2.3.4]/",
    "http://[g::1]/", "http://[1::2::3]/", "//rde:deposit/rde:contents/rdeDomain:domain",
    "rdeDomain:registrant", "rdeDomain:contact[@type='admin']",
};

constexpr absl::string_view kTokens[] = {
    "ok", "OK", "Ok", "linked", "inactive", "clientHold", "clientHold ", "pendingDelete",
    "serverHold", "clientApproved", "pending", "withheld", "blocked", "mirrored", "admin", "tech",
    "billing", "v4", "v6", "v5", "loc", "int", "FULL", "INCR", "DIFF", "full", "1.0", "1.1",
    "01.0", "10.0", "true", "false", "TRUE", "True", "t", "yes", "readonly", "terminated",
    "addPeriod", "redemptionPeriod", "en", "en-US", "EN", "fr-CA-x-y", "e", "englishxx",
    "englishxxx", "en-", "-en", "en--US", "en_US", "e1", "1e", "en-1", "en-123456789", "x-klingon",
    "\xC3\xA9", "en us", "D1-TEST", "D1-", "-TEST", "D1TEST", "D_1-TEST", "D1-TEST_", "D-1-TEST",
    "D+1-T$T", "D1-123456789", "D1-12345678", "\xC3\xA9\xE7\xBD\x91-\xC3\xA9", "D.1-TEST",
    "D1-TE.T", "D 1-TEST", "__-a", "_-_", "a-b", "a_b", "a+b", "abc", "ab", "a", "1234567890123",
    "12345678901234", "1234567890abcdef", "1234567890abcdefg", "a.b", "+1.7035555555", "+1.",
    "+.1", "+1234.1", "+123.12345678901234", "+123.123456789012345", "1.7035555555", "+1.703.5555",
    "+1-7035555555", "+\xD9\xA1.\xD9\xA1", "+1.1x", "::1", "2001:db8::1", "192.0.2.1", "US", "USA",
    "U", "\xC3\xA9\xC3\xA9", "us", "ns1.example.com", "A.EXAMPLE", ".",
    "localhost", "a.1", "ab--cd.test", "1.2.3.example",
};

constexpr absl::string_view kBinaries[] = {
    "49FD46E6C4B45C55D4AC", "49fd46", "4", "49F", "0", "00", "gg", "49 FD", "49\nFD", "0x49", "4g",
    "AA==", "AAA=", "AAAA", "AB==", "AAB=", "AQ==", "AAE=", "A===", "====", "==", "=", "A", "AA",
    "AAA", "AAAAA", "AAAA=", "AAAA==", "AA=A", "A A = =", "A A A A", "AA ==", "AA= =", "AAAA AAAA",
    "AAAA  AAAA", "AAAA\nAAAA", "AAAA\tAAAA", "A\xC3\xA4" "AA", "AA-A", "AA_A", "+/+/", "AAAA*",
    "AQPJ////4Q==", "AQPJ////4Q=", "AQPJ////4Q", "AAAAAA==AAAA", "AA==AA==", " ", "A  A  A  A",
    "AAA =", "AAAA =", "= AAA",
};

constexpr absl::string_view kCharacters[] = {
    "a", "Z", "0", "9", "_", "-", "+", ".", ":", "/", "?", "#", "%", "=", "$", "<", ">", "&", "'",
    "\"", "^", "`", "|", "~", "!", "@", "(", ")", "*", ",", ";", "[", "]", "{", "}", "\\", " ",
    "\t", "\n", "\r", "\xC2\xA0", "\xC2\xAD", "\xC2\xA3", "\xC3\x97", "\xC3\xA9", "\xC4\xB0",
    "\xC7\x85", "\xCC\x81", "\xD0\x96", "\xD7\x90", "\xD9\xA1", "\xE0\xA4\x95", "\xE0\xB8\x81",
    "\xE1\x9A\x80", "\xE2\x80\x8B", "\xE2\x80\x93", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x82\xAC",
    "\xE2\x85\xA0", "\xE2\x91\xA0", "\xE2\x88\x91", "\xE3\x80\x80", "\xE3\x81\x82", "\xE4\xB8\xAD",
    "\xEA\xB0\x80", "\xEF\xBB\xBF", "\xEF\xBC\x91", "\xEF\xBC\xBF", "\xC2\x85", "\xC2\x80",
    "\xC2\xAA",
    "\xC2\xB2", "\xC2\xBC", "\xC2\xAB", "\xCD\xB8", "\xEE\x80\x80", "\xEF\xBF\xBD",
    "\xEF\xBF\xBE", "\xEF\xBF\xBF",
};
// clang-format on

constexpr size_t kLengths[] = {1,  2,  3,  4,  13, 15,  16,  17,  44, 45,
                               46, 63, 64, 65, 80, 254, 255, 256, 300};

}  // namespace

absl::Span<const absl::string_view> Dates() { return kDates; }
absl::Span<const absl::string_view> Numbers() { return kNumbers; }
absl::Span<const absl::string_view> Uris() { return kUris; }
absl::Span<const absl::string_view> Tokens() { return kTokens; }
absl::Span<const absl::string_view> Binaries() { return kBinaries; }
absl::Span<const absl::string_view> Characters() { return kCharacters; }

absl::string_view AnyValue(Dice& dice) {
  switch (dice.Below(6)) {
    case 0:
      return dice.Pick(kDates);
    case 1:
      return dice.Pick(kNumbers);
    case 2:
      return dice.Pick(kUris);
    case 3:
      return dice.Pick(kBinaries);
    case 4:
      return dice.Pick(kCharacters);
    default:
      return dice.Pick(kTokens);
  }
}

std::string EdgeOfLength(Dice& dice) {
  constexpr absl::string_view kUnits[] = {"a", "7", "\xC3\xA9", "\xE4\xB8\xAD"};
  const absl::string_view unit = dice.Pick(kUnits);
  std::string text;
  for (size_t i = kLengths[dice.Below(std::size(kLengths))]; i > 0; --i)
    absl::StrAppend(&text, unit);
  return text;
}

std::string AnyCharacter(Dice& dice) {
  const auto c = static_cast<unsigned>(0x20 + dice.Below(0xFFFE - 0x20));
  if (c >= 0xD800 && c < 0xE000) return "a";
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  if (c < 0x80) return std::string(1, byte(c));
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 0x3F))};
  return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 0x3F)), byte(0x80 | (c & 0x3F))};
}

std::string Perturbed(absl::string_view text, Dice& dice) {
  // The starts of characters, and the end.
  std::vector<size_t> starts;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((text[i] & 0xC0) != 0x80) starts.push_back(i);
  }
  starts.push_back(text.size());
  const size_t at = dice.Below(starts.size());
  const size_t next = at + 1 < starts.size() ? starts[at + 1] : text.size();
  std::string changed(text.substr(0, starts[at]));
  const size_t what = dice.Below(4);
  if (what != 0) absl::StrAppend(&changed, dice.Pick(kCharacters));
  absl::StrAppend(&changed, text.substr(what == 1 ? starts[at] : next));
  return changed;
}

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"\r", "&#13;"}});
}

}  // namespace tidemark::conformance
