// Whatever the deposit, the zone and the last report: every rule comes to its end, the report is
// the same again whatever the resources, and it is one that can be read back.
//
// The input is a deposit, a zone, our report on the deposit before and the registry's own,
// separated by form feeds.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/status.h"
#include "rde/reader.h"
#include "rde/registry_report.h"
#include "verifier/check.h"
#include "verifier/previous_report.h"
#include "verifier/report_json.h"
#include "verifier/report_parse.h"
#include "verifier/ruleset.h"

namespace tidemark::verifier {
namespace {

CheckOptions Options(const std::vector<absl::string_view>& parts, size_t choice) {
  constexpr Profile kProfiles[] = {Profile::kGtld, Profile::kRst, Profile::kCctld};
  CheckOptions options;
  options.profile = kProfiles[choice % 3];
  options.now = absl::FromUnixSeconds(1'795'000'000);
  options.file_name = "test_2026-11-22_full_S1_R0.xml";
  if (choice % 2 != 0) options.tld = "test";
  if (choice % 5 != 0) options.data_model = static_cast<DataModel>(choice % 3);
  if (choice % 7 != 0) options.host_model = static_cast<HostModel>(choice % 2);
  options.idn_tables = {"pt-BR"};
  options.plausibility = {.domains_min = 2, .signing_domains_min = 2, .objects_min = 2};
  if (parts.size() > 1) options.zone = std::make_shared<base::StringSource>(parts[1]);
  if (parts.size() > 2) options.previous = ParsePreviousReport(parts[2]);
  if (parts.size() > 3) options.registry_report = rde::ParseRegistryReport(parts[3]);
  return options;
}

std::string Judge(const std::vector<absl::string_view>& parts, CheckOptions options) {
  DepositChecker checker(std::move(options));
  base::StringSource source(parts[0]);
  const absl::Status status = rde::ReadDeposit(source, checker);
  CHECK(status.ok());
  return ReportJson(checker.Finish());
}

}  // namespace
}  // namespace tidemark::verifier

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tidemark::verifier;
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  const std::vector<absl::string_view> parts = absl::StrSplit(input, absl::MaxSplits('\f', 3));
  const std::string json = Judge(parts, Options(parts, size));
  const auto report = ParseReportJson(json);
  CHECK(report.ok() && ReportJson(*report) == json);
  CheckOptions other = Options(parts, size);
  other.resources.memory_bytes_max = kMemoryBytesMin;
  CHECK(Judge(parts, other) == json);
  return 0;
}
