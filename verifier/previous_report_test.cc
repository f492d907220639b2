#include "verifier/previous_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "base/testing.h"
#include "verifier/check.h"
#include "verifier/report_json.h"
#include "verifier/ruleset.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

TEST(PreviousReport, IsWhatReportJsonWrote) {
  const Report report = CheckText(DepositText(), GoodOptions());
  ASSERT_OK_AND_ASSIGN(const PreviousReport previous, ParsePreviousReport(ReportJson(report)));
  EXPECT_EQ(previous.tld, "test");
  EXPECT_EQ(previous.watermark, *report.deposit.watermark);
  EXPECT_EQ(previous.counts, report.counts);
  EXPECT_EQ(previous.statistics, *report.statistics);
  EXPECT_EQ(previous.statistics.of(Counted::kDomain).objects, 2);
  EXPECT_EQ(previous.statistics.of(Counted::kDomain).filled[kDomainUpRr], 1);
  EXPECT_EQ(previous.statistics.of(Counted::kHost).statuses[StatusIndex("linked")], 2);
  EXPECT_EQ(previous.statistics.of(Counted::kContact).filled[kContactStreet], 1);
  EXPECT_EQ(previous.statistics.of(Counted::kContact).filled[kContactStreet2], 0);
}

TEST(PreviousReport, RefusesWhatIsNone) {
  const std::string good = ReportJson(CheckText(DepositText(), GoodOptions()));
  const auto refused = [&](absl::string_view from, absl::string_view to, absl::string_view why) {
    const std::string text = absl::StrReplaceAll(good, {{from, to}});
    EXPECT_NE(text, good) << from;
    EXPECT_THAT(ParsePreviousReport(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(std::string(why))))
        << to;
  };
  refused(good, "", "not a JSON object");
  refused(good, "[]", "not a JSON object");
  refused(good, good.substr(0, good.size() - 1), "not a JSON object");
  refused("\"watermark\":\"2026", "\"watermark\":\"x026", "no watermark");
  refused("\"counts\"", "\"count\"", "no counts");
  refused("\"statistics\"", "\"statistic\"", "no statistics");
  refused("\"objects\":2", "\"objects\":-2", "out of range");
  refused("\"objects\":2", "\"objects\":2147483649", "out of range");
  refused("\"objects\":2", "\"objects\":18446744073709551615", "out of range");
  refused("\"objects\":2", "\"objects\":2.5", "not a number");
  refused("\"objects\":2", "\"objects\":\"2\"", "not a number");
  refused("\"fields\"", "\"field\"", "not whole");
}

TEST(PreviousReport, OfADifferentialHasNoStatistics) {
  CheckOptions options = GoodOptions();
  options.file_name = "test_2026-11-22_diff_S1_R0.xml";
  const Report report =
      CheckText(DepositText({{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""}}), options);
  EXPECT_FALSE(report.statistics.has_value());
  EXPECT_THAT(ParsePreviousReport(ReportJson(report)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no statistics")));
}

// Drift is judged only where it can be.
TEST(Drift, IsSkippedWithItsReason) {
  const auto why = [](const CheckOptions& options) {
    for (const Skip& skip : CheckText(DepositText(), options).skipped) {
      if (skip.code == Code::kDriftCounts) return skip.why;
    }
    return std::string();
  };
  CheckOptions options = GoodOptions();
  EXPECT_EQ(why(options), "no previous report is given");
  const Report report = CheckText(DepositText(), options);
  PreviousReport previous{"test", *report.deposit.watermark, report.counts, *report.statistics};
  options.previous = previous;
  EXPECT_EQ(why(options), "the previous report is not older than this deposit");
  previous.watermark -= absl::Seconds(1);
  options.previous = previous;
  EXPECT_EQ(why(options), "");
  previous.tld = "toast";
  options.previous = previous;
  EXPECT_EQ(why(options), "the previous report is of another TLD");
  options.previous = absl::DataLossError("altered");
  EXPECT_EQ(why(options), "altered");
}

TEST(RegistryReport, ThatIsMalformedIsAWarningAndNothingIsCompared) {
  CheckOptions options = GoodOptions();
  options.registry_report = absl::InvalidArgumentError("line 1: not an rdeReport");
  const Report report = CheckText(DepositText(), options);
  ExpectRaised(report, "TDM_REPORT_INVALID");
  EXPECT_THAT(CodesOf(report), ::testing::ElementsAre("TDM_REPORT_INVALID"));
  EXPECT_EQ(report.verdict, Verdict::kPass);
}

TEST(RegistryReport, IsNotMadeBeforeTheWatermark) {
  CheckOptions options = GoodOptions();
  ASSERT_OK_AND_ASSIGN(options.ruleset, FindRuleset("gtld-ra-2"));
  const Report good = CheckText(DepositText(), options);
  const auto codes_at = [&](absl::Duration after_watermark) {
    rde::RegistryReport said;
    said.id = "20261122001";
    said.kind = "FULL";
    said.watermark.time = *good.deposit.watermark;
    said.cr_date.time = *good.deposit.watermark + after_watermark;
    said.header.tld = "test";
    for (const auto& [uri, count] : good.counts) said.header.counts.push_back({uri, "", "", count});
    options.registry_report = std::move(said);
    return CodesOf(CheckText(DepositText(), options));
  };
  EXPECT_THAT(codes_at(absl::Seconds(-1)), ::testing::ElementsAre("TDM_REPORT_INVALID"));
  EXPECT_THAT(codes_at(absl::ZeroDuration()), ::testing::IsEmpty());
  ASSERT_OK_AND_ASSIGN(options.ruleset, FindRuleset("gtld-ra"));
  EXPECT_THAT(codes_at(absl::Seconds(-1)), ::testing::IsEmpty());
}

}  // namespace
}  // namespace tidemark::verifier
