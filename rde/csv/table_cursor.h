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

// What is looked at when files are read.
enum class Look : uint8_t {
  kForm,   // their form and checksums: the first of two readings
  kRows,   // what they say: the second one
  kOnBet,  // both, as long as nothing is wrong with their form
};

// `text` without white space around it.
inline absl::string_view Trimmed(absl::string_view text) {
  while (!text.empty() && IsXmlSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsXmlSpace(text.back())) text.remove_suffix(1);
  return text;
}

class TableCursor {
 public:
  // Everything must outlive the cursor. `hosts` may be null where no row names a host by its ROID;
  // those that do are not read on a bet.
  TableCursor(const std::vector<Part>& parts, FileSet& files, Look look, FirstReading& first,
              RowHosts* hosts, FlawReporter& flaws)
      : parts_(parts), files_(files), look_(look), first_(first), hosts_(hosts), flaws_(flaws) {}

  // Goes to the first, then to the next row. Where more than the form is looked at, it has a field
  // for every column of the definition, and the name of a host where it had its ROID. ABORTED: the
  // bet is lost.
  absl::Status Advance();

  bool valid() const { return valid_; }
  const Row& row() const { return row_; }
  // The key of the object, without white space around it. A view into the row.
  absl::string_view key() const {
    if (key_field_ < 0) return "";
    // Not copied in one piece: it was written in two just now.
    const absl::string_view& field = row_.fields[static_cast<size_t>(key_field_)];
    return row_.tidy ? absl::string_view(field.data(), field.size()) : Trimmed(field);
  }
  const TablePlan& plan() const { return *plan_; }
  // A file was not there, or could not be read to its end.
  bool incomplete() const { return incomplete_; }

 private:
  absl::Status OpenPart();
  absl::Status EndPart(const absl::Status& read);
  absl::Status CheckSum();
  void ReportColumns();
  absl::Status NameHost();
  bool looks_at_form() const { return look_ != Look::kRows; }
  // Of the form; on a bet it is lost, and nothing is said.
  void Report(FlawKind kind, const Position& at, absl::string_view detail);
  // Whatever is looked at, but for a bet.
  void ReportLimit(const Position& at, absl::string_view detail);

  const std::vector<Part>& parts_;
  FileSet& files_;
  const Look look_;
  FirstReading& first_;
  RowHosts* const hosts_;
  FlawReporter& flaws_;

  size_t part_ = 0;
  const TablePlan* plan_ = nullptr;  // of the part that is open
  int key_field_ = -1;               // plan_->key
  bool names_hosts_ = false;         // rows of the part do, by ROID
  std::unique_ptr<DecodedFile> source_;
  std::unique_ptr<RowReader> reader_;  // null: between files
  Row row_;
  bool valid_ = false;
  bool incomplete_ = false;
  bool lost_ = false;  // the bet
};

// Whether two keys are of one object; names are the same in upper and lower case.
inline bool IsSameKey(absl::string_view a, absl::string_view b, bool is_name) {
  return base::Equals(a, b) || (is_name && base::EqualsFolded(a, b));
}

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_TABLE_CURSOR_H_
