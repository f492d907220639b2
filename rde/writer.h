// Writes deposits of the RFC 8909/9022 XML model: the reader's counterpart, byte-stable.
//
// The same records in the same order give the same bytes. Values are escaped, not checked: what
// the reader kept, the writer repeats. Order of calls: Begin, Delete* , Record*, Close.
//
// Threads: one at a time. Ownership: the sink must outlive the writer; Close() does not close it.
#ifndef TIDEMARK_RDE_WRITER_H_
#define TIDEMARK_RDE_WRITER_H_

#include <string>

#include "absl/status/status.h"
#include "base/bytes.h"
#include "rde/records.h"

namespace tidemark::rde {

class XmlWriter {
 public:
  // `sink` must outlive the writer.
  explicit XmlWriter(base::ByteSink& sink) : sink_(sink) {}

  // Writes the XML declaration, <rde:deposit>, watermark and menu.
  absl::Status Begin(const DepositInfo& info);
  // Writes one object; a Delete goes into <rde:deletes>, anything else into <rde:contents>.
  // FAILED_PRECONDITION for a Delete after the first content. INVALID_ARGUMENT for UnknownObject.
  absl::Status Write(const Record& record);
  // Ends the document and flushes to the sink. Idempotent; nothing can be written afterwards.
  absl::Status Close();

 private:
  enum class Section { kNone, kDeletes, kContents, kClosed };
  absl::Status Enter(Section section);
  absl::Status FlushIfLarge();

  base::ByteSink& sink_;
  std::string buffer_;
  Section section_ = Section::kNone;
  absl::Status status_;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_WRITER_H_
