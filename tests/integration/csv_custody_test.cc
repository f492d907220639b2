// Deposits in the CSV model through custody: a tar of the XML and its CSV files, and what is said
// to anything else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "tests/support/shell.h"
#include "tools/generator/generator.h"

namespace tidemark::tests {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// The tar of a night in the CSV model, in a directory of its own, and its zone.
class CsvInCustody : public ::testing::Test {
 protected:
  void SetUp() override {
    auto escrow = Escrow::Start({});
    ASSERT_OK(escrow);
    escrow_ = *std::move(escrow);
  }
  std::string Night(int night, generator::DepositKind kind) {
    const std::string name = absl::StrCat("night", night, generator::KindName(kind));
    const std::string dir = absl::StrCat(dir_, "/", name);
    EXPECT_OK(base::MakeDirs(dir, base::FileMode::kPrivate));
    generator::GeneratorOptions options;
    options.domains = 300;
    options.changed_fraction = 0.02;
    options.night = night;
    options.kind = kind;
    // The generator makes differentials in XML, and a registry's policies are no XML in a FULL all
    // of whose types are in the CSV model.
    if (kind == generator::DepositKind::kFull) {
      options.csv_uris = *generator::ParseCsvTypes(csv_types_);
    }
    EXPECT_OK(WriteDeposit(dir, options));
    fs::rename(dir + "/example.zone", absl::StrCat(dir_, "/", night, ".zone"));
    const base::RunResult tar = Shell(absl::StrCat("cd ", dir, " && tar -cf ../", name, ".tar *"));
    EXPECT_EQ(tar.exit_status, 0) << tar.err;
    return dir + ".tar";
  }
  // Runs a verb with its configuration.
  static base::RunResult Run(std::vector<std::string> words, const std::string& config,
                             int exit_status) {
    words.insert(words.end(), {"--config", config, "--quiet"});
    const auto result = Tidemark(words);
    EXPECT_OK(result);
    EXPECT_EQ(result->exit_status, exit_status) << words[0] << result->out << result->err;
    return *result;
  }
  json Deposit(const std::string& file) {
    return json::parse(Run({"deposit", file, "--stats", "json"}, escrow_->depositor(), 0).out,
                       nullptr, false);
  }
  static std::vector<std::string> Errors(const base::RunResult& result) {
    std::vector<std::string> codes;
    const json report = json::parse(result.out, nullptr, false);
    EXPECT_TRUE(report.is_object()) << result.out << result.err;
    if (!report.is_object()) return codes;
    for (const json& finding : report["findings"]) {
      const std::string severity = finding["severity"];
      if (severity == "ERROR" || severity == "CRITICAL") codes.push_back(finding["code"]);
    }
    return codes;
  }
  void ExpectRestored(const std::string& id, const std::string& file) {
    const std::string out = dir_ + "/restored";
    Run({"restore", id, "--out", out}, escrow_->verifier(), 0);
    EXPECT_EQ(Shell(absl::StrCat("cmp ", out, " ", file)).exit_status, 0) << id;
    fs::remove(out);
  }
  // With the delegations of the night's zone.
  void ExpectRebuilt(const std::string& id, int night) {
    const std::string out = dir_ + "/rebuilt";
    Run({"rebuild", id, "--out", out}, escrow_->verifier(), 0);
    const auto expected =
        Delegations(absl::StrCat(dir_, "/", night, ".zone"), "example", Glue::kWith);
    const auto delegations = Delegations(out + "/zone/example.zone", "example", Glue::kWith);
    ASSERT_OK(expected);
    ASSERT_OK(delegations);
    EXPECT_FALSE(expected->empty());
    EXPECT_EQ(*delegations, *expected) << id;
    fs::remove_all(out);
  }

  const std::string dir_ = base::TestDir();
  std::string csv_types_ = "all";
  std::unique_ptr<Escrow> escrow_;
};

TEST_F(CsvInCustody, ATarIsJudgedRestoredAndRebuiltAlsoOnItsSecondNight) {
  for (const int night : {0, 1}) {
    const std::string tar = Night(night, generator::DepositKind::kFull);
    const std::string id = absl::StrCat("example/2026112", 2 + night, "001");
    const json stats = Deposit(tar);
    ASSERT_TRUE(stats.is_object());
    const int64_t sent = stats["bytes_sent"];
    EXPECT_LT(sent, static_cast<int64_t>(fs::file_size(tar)) / (night == 0 ? 1 : 4)) << stats;
    EXPECT_THAT(Errors(Run({"verify", id, "--format", "json"}, escrow_->verifier(), 0)),
                ElementsAre());
    ExpectRestored(id, tar);
    ExpectRebuilt(id, night);
  }
}

TEST_F(CsvInCustody, ATarMayBeADifferentialOnATar) {
  csv_types_ = "host,registrar";
  Deposit(Night(0, generator::DepositKind::kFull));
  const std::string id = "example/20261123001";
  const std::string tar = Night(1, generator::DepositKind::kDiff);
  Deposit(tar);
  EXPECT_THAT(Errors(Run({"verify", id, "--format", "json"}, escrow_->verifier(), 0)),
              ElementsAre());
  ExpectRestored(id, tar);
  ExpectRebuilt(id, 1);
}

// Deletes in the CSV model: `file` has the keys, one a line.
std::string DeletesXml(const std::string& ns, const std::string& table, const std::string& field,
                       const std::string& file) {
  return absl::StrCat("<", ns, ":deletes xmlns:", ns, "=\"urn:ietf:params:xml:ns:", ns,
                      "-1.0\" xmlns:rdeCsv=\"urn:ietf:params:xml:ns:rdeCsv-1.0\">",
                      "<rdeCsv:csv name=\"", table, "\"><rdeCsv:fields><", field,
                      "/></rdeCsv:fields><rdeCsv:files><rdeCsv:file>", file,
                      "</rdeCsv:file></rdeCsv:files></rdeCsv:csv></", ns, ":deletes>");
}

TEST_F(CsvInCustody, ADifferentialMayHoldItsObjectsAndDeletesInCsvFiles) {
  const std::string full = Night(0, generator::DepositKind::kFull);
  const std::string next = Night(1, generator::DepositKind::kFull);
  const std::string before = full.substr(0, full.size() - 4);
  const std::string dir = next.substr(0, next.size() - 4);
  // All of the second night, and what went since the first.
  const auto gone = [&](int column, const std::string& table) {
    const std::string keys = absl::StrCat("cut -d, -f", column, " ");
    const base::RunResult result =
        Shell(absl::StrCat("cd ", dir, " && ", keys, before, "/*_", table, ".csv | sort > a && ",
                           keys, "*_", table, ".csv | sort > b && comm -23 a b > gone_", table,
                           ".csv && rm a b && wc -l < gone_", table, ".csv"));
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_NE(result.out, "0\n") << table;
  };
  gone(1, "domain");
  gone(2, "host");
  const std::string xml = dir + "/example_2026-11-23_full_S1_R0.xml";
  const std::string deletes = absl::StrCat(
      "<rde:deletes>", DeletesXml("csvHost", "host", "rdeCsv:fRoid", "gone_host.csv"),
      DeletesXml("csvDomain", "domain", "csvDomain:fName", "gone_domain.csv"), "</rde:deletes>");
  ASSERT_OK(EditFile(xml, dir + "/example_2026-11-23_diff_S1_R0.xml", [&](const std::string& text) {
    return absl::StrReplaceAll(text, {{"type=\"FULL\"", "type=\"DIFF\" prevId=\"20261122001\""},
                                      {"<rde:contents>", deletes + "<rde:contents>"}});
  }));
  fs::remove(xml);
  const std::string diff = dir_ + "/diff.tar";
  ASSERT_EQ(Shell(absl::StrCat("cd ", dir, " && tar -cf ", diff, " *")).exit_status, 0);
  Deposit(full);
  Deposit(diff);
  const std::string id = "example/20261123001";
  EXPECT_THAT(Errors(Run({"verify", id, "--format", "json"}, escrow_->verifier(), 0)),
              ElementsAre());
  ExpectRestored(id, diff);
  ExpectRebuilt(id, 1);
}

TEST_F(CsvInCustody, CsvFilesAreTakenOnlyInATarWithOneXml) {
  const std::string tar = Night(0, generator::DepositKind::kFull);
  const std::string dir = tar.substr(0, tar.size() - 4);
  const std::string xml = dir + "/example_2026-11-22_full_S1_R0.xml";
  const auto refuse = [this](const std::string& file) {
    return Run({"deposit", file}, escrow_->depositor(), 1).err;
  };
  EXPECT_EQ(Shell(absl::StrCat("gzip -k ", tar, " && cd ", dir, " && cp ", xml,
                               " other.xml && tar -cf ../two.tar *.xml *.csv"))
                .exit_status,
            0);
  EXPECT_THAT(refuse(tar + ".gz"), HasSubstr("unpack it"));
  EXPECT_THAT(refuse(dir_ + "/two.tar"), HasSubstr("the tar holds 2 XML files"));
  EXPECT_THAT(refuse(xml), AllOf(HasSubstr("deposit a tar of the XML and its CSV files"),
                                 HasSubstr("--without-csv-files")));
  EXPECT_THAT(Run({"list"}, escrow_->operator_config(), 0).out, Not(HasSubstr("20261122001")));
}

TEST_F(CsvInCustody, XmlWithoutItsCsvFilesIsNeitherJudgedNorRebuilt) {
  const std::string tar = Night(0, generator::DepositKind::kFull);
  const auto alone =
      Tidemark({"deposit", tar.substr(0, tar.size() - 4) + "/example_2026-11-22_full_S1_R0.xml",
                "--without-csv-files", "--config", escrow_->depositor()});
  ASSERT_OK(alone);
  EXPECT_EQ(alone->exit_status, 0) << alone->err;
  EXPECT_THAT(alone->err, HasSubstr("the rows of the deposit's CSV files were not sent"));
  const std::string id = "example/20261122001";
  EXPECT_THAT(Run({"verify", id}, escrow_->verifier(), 2).out,
              HasSubstr("the deposit's CSV files are not at hand"));
  const std::string out = dir_ + "/rebuilt";
  EXPECT_THAT(Run({"rebuild", id, "--out", out}, escrow_->verifier(), 2).err,
              HasSubstr("CSV files"));
  EXPECT_FALSE(fs::exists(out));
}

}  // namespace
}  // namespace tidemark::tests
