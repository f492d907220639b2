// The rows of one table, through all its definitions and files. Private to rde/csv/.
#ifndef TIDEMARK_RDE_CSV_TABLE_CURSOR_H_
#define TIDEMARK_RDE_CSV_TABLE_CURSOR_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/text_words.h"
#include "rde/csv/csv_reader.h"
#include "rde/csv/decoding.h"
#include "rde/csv/flaw_reporter.h"
#include "rde/csv/plan.h"
#include "rde/csv/row_hosts.h"
#include "rde/csv/row_reader.h"
#include "rde/simple_types.h"

namespace tidemark::rde::csv {

// One file of a table.
struct Part {
  const TablePlan* plan = nullptr;
  const CsvFile* file = nullptr;
  uint16_t number = 0;  // Position::file
};

// The rows are read twice: once to look at the form of the files and at their checksums, once for
// what they say.

class TableCursor {
 public:
  // Everything must outlive the cursor. `first` is null where the form was looked at before;
  // `hosts` may be where no row names a host by its ROID.
  TableCursor(const std::vector<Part>& parts, FileSet& files, FirstReading* first, RowHosts* hosts,
              FlawReporter& flaws)
      : parts_(parts), files_(files), first_(first), hosts_(hosts), flaws_(flaws) {}

  // Goes to the first, then to the next row. Read for the second time, it has a field for every
  // column of the definition, and the name of a host where it had its ROID.
  absl::Status Advance();

  bool valid() const { return valid_; }
  const Row& row() const { return row_; }
  // The key of the object, without white space around it. A view into the row.
  absl::string_view key() const { return key_; }
  const TablePlan& plan() const { return *plan_; }
  // A file was not there, or could not be read to its end.
  bool incomplete() const { return incomplete_; }

 private:
  absl::Status OpenPart();
  absl::Status EndPart(const absl::Status& read);
  absl::Status CheckSum();
  void ReportColumns();
  absl::Status NameHost();
  void SetKey();
  bool names_hosts() const { return plan_->host_roid >= 0 && hosts_ != nullptr; }
  void Report(FlawKind kind, const Position& at, absl::string_view detail);

  const std::vector<Part>& parts_;
  FileSet& files_;
  FirstReading* const first_;
  RowHosts* const hosts_;
  FlawReporter& flaws_;

  size_t part_ = 0;
  const TablePlan* plan_ = nullptr;  // of the part that is open
  std::unique_ptr<DecodedFile> source_;
  std::unique_ptr<RowReader> reader_;  // null: between files
  Row row_;
  absl::string_view key_;
  bool valid_ = false;
  bool incomplete_ = false;
};

// `text` without white space around it.
inline absl::string_view Trimmed(absl::string_view text) {
  while (!text.empty() && IsXmlSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsXmlSpace(text.back())) text.remove_suffix(1);
  return text;
}

// Whether two keys are of one object; names are the same in upper and lower case.
inline bool IsSameKey(absl::string_view a, absl::string_view b, bool is_name) {
  return base::Equals(a, b) || (is_name && base::EqualsFolded(a, b));
}

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_TABLE_CURSOR_H_
