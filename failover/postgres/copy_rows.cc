#include "failover/postgres/copy_rows.h"

#include <utility>

namespace tidemark::failover {
namespace {

// What stands after the backslash, or 0.
char EscapeOf(char c) {
  switch (c) {
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\v':
      return 'v';
    default:
      return 0;
  }
}

void AppendEscaped(absl::string_view text, std::string& out) {
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char escape = EscapeOf(text[i]);
    if (escape == 0) continue;
    out.append(text.data() + begin, i - begin);
    out.push_back('\\');
    out.push_back(escape);
    begin = i + 1;
  }
  out.append(text.data() + begin, text.size() - begin);
}

}  // namespace

void CopyRows::BeginField() {
  if (in_row_) bytes_.push_back('\t');
  in_row_ = true;
}

CopyRows& CopyRows::Text(absl::string_view value) {
  if (value.empty()) return Null();
  BeginField();
  AppendEscaped(value, bytes_);
  return *this;
}

CopyRows& CopyRows::Null() {
  BeginField();
  bytes_ += "\\N";
  return *this;
}

CopyRows& CopyRows::Bool(bool value) {
  BeginField();
  bytes_.push_back(value ? 't' : 'f');
  return *this;
}

CopyRows& CopyRows::Number(int64_t value) {
  BeginField();
  absl::StrAppend(&bytes_, value);
  return *this;
}

CopyRows& CopyRows::List(const std::vector<std::string>& values) {
  BeginField();
  // An array's own syntax, every element in quotes, and then COPY's.
  std::string array = "{";
  for (const std::string& value : values) {
    if (array.size() > 1) array.push_back(',');
    array.push_back('"');
    for (const char c : value) {
      if (c == '"' || c == '\\') array.push_back('\\');
      array.push_back(c);
    }
    array.push_back('"');
  }
  array.push_back('}');
  AppendEscaped(array, bytes_);
  return *this;
}

void CopyRows::End() {
  bytes_.push_back('\n');
  in_row_ = false;
  ++rows_;
}

std::string CopyRows::Take() { return std::exchange(bytes_, std::string()); }

}  // namespace tidemark::failover
