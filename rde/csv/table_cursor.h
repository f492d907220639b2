// The rows of one table, through all its definitions and files. Private to rde/csv/.
#ifndef TIDEMARK_RDE_CSV_TABLE_CURSOR_H_
#define TIDEMARK_RDE_CSV_TABLE_CURSOR_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rde/csv/csv_reader.h"
#include "rde/csv/decoding.h"
#include "rde/csv/flaw_reporter.h"
#include "rde/csv/plan.h"
#include "rde/csv/row_reader.h"

namespace tidemark::rde::csv {

// One file of a table.
struct Part {
  const TablePlan* plan = nullptr;
  const CsvFile* file = nullptr;
  uint16_t number = 0;  // Position::file
};

// The rows are read twice: once to look at the form of the files and at their checksums, once for
// what they say.
enum class Pass { kForm, kContent };

class TableCursor {
 public:
  // Everything must outlive the cursor.
  TableCursor(const std::vector<Part>& parts, Pass pass, bool key_is_name, FileSet& files,
              const NewTextDigest& sha256, FlawReporter& flaws)
      : parts_(parts),
        pass_(pass),
        key_is_name_(key_is_name),
        files_(files),
        sha256_(sha256),
        flaws_(flaws) {}

  // Goes to the first, then to the next row. The row has a field for every column of the
  // definition.
  absl::Status Advance();

  bool valid() const { return valid_; }
  const Row& row() const { return row_; }
  // The key of the object, without white space around it; a name in lower case.
  const std::string& key() const { return key_; }
  const TablePlan& plan() const { return *parts_[part_].plan; }
  // A file was not there, or could not be read to its end.
  bool incomplete() const { return incomplete_; }

 private:
  absl::Status OpenPart();
  absl::Status EndPart(const absl::Status& read);
  absl::Status CheckSum();
  void FitColumns();
  void SetKey();
  void Report(FlawKind kind, const Position& at, absl::string_view detail);

  const std::vector<Part>& parts_;
  const Pass pass_;
  const bool key_is_name_;
  FileSet& files_;
  const NewTextDigest& sha256_;
  FlawReporter& flaws_;

  size_t part_ = 0;
  std::unique_ptr<DecodedFile> source_;
  std::unique_ptr<RowReader> reader_;  // null: between files
  Row row_;
  std::string key_;
  bool valid_ = false;
  bool incomplete_ = false;
};

// `text` without white space around it.
absl::string_view Trimmed(absl::string_view text);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_TABLE_CURSOR_H_
