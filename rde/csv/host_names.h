// Names of hosts by their ROIDs, for name servers that are given by ROID: RFC 9022
// section 5.1.2.1.4 leaves the choice to the exporter. Private to rde/csv/.
//
// There may be more hosts than memory holds, so names and questions are sorted together.
#ifndef TIDEMARK_RDE_CSV_HOST_NAMES_H_
#define TIDEMARK_RDE_CSV_HOST_NAMES_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/external_sort.h"
#include "rde/csv/csv_reader.h"

namespace tidemark::rde::csv {

class HostNames {
 public:
  explicit HostNames(const CsvOptions& options)
      : sorter_(std::make_unique<base::ExternalSorter>(base::SortOptions{
            .space = options.space, .memory_bytes_max = options.memory_bytes_max / 2})) {}

  absl::Status Learn(absl::string_view roid, absl::string_view name);
  // The name that a chain of deposits gives it in the end, which comes before all others.
  absl::Status LearnOfChain(absl::string_view roid, absl::string_view name);
  // `question` is the caller's own.
  absl::Status Ask(absl::string_view roid, absl::string_view question);

  // `name` is "" where no host with that ROID was seen; of several the first,
  // of the chain the last.
  using Answer = std::function<absl::Status(absl::string_view name, absl::string_view question)>;
  // Once, after the last question and the last name. Its memory is free then.
  absl::Status AnswerAll(const Answer& answer);

 private:
  std::unique_ptr<base::ExternalSorter> sorter_;
};

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_HOST_NAMES_H_
