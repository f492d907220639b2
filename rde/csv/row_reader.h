// RFC 4180 as RFC 9022 uses it: bytes in, rows out.
//
// Lines end in LF or CRLF (RFC 4180 has CRLF, the examples of RFC 9022 have LF); the last may go
// without. A field that begins with a quote is quoted: separators and line ends inside are its own,
// two quotes are one. White space is data, so ` "a"` is not a quoted field but a flaw; that ` en`
// is as good as `en` (RFC 9022's examples have both) is for the field's type to say, as in XML.
// There is no header row and no comment. The text is UTF-8; other encodings were decoded before
// (decoding.h).
//
// A row with a flaw is a row all the same: a quote where none may stand is a character, and bytes
// that are no text (control characters, invalid UTF-8) become '?'.
//
// Rows are split where they are read, in one look at their bytes (marks.h); only those that are not
// plain, nor quoted in the plain way, are looked at again.
//
// Memory: one row, of at most base::kObjectBytesMax bytes. Threads: one at a time. Ownership: the
// source must outlive the reader, which does not close it.
#ifndef TIDEMARK_RDE_CSV_ROW_READER_H_
#define TIDEMARK_RDE_CSV_ROW_READER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "rde/csv/marks.h"
#include "rde/csv/row_text.h"
#include "rde/records.h"

namespace tidemark::rde::csv {

// Position::offset is in the decoded text.
struct Row {
  Position at;
  // Without quotes; one for each column, those that the row has not got empty. Views are valid
  // until the next row is read. Where only one field is asked for (RowForm::only_field), the others
  // are none of this row: they may be views of what is gone, and must not be looked at.
  std::vector<absl::string_view> fields;
  // How many fields stand in the file.
  size_t found = 0;
  // True if it is known that collapsing white space would not change them, and that they are UTF-8.
  // Where only one field is asked for, nothing is known.
  bool tidy = false;
  // True if it is known that they are tidy, and of US-ASCII without control characters.
  bool plain = false;
};

struct RowForm {
  std::string separator = ",";  // one character other than a quote or a line end
  size_t columns = 0;
  uint16_t file = 0;  // for positions
  // If there is one, only that field of rows is asked for: see Row::fields.
  std::optional<size_t> only_field = std::nullopt;
};

class RowReader {
 public:
  // What is not RFC 4180, in words without content.
  using OnFlaw = std::function<void(const Position&, absl::string_view detail)>;

  RowReader(base::ByteSource& source, const RowForm& form, OnFlaw on_flaw);

  // False after the last row, and after a failure.
  bool Next(Row& row) {
    return (splits_usual_ && row.fields.size() == form_.columns && SplitUsual(row)) ||
           NextOther(row);
  }
  // RESOURCE_EXHAUSTED for a row that is too long; else the source's errors.
  const absl::Status& status() const { return status_; }

 private:
  enum class Found { kRow, kNoEnd };  // kNoEnd: it is not in the buffer

  // Next() of whatever row.
  bool NextOther(Row& row);
  // Gives the row that begins at begin_.
  Found Find(Row& row);
  // The same where only one field is asked for, and no quote was met yet.
  Found FindLine(Row& row);
  bool HasStop();
  void SetOnly(absl::string_view line, Row& row) const;
  // The same for a row of as many fields as there should be, without quotes, odd bytes and loose
  // spaces. False: it is not one, or its marks are not all found.
  bool SplitUsual(Row& row);
  // The same for rows whose quotes are those of whole fields.
  Found Split(Row& row);
  // What is not usual in a row.
  struct Oddities {
    int64_t lines = 1;
    bool odd = false;  // bytes that may be no text
    bool loose_spaces = false;
  };
  // Whether collapsing white space would change the field that begins at `begin`, before an `end`,
  // for the sake of the space at `at`. Marks are there for more: a separator in quotes is no end,
  // and other bytes are letters.
  bool IsLoose(size_t begin, size_t at, char end) const;
  // What ends the quoted field whose quote was the last mark. False: it is not in the buffer, or
  // not all as usual.
  bool FindClosingQuote(size_t* close, Oddities* oddities);
  // The same for rows of all kinds.
  Found SplitAnew(Row& row);
  // The end of the row that begins at begin_, with its line end; npos if it is not in the buffer.
  size_t FindEnd() const;
  // Returns how many fields there are.
  size_t SplitQuoted(char* line, size_t size, Row& row);
  TextFlaws CheckText(char* line, size_t size, LineEnds line_ends, const Position& at);
  void Complete(size_t found, Row& row) const;
  // Goes to what follows the row.
  void Leave(size_t next, int64_t lines);

  bool NextMark(size_t* at);
  // False: there are no more bytes, or no room for them.
  bool Refill();
  void FailTooLong();
  // What is in the buffer goes to the end of the file.
  bool is_whole() const { return source_ended_ && status_.ok(); }
  void Flaw(const Position& at, absl::string_view detail) {
    if (on_flaw_) on_flaw_(at, detail);
  }

  base::ByteSource& source_;
  const RowForm form_;
  const OnFlaw on_flaw_;
  const bool plain_separator_;  // one byte
  bool by_lines_;               // only ends of rows are looked for: see FindLine()
  bool splits_usual_;           // marks_ are those of all fields
  // Not filled when they are made: most may never be touched.
  std::unique_ptr<char[]> buffer_;
  size_t buffer_bytes_;
  size_t begin_ = 0;  // of what was not given out
  size_t filled_ = 0;
  // Of the bytes from begin_ to looked_at_: those from mark_ on lie behind what was given out.
  std::unique_ptr<uint32_t[]> marks_;
  std::unique_ptr<Stop[]> stops_;  // these, by lines
  size_t mark_ = 0;
  size_t marks_end_ = 0;
  size_t looked_at_ = 0;
  // By lines: those in the buffer up to looked_at_, and to the end of the row before.
  uint32_t separators_ = 0;
  uint32_t separators_passed_ = 0;
  bool source_ended_ = false;
  absl::Status status_;  // of what ended the source; there may be rows before it
  int64_t line_ = 1;
  int64_t offset_ = 0;
};

// Here, since it is called for nearly every row.
inline bool RowReader::SplitUsual(Row& row) {
  const size_t columns = form_.columns;
  const size_t marks = marks_end_ - mark_;
  if (marks < columns) return false;
  const uint32_t* const mark = marks_.get() + mark_;
  const char* const text = buffer_.get();
  const size_t end = mark[columns - 1];
  size_t used = columns;
  if (text[end] == '\r' && text[end + 1] == '\n' && marks > columns) {
    ++used;
  } else if (text[end] != '\n') {
    return false;
  }
  const char separator = form_.separator[0];
  absl::string_view* const fields = row.fields.data();
  size_t begin = begin_;
  for (size_t i = 0; i + 1 < columns; ++i) {
    const size_t at = mark[i];
    if (text[at] != separator) return false;
    fields[i] = {text + begin, at - begin};
    begin = at + 1;
  }
  fields[columns - 1] = {text + begin, end - begin};
  row.found = columns;
  row.at = {line_, offset_, form_.file};
  row.tidy = row.plain = true;
  mark_ += used;
  Leave(mark[used - 1] + 1, 1);
  return true;
}

inline void RowReader::Leave(size_t next, int64_t lines) {
  line_ += lines;
  offset_ += static_cast<int64_t>(next - begin_);
  begin_ = next;
}

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_ROW_READER_H_
