// What holds for every verb, whichever there are: help with an example, wrong usage is status 2
// with a word about what is wrong and where to read on.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"

namespace tidemark::cli {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

std::string Program(const std::string& name) {
  const char* const root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/cli/", name);
}

base::RunResult RunLine(const Words& line) {
  const auto result = base::RunAndCapture(line, absl::Minutes(1), 1 << 20);
  EXPECT_OK(result);
  return result.ok() ? *result : base::RunResult{-1, "", ""};
}

base::RunResult Tidemark(Words arguments) {
  arguments.insert(arguments.begin(), Program("tidemark"));
  return RunLine(arguments);
}

Words With(Words verb, const std::string& argument) {
  verb.push_back(argument);
  return verb;
}

// The verbs below `verb` as its help lists them, with their own verbs.
std::vector<Words> VerbsBelow(const Words& verb) {
  const std::string help = Tidemark(With(verb, "--help")).out;
  std::vector<Words> verbs;
  const size_t start = help.find("Subcommands:\n");
  if (start == std::string::npos) return verbs;
  for (const absl::string_view line : absl::StrSplit(help.substr(start), '\n')) {
    if (line.substr(0, 2) != "  " || line[2] == ' ') continue;
    const absl::string_view rest = absl::StripAsciiWhitespace(line);
    verbs.push_back(With(verb, std::string(rest.substr(0, rest.find(' ')))));
    for (const Words& below : VerbsBelow(verbs.back())) verbs.push_back(below);
  }
  return verbs;
}

TEST(Usage, EveryVerbHasHelpWithAnExampleOfItself) {
  const std::vector<Words> verbs = VerbsBelow({});
  ASSERT_THAT(verbs, Contains(Words{"check"}));
  ASSERT_THAT(verbs, Contains(Words{"receipt", "verify"}));
  ASSERT_GE(verbs.size(), 16u);
  for (const Words& verb : verbs) {
    SCOPED_TRACE(absl::StrJoin(verb, " "));
    const base::RunResult help = Tidemark(With(verb, "--help"));
    EXPECT_EQ(help.exit_status, 0);
    EXPECT_THAT(help.out, HasSubstr(absl::StrCat("Example: tidemark ", absl::StrJoin(verb, " "))));
  }
}

TEST(Usage, UnknownOptionOfEveryVerbIsNamedAndExitsWith2) {
  for (const Words& verb : VerbsBelow({})) {
    const std::string name = absl::StrCat("tidemark ", absl::StrJoin(verb, " "));
    const base::RunResult result = Tidemark(With(verb, "--nonsense"));
    EXPECT_EQ(result.exit_status, 2) << name;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr(absl::StrCat(name, ": --nonsense is not known here")));
    EXPECT_THAT(result.err, HasSubstr(absl::StrCat(name, " --help")));
  }
}

TEST(Usage, EveryVerbWithoutItsArgumentsExitsWith2AndSaysWhatIsMissing) {
  for (const Words& verb : VerbsBelow({})) {
    if (verb == Words{"explain"}) continue;  // it lists the codes
    const std::string name = absl::StrCat("tidemark ", absl::StrJoin(verb, " "));
    const base::RunResult result = Tidemark(verb);
    EXPECT_EQ(result.exit_status, 2) << name;
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr(absl::StrCat(name, ": ")));
  }
}

TEST(Usage, ExplainWithoutACodeListsThem) {
  const base::RunResult result = Tidemark({"explain"});
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_THAT(result.out, HasSubstr("RDE_INVALID_CSV"));
  EXPECT_THAT(result.err, IsEmpty());
}

TEST(Usage, NoVerbAndAnUnknownOneExitWith2) {
  EXPECT_EQ(Tidemark({}).exit_status, 2);
  const base::RunResult unknown = Tidemark({"chekc", "deposit.xml"});
  EXPECT_EQ(unknown.exit_status, 2);
  EXPECT_THAT(unknown.err, HasSubstr("chekc is not known here"));
  const base::RunResult half = Tidemark({"receipt"});
  EXPECT_EQ(half.exit_status, 2);
  EXPECT_THAT(half.err, HasSubstr("tidemark receipt --help"));
}

TEST(Usage, ConfigurationOfARoleThatMayNotAskSaysSo) {
  const std::string path = base::TestDir() + "/depositor.toml";
  ASSERT_OK(base::WriteFile(path, "[depositor]\nsigning_key = \"signing.key\"\n",
                            base::FileMode::kPublic));
  for (const Words& verb : {Words{"list"}, Words{"status"}, Words{"show", "example/A1/0"},
                            Words{"verdict", "example/A1/0"}}) {
    const base::RunResult result = Tidemark(With(With(verb, "--config"), path));
    EXPECT_EQ(result.exit_status, 2) << verb.front();
    EXPECT_THAT(result.err, HasSubstr("depositors may not read the vault"));
  }
}

TEST(Usage, ResourcesOutsideTheirBoundsAreWrongUsage) {
  for (const Words& wrong : {Words{"--memory", "1M"}, Words{"--memory", "lots"},
                             Words{"--scratch", "/no/such/directory"}, Words{"--threads", "0"}}) {
    const base::RunResult result = Tidemark({"check", wrong[0], wrong[1], "-"});
    EXPECT_EQ(result.exit_status, 2) << wrong[1];
    EXPECT_THAT(result.err, HasSubstr(wrong[0]));
  }
}

TEST(Usage, WhatIsNoReportAndNoTldIsWrongUsageOfCheck) {
  const std::string path = base::TestDir() + "/deposit.xml";
  ASSERT_OK(base::WriteFile(path, "<deposit/>", base::FileMode::kPublic));
  for (const Words& wrong : {Words{"--report", path}, Words{"--tld", "x..y"}, Words{"--tld", "x_"},
                             Words{"--tld", "example."}}) {
    const base::RunResult result =
        Tidemark({"check", wrong[0], wrong[1], path, "--format", "json"});
    EXPECT_EQ(result.exit_status, 2) << wrong[1];
    EXPECT_THAT(result.err, HasSubstr(wrong[0])) << wrong[1];
    EXPECT_THAT(result.out, IsEmpty()) << wrong[1];
  }
}

// A place to install to, with a deposit that is none.
class Installed : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* dir : {"/there", "/bin"}) {
      ASSERT_OK(base::MakeDirs(dir_ + dir, base::FileMode::kPrivate));
    }
    ASSERT_OK(base::WriteFile(deposit_, "<deposit/>", base::FileMode::kPublic));
    fs::copy_file(Program("tidemark"), dir_ + "/there/tidemark");
  }

  const std::string dir_ = base::TestDir();
  const std::string deposit_ = dir_ + "/deposit.xml";
};

TEST_F(Installed, TidemarkFindsTidemarkVerbsBesideItselfAlsoThroughALink) {
  fs::copy_file(Program("tidemark-verbs"), dir_ + "/there/tidemark-verbs");
  fs::create_symlink(dir_ + "/there/tidemark", dir_ + "/bin/escrow");
  for (const char* name : {"/there/tidemark", "/bin/escrow"}) {
    const base::RunResult help = RunLine({dir_ + name, "list", "--help"});
    EXPECT_EQ(help.exit_status, 0) << help.err;
    EXPECT_THAT(help.out, HasSubstr("Example: tidemark list"));
  }
}

TEST_F(Installed, AloneItChecksPlainDepositsAndNamesWhatElseItNeeds) {
  const base::RunResult check = RunLine({dir_ + "/there/tidemark", "check", deposit_});
  EXPECT_EQ(check.exit_status, 1) << check.err;
  EXPECT_THAT(check.out, HasSubstr("FAIL"));
  for (const Words& line : {Words{"list"}, Words{"check", deposit_, "--xsd", dir_},
                            Words{"check", deposit_, "--decryption-key", deposit_}}) {
    Words words = line;
    words.insert(words.begin(), dir_ + "/there/tidemark");
    const base::RunResult result = RunLine(words);
    EXPECT_EQ(result.exit_status, 2) << absl::StrJoin(words, " ");
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, HasSubstr("/there/tidemark-verbs: No such file or directory; it "
                                      "belongs beside tidemark"));
  }
}

// What asks for schemas is judged by the other program, once and not twice.
TEST_F(Installed, BothProgramsJudgeAlike) {
  const base::RunResult plain = Tidemark({"check", deposit_, "--now", "2026-11-22T02:00:00Z"});
  Words all = {Program("tidemark-verbs"), "check", deposit_, "--now", "2026-11-22T02:00:00Z"};
  EXPECT_EQ(RunLine(all).out, plain.out);
  EXPECT_EQ(RunLine(all).exit_status, plain.exit_status);
  const base::RunResult no_schemas = Tidemark({"check", deposit_, "--xsd", dir_ + "/none"});
  EXPECT_EQ(no_schemas.exit_status, 2);
  EXPECT_THAT(no_schemas.out, IsEmpty());
  EXPECT_THAT(no_schemas.err, HasSubstr("tidemark check: "));
}

TEST(Usage, ADrillRefusesWhatWouldHaveNoEffect) {
  const std::pair<Words, const char*> cases[] = {
      {{"--demo", "--schedule"}, "--schedule has no effect with --demo"},
      {{"--demo", "--key", "k"}, "--key has no effect with --demo"},
      {{"--scenario", "s.toml", "--domains", "20"}, "--domains has no effect with --scenario"},
      {{"--scenario", "s.toml", "--seed", "2"}, "--seed has no effect with --scenario"},
      {{"--config", "d.toml", "--all", "--out", "o"}, "--out has no effect with --all"},
      {{"--config", "d.toml", "--all", "--history"}, "--history has no effect with --all"},
      {{"--config", "d.toml", "--tld", "a", "--schedule"}, "--schedule has no effect with a drill"},
      {{"--config", "d.toml", "--tld", "a", "--hosts", "objects"}, "--hosts has no effect with"},
      {{"--config", "d.toml", "--tld", "a", "--history", "--schedule"},
       "--schedule has no effect with --history"},
      {{"--config", "d.toml", "--tld", "a", "--all"}, "either --tld or --all"},
      {{"--config", "d.toml", "--demo"}, "one of --demo"},
      {{"--verify", "r.json", "--key", "k", "--tld", "a"}, "--tld has no effect with --verify"},
      {{"--verify", "r.json"}, "--verify needs --key"},
      {{"--make-key", "k", "--all"}, "--all has no effect with --make-key"},
      {{}, "one of --demo"},
  };
  for (const auto& [options, words] : cases) {
    Words line = {"drill"};
    line.insert(line.end(), options.begin(), options.end());
    const base::RunResult result = Tidemark(line);
    EXPECT_EQ(result.exit_status, 2) << absl::StrJoin(line, " ");
    EXPECT_THAT(result.err, HasSubstr(words)) << absl::StrJoin(line, " ");
  }
}

}  // namespace
}  // namespace tidemark::cli
