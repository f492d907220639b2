// A deposit beside what others say of it: its zone, its report, and the deposit of the night
// before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

using ::nlohmann::json;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

generator::GeneratorOptions Harbour() {
  generator::GeneratorOptions options;
  options.tld = "harbour";
  options.domains = 2000;
  return options;
}

std::set<std::string> CodesWith(const json& report, const std::string& prefix) {
  std::set<std::string> codes;
  for (const json& finding : report["findings"]) {
    const std::string code = finding["code"];
    if (absl::StartsWith(code, prefix)) codes.insert(code);
  }
  return codes;
}

absl::StatusOr<json> Check(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "check");
  arguments.insert(arguments.end(), {"--format", "json"});
  absl::StatusOr<base::RunResult> run = Tidemark(arguments);
  if (!run.ok()) return run.status();
  json report = json::parse(run->out, nullptr, false);
  if (!report.is_object()) return absl::InternalError(run->err);
  return report;
}

class HostModels : public ::testing::TestWithParam<generator::HostModel> {};

TEST_P(HostModels, ADepositAgreesWithItsZoneAndNotWithAnother) {
  generator::GeneratorOptions options = Harbour();
  options.host_model = GetParam();
  ASSERT_OK_AND_ASSIGN(const GeneratedDeposit made, WriteDeposit(base::TestDir(), options));
  ASSERT_OK_AND_ASSIGN(const json same, Check({made.deposit_path, "--zone", made.zone_path}));
  EXPECT_EQ(same["verdict"], "pass");
  EXPECT_THAT(CodesWith(same, "TDM_ZONE_"), IsEmpty());

  // The first DS of the zone is lost.
  const std::string altered = base::TestDir() + "/altered.zone";
  ASSERT_OK(EditFile(made.zone_path, altered, [](std::string zone) {
    const size_t at = zone.find(" IN DS ");
    const size_t line = zone.rfind('\n', at) + 1;
    return zone.erase(line, zone.find('\n', at) + 1 - line);
  }));
  ASSERT_OK_AND_ASSIGN(const json unlike, Check({made.deposit_path, "--zone", altered}));
  EXPECT_EQ(CodesWith(unlike, "TDM_ZONE_"), std::set<std::string>{"TDM_ZONE_DS_DIFFERS"});
}

INSTANTIATE_TEST_SUITE_P(Both, HostModels,
                         ::testing::Values(generator::HostModel::kObjects,
                                           generator::HostModel::kAttributes));

// The zones that come with the samples have the names in pendingDelete; nothing else differs.
TEST(Shared, ExampleAndSampleDifferFromTheirZonesInPendingDeleteAlone) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  for (const std::string tld : {"example", "sample"}) {
    const std::string stem = absl::StrCat(*shared, "/testdata/", tld, "/", tld);
    ASSERT_OK_AND_ASSIGN(const json report,
                         Check({stem + "_2026-11-22_full_S1_R0.xml", "--zone", stem + ".zone",
                                "--report", stem + "_2026-11-22_full_R0.rep"}));
    EXPECT_EQ(report["verdict"], "pass") << tld;
    EXPECT_THAT(CodesWith(report, "TDM_REPORT_"), IsEmpty()) << tld;
    EXPECT_EQ(CodesWith(report, "TDM_ZONE_"), std::set<std::string>{"TDM_ZONE_DELEGATION_WITHHELD"})
        << tld;
    for (const json& finding : report["findings"]) {
      if (!absl::StartsWith(finding["code"].get<std::string>(), "TDM_ZONE_")) continue;
      EXPECT_TRUE(absl::EndsWith(finding["message"].get<std::string>(), "pendingDelete"));
      EXPECT_EQ(finding["count"], tld == "example" ? 4 : 3);
    }
  }
}

TEST(Previous, ACheckTellsWhatDrifted) {
  const std::string dir = base::TestDir();
  generator::GeneratorOptions options = Harbour();
  ASSERT_OK_AND_ASSIGN(const GeneratedDeposit first, WriteDeposit(dir, options));
  ASSERT_OK_AND_ASSIGN(const json before, Check({first.deposit_path}));
  ASSERT_OK(base::WriteFile(dir + "/before.json", before.dump(), base::FileMode::kPublic));
  options.night = 1;
  ASSERT_OK_AND_ASSIGN(const GeneratedDeposit second, WriteDeposit(dir, options));
  ASSERT_OK_AND_ASSIGN(const json usual,
                       Check({second.deposit_path, "--previous", dir + "/before.json"}));
  EXPECT_THAT(CodesWith(usual, "TDM_DRIFT_"), IsEmpty());
  ASSERT_OK(EditFile(second.deposit_path, second.deposit_path, [](std::string text) {
    for (size_t at = text.find("<rdeDomain:secDNS>"); at != std::string::npos;
         at = text.find("<rdeDomain:secDNS>", at)) {
      const std::string end = "</rdeDomain:secDNS>";
      text.erase(at, text.find(end, at) + end.size() - at);
    }
    return text;
  }));
  ASSERT_OK_AND_ASSIGN(const json unsigned_now,
                       Check({second.deposit_path, "--previous", dir + "/before.json"}));
  EXPECT_EQ(CodesWith(unsigned_now, "TDM_DRIFT_"), std::set<std::string>{"TDM_DRIFT_DS_LOSS"});
}

// In the vault the predecessor's verdict is all that is needed.
TEST(Previous, TheVaultsOwnVerdictIsCompared) {
  const std::string dir = base::TestDir();
  generator::GeneratorOptions options = Harbour();
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({.tld = options.tld}));
  json reports[2];
  for (const int night : {0, 1}) {
    options.night = night;
    ASSERT_OK_AND_ASSIGN(const GeneratedDeposit made, WriteDeposit(dir, options));
    if (night == 1) {
      ASSERT_OK(EditFile(made.deposit_path, made.deposit_path, [](std::string text) {
        return absl::StrReplaceAll(text, {{"<rdeDomain:status s=\"clientTransferProhibited\"",
                                           "<rdeDomain:status s=\"clientRenewProhibited\""}});
      }));
    }
    ASSERT_OK_AND_ASSIGN(const base::RunResult deposit,
                         Tidemark({"deposit", made.deposit_path, "--config", escrow->depositor()}));
    ASSERT_EQ(deposit.exit_status, 0) << deposit.err;
    ASSERT_OK_AND_ASSIGN(const json own, Check({made.deposit_path}));
    const std::string id =
        absl::StrCat(options.tld, "/", own["deposit"]["id"].get<std::string>(), "/0");
    ASSERT_OK_AND_ASSIGN(
        const base::RunResult verify,
        Tidemark({"verify", id, "--config", escrow->verifier(), "--format", "json"}));
    EXPECT_EQ(verify.exit_status, 0) << verify.out << verify.err;
    reports[night] = json::parse(verify.out);
  }
  EXPECT_THAT(CodesWith(reports[0], "TDM_DRIFT_"), IsEmpty());
  EXPECT_THAT(reports[0]["skipped"].dump(), ::testing::HasSubstr("no previous report is given"));
  EXPECT_THAT(CodesWith(reports[1], "TDM_DRIFT_"), Contains("TDM_DRIFT_FIELD_LOSS"));
  EXPECT_THAT(reports[1]["skipped"].dump(),
              Not(::testing::HasSubstr("no previous report is given")));
}

}  // namespace
}  // namespace tidemark::tests
