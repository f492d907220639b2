// CSV files beside an XML file: plain names, regular files; links are none. Private to
// verifier/input/.
#ifndef TIDEMARK_VERIFIER_INPUT_DIRECTORY_FILES_H_
#define TIDEMARK_VERIFIER_INPUT_DIRECTORY_FILES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "rde/csv/csv_reader.h"

namespace tidemark::verifier {

class DirectoryFiles final : public rde::csv::FileSet {
 public:
  // `names`: of the files that are known to be the deposit's, sorted.
  DirectoryFiles(std::string dir, std::vector<std::string> names)
      : dir_(std::move(dir)), names_(std::move(names)) {}

  absl::StatusOr<std::unique_ptr<base::ByteSource>> Open(const std::string& name) override;
  std::vector<std::string> Names() const override { return names_; }

 private:
  const std::string dir_;
  const std::vector<std::string> names_;
};

// Names of all regular files in `dir`, sorted.
absl::StatusOr<std::vector<std::string>> ListDirectory(const std::string& dir);
// Those of `names` that a deposit's CSV files have.
std::vector<std::string> CsvNames(std::vector<std::string> names);

// The directory that `path` is in.
std::string DirectoryOf(const std::string& path);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_DIRECTORY_FILES_H_
