// The name servers of rows that give them by ROID, by name. Private to rde/csv/.
//
// The rows are read twice: the first time each asks, the second time each is answered, in the same
// order. In between everything is sorted twice, so that memory is bounded: by ROID beside the hosts
// (host_names.h), and back into the order of the rows.
#ifndef TIDEMARK_RDE_CSV_ROW_HOSTS_H_
#define TIDEMARK_RDE_CSV_ROW_HOSTS_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/external_sort.h"
#include "rde/csv/csv_reader.h"
#include "rde/csv/host_names.h"

namespace tidemark::rde::csv {

class RowHosts {
 public:
  // Both must outlive it.
  RowHosts(HostNames& names, const CsvOptions& options) : names_(names), options_(options) {}

  absl::Status Ask(absl::string_view roid);
  // Once, after the last question.
  absl::Status FindAnswers();
  // The answer to the next question: "" where no host has that ROID. Valid until the next call.
  absl::StatusOr<absl::string_view> Next();

 private:
  HostNames& names_;
  const CsvOptions& options_;
  uint64_t questions_ = 0;
  std::optional<base::ExternalSorter> answers_;
};

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_ROW_HOSTS_H_
