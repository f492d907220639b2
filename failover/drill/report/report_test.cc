#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/testing.h"
#include "failover/drill/drill.h"

namespace tidemark::failover {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

DrillReport GoodReport() {
  DrillReport report;
  report.verdict = DrillVerdict::kPass;
  report.tld = "example";
  report.domains = 20'000;
  report.seed = 7;
  report.started_at = absl::FromUnixSeconds(1795305600);
  double begin = 0;
  for (const char* name : {"generate", "enrol", "deposit", "verify", "delete-source", "release",
                           "rebuild", "serve", "probe", "validate"}) {
    report.stages.push_back({name, begin, 1.25});
    begin += 1.25;
  }
  report.receipt_verified = true;
  report.verdict_signature_verified = true;
  report.source_deleted = true;
  report.rebuilt_whole = true;
  report.probe.expected = report.probe.asked = report.probe.equal = 18'000;
  report.validation.sampled = report.validation.validated = 25;
  report.rto_seconds = 3.75;
  return report;
}

TEST(DrillReport, JsonBeginsWithTheStableKeys) {
  const auto json = nlohmann::ordered_json::parse(ToJson(GoodReport()), nullptr, false);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  keys.resize(10);
  EXPECT_THAT(keys, ElementsAre("verdict", "tld", "domains", "stages", "receipt_verified",
                                "verdict_signature_verified", "source_deleted", "delegations",
                                "dnssec", "rto_seconds"));
  EXPECT_EQ(json["stages"][4].dump(), R"({"name":"delete-source","seconds":1.25})");
  EXPECT_EQ(json["delegations"].dump(), R"({"expected":18000,"asked":18000,"equal":18000})");
  EXPECT_EQ(json["dnssec"].dump(), R"({"tool":"delv","validated":25,"sampled":25})");
  EXPECT_EQ(json["rto_seconds"], 3.75);
}

TEST(DrillReport, WhatWasNotMeasuredIsNull) {
  DrillReport report;
  report.reasons = {"enrol: tidemarkd ended"};
  const auto json = nlohmann::ordered_json::parse(ToJson(report), nullptr, false);
  EXPECT_EQ(json["verdict"], "undecided");
  EXPECT_TRUE(json["rto_seconds"].is_null());
  EXPECT_THAT(ToHtml(report), HasSubstr("No stage was played"));
  EXPECT_THAT(ToText(report), HasSubstr("enrol: tidemarkd ended"));
}

TEST(DrillReport, HtmlIsSelfContainedAndEscaped) {
  DrillReport report = GoodReport();
  report.reasons = {"<script>alert(1)</script>"};
  report.probe.differences = {{"a.example", "NS: expected [\"x\"], got [<y>]"}};
  const std::string html = ToHtml(report);
  EXPECT_THAT(html, HasSubstr("<svg"));
  EXPECT_THAT(html, HasSubstr("back in 3.75 s"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("http")));
  EXPECT_THAT(html, HasSubstr("got [&lt;y&gt;]"));
  // For a look: bazel-testlogs/.../test.outputs
  if (const char* const outputs = std::getenv("TEST_UNDECLARED_OUTPUTS_DIR")) {
    EXPECT_OK(base::WriteFile(std::string(outputs) + "/report.html", ToHtml(GoodReport()),
                              base::FileMode::kPublic));
  }
}

TEST(Drill, AMissingProgramIsUndecidedAndNamed) {
  DrillOptions options;
  options.programs_dir = base::TestDir();
  options.logs_dir = base::TestDir();
  const DrillReport report = RunDrill(options);
  EXPECT_EQ(report.verdict, DrillVerdict::kUndecided);
  ASSERT_EQ(report.reasons.size(), 1u);
  EXPECT_THAT(report.reasons[0], HasSubstr("tidemark is missing"));
}

}  // namespace
}  // namespace tidemark::failover
