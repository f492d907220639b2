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

}  // namespace tidemark::failover
