// The same deposit gives the same report, byte for byte: whatever a run may use, as often as it is
// run, for every way in which a deposit comes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
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

// A tar of what Generate() makes, with `more` put in by the shell.
std::string Tar(const generator::GeneratorOptions& options, const std::string& csv_types,
                const std::string& more = "true") {
  const std::string xml = Generate(options, csv_types);
  const std::string dir = xml.substr(0, xml.rfind('/'));
  const std::string tar = absl::StrCat(dir, "/night", options.night, ".tar");
  const auto run = base::RunAndCapture(
      {"/bin/sh", "-c",
       absl::StrCat("cd ", dir, " && rm -rf in && mkdir in && mv $(find . -name '*.csv') ", xml,
                    " in && cd in && ", more, " && tar -cf ", tar, " *")},
      absl::Minutes(1), 1 << 20);
  EXPECT_OK(run);
  EXPECT_EQ(run->exit_status, 0) << run->err;
  return tar;
}

// A deposit of one night, as a file and in custody.
struct Night {
  std::string id;
  std::string path;
};

// Deposits it. What `verify` says of it is what `check` says at the same second; only that bases
// have an id in custody and a name as files. Returns it. `previous`: the report on the first base.
std::string SameInCustody(const Escrow& escrow, const Night& night,
                          const std::vector<Night>& bases = {}, const std::string& previous = "") {
  const auto deposited = Tidemark({"deposit", night.path, "--config", escrow.depositor()});
  EXPECT_OK(deposited);
  EXPECT_EQ(deposited->exit_status, 0) << deposited->err;
  const auto verified =
      Tidemark({"verify", night.id, "--config", escrow.verifier(), "--format", "json"});
  EXPECT_OK(verified);
  std::string report = verified->out;
  const std::string now = nlohmann::json::parse(report, nullptr, false).value("now", "");
  std::vector<std::string> check = {"check", night.path, "--format", "json",
                                    "--now", now,        "--tld",    "example"};
  for (const Night& base : bases) {
    report =
        absl::StrReplaceAll(report, {{base.id + "/0", base.path.substr(base.path.rfind('/') + 1)}});
    check.insert(check.end(), {"--base", base.path});
  }
  if (!previous.empty()) {
    const std::string path = base::TestDir() + "/previous.json";
    EXPECT_OK(base::WriteFile(path, previous, base::FileMode::kPrivate));
    check.insert(check.end(), {"--previous", path});
  }
  const auto checked = Tidemark(check);
  EXPECT_OK(checked);
  EXPECT_EQ(report, checked->out) << checked->err;
  EXPECT_EQ(verified->exit_status, checked->exit_status);
  return report;
}

TEST(SameReport, OfATarInCustody) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({}));
  generator::GeneratorOptions options = Flawed(300);
  EXPECT_THAT(SameInCustody(*escrow, {"example/20261122001", Tar(options, "all")}),
              HasSubstr("RDE_DOMAIN_HAS_NON_UNIQUE_NAME"));
  options.night = 1;
  EXPECT_THAT(SameInCustody(*escrow, {"example/20261123001",
                                      Tar(options, "domain,host", "ln -s /etc/passwd link.csv")}),
              HasSubstr("TDM_FILES_REFUSED"));
  options.night = 2;
  EXPECT_THAT(SameInCustody(*escrow, {"example/20261124001",
                                      Tar(options, "all", "rm $(ls *.csv | head -1)")}),
              HasSubstr("RDE_MISSING_FILES"));
}

// In a tar or not, on a base in a tar.
TEST(SameReport, OfADifferentialInCustodyOnATar) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({}));
  constexpr char kPass[] = "\"verdict\":\"pass\"";
  generator::GeneratorOptions options;
  options.domains = 300;
  options.changed_fraction = 0.05;
  const Night full = {"example/20261122001", Tar(options, "host,registrar")};
  const std::string previous = SameInCustody(*escrow, full);
  EXPECT_THAT(previous, HasSubstr(kPass));
  options.kind = generator::DepositKind::kDiff;
  options.night = 1;
  const Night first = {"example/20261123001", Generate(options, "")};
  EXPECT_THAT(SameInCustody(*escrow, first, {full}, previous), HasSubstr(kPass));
  options.night = 2;
  const Night second = {"example/20261124001", Tar(options, "")};
  EXPECT_THAT(SameInCustody(*escrow, second, {full, first}, previous), HasSubstr(kPass));
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
