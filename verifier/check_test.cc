// What holds of the judge as a whole: verdicts, order, bounds, kinds, skips.
#include "verifier/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/limits.h"
#include "verifier/report_json.h"
#include "verifier/report_text.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

bool Skips(const Report& report, Code code) {
  return std::any_of(report.skipped.begin(), report.skipped.end(),
                     [code](const Skip& skip) { return skip.code == code; });
}

TEST(Check, FailsOnErrorsOnly) {
  EXPECT_EQ(CheckText(DepositText(), GoodOptions()).verdict, Verdict::kPass);
  const Report warned = CheckText(
      DepositText({{"<rdeDomain:idnTableId>de</rdeDomain:idnTableId>", ""}}), GoodOptions());
  EXPECT_EQ(warned.verdict, Verdict::kPass);
  EXPECT_EQ(warned.findings.size(), 1u);
  const Report failed =
      CheckText(DepositText({{"<rdeDomain:clID>reg-1", "<rdeDomain:clID>reg-2"}}), GoodOptions());
  EXPECT_EQ(failed.verdict, Verdict::kFail);
}

TEST(Check, CountsAndDepositAreReported) {
  const Report report = CheckText(DepositText(), GoodOptions());
  EXPECT_EQ(report.tld, "test");
  EXPECT_EQ(report.deposit.id, "20261122001");
  EXPECT_EQ(report.deposit.kind, "FULL");
  EXPECT_EQ(report.deposit.resend, 0);
  EXPECT_EQ(report.deposit.prev_id, std::nullopt);
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:rdeDomain-1.0"), 2);
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:rdeEppParams-1.0"), 1);
}

// All objects of contents in reverse: the header last, every reference before its target.
std::string Reversed(const std::string& text) {
  const size_t begin = text.find("<rde:contents>") + std::string("<rde:contents>").size();
  const size_t end = text.find("</rde:contents>");
  std::vector<std::string> objects;
  for (size_t at = begin; at < end;) {
    const size_t open = text.find('<', at);
    if (open >= end) break;
    const std::string name = text.substr(open + 1, text.find_first_of(" >", open) - open - 1);
    size_t close = text.find("</" + name + ">", open);
    close = close == std::string::npos ? text.find("/>", open) + 2 : close + name.size() + 3;
    objects.push_back(text.substr(open, close - open));
    at = close;
  }
  std::reverse(objects.begin(), objects.end());
  std::string out = text.substr(0, begin);
  for (const std::string& object : objects) absl::StrAppend(&out, "\n", object);
  return out + text.substr(end);
}

TEST(Check, OrderOfObjectsChangesNothing) {
  const std::string reversed = Reversed(DepositText());
  ASSERT_LT(reversed.find("<rdePolicy:policy"), reversed.find("<rdeHeader:header>"));
  EXPECT_THAT(CodesOf(CheckText(reversed, GoodOptions())), IsEmpty());
  const std::vector<Edit> edits = {{"<rdeContact:id>c-two", "<rdeContact:id>c-2wo"},
                                   {"<rdeDomain:name>one.test", "<rdeDomain:name>one.toast"},
                                   {"<rdeNNDN:aName>reserved", "<rdeNNDN:aName>xn--bcher-kva"},
                                   {"ip=\"v4\">192.0.2.1", "ip=\"v4\">::1"}};
  // Hosts before the header cannot be held against their domains unless the TLD is given.
  CheckOptions options = GoodOptions();
  options.tld = "test";
  EXPECT_EQ(CodesOf(CheckText(DepositText(edits), options)),
            CodesOf(CheckText(Reversed(DepositText(edits)), options)));
}

TEST(Check, TldIsKnownLateAndStillJudged) {
  const std::string text =
      Reversed(DepositText({{"<rdeDomain:name>one.test", "<rdeDomain:name>one.toast"},
                            {"<rdeHost:addr ip=\"v4\">192.0.2.1</rdeHost:addr>", ""},
                            {"<rdeHost:addr ip=\"v6\">2001:db8::1</rdeHost:addr>", ""}}));
  EXPECT_THAT(CodesOf(CheckText(text, GoodOptions())),
              ElementsAre("RDE_DOMAIN_HAS_INVALID_NAME", "RDE_HOST_HAS_MISSING_IP_ADDRESS"));
}

TEST(Check, TheTldIsNotBelowItselfWhereverTheHeaderStands) {
  const std::string domain = DepositText({{"<rdeDomain:name>one.test", "<rdeDomain:name>test"}});
  const std::string host =
      DepositText({{"<rdeHost:name>ns.example.net", "<rdeHost:name>test"},
                   {"<domain:hostObj>ns.example.net", "<domain:hostObj>test"}});
  for (const bool reversed : {false, true}) {
    EXPECT_THAT(CodesOf(CheckText(reversed ? Reversed(domain) : domain, GoodOptions())),
                Contains("RDE_DOMAIN_HAS_INVALID_NAME"));
    EXPECT_THAT(CodesOf(CheckText(reversed ? Reversed(host) : host, GoodOptions())),
                Not(Contains("RDE_HOST_HAS_MISSING_IP_ADDRESS")));
  }
}

TEST(Check, WhatAContactHasForARegistrarIsMasked) {
  const Report report = CheckText(
      DepositText({{"<rdeContact:clID>reg-1", "<rdeContact:clID>jo@example.org"}}), GoodOptions());
  EXPECT_THAT(CodesOf(report), Contains("RDE_CONTACT_HAS_UNKNOWN_CLID"));
  EXPECT_THAT(ReportJson(report), Not(HasSubstr("jo@")));
}

TEST(Check, SameBytesSameReport) {
  const std::string text = Reversed(
      DepositText({{"<rdeContact:id>c-two", "<rdeContact:id>c-2"}, {"D2-TEST", "D1-TEST"}}));
  const std::string first = ReportJson(CheckText(text, GoodOptions()));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(ReportJson(CheckText(text, GoodOptions())), first);
}

TEST(Check, KeepsTheFirstFindingsAndCountsAll) {
  std::string domains;
  for (int i = 0; i < 1000; ++i) {
    absl::StrAppend(&domains, "<rdeDomain:domain><rdeDomain:name>d", i,
                    ".test</rdeDomain:name><rdeDomain:roid>X", i,
                    "-TEST</rdeDomain:roid><rdeDomain:status s=\"ok\"/><rdeDomain:registrant>r-", i,
                    "</rdeDomain:registrant><rdeDomain:clID>reg-1</rdeDomain:clID>"
                    "<rdeDomain:crDate>2030-01-01T00:00:00Z</rdeDomain:crDate><rdeDomain:exDate>"
                    "2031-01-01T00:00:00Z</rdeDomain:exDate></rdeDomain:domain>\n");
  }
  domains += "<rdeHost:host>";
  CheckOptions options = GoodOptions();
  options.plausibility.domains_min = 10'000;  // these are all alike
  const Report report = CheckText(
      DepositText({{"<rdeHost:host>", domains}, {"rdeDomain-1.0\">2<", "rdeDomain-1.0\">1002<"}}),
      options);
  EXPECT_THAT(CodesOf(report),
              ElementsAre("RDE_DOMAIN_HAS_INVALID_REGISTRANT", "RDE_DOMAIN_HAS_INVALID_CRDATE"));
  ASSERT_EQ(report.findings.size(), 2 * base::kFindingsPerCodeMax);
  EXPECT_EQ(report.findings[0].object, "domain d0.test");
  EXPECT_EQ(report.findings[1].object, "domain d1.test");
  for (const Finding& finding : report.findings) EXPECT_EQ(finding.count, 1000);
}

TEST(Check, DiffSkipsWhatNeedsItsBase) {
  CheckOptions options = GoodOptions();
  options.file_name = "test_2026-11-22_diff_S1_R0.xml";
  const Report report =
      CheckText(DepositText({{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""},
                             {"rdeDomain-1.0\">2<", "rdeDomain-1.0\">99<"},
                             {"<rdeDomain:registrant>c-one", "<rdeDomain:registrant>c-old"}}),
                options);
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_TRUE(Skips(report, Code::kObjectCountMismatch));
  EXPECT_TRUE(Skips(report, Code::kDomainHasInvalidRegistrant));
  EXPECT_TRUE(Skips(report, Code::kDomainObjectMissing));
  EXPECT_TRUE(report.counts.empty());
}

TEST(Check, RstAdmitsOnlyFull) {
  CheckOptions options = GoodOptions();
  options.profile = Profile::kRst;
  options.file_name = std::nullopt;
  const Report report =
      CheckText(DepositText({{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261121001\""}}), options);
  EXPECT_THAT(ErrorCodesOf(report), ElementsAre("RDE_INVALID_FILENAME"));
}

std::vector<std::string> CodesWhereRstStops(const Report& report) {
  std::vector<std::string> codes;
  for (const Finding& finding : report.findings) {
    if (finding.rst_stops_here) codes.emplace_back(InfoOf(finding.code).name);
  }
  return codes;
}

TEST(Check, RstStopsAtTheFirstCriticalOfItsOrder) {
  const Edit wrong_status{"<rdeDomain:status s=\"ok\"/>", "<rdeDomain:status s=\"fine\"/>"};
  const Edit cut_off{"</rde:deposit>", ""};
  EXPECT_THAT(CodesWhereRstStops(CheckText(DepositText(), GoodOptions())), IsEmpty());
  const Report flawed = CheckText(DepositText({wrong_status}), GoodOptions());
  EXPECT_THAT(CodesWhereRstStops(flawed), ElementsAre("RDE_SCHEMA_VALIDATION_ERROR"));
  EXPECT_TRUE(absl::StrContains(ReportText(flawed, "x"), "(RST stops here)"));
  // Well-formedness is judged before validity, wherever the flaws are.
  const Report broken = CheckText(DepositText({wrong_status, cut_off}), GoodOptions());
  EXPECT_THAT(CodesWhereRstStops(broken), ElementsAre("RDE_XML_PARSE_ERROR"));
  const std::string json = ReportJson(broken);
  const size_t at = json.find("\"rst_stops_here\":true");
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(json.find("rst_stops_here", at + 5), std::string::npos);
}

TEST(Check, RstLeavesOutCasesThatTheModelsExclude) {
  CheckOptions options = GoodOptions();
  options.profile = Profile::kRst;
  options.data_model = DataModel::kMinimum;
  const std::vector<Edit> bad_email = {{"jane@example.org", "jane.example.org"}};
  const Report report = CheckText(DepositText(bad_email), options);
  EXPECT_THAT(CodesOf(report), Not(Contains("RDE_CONTACT_HAS_INVALID_EMAIL")));
  EXPECT_THAT(CodesOf(report), Contains("RDE_UNEXPECTED_OBJECT_URI"));
  options.profile = Profile::kGtld;
  EXPECT_THAT(CodesOf(CheckText(DepositText(bad_email), options)),
              Contains("RDE_CONTACT_HAS_INVALID_EMAIL"));
}

TEST(Check, RstHasNoExceptionForContactsOfMinimumData) {
  CheckOptions options = GoodOptions();
  options.data_model = DataModel::kMinimum;
  const std::vector<Edit> dangling = {
      {"<rdeDomain:registrant>c-one", "<rdeDomain:registrant>c-0ne"}};
  EXPECT_THAT(CodesOf(CheckText(DepositText(dangling), options)),
              Contains("TDM_CONTACT_NOT_ESCROWED"));
  options.profile = Profile::kRst;
  EXPECT_THAT(CodesOf(CheckText(DepositText(dangling), options)),
              Contains("RDE_DOMAIN_HAS_INVALID_REGISTRANT"));
}

TEST(Check, WhatIsNotGivenIsSkippedAndNotGuessed) {
  CheckOptions options = GoodOptions();
  options.file_name = std::nullopt;
  options.data_model = std::nullopt;
  options.host_model = std::nullopt;
  options.idn_tables = std::nullopt;
  const Report report = CheckText(DepositText(), options);
  EXPECT_THAT(CodesOf(report), IsEmpty());
  for (const Code code :
       {Code::kInvalidFilename, Code::kHostObjectMissing, Code::kContactObjectMissing,
        Code::kIdnObjectUnexpected, Code::kDomainHasUnexpectedHostAttributes,
        Code::kDomainHasInvalidRoid, Code::kRegistrarHasInvalidGurid}) {
    EXPECT_TRUE(Skips(report, code)) << InfoOf(code).name;
  }
}

TEST(Check, FileNameIsComparedInEveryPart) {
  for (const char* good : {"test_2026-11-22_full_S1_R0.xml", "test_2026-11-22_full_S1_R0.ryde",
                           "test_2026-11-22_full_S12_R0.ryde"}) {
    CheckOptions options = GoodOptions();
    options.file_name = good;
    EXPECT_THAT(CodesOf(CheckText(DepositText(), options)), IsEmpty()) << good;
  }
  for (const char* bad :
       {"full.xml", "toast_2026-11-22_full_S1_R0.xml", "test_2026-11-21_full_S1_R0.xml",
        "test_2026-11-22_diff_S1_R0.xml", "test_2026-11-22_thin_S1_R0.xml",
        "test_2026-11-22_full_S0_R0.xml", "test_2026-11-22_full_S1_R1.xml",
        "test_2026-11-22_full_S1_R0.zip", "test_2026-11-22_full_S1_R0.xml.gz"}) {
    CheckOptions options = GoodOptions();
    options.file_name = bad;
    EXPECT_THAT(CodesOf(CheckText(DepositText(), options)), ElementsAre("RDE_INVALID_FILENAME"))
        << bad;
  }
  CheckOptions options = GoodOptions();
  options.file_name = "test_2026-11-22_full_S1_R3.ryde";
  EXPECT_THAT(CodesOf(CheckText(DepositText({{"resend=\"0\"", "resend=\"3\""}}), options)),
              IsEmpty());
}

TEST(Check, CsvFilesThatAreNotAtHandAreUndecidedAndNotFailed) {
  std::string xml = CsvDepositText();
  xml.resize(xml.find("=== "));
  const Report report = CheckText(xml, GoodOptions());
  EXPECT_THAT(CodesOf(report), IsEmpty());
  EXPECT_EQ(report.verdict, Verdict::kUndecided);
  EXPECT_TRUE(Skips(report, Code::kInvalidCsv));
}

TEST(Check, UnreadableIsUndecided) {
  DepositChecker checker(GoodOptions());
  checker.CouldNotRead(absl::UnavailableError("disk"));
  const Report report = checker.Finish();
  EXPECT_EQ(report.verdict, Verdict::kUndecided);
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.tld, std::nullopt);
}

TEST(Check, ContactDataIsNeverQuoted) {
  const Report report =
      CheckText(DepositText({{"<contact:city>Springfield", "<contact:city>Spr\xc3\xadngfield"},
                             {"jane@example.org", "jane.example.org"},
                             {"<contact:cc>US", "<contact:cc>usa"},
                             {"<contact:street>1 Main Street</contact:street>",
                              "<contact:flat>7"
                              "</contact:flat>"}}),
                GoodOptions());
  const std::string json = ReportJson(report);
  const std::string text = ReportText(report, "x");
  EXPECT_EQ(report.verdict, Verdict::kFail);
  for (const char* secret : {"Jane", "jane.", "Main", "ngfield", "usa"}) {
    EXPECT_FALSE(absl::StrContains(json, secret)) << secret;
    EXPECT_FALSE(absl::StrContains(text, secret)) << secret;
  }
  EXPECT_TRUE(absl::StrContains(json, "j*** (16 bytes)"));
}

TEST(ReportJson, HasTheFixedShape) {
  CheckOptions options = GoodOptions();
  options.file_name = std::nullopt;
  Report report =
      CheckText(DepositText({{"<rdeDomain:idnTableId>de</rdeDomain:idnTableId>", ""}}), options);
  report.skipped.resize(1);
  report.counts = {{"urn:x", 7}};
  report.statistics.reset();
  report.recoverability.reset();
  const Finding& finding = report.findings.at(0);
  EXPECT_EQ(
      ReportJson(report),
      absl::StrCat(
          R"({"verdict":"pass","tld":"test","deposit":{"id":"20261122001","kind":"FULL",)",
          R"("watermark":"2026-11-22T00:00:00Z","resend":0,"prevId":null},"ruleset":"gtld-ra",)",
          R"("profile":"gtld","now":"2026-11-22T02:00:00Z","counts":{"urn:x":7},)",
          R"("statistics":null,"recoverability":null,)", R"("skipped":[{"code":")",
          InfoOf(report.skipped[0].code).name, R"(","why":")", report.skipped[0].why,
          R"("}],"findings":[{"code":"TDM_IDN_TABLE_ID_MISSING","severity":"WARNING",)",
          R"("clause":"RFC 9022 5.1.2.1","object":"domain xn--bcher-kva.test","line":)",
          finding.at->line, R"(,"offset":)", finding.at->offset,
          R"(,"message":"the name has an A-label, and no idnTableId","hint":")",
          InfoOf(finding.code).hint, R"(","count":1}]})"));
}

TEST(ReportJson, AbsentValuesAreNull) {
  const std::string json = ReportJson(CheckText("", GoodOptions()));
  EXPECT_TRUE(absl::StartsWith(
      json, R"({"verdict":"fail","tld":null,"deposit":{"id":null,"kind":null,"watermark":null,)"
            R"("resend":null,"prevId":null},)"));
}

TEST(ReportText, GroupsByCodeWithHintAndClause) {
  const std::string text = ReportText(
      CheckText(DepositText({{"<rdeDomain:clID>reg-1", "<rdeDomain:clID>reg-2"}}), GoodOptions()),
      "file.xml");
  for (const char* part : {"file.xml: FAIL", "ERROR RDE_DOMAIN_HAS_INVALID_CLID", "domain one.test",
                           "RST rde-07", "What to do:", "Counted:", "Not judged:"}) {
    EXPECT_TRUE(absl::StrContains(text, part)) << part << "\n" << text;
  }
}

}  // namespace
}  // namespace tidemark::verifier
