// What a run may use changes what it costs, never what it says.
#include <algorithm>
#include <random>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "verifier/check.h"
#include "verifier/report_json.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr uint64_t kAmple = 64 << 20;

// Objects of all kinds with keys from a small range, so that some occur twice and some references
// have no target, in the middle of a good deposit.
std::string SeededDeposit(uint64_t seed, int count) {
  std::mt19937_64 random(seed);
  const auto number = [&random, count] { return random() % static_cast<uint64_t>(2 * count); };
  std::string objects;
  for (int i = 0; i < count; ++i) {
    switch (random() % 5) {
      case 0:
        absl::StrAppend(&objects, "<rdeContact:contact><rdeContact:id>c-", number(),
                        "</rdeContact:id><rdeContact:roid>C", number(),
                        "-TEST</rdeContact:roid><rdeContact:status s=\"ok\"/>"
                        "<rdeContact:email>a@example.org</rdeContact:email>"
                        "<rdeContact:clID>reg-1</rdeContact:clID></rdeContact:contact>\n");
        break;
      case 1:
        absl::StrAppend(&objects, "<rdeHost:host><rdeHost:name>ns.h", number(),
                        ".example</rdeHost:name><rdeHost:roid>H", number(),
                        "-TEST</rdeHost:roid><rdeHost:status s=\"ok\"/>"
                        "<rdeHost:clID>reg-",
                        random() % 50 == 0 ? 2 : 1, "</rdeHost:clID></rdeHost:host>\n");
        break;
      case 2:
        absl::StrAppend(&objects, "<rdeNNDN:NNDN><rdeNNDN:aName>d", number(),
                        ".test</rdeNNDN:aName><rdeNNDN:nameState>blocked</rdeNNDN:nameState>"
                        "</rdeNNDN:NNDN>\n");
        break;
      default:
        absl::StrAppend(&objects, "<rdeDomain:domain><rdeDomain:name>d", number(),
                        ".test</rdeDomain:name><rdeDomain:roid>D", number(),
                        "-TEST</rdeDomain:roid><rdeDomain:status s=\"ok\"/>"
                        "<rdeDomain:registrant>c-",
                        number(),
                        "</rdeDomain:registrant>"
                        "<rdeDomain:ns><domain:hostObj>ns.h",
                        number(),
                        ".example</domain:hostObj></rdeDomain:ns>"
                        "<rdeDomain:clID>reg-1</rdeDomain:clID></rdeDomain:domain>\n");
    }
  }
  return DepositText({{"<rdeHost:host>", objects + "<rdeHost:host>"}});
}

struct Judged {
  Report report;
  uint64_t spilled_bytes;
};

Judged Judge(const std::string& text, const CheckOptions& options) {
  DepositChecker checker(options);
  rde::XmlReader reader(checker);
  EXPECT_OK(reader.Write(text));
  EXPECT_OK(reader.Close());
  Report report = checker.Finish();
  return {std::move(report), checker.spilled_bytes()};
}

CheckOptions OptionsWith(uint64_t memory_bytes_max, std::string scratch_dir) {
  CheckOptions options = GoodOptions();
  options.resources = {.memory_bytes_max = memory_bytes_max, .scratch_dir = std::move(scratch_dir)};
  return options;
}

TEST(Resources, ReportIsTheSameForAnyMemory) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const std::string text = SeededDeposit(seed, 2000);
    const Judged ample = Judge(text, OptionsWith(kAmple, base::TestDir()));
    EXPECT_EQ(ample.spilled_bytes, 0u);
    EXPECT_THAT(
        CodesOf(ample.report),
        AllOf(Contains("RDE_DOMAIN_HAS_NON_UNIQUE_NAME"),
              Contains("RDE_DOMAIN_HAS_NON_UNIQUE_ROID"), Contains("RDE_CONTACT_HAS_NON_UNIQUE_ID"),
              Contains("TDM_HOST_NAME_SHARED"), Contains("RDE_NNDN_CONFLICTS_WITH_DOMAIN"),
              Contains("RDE_DOMAIN_HAS_INVALID_REGISTRANT"),
              Contains("RDE_DOMAIN_HAS_MISSING_NAMESERVER"),
              Contains("RDE_HOST_HAS_INVALID_CLID")));
    for (const uint64_t memory_bytes : {uint64_t{1000}, uint64_t{50'000}}) {
      const Judged tight = Judge(text, OptionsWith(memory_bytes, base::TestDir()));
      EXPECT_EQ(ReportJson(tight.report), ReportJson(ample.report)) << memory_bytes;
      EXPECT_GT(tight.spilled_bytes, 0u) << memory_bytes;
    }
  }
}

TEST(Resources, ScratchThatIsNotNeededIsNotMissed) {
  const Judged judged =
      Judge(DepositText(), OptionsWith(kAmple, absl::StrCat(base::TestDir(), "/missing")));
  EXPECT_EQ(judged.report.verdict, Verdict::kPass);
  EXPECT_THAT(CodesOf(judged.report), IsEmpty());
}

TEST(Resources, ScratchThatCannotBeWrittenIsUndecidedAndSaysWhy) {
  const std::string missing = absl::StrCat(base::TestDir(), "/missing");
  const Judged judged = Judge(DepositText(), OptionsWith(1, missing));
  EXPECT_EQ(judged.report.verdict, Verdict::kUndecided);
  EXPECT_THAT(CodesOf(judged.report), IsEmpty());
  for (const Code code : {Code::kDomainHasNonUniqueName, Code::kDomainHasInvalidRegistrant}) {
    const auto skip = std::find_if(judged.report.skipped.begin(), judged.report.skipped.end(),
                                   [code](const Skip& skip) { return skip.code == code; });
    ASSERT_NE(skip, judged.report.skipped.end());
    EXPECT_TRUE(absl::StrContains(skip->why, missing)) << skip->why;
  }
}

TEST(Resources, ErrorsFoundWithoutScratchStillFail) {
  const std::string missing = absl::StrCat(base::TestDir(), "/missing");
  const std::string text = DepositText({{"rdeHost-1.0\">2<", "rdeHost-1.0\">3<"}});
  const Judged judged = Judge(text, OptionsWith(1, missing));
  EXPECT_EQ(judged.report.verdict, Verdict::kFail);
  EXPECT_THAT(CodesOf(judged.report), Contains("RDE_OBJECT_COUNT_MISMATCH"));
}

// What occurs twice is told although the rest of the file is not known.
TEST(Resources, RepeatsAreToldOfATruncatedDeposit) {
  std::string text = DepositText({{"D2-TEST", "D1-TEST"}});
  text.resize(text.find("<rdeRegistrar:registrar>"));
  const Judged judged = Judge(text, OptionsWith(1, base::TestDir()));
  EXPECT_THAT(CodesOf(judged.report),
              AllOf(Contains("RDE_DOMAIN_HAS_NON_UNIQUE_ROID"), Contains("RDE_XML_PARSE_ERROR"),
                    Not(Contains("RDE_DOMAIN_HAS_INVALID_CLID"))));
}

}  // namespace
}  // namespace tidemark::verifier
