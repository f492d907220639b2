// What a person may name as a deposit, through the program: a directory, a tar, a tar in gzip, a
// stream; whole, cut off, or with what no deposit holds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "tests/support/shell.h"
#include "tools/generator/generator.h"
#include "verifier/openpgp/gpg_testing.h"

namespace tidemark::tests {
namespace {

namespace fs = std::filesystem;
using ::nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kXml[] = "example_2026-11-22_full_S1_R0.xml";
constexpr size_t kFileBytesMax = 64 << 20;

class Inputs : public ::testing::Test {
 protected:
  // A deposit in the CSV model, in a directory of its own.
  void SetUp() override {
    ASSERT_OK(base::MakeDirs(deposit_, base::FileMode::kPrivate));
    generator::GeneratorOptions options;
    options.domains = 80;
    options.csv_uris = *generator::ParseCsvTypes("all");
    ASSERT_OK(WriteDeposit(deposit_, options));
    fs::rename(deposit_ + "/example.zone", dir_ + "/example.zone");
  }

  // A tar of `members`, which are words for the shell in the deposit's directory.
  std::string Tar(const std::string& name, const std::string& options = "",
                  const std::string& members = "*") {
    const std::string path = absl::StrCat(dir_, "/", name);
    const base::RunResult result =
        Shell(absl::StrCat("cd ", deposit_, " && tar ", options, " -cf ", path, " ", members));
    EXPECT_EQ(result.exit_status, 0) << result.err;
    return path;
  }

  static std::string Cut(const std::string& path, size_t bytes) {
    const auto whole = base::ReadSmallFile(path, kFileBytesMax);
    EXPECT_OK(whole);
    EXPECT_GT(whole->size(), bytes);
    EXPECT_OK(base::WriteFile(path, whole->substr(0, bytes), base::FileMode::kPrivate));
    return path;
  }

  static base::RunResult Check(const std::string& file) {
    const auto result =
        Tidemark({"check", file, "--format", "json", "--now", "2026-11-22T02:00:00Z", "--quiet"});
    EXPECT_OK(result);
    return result.ok() ? *result : base::RunResult{-1, "", ""};
  }
  static base::RunResult CheckStream(const std::string& file) {
    return Shell(absl::StrCat(Runfile("cli/tidemark"),
                              " check - --format json --now 2026-11-22T02:00:00Z --quiet < ",
                              file));
  }

  // ERROR and CRITICAL codes of a report, and the exit status that goes with them.
  static std::vector<std::string> Errors(const base::RunResult& result) {
    std::vector<std::string> codes;
    const json report = json::parse(result.out, nullptr, false);
    EXPECT_TRUE(report.is_object()) << result.out << result.err;
    if (!report.is_object()) return codes;
    for (const json& finding : report["findings"]) {
      const std::string severity = finding["severity"];
      if (severity == "ERROR" || severity == "CRITICAL") codes.push_back(finding["code"]);
    }
    EXPECT_EQ(result.exit_status, codes.empty() ? 0 : 1) << result.out << result.err;
    return codes;
  }

  const std::string dir_ = base::TestDir();
  const std::string deposit_ = dir_ + "/deposit";
};

TEST_F(Inputs, HoweverItIsPackedItIsOneDeposit) {
  const base::RunResult directory = Check(deposit_);
  EXPECT_EQ(directory.exit_status, 0) << directory.out;
  const std::string tar = Tar("a.tar");
  const std::string zipped = Tar("b.tar.gz", "-z");
  // By content, whatever the name.
  const std::string disguised = Tar("c.xml", "-z");
  const std::string in_folder = Tar("d.tgz", "-z -C ..", "deposit");
  for (const std::string& file : {tar, zipped, disguised, in_folder}) {
    EXPECT_EQ(Check(file).out, directory.out) << file;
    EXPECT_EQ(CheckStream(file).out, directory.out) << file;
  }
  ASSERT_EQ(Shell(absl::StrCat("mkfifo ", dir_, "/pipe")).exit_status, 0);
  EXPECT_EQ(Shell(absl::StrCat("cat ", zipped, " > ", dir_, "/pipe & ", Runfile("cli/tidemark"),
                               " check ", dir_,
                               "/pipe --format json --quiet"
                               " --now 2026-11-22T02:00:00Z"))
                .out,
            directory.out);
}

TEST_F(Inputs, ATarWithWhatNoDepositHoldsIsRefused) {
  ASSERT_EQ(Shell(absl::StrCat("cd ", deposit_, " && ln -s /etc/passwd link.csv && ln ", kXml,
                               " hard.xml && mkdir a b && echo 1 > a/x.csv && echo 2 > b/x.csv"))
                .exit_status,
            0);
  const struct {
    std::string options;
    std::string members;
    const char* why;
  } cases[] = {
      {"", absl::StrCat(kXml, " link.csv"), "link.csv is a link"},
      {"", absl::StrCat(kXml, " hard.xml"), "hard.xml is a link"},
      {"", absl::StrCat(kXml, " a b"), "b/x.csv has the name of a/x.csv in another folder"},
      {"-P", absl::StrCat(kXml, " ../deposit/a/x.csv"), "has \\\"..\\\" in its path"},
      {"-P", absl::StrCat(kXml, " ", deposit_, "/a/x.csv"), "has an absolute path"},
      {"--transform 's/hard/other/' --hard-dereference", absl::StrCat(kXml, " hard.xml"),
       "the tar holds 2 XML files"},
  };
  int number = 0;
  for (const auto& one : cases) {
    for (const char* zip : {"", "-z "}) {
      const std::string tar = Tar(absl::StrCat(++number, ".tar"), zip + one.options, one.members);
      for (const base::RunResult& result : {Check(tar), CheckStream(tar)}) {
        EXPECT_THAT(Errors(result), ElementsAre("TDM_FILES_REFUSED")) << one.why;
        EXPECT_THAT(result.out, HasSubstr(one.why));
      }
    }
  }
}

TEST_F(Inputs, WhatIsCutOffOrHasNoXmlLacksFiles) {
  const std::string tar = Cut(Tar("a.tar"), 20'000);
  const std::string zipped = Cut(Tar("b.tgz", "-z"), 3'000);
  const std::string without_xml = Tar("c.tar", "", "*.csv");
  const std::string empty = Tar("d.tar", "", "--files-from /dev/null");
  for (const std::string& file : {tar, zipped, without_xml}) {
    EXPECT_THAT(Errors(Check(file)), ElementsAre("RDE_MISSING_FILES")) << file;
    EXPECT_THAT(Errors(CheckStream(file)), ElementsAre("RDE_MISSING_FILES")) << file;
  }
  EXPECT_THAT(Errors(Check(empty)), ElementsAre("RDE_MISSING_FILES"));
  fs::remove(absl::StrCat(deposit_, "/", kXml));
  EXPECT_THAT(Errors(Check(deposit_)), ElementsAre("RDE_MISSING_FILES"));
  ASSERT_OK(base::WriteFile(dir_ + "/e.tar", "hello", base::FileMode::kPrivate));
  EXPECT_THAT(Errors(Check(dir_ + "/e.tar")), ElementsAre("RDE_MISSING_FILES"));
}

// The message is whole: whoever cut the tar did so before it was sealed.
TEST_F(Inputs, ACutTarInAMessageThatIsWholeLacksFiles) {
  verifier::Gpg gpg(dir_);
  ASSERT_OK(gpg.MakeKeys());
  Tar("whole.tar");
  Tar("cut.tar");
  Cut(dir_ + "/cut.tar", 20'000);
  ASSERT_OK(gpg.Encrypt("whole.tar", "whole.ryde", "agent"));
  ASSERT_OK(gpg.Encrypt("cut.tar", "cut.ryde", "agent"));
  const auto check = [&](const std::string& file) {
    const auto result =
        Tidemark({"check", file, "--decryption-key", gpg.Path("secret.agent"), "--format", "json",
                  "--quiet", "--profile", "cctld", "--now", "2026-11-22T02:00:00Z"});
    EXPECT_OK(result);
    return *result;
  };
  EXPECT_THAT(Errors(check(gpg.Path("whole.ryde"))), ElementsAre());
  EXPECT_THAT(Errors(check(gpg.Path("cut.ryde"))), ElementsAre("RDE_MISSING_FILES"));
}

// Specification 2, Part A, 3.4: a file that is too large is cut anywhere.
TEST_F(Inputs, PartsOfOneFileAreJoinedAndAMissingOneIsNamed) {
  generator::GeneratorOptions options;
  options.domains = 80;
  const std::string dir = dir_ + "/parts";
  ASSERT_OK(base::MakeDirs(dir, base::FileMode::kPrivate));
  ASSERT_OK(WriteDeposit(dir_, options));
  const base::RunResult whole = Check(absl::StrCat(dir_, "/", kXml));
  ASSERT_EQ(whole.exit_status, 0) << whole.out;
  ASSERT_EQ(Shell(absl::StrCat("cd ", dir,
                               " && split -n 3 -d -a 1 --numeric-suffixes=1 "
                               "--additional-suffix=_R0.xml ../",
                               kXml, " example_2026-11-22_full_S"))
                .exit_status,
            0);
  const auto part = [&dir](int number) {
    return absl::StrCat(dir, "/example_2026-11-22_full_S", number, "_R0.xml");
  };
  EXPECT_EQ(Check(dir).out, whole.out);
  const auto check = [](std::vector<std::string> words) {
    words.insert(words.begin(), "check");
    words.insert(words.end(), {"--format", "json", "--quiet", "--now", "2026-11-22T02:00:00Z"});
    const auto result = Tidemark(words);
    EXPECT_OK(result);
    return *result;
  };
  EXPECT_EQ(check({part(2), part(3), part(1)}).out, whole.out);
  const base::RunResult lacking = check({part(1), part(3)});
  EXPECT_THAT(Errors(lacking), ElementsAre("RDE_MISSING_FILES"));
  EXPECT_THAT(lacking.out, HasSubstr("part example_2026-11-22_full_S2_R0.xml is missing"));
  fs::remove(part(1));
  EXPECT_THAT(Errors(Check(dir)), ElementsAre("RDE_MISSING_FILES"));
}

TEST_F(Inputs, AMessageInPartsIsReadFromItsDirectory) {
  verifier::Gpg gpg(dir_);
  ASSERT_OK(gpg.MakeKeys());
  Tar("whole.tar");
  ASSERT_OK(gpg.Encrypt("whole.tar", "whole.ryde", "agent"));
  ASSERT_OK(base::MakeDirs(dir_ + "/in", base::FileMode::kPrivate));
  ASSERT_EQ(Shell(absl::StrCat("cd ", dir_,
                               " && split -n 2 -d -a 1 --numeric-suffixes=1 "
                               "--additional-suffix=_R0.ryde whole.ryde "
                               "in/example_2026-11-22_full_S"))
                .exit_status,
            0);
  std::vector<std::string> words = {"check",
                                    dir_ + "/in",
                                    "--decryption-key",
                                    gpg.Path("secret.agent"),
                                    "--public-key",
                                    gpg.Path("public.registry"),
                                    "--format",
                                    "json",
                                    "--quiet",
                                    "--now",
                                    "2026-11-22T02:00:00Z"};
  for (const char* part : {"1", "2"}) {
    const std::string name = absl::StrCat("in/example_2026-11-22_full_S", part, "_R0");
    ASSERT_OK(gpg.Sign(name + ".ryde", name + ".sig", "registry", verifier::Gpg::Form::kBinary));
    words.insert(words.end(), {"--signature", gpg.Path(name + ".sig")});
  }
  ASSERT_OK_AND_ASSIGN(const base::RunResult good, Tidemark(words));
  EXPECT_THAT(Errors(good), ElementsAre());
  words.resize(words.size() - 2);
  ASSERT_OK_AND_ASSIGN(const base::RunResult unsigned_part, Tidemark(words));
  EXPECT_EQ(unsigned_part.exit_status, 2);
  EXPECT_THAT(unsigned_part.err, HasSubstr("no --signature is for"));
}

TEST_F(Inputs, ATarThatUnpacksToMoreThanADepositIsOverALimit) {
  // 1,100 bytes of name: more than any file system takes.
  ASSERT_EQ(Shell(absl::StrCat("cd ", deposit_, " && tar -czf ../long.tgz --transform \"s,^.*csv,",
                               std::string(1100, 'n'), ",\" *NNDN.csv"))
                .exit_status,
            0);
  EXPECT_THAT(Errors(Check(dir_ + "/long.tgz")), ElementsAre("TDM_LIMIT_EXCEEDED"));
}

TEST_F(Inputs, ARegistryIsRebuiltFromItsCsvFiles) {
  const std::string tar = Tar("a.tgz", "-z");
  ASSERT_OK_AND_ASSIGN(const auto expected,
                       Delegations(dir_ + "/example.zone", "example", Glue::kWith));
  ASSERT_FALSE(expected.empty());
  for (const std::string& from : {deposit_, absl::StrCat(deposit_, "/", kXml), tar}) {
    const std::string out = dir_ + "/rebuilt";
    ASSERT_OK_AND_ASSIGN(const base::RunResult rebuilt, Tidemark({"rebuild", from, "--out", out}));
    EXPECT_EQ(rebuilt.exit_status, 0) << rebuilt.out << rebuilt.err;
    ASSERT_OK_AND_ASSIGN(const auto delegations,
                         Delegations(out + "/zone/example.zone", "example", Glue::kWith));
    EXPECT_EQ(delegations, expected) << from;
    fs::remove_all(out);
  }
  // The XML alone is no registry.
  const std::string alone = absl::StrCat(dir_, "/", kXml);
  fs::copy_file(absl::StrCat(deposit_, "/", kXml), alone);
  ASSERT_OK_AND_ASSIGN(const base::RunResult refused,
                       Tidemark({"rebuild", alone, "--out", dir_ + "/none"}));
  EXPECT_EQ(refused.exit_status, 2) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("of which none is at hand"));
  EXPECT_FALSE(fs::exists(dir_ + "/none"));
}

}  // namespace
}  // namespace tidemark::tests
