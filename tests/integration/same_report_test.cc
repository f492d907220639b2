// The same deposit gives the same report, byte for byte: whatever a run may use, as often as it is
// run, for every way in which a deposit comes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"
#include "tests/support/escrow.h"
#include "tools/generator/generator.h"

namespace tidemark::tests {
namespace {

using ::testing::HasSubstr;

constexpr char kLeast[] = "8M";
constexpr char kAmple[] = "512M";

// What `check` says with each of the resources, which is the same; "" if it is not.
std::string OneReport(const std::vector<std::string>& deposit, const std::string& format = "json") {
  struct Use {
    const char* threads;
    const char* memory;
  };
  std::optional<std::string> first;
  for (const Use& use : {Use{"1", kLeast}, Use{"2", kAmple}, Use{"3", kLeast}, Use{"1", kAmple}}) {
    std::vector<std::string> arguments = {"check",     "--now",    "2026-11-24T00:00:00Z",
                                          "--format",  format,     "--threads",
                                          use.threads, "--memory", use.memory};
    arguments.insert(arguments.end(), deposit.begin(), deposit.end());
    const absl::StatusOr<base::RunResult> run = Tidemark(arguments);
    EXPECT_OK(run);
    if (!run.ok()) return "";
    EXPECT_LT(run->exit_status, 2) << run->err;
    if (!first.has_value()) first = run->out;
    EXPECT_EQ(run->out, *first) << use.threads << " threads, " << use.memory;
    if (run->out != *first) return "";
  }
  return *first;
}

// A registry with two flaws, in the CSV model for the given types.
std::string Generate(generator::GeneratorOptions options, const std::string& csv_types) {
  const std::string dir = base::TestDir();
  if (!csv_types.empty()) options.csv_uris = *generator::ParseCsvTypes(csv_types);
  const std::string path = absl::StrCat(dir, "/", generator::DepositName(options));
  auto xml = base::FileSink::Create(path, base::FileMode::kPublic);
  auto zone = base::FileSink::Create(dir + "/zone", base::FileMode::kPublic);
  EXPECT_OK(generator::Generate(
      options, **xml, **zone, {},
      [&dir](const std::string& name) -> absl::StatusOr<std::unique_ptr<base::ByteSink>> {
        return base::FileSink::Create(absl::StrCat(dir, "/", name), base::FileMode::kPublic);
      }));
  EXPECT_OK((*xml)->Close());
  EXPECT_OK((*zone)->Close());
  return path;
}

generator::GeneratorOptions Flawed(uint64_t domains) {
  generator::GeneratorOptions options;
  options.domains = domains;
  options.seed = 17;
  options.plant_duplicate_domain = true;
  options.plant_dangling_host = true;
  return options;
}

TEST(SameReport, OfOtherPeoplesDeposits) {
  const std::optional<std::string> shared = base::SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << base::kNoSharedDir;
  const std::string dir = *shared + "/testdata/";
  for (const char* name : {"example", "sample"}) {
    const std::string path = absl::StrCat(dir, name, "/", name, "_2026-11-22_full_S1_R0.xml");
    EXPECT_THAT(OneReport({path}), HasSubstr("\"verdict\":\"pass\"")) << name;
    EXPECT_THAT(OneReport({path}, "html"), HasSubstr("<h1>Passed</h1>")) << name;
  }
  const std::string full = dir + "nomulus/full.xml";
  EXPECT_THAT(OneReport({full, "--tld", "test"}), HasSubstr("RDE_DOMAIN_HAS_MISSING_REGISTRANT"));
  EXPECT_THAT(OneReport({dir + "nomulus/differential.xml", "--tld", "test", "--base", full}),
              HasSubstr("RDE_DOMAIN_HAS_MISSING_REGISTRANT"));
}

// More keys than fit into the least memory, in an order that no file can be read in twice alike.
TEST(SameReport, OfADepositThatOverflowsToScratch) {
  generator::GeneratorOptions options = Flawed(25'000);
  options.shuffled = true;
  EXPECT_THAT(OneReport({Generate(options, "")}),
              testing::AllOf(HasSubstr("RDE_DOMAIN_HAS_NON_UNIQUE_NAME"),
                             HasSubstr("RDE_DOMAIN_HAS_MISSING_NAMESERVER")));
}

TEST(SameReport, OfTheCsvModelAndOfBothModelsMixed) {
  for (const char* types : {"all", "domain,host"}) {
    EXPECT_THAT(OneReport({Generate(Flawed(3'000), types)}),
                HasSubstr("RDE_DOMAIN_HAS_NON_UNIQUE_NAME"))
        << types;
  }
}

TEST(SameReport, OfADifferentialOnItsBase) {
  generator::GeneratorOptions options;
  options.domains = 3'000;
  options.changed_fraction = 0.05;
  const std::string base = Generate(options, "");
  options.night = 1;
  options.kind = generator::DepositKind::kDiff;
  EXPECT_THAT(OneReport({Generate(options, ""), "--base", base}),
              HasSubstr("\"verdict\":\"pass\""));
}

}  // namespace
}  // namespace tidemark::tests
