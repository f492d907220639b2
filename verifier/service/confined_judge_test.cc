// The real reader against the judge in this process, and readers that a deposit has taken over.
#include "verifier/service/confined_judge.h"

#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/bytes_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "rde/records.h"
#include "verifier/previous_report.h"
#include "verifier/report_json.h"
#include "verifier/service/judge_testing.h"
#include "verifier/testing/code_cases.h"
#include "verifier/testing/csv_deposit_text.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using tidemark::v1::ClearManifest;

constexpr char kName[] = "test_2026-11-22_full_S1_R0.xml";

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kIsConfined = false;
#else
constexpr bool kIsConfined = true;
#endif

std::string Runfile(const std::string& path) {
  const char* const root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/verifier/", path);
}

absl::StatusOr<Report> Confined(const Content& content, const ClearManifest& manifest,
                                const std::string& program, const JudgeOptions& options = {}) {
  ConfinedJudgeOptions confined;
  confined.program = program;
  return ConfinedJudge(confined).Judge(content, manifest, GoodOptions().now, options);
}

absl::StatusOr<Report> Confined(base::ByteSource& source, const std::string& program,
                                const JudgeOptions& options = {}) {
  return Confined({absl::OkStatus(), &source, kName}, GoodManifest(), program, options);
}

std::string ConfinedJson(const std::string& text, const JudgeOptions& options = {}) {
  base::StringSource source(text);
  const auto report = Confined(source, Runfile("service/judge_for_test"), options);
  EXPECT_OK(report);
  return report.ok() ? ReportJson(*report) : "";
}

std::string OpenJson(const std::string& text) {
  base::StringSource source(text);
  const auto report =
      JudgeContent({absl::OkStatus(), &source, kName}, GoodManifest(), GoodOptions().now, {});
  EXPECT_OK(report);
  return report.ok() ? ReportJson(*report) : "";
}

TEST(ConfinedJudge, GoodDepositPasses) {
  const std::string json = ConfinedJson(DepositText());
  EXPECT_THAT(json, HasSubstr("\"verdict\":\"pass\""));
  EXPECT_EQ(json, OpenJson(DepositText()));
}

TEST(ConfinedJudge, SaysOfBadDepositsWhatIsSaidOutside) {
  // Of every kind of rule one, and what ends reading.
  int n = 0;
  for (const CodeCase& code_case : CodeCases()) {
    if (code_case.csv) continue;
    if (++n % 8 != 0) continue;
    SCOPED_TRACE(code_case.name);
    const std::string text = DepositText(code_case.bad);
    EXPECT_EQ(ConfinedJson(text), OpenJson(text));
  }
  for (const std::string& text : {std::string(), std::string("<a/>"), std::string(1 << 20, '<'),
                                  DepositText().substr(0, 2000)}) {
    EXPECT_EQ(ConfinedJson(text), OpenJson(text));
  }
}

// Digests are OpenSSL's, which opens files when it is first asked for one.
TEST(ConfinedJudge, SaysOfDsRecordsWhatIsSaidOutside) {
  int cases = 0;
  for (const CodeCase& code_case : CodeCases()) {
    if (code_case.csv || !absl::StartsWith(code_case.name, "Ds")) continue;
    ++cases;
    SCOPED_TRACE(code_case.name);
    const std::string text = DepositText(code_case.bad);
    EXPECT_EQ(ConfinedJson(text), OpenJson(text));
  }
  EXPECT_GT(cases, 2);
}

TEST(ConfinedJudge, SaysOfATarWhatIsSaidOutside) {
  int n = 0;
  for (const CodeCase& code_case : CodeCases()) {
    if (!code_case.csv || ++n % 3 != 0) continue;
    SCOPED_TRACE(code_case.name);
    const std::string tar = CsvTar(CsvDepositText(code_case.bad), kName);
    EXPECT_EQ(ConfinedJson(tar), OpenJson(tar));
  }
  const std::string good = CsvTar(CsvDepositText(), kName);
  EXPECT_THAT(ConfinedJson(good), HasSubstr("\"verdict\":\"pass\""));
  JudgeOptions least;
  least.resources.memory_bytes_max = 1;
  EXPECT_EQ(ConfinedJson(good, least), OpenJson(good));
  const std::string named =
      CsvTar(absl::StrCat(CsvDepositText(), "=== ", std::string(150, 'n'), ".csv\nrow\n"), kName);
  EXPECT_EQ(ConfinedJson(named), OpenJson(named));
  EXPECT_THAT(ConfinedJson(named), HasSubstr("TDM_CSV_FILE_UNNAMED"));
  EXPECT_THAT(ConfinedJson(good.substr(0, 3000)), HasSubstr("RDE_MISSING_FILES"));
}

// Whose conversion must not need a file of the system's, which the reader may not open.
TEST(ConfinedJudge, NamesInATarMayBeInAnyEncoding) {
  for (const char* how : {"--format=pax", "--format=gnu", "--format=ustar"}) {
    const auto tar = base::RunAndCapture(
        {"/bin/sh", "-c",
         absl::StrCat("cd ", base::TestDir(),
                      " && printf '<a/>' > '\xc3\xa4.xml' && : > '\xff.csv' && tar ", how,
                      " -cf - *.xml *.csv")},
        absl::Minutes(1), 1 << 20);
    ASSERT_OK(tar);
    EXPECT_EQ(ConfinedJson(tar->out), OpenJson(tar->out)) << how;
    EXPECT_THAT(OpenJson(tar->out), HasSubstr("\"verdict\":\"fail\"")) << how;
  }
}

TEST(ConfinedJudge, SpillsToFilesThatWereOpenedBefore) {
  JudgeOptions options;
  options.resources.memory_bytes_max = 1;
  options.resources.threads = 2;
  EXPECT_EQ(ConfinedJson(DepositText(), options), OpenJson(DepositText()));
}

TEST(ConfinedJudge, HowTheDepositEndedIsToldToo) {
  const std::string program = Runfile("service/judge_for_test");
  base::HeldSource mismatch(DepositText(), absl::FailedPreconditionError("digest of the file"));
  ASSERT_OK_AND_ASSIGN(const Report failed, Confined(mismatch, program));
  EXPECT_THAT(CodesOf(failed), Contains("TDM_CONTENT_MISMATCH"));
  EXPECT_EQ(failed.verdict, Verdict::kFail);
  base::HeldSource altered(DepositText().substr(0, 3000),
                           absl::DataLossError("frame 3 is altered"));
  ASSERT_OK_AND_ASSIGN(const Report undecided, Confined(altered, program));
  EXPECT_THAT(CodesOf(undecided), IsEmpty());
  EXPECT_EQ(undecided.verdict, Verdict::kUndecided);
}

using OpenedBase = absl::StatusOr<std::unique_ptr<base::ByteSource>>;

std::string BaseText() { return DepositText({{"id=\"20261122001\"", "id=\"20261121001\""}}); }

// Judges the DIFF on what `open` gives, with a deposit beside it that it does not need.
absl::StatusOr<Report> JudgeDiff(const std::function<OpenedBase()>& open, bool confined) {
  rde::DepositInfo info;
  info.type = "FULL";
  info.id = "20261121001";
  info.resend = 0;
  info.watermark.time = absl::FromUnixSeconds(1795305600);
  rde::DepositInfo older = info;
  older.id = "20261101001";
  const auto never = []() -> OpenedBase {
    ADD_FAILURE() << "a deposit was opened that is not needed";
    return absl::InternalError("not needed");
  };
  const std::string text = DiffText();
  base::StringSource source(text);
  const Content content{absl::OkStatus(),
                        &source,
                        "test_2026-11-22_diff_S1_R0.xml",
                        std::nullopt,
                        {{"test/20261101001/0", older, never}, {"test/20261121001/0", info, open}}};
  if (!confined) return JudgeContent(content, DiffManifest(), GoodOptions().now, {});
  return Confined(content, DiffManifest(), Runfile("service/judge_for_test"));
}

TEST(ConfinedJudge, DiffIsJudgedOnTheBaseThatItNeeds) {
  const auto good = []() -> OpenedBase {
    return std::make_unique<base::HeldSource>(BaseText(), absl::OkStatus());
  };
  ASSERT_OK_AND_ASSIGN(const Report report, JudgeDiff(good, true));
  ASSERT_OK_AND_ASSIGN(const Report outside, JudgeDiff(good, false));
  EXPECT_EQ(report.verdict, Verdict::kPass);
  EXPECT_EQ(report.counts.at(std::string(rde::kDomainUri)), 2);
  EXPECT_EQ(ReportJson(report), ReportJson(outside));
}

TEST(ConfinedJudge, HowABaseEndedIsToldToo) {
  for (const absl::Status& fault : {absl::FailedPreconditionError("the wrap does not open"),
                                    absl::DataLossError("frame 3 is altered")}) {
    const auto failing = [&fault]() -> OpenedBase {
      return std::make_unique<base::HeldSource>(BaseText(), fault);
    };
    const auto absent = [&fault]() -> OpenedBase { return fault; };
    for (const std::function<OpenedBase()>& open :
         {std::function<OpenedBase()>(failing), std::function<OpenedBase()>(absent)}) {
      ASSERT_OK_AND_ASSIGN(const Report report, JudgeDiff(open, true));
      ASSERT_OK_AND_ASSIGN(const Report outside, JudgeDiff(open, false));
      EXPECT_EQ(ReportJson(report), ReportJson(outside));
      EXPECT_EQ(report.verdict, absl::IsDataLoss(fault) ? Verdict::kUndecided : Verdict::kFail);
    }
  }
}

TEST(ConfinedJudge, ComparesWithThePredecessor) {
  ASSERT_OK_AND_ASSIGN(PreviousReport previous,
                       ParsePreviousReport(ReportJson(CheckText(DepositText(), GoodOptions()))));
  previous.watermark -= absl::Hours(24);
  previous.counts[std::string(rde::kDomainUri)] = 1000;
  previous.statistics.of(Counted::kDomain).objects = 1000;
  JudgeOptions strict;
  strict.standard.drift.changes_min = 1;
  JudgeOptions lenient;
  lenient.standard.drift.deleted_percent_max = 100;
  const auto judge = [&](const absl::StatusOr<PreviousReport>& with, const JudgeOptions& options) {
    const std::string text = DepositText();
    base::StringSource source(text);
    const Content content{absl::OkStatus(), &source, kName, with, {}};
    const auto report =
        Confined(content, GoodManifest(), Runfile("service/judge_for_test"), options);
    EXPECT_OK(report);
    base::StringSource again(text);
    const Content same{absl::OkStatus(), &again, kName, with, {}};
    const auto outside = JudgeContent(same, GoodManifest(), GoodOptions().now, options);
    EXPECT_OK(outside);
    EXPECT_EQ(ReportJson(*report), ReportJson(*outside));
    return CodesOf(*report);
  };
  EXPECT_THAT(judge(previous, strict), Contains("TDM_DRIFT_MASS_DELETION"));
  EXPECT_THAT(judge(previous, lenient), Not(Contains("TDM_DRIFT_MASS_DELETION")));
  EXPECT_THAT(judge(absl::UnavailableError("the vault did not say"), strict), IsEmpty());
}

// What went to scratch is told from there, too.
TEST(ConfinedJudge, TellsWhatWentToScratch) {
  std::string objects;
  for (int i = 0; i < 20'000; ++i) {
    absl::StrAppend(&objects, "<rdeNNDN:NNDN><rdeNNDN:aName>d", i,
                    ".test</rdeNNDN:aName><rdeNNDN:nameState>blocked</rdeNNDN:nameState>"
                    "</rdeNNDN:NNDN>\n");
  }
  objects += "<rdeHost:host>";
  const std::string text = DepositText({{"<rdeHost:host>", objects}});
  JudgeOptions options;
  options.resources.memory_bytes_max = 256 << 10;
  uint64_t spilled = 0;
  options.on_spilled = [&spilled](uint64_t bytes) { spilled = bytes; };
  base::StringSource source(text);
  ASSERT_OK(
      JudgeContent({absl::OkStatus(), &source, kName}, GoodManifest(), GoodOptions().now, options));
  EXPECT_GT(std::exchange(spilled, 0), 0u);
  ConfinedJson(text, options);
  EXPECT_GT(spilled, 0u);
}

// A hostile reader by what it does; the judge gives no arguments, so it goes by its name.
std::string Hostile(const std::string& action) {
  const std::string link = base::TestDir() + "/reader-" + action;
  EXPECT_EQ(symlink(Runfile("sandbox/hostile_reader").c_str(), link.c_str()), 0);
  return link;
}

TEST(ConfinedJudge, ReaderThatWasTakenOverLeavesTheDepositUndecided) {
  struct Case {
    const char* action;
    const char* why;
  };
  const Case cases[] = {
      {"socket", "may not do"}, {"open", "may not do"}, {"fork", "may not do"},
      {"memory", "memory"},     {"time", "CPU time"},   {"crash", "signal 6"},
      {"end", "answer"},        {"long", "answer"},     {"nonsense", "report"},
  };
  for (const Case& hostile : cases) {
    SCOPED_TRACE(hostile.action);
    if (!kIsConfined && (absl::string_view(hostile.why) == "may not do" ||
                         absl::string_view(hostile.why) == "memory")) {
      continue;  // sanitizers do not run under the filter
    }
    base::StringSource source(DepositText());
    ASSERT_OK_AND_ASSIGN(const Report report, Confined(source, Hostile(hostile.action)));
    EXPECT_EQ(report.verdict, Verdict::kUndecided);
    EXPECT_THAT(report.findings, IsEmpty());
    EXPECT_THAT(report.skipped, Contains(Field(&Skip::why, HasSubstr(hostile.why))));
  }
}

TEST(ConfinedJudge, ProgramThatIsMissingIsNobodysFailure) {
  base::StringSource source(DepositText());
  ASSERT_OK_AND_ASSIGN(const Report report, Confined(source, base::TestDir() + "/absent"));
  EXPECT_EQ(report.verdict, Verdict::kUndecided);
}

TEST(ConfinedJudge, StoppedHalfWayGivesNoReport) {
  base::StringSource source(DepositText());
  JudgeOptions options;
  options.on_progress = [](uint64_t) { return false; };
  EXPECT_THAT(Confined(source, Runfile("service/judge_for_test"), options),
              StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace tidemark::verifier
