#include "failover/rdap/json_writer.h"

#include <array>

#include "absl/strings/str_cat.h"
#include "failover/lookup/limits.h"
#include "failover/lookup/text.h"

namespace tidemark::failover::rdap {
namespace {

// Bytes that can stand in a JSON string, and in a page, as they are.
constexpr std::array<bool, 256> PlainBytes() {
  std::array<bool, 256> plain{};
  for (int byte = 0x20; byte < 0x7f; ++byte) {
    plain[byte] = byte != '"' && byte != '\\' && byte != '<' && byte != '>' && byte != '&';
  }
  return plain;
}
constexpr std::array<bool, 256> kPlain = PlainBytes();

size_t PlainPrefix(absl::string_view text) {
  size_t plain = 0;
  while (plain < text.size() && kPlain[static_cast<uint8_t>(text[plain])]) ++plain;
  return plain;
}

void AppendEscape(char32_t character, std::string& out) {
  absl::StrAppend(&out, "\\u", absl::Hex(static_cast<uint32_t>(character), absl::kZeroPad4));
}

}  // namespace

void JsonWriter::Key(absl::string_view key) {
  Comma();
  out_.push_back('"');
  out_.append(key.data(), key.size());
  out_.append("\":", 2);
}

void JsonWriter::Text(absl::string_view text) {
  if (out_.size() + text.size() > kAnswerBytesMax) {
    is_cut_ = true;
    OwnText("");
  } else if (text.size() > kValueBytesMax) {
    is_cut_ = true;
    OwnText(absl::StrCat(CutAt(text, kValueBytesMax), "..."));
  } else {
    OwnText(text);
  }
}

void JsonWriter::OwnText(absl::string_view text) {
  Comma();
  out_.push_back('"');
  Escaped(text);
  out_.push_back('"');
}

void JsonWriter::Escaped(absl::string_view text) {
  while (true) {
    const size_t plain = PlainPrefix(text);
    out_.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const absl::string_view before = text;
    const char32_t character = TakeCharacter(text);
    if (IsControl(character) || character < 0x80) {
      AppendEscape(character, out_);
    } else if (character == kReplacementCharacter) {
      out_.append("\xEF\xBF\xBD");
    } else {
      out_.append(before.data(), before.size() - text.size());
    }
  }
}

void JsonWriter::Number(int64_t number) {
  Comma();
  absl::StrAppend(&out_, number);
}

void JsonWriter::Boolean(bool value) {
  Comma();
  out_.append(value ? "true" : "false");
}

}  // namespace tidemark::failover::rdap
