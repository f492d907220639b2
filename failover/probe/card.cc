#include "failover/probe/card.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace tidemark::failover::probe {
namespace {

constexpr absl::string_view kHiddenWord = "REDACTED";

bool Fits(const ExpectedValues& expected, const TextSet& got, Forms forms) {
  // What is not there is withheld like what is.
  const bool says_nothing = std::all_of(
      got.begin(), got.end(), [](const std::string& text) { return text == kHiddenWord; });
  if (expected.is_hidden) return says_nothing;
  if (expected.is_unclear || (expected.must.empty() && says_nothing)) return true;
  const bool is_known = std::all_of(got.begin(), got.end(), [&](const std::string& text) {
    return expected.must.contains(text) || expected.may.contains(text);
  });
  if (!is_known) return false;
  if (forms == Forms::kOne) return expected.must.empty() || !got.empty();
  return std::includes(got.begin(), got.end(), expected.must.begin(), expected.must.end());
}

// Two letters of ISO 3166-1: all that jCard has room for (RFC 8605 section 3.1).
bool IsCountryCode(absl::string_view text) {
  return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalpha(static_cast<unsigned char>(c));
         });
}

}  // namespace

size_t FirstMisfit(const ExpectedCard& expected, const Card& card, Forms forms) {
  for (size_t i = 0; i < kContactValues; ++i) {
    if (!Fits(expected[i], card[i], forms)) return i;
    // Of id and ROID an answer has either.
    if (static_cast<ContactValue>(i) == ContactValue::kId && !expected[i].may.empty() &&
        !expected[i].is_hidden && card[i].empty()) {
      return i;
    }
  }
  return kContactValues;
}

std::string Comparable(ContactValue field, absl::string_view text) {
  return field == ContactValue::kCountry ? absl::AsciiStrToUpper(text) : std::string(text);
}

void AddExpected(ContactValue field, absl::string_view text, bool is_extra, ExpectedCard& card) {
  if (text.empty()) return;
  ExpectedValues& values = card[static_cast<size_t>(field)];
  values.is_unclear = values.is_unclear || !IsSayable(text);
  const bool may_be_left_out =
      is_extra || (field == ContactValue::kCountry && !IsCountryCode(text));
  (may_be_left_out ? values.may : values.must).insert(Comparable(field, text));
}

bool IsSayable(absl::string_view text) {
  if (text.size() > kPlainBytesMax) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return false;
    // Where U+0080 to U+009F, marks of direction, line separators and U+FFFD begin.
    const absl::string_view rest = text.substr(i);
    if (byte == 0xc2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) < 0xa0) return false;
    if (absl::StartsWith(rest, "\xd8\x9c") || absl::StartsWith(rest, "\xe2\x80") ||
        absl::StartsWith(rest, "\xe2\x81") || absl::StartsWith(rest, "\xef\xbf\xbd")) {
      return false;
    }
  }
  return true;
}

}  // namespace tidemark::failover::probe
