#include "failover/lookup/text.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"
#include "rde/xml/characters.h"

namespace tidemark::failover {
namespace {

constexpr size_t kIanaIdDigitsMax = 10;

void PutDigits(int64_t number, int digits, char* out) {
  for (int i = digits - 1; i >= 0; --i, number /= 10) out[i] = static_cast<char>('0' + number % 10);
}

bool IsWord(absl::string_view text, size_t bytes_max) {
  return !text.empty() && text.size() <= bytes_max &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
         });
}

}  // namespace

char32_t TakeCharacter(absl::string_view& text) {
  const rde::xml::Decoded decoded = rde::xml::DecodeUtf8(text);
  text.remove_prefix(decoded.bytes == 0 ? 1 : decoded.bytes);
  return decoded.bytes == 0 ? kReplacementCharacter : decoded.character;
}

bool IsControl(char32_t character) {
  return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x61c ||
         character == 0x200e || character == 0x200f ||
         (character >= 0x2028 && character <= 0x202e) ||
         (character >= 0x2066 && character <= 0x2069);
}

bool IsShowable(absl::string_view text) {
  while (!text.empty()) {
    const char32_t character = TakeCharacter(text);
    if (IsControl(character) || character == kReplacementCharacter) return false;
  }
  return true;
}

bool IsDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
}

bool IsIanaId(absl::string_view text) {
  return !text.empty() && text.size() <= kIanaIdDigitsMax && IsDigits(text);
}

bool IsRoid(absl::string_view text) {
  const size_t hyphen = text.find('-');
  return hyphen != absl::string_view::npos && IsWord(text.substr(0, hyphen), 80) &&
         IsWord(text.substr(hyphen + 1), 8);
}

absl::string_view CutAt(absl::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  // Not before a byte that goes on with a character, of which UTF-8 has at most three.
  for (int i = 0; i < 3 && end > 0 && (static_cast<uint8_t>(text[end]) & 0xc0) == 0x80; ++i) --end;
  return text.substr(0, end);
}

std::string DateText(absl::Time time) {
  // absl::FormatTime takes ten times as long, and an answer has five dates.
  const absl::CivilSecond civil = absl::ToCivilSecond(time, absl::UTCTimeZone());
  if (civil.year() < 0 || civil.year() > 9999) return "";  // RFC 3339 has no form for them
  std::string out = "0000-00-00T00:00:00Z";
  PutDigits(civil.year(), 4, &out[0]);
  PutDigits(civil.month(), 2, &out[5]);
  PutDigits(civil.day(), 2, &out[8]);
  PutDigits(civil.hour(), 2, &out[11]);
  PutDigits(civil.minute(), 2, &out[14]);
  PutDigits(civil.second(), 2, &out[17]);
  return out;
}

}  // namespace tidemark::failover
