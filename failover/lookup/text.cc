#include "failover/lookup/text.h"

#include "rde/xml/characters.h"

namespace tidemark::failover {

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

std::string DateText(absl::Time time) {
  const absl::CivilYear year = absl::ToCivilYear(time, absl::UTCTimeZone());
  if (year < absl::CivilYear(1000) || year > absl::CivilYear(9999)) return "";
  return absl::FormatTime("%Y-%m-%d%ET%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace tidemark::failover
