// For tests only: deposits of the CSV model in memory.
#ifndef TIDEMARK_RDE_CSV_CSV_TESTING_H_
#define TIDEMARK_RDE_CSV_CSV_TESTING_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/csv/csv_reader.h"
#include "rde/reader_testing.h"

namespace tidemark::rde::csv {

class MapFiles final : public FileSet {
 public:
  explicit MapFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  absl::StatusOr<std::unique_ptr<base::ByteSource>> Open(const std::string& name) override;
  std::vector<std::string> Names() const override;
  // How often files were opened.
  int opened() const { return opened_; }

 private:
  const std::map<std::string, std::string> files_;
  int opened_ = 0;
};

// What XML and files give together. No SHA-256: a file that has one has the digest "sha".
Reading ReadWithFiles(absl::string_view xml, std::map<std::string, std::string> files,
                      int threads = 1);
// The same into a sink. Returns whether the XML was complete.
bool ReadWithFiles(absl::string_view xml, std::map<std::string, std::string> files, int threads,
                   RecordSink& sink);

// The same on a bet: nothing if it is lost. `opened`, if it is not null: how often files were.
std::optional<Reading> ReadOnBet(absl::string_view xml, std::map<std::string, std::string> files,
                                 int threads = 1, int* opened = nullptr);

// <rdeCsv:csv> of a table with the fields given as "csvDomain:fName rdeCsv:fRoid ...", one file.
std::string TableXml(absl::string_view name, absl::string_view fields, absl::string_view file);
// A deposit with tables in csvX:contents and csvX:deletes; prefixes are bound as in RFC 9022.
std::string CsvDeposit(absl::string_view contents, absl::string_view deletes = "",
                       absl::string_view others = "");

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_CSV_TESTING_H_
