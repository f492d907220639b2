// Whatever the definitions of tables and the files that they name: reading ends, objects stand in
// their files, every flaw has a place and words for it, and the same again is the same.
//
// The input is separated by form feeds: what stands in contents, what stands in deletes, and the
// files "0", "1" and so on.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "rde/csv/csv_testing.h"
#include "rde/reader.h"

namespace tidemark::rde::csv {
namespace {

constexpr size_t kFilesMax = 6;

void Check(const Reading& reading) {
  CHECK(reading.deposits.size() <= 1);
  for (const auto& [record, at] : reading.records) {
    CHECK(at.line >= 1 && at.offset >= 0);
    CHECK(!std::holds_alternative<CsvTable>(record) || at.file == 0);
  }
  for (const Flaw& flaw : reading.flaws) {
    CHECK(!flaw.detail.empty());
    CHECK(flaw.object_key.size() <= 255);
  }
}

}  // namespace
}  // namespace tidemark::rde::csv

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::rde::csv;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string> parts =
      absl::StrSplit(input, absl::MaxSplits('\f', 1 + kFilesMax));
  const std::string xml = CsvDeposit(parts[0], parts.size() > 1 ? parts[1] : "");
  std::map<std::string, std::string> files;
  for (size_t i = 2; i < parts.size(); ++i) files[absl::StrCat(i - 2)] = parts[i];
  const tidemark::rde::Reading reading = ReadWithFiles(xml, files);
  Check(reading);
  if (size % 8 == 0) CHECK(ReadWithFiles(xml, files).Digest() == reading.Digest());
  return 0;
}
