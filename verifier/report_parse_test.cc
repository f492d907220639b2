#include "verifier/report_parse.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "base/testing.h"
#include "verifier/report_json.h"
#include "verifier/testing/code_cases.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

void ExpectRoundTrip(const Report& report) {
  const std::string json = ReportJson(report);
  const auto parsed = ParseReportJson(json);
  ASSERT_OK(parsed);
  EXPECT_EQ(ReportJson(*parsed), json);
}

TEST(ReportParse, EveryCodesReportComesBackByteForByte) {
  for (const CodeCase& code_case : CodeCases()) {
    SCOPED_TRACE(code_case.name);
    CheckOptions options = GoodOptions();
    if (code_case.adjust != nullptr) code_case.adjust(options);
    ExpectRoundTrip(code_case.csv ? CheckCsvText(CsvDepositText(code_case.bad), options)
                                  : CheckText(DepositText(code_case.bad), options));
  }
}

TEST(ReportParse, ReportOfNothingComesBack) {
  ExpectRoundTrip(Report{});
  ExpectRoundTrip(CheckText("", GoodOptions()));
}

TEST(ReportParse, PlacesInOtherFilesComeBack) {
  Report report = CheckText(DepositText(), GoodOptions());
  report.files = {{3, "domain.csv"}, {9, "host.csv"}};
  for (const uint16_t file : {3, 9, 3, 17}) {
    Finding finding;
    finding.code = Code::kStatusConflict;
    finding.at = rde::Position{.line = 4, .offset = 70, .file = file};
    finding.message = "a flaw";
    finding.count = 4;
    report.findings.push_back(finding);
  }
  ExpectRoundTrip(report);
}

std::string GoodJson() {
  CheckOptions options = GoodOptions();
  options.profile = Profile::kGtld;
  return ReportJson(CheckText("<a/>", options));
}

TEST(ReportParse, FieldOfAnotherTypeIsRefused) {
  const nlohmann::json good = nlohmann::json::parse(GoodJson());
  ASSERT_FALSE(good["findings"].empty());
  for (const auto& [key, value] : good.items()) {
    for (const nlohmann::json& wrong :
         {nlohmann::json(-1), nlohmann::json(1.5), nlohmann::json({{{"a", 1}}})}) {
      nlohmann::json bad = good;
      bad[key] = wrong;
      EXPECT_THAT(ParseReportJson(bad.dump()), StatusIs(absl::StatusCode::kInvalidArgument)) << key;
    }
  }
  for (const auto& [key, value] : good["findings"][0].items()) {
    // What the catalogue says is not read.
    if (key == "severity" || key == "clause" || key == "hint") continue;
    nlohmann::json bad = good;
    bad["findings"][0][key] =
        key == "rst_stops_here" ? nlohmann::json("yes") : nlohmann::json(true);
    EXPECT_THAT(ParseReportJson(bad.dump()), StatusIs(absl::StatusCode::kInvalidArgument)) << key;
  }
}

// Every place of a JSON text, by name.
void Places(const nlohmann::json& json, const nlohmann::json::json_pointer& at,
            std::vector<nlohmann::json::json_pointer>& places) {
  places.push_back(at);
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) Places(value, at / key, places);
  } else if (json.is_array()) {
    for (size_t i = 0; i < json.size(); ++i) Places(json[i], at / i, places);
  }
}

// One of which all parts are there.
Report WholeReport() {
  Report report = CheckText(DepositText(), GoodOptions());
  report.recoverability->examples.push_back(
      {Loss::kRedacted, "contact Csh8013-TEST", FieldNames(Counted::kContact)[kContactOrg], "R**"});
  report.findings.resize(1);
  report.findings[0].rst_stops_here = true;
  return report;
}

TEST(ReportParse, NumbersAndPeopleComeBack) {
  const Report report = WholeReport();
  ExpectRoundTrip(report);
  const auto parsed = ParseReportJson(ReportJson(report));
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->statistics, report.statistics);
  EXPECT_TRUE(parsed->findings[0].rst_stops_here);
  EXPECT_EQ(parsed->recoverability->score(), report.recoverability->score());
}

TEST(ReportParse, NumbersAndPeopleOfAnotherTypeAreRefused) {
  const nlohmann::json good = nlohmann::json::parse(ReportJson(WholeReport()));
  for (const char* part : {"statistics", "recoverability"}) {
    ASSERT_TRUE(good[part].is_object()) << part;
    std::vector<nlohmann::json::json_pointer> places;
    Places(good[part], nlohmann::json::json_pointer() / part, places);
    for (const auto& place : places) {
      for (const nlohmann::json& wrong : {nlohmann::json(-1), nlohmann::json(INT64_MAX)}) {
        nlohmann::json bad = good;
        bad[place] = wrong;
        EXPECT_THAT(ParseReportJson(bad.dump()), StatusIs(absl::StatusCode::kInvalidArgument))
            << place.to_string();
      }
    }
  }
}

// The process that reads a deposit may have been taken over by it.
TEST(ReportParse, WhatWouldMoveACursorShowsThatItWasThere) {
  nlohmann::json json = nlohmann::json::parse(GoodJson());
  json["tld"] = "te\x1b[2Jst";
  json["counts"]["urn:\xc2\x9b"] = 1;
  json["skipped"][0]["why"] = "a\nb\xe2\x80\xae.";
  json["findings"][0]["message"] = "\x1b]0;owned\x07";
  const auto parsed = ParseReportJson(json.dump());
  ASSERT_OK(parsed);
  EXPECT_EQ(parsed->tld, "te?[2Jst");
  EXPECT_EQ(parsed->counts.count("urn:??"), 1u);
  EXPECT_EQ(parsed->skipped[0].why, "a?b???.");
  EXPECT_EQ(parsed->findings[0].message, "?]0;owned?");
}

TEST(ReportParse, CountsWhoseSumsWouldOverflowAreRefused) {
  for (const char* place : {"/findings/0/count", "/counts/urn:x"}) {
    nlohmann::json json = nlohmann::json::parse(GoodJson());
    json[nlohmann::json::json_pointer(place)] = INT64_MAX;
    EXPECT_THAT(ParseReportJson(json.dump()), StatusIs(absl::StatusCode::kInvalidArgument))
        << place;
  }
}

TEST(ReportParse, EveryTruncationIsRefused) {
  const std::string good = GoodJson();
  for (size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(ParseReportJson(good.substr(0, length)).ok()) << length;
  }
}

TEST(ReportParse, WhatIsTooDeepTooLongOrOfUnknownCodeIsRefused) {
  EXPECT_THAT(ParseReportJson(std::string(100'000, '[')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("too deeply")));
  EXPECT_THAT(ParseReportJson(std::string(kReportJsonBytesMax + 1, ' ')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("too long")));
  const std::string unknown =
      absl::StrReplaceAll(GoodJson(), {{"TDM_HEADER_MISSING", "TDM_INVENTED"}});
  EXPECT_THAT(ParseReportJson(unknown),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not known")));
}

}  // namespace
}  // namespace tidemark::verifier
