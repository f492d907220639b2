#include "failover/rdap/json_writer.h"

#include "absl/strings/str_cat.h"
#include "failover/lookup/text.h"

namespace tidemark::failover::rdap {
namespace {

// Can stand in a JSON string, and in a page, as it is.
bool IsPlain(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return byte >= 0x20 && byte < 0x7f && c != '"' && c != '\\' && c != '<' && c != '>' && c != '&';
}

void AppendEscaped(char32_t character, std::string& out) {
  absl::StrAppend(&out, "\\u", absl::Hex(static_cast<uint32_t>(character), absl::kZeroPad4));
}

}  // namespace

void JsonWriter::Comma() {
  if (out_.empty()) return;
  const char last = out_.back();
  if (last != '{' && last != '[' && last != ':') out_.push_back(',');
}

void JsonWriter::Key(absl::string_view key) {
  Comma();
  absl::StrAppend(&out_, "\"", key, "\":");
}

void JsonWriter::Text(absl::string_view text) {
  Comma();
  out_.push_back('"');
  while (!text.empty()) {
    size_t plain = 0;
    while (plain < text.size() && IsPlain(text[plain])) ++plain;
    out_.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const absl::string_view before = text;
    const char32_t character = TakeCharacter(text);
    if (IsControl(character) || character < 0x80) {
      AppendEscaped(character, out_);
    } else if (character == kReplacementCharacter) {
      out_.append("\xEF\xBF\xBD");
    } else {
      out_.append(before.data(), before.size() - text.size());
    }
  }
  out_.push_back('"');
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
