#include "rde/csv/row_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::rde::csv {
namespace {

constexpr size_t kNowhere = std::string::npos;

bool Contains(absl::string_view text, char c) {
  return !text.empty() && std::memchr(text.data(), c, text.size()) != nullptr;
}

bool IsContinuation(char c) { return (c & 0xC0) == 0x80; }

// What a quick look at a line says.
struct Look {
  bool control = false;  // below U+0020, tab excepted
  bool wide = false;     // beyond US-ASCII
};

Look LookAt(const char* text, size_t size) {
  unsigned control = 0;
  unsigned bits = 0;
  for (size_t i = 0; i < size; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    bits |= c;
    control |= static_cast<unsigned>(c < 0x20) & static_cast<unsigned>(c != '\t');
  }
  return {control != 0, bits >= 0x80};
}

}  // namespace

size_t Utf8Length(absl::string_view text) {
  const auto c = static_cast<unsigned char>(text[0]);
  if (c < 0x80) return 1;
  const size_t length = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
  if (c < 0xC2 || c > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[i])) return 0;
  }
  const auto next = static_cast<unsigned char>(text[1]);
  // Overlong, surrogates, beyond U+10FFFF.
  if (c == 0xE0 && next < 0xA0) return 0;
  if (c == 0xED && next > 0x9F) return 0;
  if (c == 0xF0 && next < 0x90) return 0;
  if (c == 0xF4 && next > 0x8F) return 0;
  return length;
}

RowReader::RowReader(base::ByteSource& source, std::string separator, uint16_t file, OnFlaw on_flaw)
    : source_(source),
      separator_(std::move(separator)),
      file_(file),
      on_flaw_(std::move(on_flaw)),
      buffer_(std::make_unique_for_overwrite<char[]>(base::kCopyBufferBytes)),
      buffer_bytes_(base::kCopyBufferBytes) {}

absl::StatusOr<bool> RowReader::Next(Row& row) {
  size_t end = 0;
  ASSIGN_OR_RETURN(const bool found, FindRow(&end));
  if (!found) return false;
  row.at = {line_, offset_, file_};
  row.fields.clear();
  char* const line = buffer_.get() + begin_;
  size_t size = end - begin_;
  offset_ += static_cast<int64_t>(size);
  begin_ = end;
  if (size > 0 && line[size - 1] == '\n') {
    --size;
    if (size > 0 && line[size - 1] == '\r') --size;
  }
  const bool quoted = Contains({line, size}, '"');
  line_ += 1;
  if (quoted) line_ += std::count(line, line + size, '\n');
  CheckText(line, size, quoted, row.at);
  if (quoted) {
    SplitQuoted(line, size, row);
  } else {
    SplitPlain({line, size}, row);
  }
  return true;
}

absl::StatusOr<bool> RowReader::FindRow(size_t* end) {
  size_t looked = 0;  // bytes of the row that have no line end
  while (true) {
    const char* const row = buffer_.get() + begin_;
    const size_t have = filled_ - begin_;
    const void* const line_end =
        have == looked ? nullptr : std::memchr(row + looked, '\n', have - looked);
    if (line_end != nullptr) {
      const size_t size = static_cast<size_t>(static_cast<const char*>(line_end) - row) + 1;
      if (!Contains({row, size}, '"')) {
        *end = begin_ + size;
        return true;
      }
      *end = FindQuotedEnd();
      if (*end != kNowhere) return true;
    } else {
      looked = have;
    }
    if (have > base::kObjectBytesMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat("a row of over ", base::kObjectBytesMax, " bytes"));
    }
    if (source_end_) {
      *end = filled_;
      return have > 0;
    }
    RETURN_IF_ERROR(Refill());
  }
}

size_t RowReader::FindQuotedEnd() const {
  const absl::string_view text(buffer_.get() + begin_, filled_ - begin_);
  size_t at = 0;
  while (at < text.size()) {
    if (text[at] == '"') {
      // To the quote that has no second one beside it.
      while (true) {
        at = text.find('"', at + 1);
        if (at == text.npos || at + 1 == text.size()) break;
        if (text[at + 1] != '"') break;
        ++at;
      }
      if (at == text.npos) return kNowhere;
      ++at;
    }
    const size_t line_end = text.find('\n', at);
    const size_t separator = text.substr(0, line_end).find(separator_, at);
    if (separator == text.npos) return line_end == text.npos ? kNowhere : begin_ + line_end + 1;
    at = separator + separator_.size();
  }
  return kNowhere;
}

absl::Status RowReader::Refill() {
  const size_t have = filled_ - begin_;
  if (have == buffer_bytes_) {
    auto larger = std::make_unique_for_overwrite<char[]>(2 * buffer_bytes_);
    std::memcpy(larger.get(), buffer_.get() + begin_, have);
    buffer_ = std::move(larger);
    buffer_bytes_ *= 2;
  } else {
    std::memmove(buffer_.get(), buffer_.get() + begin_, have);
  }
  begin_ = 0;
  filled_ = have;
  ASSIGN_OR_RETURN(const size_t got,
                   source_.Read(absl::MakeSpan(buffer_.get() + have, buffer_bytes_ - have)));
  filled_ += got;
  source_end_ = got == 0;
  return absl::OkStatus();
}

void RowReader::SplitPlain(absl::string_view line, Row& row) {
  while (true) {
    const size_t end = line.find(separator_);
    row.fields.push_back(line.substr(0, end));
    if (end == line.npos) return;
    line.remove_prefix(end + separator_.size());
  }
}

void RowReader::SplitQuoted(char* line, size_t size, Row& row) {
  const absl::string_view text(line, size);
  size_t at = 0;
  while (true) {
    const size_t begin = at;
    char* out = line + begin;
    if (at < size && line[at] == '"') {
      ++at;
      bool closed = false;
      while (at < size && !closed) {
        if (line[at] != '"') {
          *out++ = line[at++];
        } else if (at + 1 < size && line[at + 1] == '"') {
          *out++ = '"';
          at += 2;
        } else {
          ++at;
          closed = true;
        }
      }
      if (!closed) Flaw(row.at, "a quoted field that is not closed");
      const size_t rest = std::min(text.find(separator_, at), size);
      if (rest > at) Flaw(row.at, "text after the closing quote of a field");
      while (at < rest) *out++ = line[at++];
    } else {
      at = std::min(text.find(separator_, at), size);
      if (Contains(text.substr(begin, at - begin), '"')) {
        Flaw(row.at, "a quote inside a field that is not quoted");
      }
      out = line + at;
    }
    row.fields.emplace_back(line + begin, static_cast<size_t>(out - (line + begin)));
    if (at >= size) return;
    at += separator_.size();
  }
}

void RowReader::CheckText(char* line, size_t size, bool quoted, const Position& at) {
  const Look look = LookAt(line, size);
  if (!look.control && !look.wide) return;
  const absl::string_view text(line, size);
  bool control = false;
  bool broken = false;
  for (size_t i = 0; i < size;) {
    const auto c = static_cast<unsigned char>(line[i]);
    if (text.substr(i, separator_.size()) == separator_) {
      i += separator_.size();
    } else if (c < 0x20) {
      const bool line_end = quoted && (c == '\r' || c == '\n');
      if (c != '\t' && !line_end) {
        control = true;
        line[i] = '?';
      }
      ++i;
    } else if (const size_t length = Utf8Length(text.substr(i)); length > 0) {
      i += length;
    } else {
      broken = true;
      line[i++] = '?';
    }
  }
  if (control) Flaw(at, "a control character");
  if (broken) Flaw(at, "bytes that are not UTF-8");
}

}  // namespace tidemark::rde::csv
