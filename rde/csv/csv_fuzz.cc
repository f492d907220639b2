// Whatever the bytes of the files: reading ends, every object stands in a row of its parent table,
// every flaw points into its file, the same files read again are the same, and so are those that
// are read on a bet, unless it is lost.
//
// The input is six files, separated by form feeds: domain, domainStatuses, domainNameServers by
// ROID, host, contact, contactStatuses. Rows of domains are read twice, bet or not, for the sake of
// the name servers.
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

// The numbers of the parents' files, in the order in which types of objects are read.
constexpr uint16_t kContacts = 1;
constexpr uint16_t kHosts = 3;
constexpr uint16_t kDomains = 4;

std::string DepositXml() {
  return CsvDeposit(absl::StrCat(
      "<csvDomain:contents>",
      TableXml("domain", "csvDomain:fName rdeCsv:fRoid rdeCsv:fClID rdeCsv:fCrRr rdeCsv:fCrID",
               "0"),
      TableXml("domainStatuses",
               "csvDomain:fName@parent=true csvDomain:fStatus rdeCsv:fStatusDescription "
               "csvDomain:fRgpStatus",
               "1"),
      TableXml("domainNameServers", "csvDomain:fName@parent=true rdeCsv:fRoid", "2"),
      "</csvDomain:contents><csvHost:contents>",
      TableXml("host", "csvHost:fName rdeCsv:fRoid rdeCsv:fClID", "3"),
      "</csvHost:contents><csvContact:contents>",
      TableXml("contact", "csvContact:fId rdeCsv:fRoid csvContact:fEmail rdeCsv:fClID", "4"),
      TableXml("contactStatuses", "csvContact:fId@parent=true csvContact:fStatus", "5"),
      "</csvContact:contents>"));
}

void Check(const Reading& reading, const std::vector<std::string>& files) {
  int64_t rows = 0;
  for (const std::string& file : files) rows += 1 + std::count(file.begin(), file.end(), '\n');
  int64_t objects = 0;
  for (const auto& [record, at] : reading.records) {
    if (std::holds_alternative<CsvTable>(record)) continue;
    CHECK(at.file == (std::holds_alternative<Host>(record)      ? kHosts
                      : std::holds_alternative<Contact>(record) ? kContacts
                                                                : kDomains));
    CHECK(at.line >= 1 && at.offset >= 0);
    ++objects;
  }
  CHECK(objects <= rows);
  for (const Flaw& flaw : reading.flaws) {
    CHECK(!flaw.detail.empty());
    CHECK(flaw.position.file <= files.size());
    CHECK(flaw.object_key.size() <= 255);
  }
}

}  // namespace
}  // namespace tidemark::rde::csv

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string xml = tidemark::rde::csv::DepositXml();
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> files = absl::StrSplit(input, absl::MaxSplits('\f', 5));
  files.resize(6);
  std::map<std::string, std::string> named;
  for (size_t i = 0; i < files.size(); ++i) named[absl::StrCat(i)] = files[i];
  const tidemark::rde::Reading reading = tidemark::rde::csv::ReadWithFiles(xml, named);
  tidemark::rde::csv::Check(reading, files);
  if (size % 16 == 0) {
    CHECK(tidemark::rde::csv::ReadWithFiles(xml, named).Digest() == reading.Digest());
  }
  const auto on_bet = tidemark::rde::csv::ReadOnBet(xml, named);
  CHECK(!on_bet.has_value() || on_bet->Digest() == reading.Digest());
  return 0;
}
