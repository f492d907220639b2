// Joins the tables of one object type and gives its objects to the sink. Private to rde/csv/.
#ifndef TIDEMARK_RDE_CSV_JOIN_H_
#define TIDEMARK_RDE_CSV_JOIN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/external_sort.h"
#include "rde/csv/assembler.h"
#include "rde/csv/csv_reader.h"
#include "rde/csv/flaw_reporter.h"
#include "rde/csv/host_names.h"
#include "rde/csv/plan.h"
#include "rde/csv/row_hosts.h"
#include "rde/csv/table_cursor.h"
#include "rde/csv/tables.h"

namespace tidemark::rde::csv {

// What all joins of a deposit share.
struct JoinContext {
  const CsvOptions& options;
  FileSet& files;
  FirstReading& first;
  FlawReporter& flaws;
  RecordRoom& room;
  RegistrarIds& registrars;
  HostNames* host_names = nullptr;  // null: nobody names hosts by ROID
};

// The files of an object's tables, by the index of the table in the rules. Those of one table may
// have several definitions.
using TableParts = std::vector<std::vector<Part>>;

class Join {
 public:
  // Everything must outlive it.
  Join(const ObjectRules& object, const TableParts& parts, const JoinContext& context);

  // The rows of the table of deletes. `parts`: its files.
  absl::Status ReadDeletes(const std::vector<Part>& parts);
  absl::Status ReadContents();

 private:
  // Look::kOnBet only where no row names a host by its ROID.
  std::vector<TableCursor> Cursors(Look look);
  bool IsSame(absl::string_view a, absl::string_view b) const;
  std::string SortKeyOf(absl::string_view key, size_t table) const;
  // Looks at the form of all files. `*aligned`: child rows come in the order of their parents.
  absl::Status LookAtForm(bool* aligned);
  // Whether to bet on tables whose first rows these are: an exporter that does not keep to the
  // order of the parents mostly shows it there.
  bool IsPromising(const std::vector<TableCursor>& cursors) const;
  absl::Status ReadOnBet(std::vector<TableCursor>& cursors);
  // `cursors` stand at the first rows.
  absl::Status ReadAligned(std::vector<TableCursor>& cursors);
  absl::Status ReadSorted();
  absl::Status FillSorter(base::ExternalSorter& sorter, std::vector<const TablePlan*>& plans);
  absl::Status TakeSorted(base::ExternalSorter& sorter, const std::vector<const TablePlan*>& plans);
  // Ends the object; one with the same key may follow, which then has the child rows.
  absl::Status Deliver(bool another_follows);
  absl::Status Learn(const Record& record);
  void DeliverDelete(const TablePlan& plan, const Row& row);
  void ReportOrphan(const TablePlan& plan, absl::string_view key, const Position& at);
  bool needs_host_names() const;

  const ObjectRules& object_;
  const TableParts& parts_;
  const JoinContext& context_;
  Assembler assembler_;
  std::vector<bool> incomplete_;   // by table
  std::optional<RowHosts> hosts_;  // absent: no row names a host by its ROID
};

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_JOIN_H_
