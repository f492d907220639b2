#include "rde/csv/row_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/csv/no_xml_character.h"
#include "rde/csv/row_text.h"

namespace tidemark::rde::csv {
namespace {

constexpr size_t kNowhere = std::string::npos;
// An object has rows in half a dozen files, and what is being split should be in the cache.
constexpr size_t kBufferBytes = 64 * 1024;
// Whose marks are found in one go.
constexpr size_t kMarkedBytes = 4096;

bool Contains(absl::string_view text, char c) {
  return !text.empty() && std::memchr(text.data(), c, text.size()) != nullptr;
}

}  // namespace

RowReader::RowReader(base::ByteSource& source, const RowForm& form, OnFlaw on_flaw)
    : source_(source),
      form_(form),
      on_flaw_(std::move(on_flaw)),
      plain_separator_(form.separator.size() == 1),
      by_lines_(plain_separator_ && form.only_field.has_value()),
      splits_usual_(plain_separator_ && !by_lines_ && form.columns > 0),
      buffer_(std::make_unique_for_overwrite<char[]>(kBufferBytes + kMarksStepBytes)),
      buffer_bytes_(kBufferBytes),
      marks_(std::make_unique_for_overwrite<uint32_t[]>(kMarkedBytes + kMarksSpare)),
      stops_(by_lines_ ? std::make_unique_for_overwrite<Stop[]>(kMarkedBytes) : nullptr) {}

bool RowReader::NextOther(Row& row) {
  if (row.fields.size() != form_.columns) row.fields.resize(form_.columns);
  while (true) {
    const size_t begin = begin_;
    if (begin < filled_ && Find(row) == Found::kRow) {
      if (begin_ - begin <= base::kObjectBytesMax) return true;
      FailTooLong();
    }
    if (!Refill()) return false;
  }
}

bool RowReader::Refill() {
  if (source_ended_) {
    begin_ = filled_;
    mark_ = marks_end_;
    return false;
  }
  const size_t have = filled_ - begin_;
  if (have > base::kObjectBytesMax) {
    FailTooLong();
    return false;
  }
  if (have == buffer_bytes_) {
    auto larger = std::make_unique_for_overwrite<char[]>(2 * buffer_bytes_ + kMarksStepBytes);
    std::memcpy(larger.get(), buffer_.get() + begin_, have);
    buffer_ = std::move(larger);
    buffer_bytes_ *= 2;
  } else {
    std::memmove(buffer_.get(), buffer_.get() + begin_, have);
  }
  begin_ = 0;
  filled_ = have;
  mark_ = marks_end_ = looked_at_ = 0;
  separators_ = separators_passed_ = 0;
  // Full, or to the source's end: a row that does not end here is split from its start again.
  while (filled_ < buffer_bytes_ && !source_ended_) {
    const absl::StatusOr<size_t> got =
        source_.Read(absl::MakeSpan(buffer_.get() + filled_, buffer_bytes_ - filled_));
    status_ = got.status();
    source_ended_ = !got.ok() || *got == 0;
    if (!source_ended_) filled_ += *got;
  }
  std::memset(buffer_.get() + filled_, 0, kMarksStepBytes);
  return true;
}

void RowReader::FailTooLong() {
  status_ =
      absl::ResourceExhaustedError(absl::StrCat("a row of over ", base::kObjectBytesMax, " bytes"));
  source_ended_ = true;
  begin_ = filled_ = 0;
  mark_ = marks_end_ = 0;
}

inline bool RowReader::NextMark(size_t* at) {
  while (mark_ == marks_end_) {
    if (looked_at_ == filled_) return false;
    const size_t size = std::min(kMarkedBytes, filled_ - looked_at_);
    marks_end_ = FindMarks(buffer_.get() + looked_at_, size, form_.separator[0],
                           static_cast<uint32_t>(looked_at_), marks_.get());
    mark_ = 0;
    looked_at_ += size;
  }
  *at = marks_[mark_++];
  return true;
}

RowReader::Found RowReader::Find(Row& row) {
  if (!plain_separator_) return SplitAnew(row);
  if (by_lines_) return FindLine(row);
  return splits_usual_ && SplitUsual(row) ? Found::kRow : Split(row);
}

RowReader::Found RowReader::FindLine(Row& row) {
  char* const text = buffer_.get();
  bool odd = false;
  size_t end = filled_;
  size_t next = filled_;
  uint32_t separators = 0;
  while (true) {
    if (!HasStop()) {
      if (!is_whole()) return Found::kNoEnd;
      separators = separators_;
      break;
    }
    const Stop stop = stops_[mark_++];
    const char c = text[stop.at];
    if (c == '\n') {
      next = stop.at + 1;
      end = stop.at > begin_ && text[stop.at - 1] == '\r' ? stop.at - 1 : stop.at;
      separators = stop.separators;
      break;
    }
    if (c == '"') {
      // Separators may be no separators from here on.
      by_lines_ = false;
      splits_usual_ = form_.columns > 0;
      mark_ = marks_end_ = 0;
      looked_at_ = begin_;
      return Find(row);
    }
    odd = odd || c != '\r' || text[stop.at + 1] != '\n';  // behind the last byte is a zero
  }
  SetOnly({text + begin_, end - begin_}, row);
  row.found = separators - separators_passed_ + 1;
  row.tidy = row.plain = false;
  row.at = {line_, offset_, form_.file};
  separators_passed_ = separators;
  if (odd) CheckText(text + begin_, end - begin_, LineEnds::kControls, row.at);
  Leave(next, 1);
  return Found::kRow;
}

bool RowReader::HasStop() {
  while (mark_ == marks_end_) {
    if (looked_at_ == filled_) return false;
    const size_t size = std::min(kMarkedBytes, filled_ - looked_at_);
    marks_end_ = FindStops(buffer_.get() + looked_at_, size, form_.separator[0],
                           static_cast<uint32_t>(looked_at_), separators_, stops_.get());
    mark_ = 0;
    looked_at_ += size;
  }
  return true;
}

void RowReader::SetOnly(absl::string_view line, Row& row) const {
  const char separator = form_.separator[0];
  for (size_t i = 0; i < *form_.only_field; ++i) {
    const size_t at = line.find(separator);
    line.remove_prefix(at == line.npos ? line.size() : at + 1);
  }
  row.fields[*form_.only_field] = line.substr(0, line.find(separator));
}

RowReader::Found RowReader::Split(Row& row) {
  const char separator = form_.separator[0];
  const char* const text = buffer_.get();
  size_t found = 0;
  size_t begin = begin_;  // of the field
  size_t close = 0;       // its closing quote; 0: it has none
  Oddities oddities;
  bool quoted = false;
  size_t end = filled_;  // of the row's last field
  size_t next = filled_;
  size_t at = 0;
  const auto add_field = [&](size_t field_end) {
    if (found < form_.columns) {
      row.fields[found] = {text + begin, (close == 0 ? field_end : close) - begin};
    }
    ++found;
  };
  while (true) {
    if (!NextMark(&at)) {
      if (!is_whole()) return Found::kNoEnd;
      break;
    }
    const char c = text[at];
    if (c == separator) {
      add_field(at);
      begin = at + 1;
      close = 0;
    } else if (c == '\n') {
      next = at + 1;
      end = at > begin_ && text[at - 1] == '\r' ? at - 1 : at;
      break;
    } else if (c == '"') {
      if (at != begin || !FindClosingQuote(&close, &oddities)) return SplitAnew(row);
      begin = at + 1;
      quoted = true;
    } else if (c == ' ') {
      oddities.loose_spaces = oddities.loose_spaces || IsLoose(begin, at, separator);
    } else if (c != '\r' || text[at + 1] != '\n') {  // behind the last byte is a zero
      oddities.odd = true;
    }
  }
  add_field(end);
  Complete(found, row);
  row.tidy = oddities.lines == 1 && !oddities.loose_spaces;
  row.plain = row.tidy && !oddities.odd;
  if (oddities.odd) {
    const TextFlaws flaws = CheckText(buffer_.get() + begin_, end - begin_,
                                      quoted ? LineEnds::kText : LineEnds::kControls, row.at);
    row.tidy = row.tidy && !flaws.white;
  }
  Leave(next, oddities.lines);
  return Found::kRow;
}

bool RowReader::IsLoose(size_t begin, size_t at, char end) const {
  const char* const text = buffer_.get();
  const auto is_white = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  return at == begin || is_white(text[at - 1]) || is_white(text[at + 1]) || text[at + 1] == end;
}

bool RowReader::FindClosingQuote(size_t* close, Oddities* oddities) {
  const char* const text = buffer_.get();
  const size_t begin = marks_[mark_ - 1] + size_t{1};
  size_t at = 0;
  while (NextMark(&at)) {
    const char c = text[at];
    if (c == '"') {
      *close = at;
      const absl::string_view rest(text + at + 1, filled_ - at - 1);
      return rest.empty() ? is_whole()
                          : rest[0] == form_.separator[0] || rest[0] == '\n' ||
                                absl::StartsWith(rest, "\r\n");
    }
    if (c == '\n') {
      ++oddities->lines;
    } else if (c == ' ') {
      oddities->loose_spaces = oddities->loose_spaces || IsLoose(begin, at, '"');
    } else if (c != form_.separator[0]) {
      oddities->odd = true;
    }
  }
  return false;
}

void RowReader::Complete(size_t found, Row& row) const {
  for (size_t i = found; i < form_.columns; ++i) row.fields[i] = {};
  row.found = found;
  row.tidy = row.plain = false;
  row.at = {line_, offset_, form_.file};
}

RowReader::Found RowReader::SplitAnew(Row& row) {
  const size_t found = FindEnd();
  if (found == kNowhere && !is_whole()) return Found::kNoEnd;
  const size_t end = std::min(found, filled_);
  char* const line = buffer_.get() + begin_;
  size_t size = end - begin_;
  if (size > 0 && line[size - 1] == '\n') {
    --size;
    if (size > 0 && line[size - 1] == '\r') --size;
  }
  const int64_t lines = 1 + std::count(line, line + size, '\n');
  row.at = {line_, offset_, form_.file};
  CheckText(line, size, Contains({line, size}, '"') ? LineEnds::kText : LineEnds::kControls,
            row.at);
  Complete(SplitQuoted(line, size, row), row);
  Leave(end, lines);
  while (mark_ < marks_end_ && marks_[mark_] < end) ++mark_;
  looked_at_ = std::max(looked_at_, end);
  return Found::kRow;
}

size_t RowReader::FindEnd() const {
  const absl::string_view text(buffer_.get() + begin_, filled_ - begin_);
  size_t at = 0;
  size_t line_end = text.find('\n');
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
    if (line_end < at) line_end = text.find('\n', at);
    const size_t separator = text.substr(0, line_end).find(form_.separator, at);
    if (separator == text.npos) return line_end == text.npos ? kNowhere : begin_ + line_end + 1;
    at = separator + form_.separator.size();
  }
  return kNowhere;
}

size_t RowReader::SplitQuoted(char* line, size_t size, Row& row) {
  const absl::string_view text(line, size);
  size_t found = 0;
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
      const size_t rest = std::min(text.find(form_.separator, at), size);
      if (rest > at) Flaw(row.at, "text after the closing quote of a field");
      while (at < rest) *out++ = line[at++];
    } else {
      at = std::min(text.find(form_.separator, at), size);
      if (Contains(text.substr(begin, at - begin), '"')) {
        Flaw(row.at, "a quote inside a field that is not quoted");
      }
      out = line + at;
    }
    if (found < form_.columns) {
      row.fields[found] = {line + begin, static_cast<size_t>(out - (line + begin))};
    }
    ++found;
    if (at >= size) return found;
    at += form_.separator.size();
  }
}

TextFlaws RowReader::CheckText(char* line, size_t size, LineEnds line_ends, const Position& at) {
  const TextFlaws flaws = MendText(line, size, line_ends);
  if (flaws.control) Flaw(at, "a control character");
  if (flaws.broken) Flaw(at, "bytes that are not UTF-8");
  if (flaws.foreign) Flaw(at, kNoXmlCharacter);
  return flaws;
}

}  // namespace tidemark::rde::csv
