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
// Memory: one row, of at most base::kObjectBytesMax bytes. Threads: one at a time. Ownership: the
// source must outlive the reader, which does not close it.
#ifndef TIDEMARK_RDE_CSV_ROW_READER_H_
#define TIDEMARK_RDE_CSV_ROW_READER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "rde/records.h"

namespace tidemark::rde::csv {

// Position::offset is in the decoded text.
struct Row {
  Position at;
  // Without quotes. Views are valid until the next row is read.
  std::vector<absl::string_view> fields;
};

class RowReader {
 public:
  // What is not RFC 4180, in words without content.
  using OnFlaw = std::function<void(const Position&, absl::string_view detail)>;

  // `separator` is one character other than a quote or a line end; `file` goes into positions.
  RowReader(base::ByteSource& source, std::string separator, uint16_t file, OnFlaw on_flaw);

  // False after the last row. RESOURCE_EXHAUSTED for a row that is too long; else the source's
  // errors.
  absl::StatusOr<bool> Next(Row& row);

 private:
  // Makes [begin_, *end) the next row with its line end. False at the end of the source.
  absl::StatusOr<bool> FindRow(size_t* end);
  // The end of the row that begins at begin_ and has quotes; npos if it is not in the buffer.
  size_t FindQuotedEnd() const;
  absl::Status Refill();
  void SplitPlain(absl::string_view line, Row& row);
  void SplitQuoted(char* line, size_t size, Row& row);
  void CheckText(char* line, size_t size, bool quoted, const Position& at);
  void Flaw(const Position& at, absl::string_view detail) {
    if (on_flaw_) on_flaw_(at, detail);
  }

  base::ByteSource& source_;
  const std::string separator_;
  const uint16_t file_;
  const OnFlaw on_flaw_;
  // Not filled when it is made: most of it may never be touched.
  std::unique_ptr<char[]> buffer_;
  size_t buffer_bytes_;
  size_t begin_ = 0;  // of what was not given out
  size_t filled_ = 0;
  bool source_end_ = false;
  int64_t line_ = 1;
  int64_t offset_ = 0;
};

// The length of the UTF-8 character at the start of `text`; 0 if it is none.
size_t Utf8Length(absl::string_view text);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_ROW_READER_H_
