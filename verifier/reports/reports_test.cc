// What the documents say. That they are valid is tests/integration/documents_test.cc's, by a
// validator.
#include "verifier/reports/reports.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

Report Good() { return CheckText(DepositText(), GoodOptions()); }
Report Bad() {
  return CheckText(DepositText({{"<rdeDomain:roid>D1-TEST", "<rdeDomain:roid>D 1"}}),
                   GoodOptions());
}

NotificationFacts Facts() {
  NotificationFacts facts;
  facts.agent_name = "Escrow & Sons";
  facts.received = absl::FromCivil(absl::CivilSecond(2026, 11, 22, 3, 4, 5), absl::UTCTimeZone());
  facts.validated = absl::FromCivil(absl::CivilSecond(2026, 11, 22, 3, 9, 0), absl::UTCTimeZone());
  facts.last_full = absl::CivilDay(2026, 11, 15);
  return facts;
}

TEST(RdeReport, SaysWhatWasCountedAndNotWhatTheHeaderClaims) {
  const Report report =
      CheckText(DepositText({{"rdeHost-1.0\">2<", "rdeHost-1.0\">200<"}}), GoodOptions());
  EXPECT_THAT(RdeReportXml(report),
              IsOkAndHolds(AllOf(
                  HasSubstr("<rdeReport:id>20261122001</rdeReport:id>"),
                  HasSubstr("<rdeReport:kind>FULL</rdeReport:kind>"),
                  HasSubstr("<rdeReport:watermark>2026-11-22T00:00:00Z</rdeReport:watermark>"),
                  HasSubstr("<rdeHeader:tld>test</rdeHeader:tld>"),
                  HasSubstr("<rdeHeader:count uri=\"urn:ietf:params:xml:ns:rdeHost-1.0\">2</"))));
}

TEST(RdeReport, CountsDomainsAlsoWhereThereAreNone) {
  Report report = Good();
  report.counts.clear();
  EXPECT_THAT(RdeReportXml(report),
              IsOkAndHolds(HasSubstr("urn:ietf:params:xml:ns:rdeDomain-1.0\">0</")));
}

TEST(RdeReport, IsNotMadeOfADepositThatDoesNotSayWhatItMustSay) {
  using Spoil = void (*)(Report&);
  const Spoil spoils[] = {
      [](Report& r) { r.deposit.id.reset(); },
      [](Report& r) { r.deposit.id = "<!-- -->"; },
      [](Report& r) { r.deposit.id = "12345678901234"; },
      [](Report& r) { r.deposit.kind = "SOME"; },
      [](Report& r) { r.deposit.watermark.reset(); },
      [](Report& r) { r.tld.reset(); },
      // A DIFF without its base: the repository was not counted.
      [](Report& r) {
        r.deposit.kind = "DIFF";
        r.counts.clear();
      },
  };
  for (const Spoil spoil : spoils) {
    Report report = Good();
    spoil(report);
    EXPECT_THAT(RdeReportXml(report), StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_THAT(RdeNotificationXml(report, Facts()),
                StatusIs(absl::StatusCode::kFailedPrecondition));
  }
}

TEST(RdeReport, IsNotMadeOfADepositThatWasNotReadToItsEnd) {
  const std::string text = DepositText();
  const Report report = CheckText(text.substr(0, text.find("<rdeHost:host>")), GoodOptions());
  EXPECT_EQ(report.counts.at("urn:ietf:params:xml:ns:rdeDomain-1.0"), 2);
  EXPECT_THAT(RdeReportXml(report), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(RdeNotificationXml(report, Facts()),
              IsOkAndHolds(AllOf(HasSubstr("<rdeNotification:status>DVFN</"),
                                 Not(HasSubstr("rdeReport:report")))));
}

TEST(RdeNotification, PassIsADvpnWithTheReportInside) {
  EXPECT_THAT(
      RdeNotificationXml(Good(), Facts()),
      IsOkAndHolds(AllOf(HasSubstr("<rdeNotification:deaName>Escrow &amp; Sons</"),
                         HasSubstr("<rdeNotification:repDate>2026-11-22</"),
                         HasSubstr("<rdeNotification:status>DVPN</"),
                         HasSubstr("<rdeNotification:reDate>2026-11-22T03:04:05Z</"),
                         HasSubstr("<rdeNotification:vaDate>2026-11-22T03:09:00Z</"),
                         HasSubstr("<rdeNotification:lastFullDate>2026-11-15</"),
                         HasSubstr("<rdeReport:id>20261122001</"), Not(HasSubstr("results")))));
}

TEST(RdeNotification, FailureIsADvfnThatSaysWhyOnceACode) {
  const Report report = Bad();
  ASSERT_EQ(report.verdict, Verdict::kFail);
  ASSERT_OK_AND_ASSIGN(const std::string xml, RdeNotificationXml(report, Facts()));
  EXPECT_THAT(xml, AllOf(HasSubstr("<rdeNotification:status>DVFN</"),
                         HasSubstr("<iirdea:msg>RDE_DOMAIN_HAS_INVALID_ROID</"),
                         HasSubstr("first at line"), HasSubstr("<rdeReport:report")));
  // Neither object nor value: the notice leaves the house.
  EXPECT_THAT(xml, AllOf(Not(HasSubstr("one.test")), Not(HasSubstr("D 1"))));
  const std::string message = "<iirdea:msg>RDE_SCHEMA_VALIDATION_ERROR</";
  const size_t first = xml.find(message);
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(xml.find(message, first + 1), std::string::npos);
}

TEST(RdeNotification, FailureWithoutAReportStillGoesOut) {
  const Report report = CheckText("<a/>", GoodOptions());
  ASSERT_EQ(report.verdict, Verdict::kFail);
  EXPECT_THAT(RdeNotificationXml(report, Facts()),
              IsOkAndHolds(AllOf(HasSubstr("DVFN"), Not(HasSubstr("rdeReport:report")))));
}

TEST(RdeNotification, OurOwnTroubleIsNoNotice) {
  Report report = Good();
  report.verdict = Verdict::kUndecided;
  EXPECT_THAT(RdeNotificationXml(report, Facts()), StatusIs(absl::StatusCode::kFailedPrecondition));
  NotificationFacts nameless = Facts();
  nameless.agent_name = "";
  EXPECT_THAT(RdeNotificationXml(Good(), nameless),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(RdeNotification, NothingReceivedIsADrfnWithoutDatesOfADeposit) {
  EXPECT_THAT(NothingReceivedXml(absl::CivilDay(2026, 11, 23), Facts()),
              IsOkAndHolds(AllOf(HasSubstr("<rdeNotification:repDate>2026-11-23</"),
                                 HasSubstr("DRFN"), Not(HasSubstr("reDate>")),
                                 Not(HasSubstr("vaDate")), HasSubstr("lastFullDate"))));
}

TEST(ResultNumber, EveryCodeHasOneThatTheSchemaAllows) {
  for (int i = 0; i < kCodeCount; ++i) {
    const int number = ResultNumber(static_cast<Code>(i));
    EXPECT_GE(number, 4000);
    EXPECT_LT(number, 4600);
  }
  EXPECT_EQ(ResultNumber(Code::kXmlParseError), 4401);
  EXPECT_EQ(ResultNumber(Code::kDomainHasInvalidRoid), 4501);
  EXPECT_EQ(ResultNumber(Code::kManifestMismatch), 4301);
}

TEST(ReportHtml, ShowsVerdictIdentityCountsAndFindings) {
  EXPECT_THAT(ReportHtml(Good(), "good.xml"),
              AllOf(HasSubstr("<h1>Passed</h1>"), HasSubstr("good.xml"), HasSubstr(".test"),
                    HasSubstr("20261122001"), HasSubstr("2026-11-22 00:00:00 UTC"),
                    HasSubstr("urn:ietf:params:xml:ns:rdeHost-1.0"), HasSubstr(">equal<"),
                    Not(HasSubstr(">differs<"))));
  const std::string bad = ReportHtml(Bad(), "bad.xml");
  EXPECT_THAT(bad, AllOf(HasSubstr("<h1>Failed</h1>"), HasSubstr("RDE_DOMAIN_HAS_INVALID_ROID"),
                         HasSubstr("RDE_SCHEMA_VALIDATION_ERROR")));
}

TEST(ReportHtml, HeaderThatCountsDifferentlyStandsBesideOurs) {
  const Report report =
      CheckText(DepositText({{"rdeHost-1.0\">2<", "rdeHost-1.0\">1234567<"}}), GoodOptions());
  EXPECT_THAT(ReportHtml(report, "x"), AllOf(HasSubstr("1,234,567"), HasSubstr(">differs<")));
}

// The day before there was a domain more, and both were signed.
Report Drifted() {
  CheckOptions options = GoodOptions();
  Report yesterday = Good();
  yesterday.counts[std::string(rde::kDomainUri)] = 1234567;
  PreviousReport previous{"test", *yesterday.deposit.watermark - absl::Hours(24), yesterday.counts,
                          *yesterday.statistics};
  previous.statistics.of(Counted::kDomain).filled[kDomainSecDns] = 2;
  options.previous = previous;
  options.drift.changes_min = 1;
  return CheckText(DepositText(), options);
}

TEST(ReportHtml, ShowsWhatChangedSinceTheDepositBefore) {
  const std::string html = ReportHtml(Drifted(), "x");
  EXPECT_THAT(html, AllOf(HasSubstr("Since the deposit before it"),
                          HasSubstr("2026-11-21 00:00:00 UTC"), HasSubstr(">1,234,567<"),
                          HasSubstr("-1,234,565 (-100.0%)"), HasSubstr("domains with secDNS"),
                          HasSubstr(">100.0%</td><td class=\"n\">0.0%</td>"), HasSubstr("-100.0<"),
                          HasSubstr("TDM_DRIFT_DS_LOSS")));
  EXPECT_THAT(ReportHtml(Good(), "x"), Not(HasSubstr("Since the deposit before it")));
}

TEST(ReportHtml, SaysOfEveryComparisonWhetherItWasMadeAndWhatItGave) {
  const std::string drifted = ReportHtml(Drifted(), "x");
  EXPECT_THAT(drifted, ContainsRegex("The deposit before it</th><td class=\"differs\">"));
  EXPECT_THAT(drifted, ContainsRegex("Its own header</th><td class=\"equal\">"));
  EXPECT_THAT(drifted, ContainsRegex("The published zone</th><td class=\"soft\">"));
  const std::string headless = ReportHtml(
      CheckText(DepositText({{"<rdeHeader:header>", "<!--"}, {"</rdeHeader:header>", "-->"}}),
                GoodOptions()),
      "x");
  EXPECT_THAT(headless, ContainsRegex("Its own header</th><td class=\"soft\">"));
  EXPECT_THAT(headless, HasSubstr("the deposit has no header"));
}

TEST(ReportHtml, ShowsWhatIsLeftOfThePeopleAndMasksThem) {
  const Report report =
      CheckText(DepositText({{"<contact:name>Jane Roe<", "<contact:name>REDACTED FOR PRIVACY<"}}),
                GoodOptions());
  ASSERT_TRUE(report.recoverability.has_value());
  const std::string html = ReportHtml(report, "x");
  EXPECT_THAT(
      html,
      AllOf(HasSubstr(absl::StrCat("aria-label=\"", report.recoverability->score(), " of 100\"")),
            HasSubstr("of 2 contacts"), HasSubstr("contact C1-TEST"), HasSubstr("R*** (20 bytes)"),
            Not(HasSubstr("REDACTED FOR"))));
}

TEST(ReportHtml, ShowsHowManyObjectsHaveEachFieldAndStatus) {
  const std::string html = ReportHtml(Good(), "x");
  EXPECT_THAT(html, AllOf(HasSubstr("<code>contact</code>"),
                          HasSubstr(">idnTableId</th><td class=\"n\">1</td><td class=\"n\">50.0%"),
                          HasSubstr(">clientHold</th><td class=\"n\">1</td>"),
                          Not(HasSubstr(">serverHold<"))));
}

TEST(ReportHtml, NothingOfADepositBecomesMarkup) {
  constexpr char kAttack[] = "\"'><script>alert(1)</script><img src=x onerror=y>\xe2\x80\xae";
  Report report = Bad();
  report.tld = kAttack;
  report.deposit.id = kAttack;
  report.deposit.kind = kAttack;
  report.deposit.prev_id = kAttack;
  report.ruleset = kAttack;
  report.counts[kAttack] = 1;
  report.header_counts[kAttack] = 1;
  report.files[7] = kAttack;
  report.skipped.push_back({Code::kInvalidCsv, kAttack});
  report.skipped.push_back({Code::kReportMismatch, kAttack});
  report.previous = PreviousReport{kAttack, absl::UnixEpoch(), {{kAttack, 1}}, *report.statistics};
  report.recoverability->examples.push_back({Loss::kProxy, kAttack, kAttack, kAttack});
  for (Finding& finding : report.findings) {
    finding.object = kAttack;
    finding.message = kAttack;
    finding.sample = kAttack;
    finding.at = rde::Position{.line = 1, .offset = 1, .file = 7};
  }
  const std::string html = ReportHtml(report, kAttack);
  EXPECT_THAT(html, AllOf(HasSubstr("&lt;script&gt;"), Not(HasSubstr("<script")),
                          Not(HasSubstr("<img")), Not(HasSubstr("\xe2\x80\xae"))));
}

TEST(ReportHtml, LoadsNothing) {
  const std::string html = ReportHtml(Bad(), "bad.xml");
  EXPECT_THAT(html, AllOf(HasSubstr("default-src 'none'"), Not(HasSubstr("src=\"")),
                          Not(HasSubstr("href=")), Not(HasSubstr("url("))));
}

TEST(ReportHtml, IsTheSameForTheSameReport) {
  EXPECT_EQ(ReportHtml(Bad(), "x"), ReportHtml(Bad(), "x"));
  EXPECT_EQ(ReportHtml(Drifted(), "x"), ReportHtml(Drifted(), "x"));
}

}  // namespace
}  // namespace tidemark::verifier
