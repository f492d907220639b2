// Exercises: each scenario that is shipped comes out as its file expects, and one that expects
// something else is found out.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/installed_testing.h"
#include "base/subprocess.h"
#include "base/testing.h"

namespace tidemark::cli {
namespace {

using ::testing::HasSubstr;

constexpr absl::Duration kTimeout = absl::Minutes(4);
constexpr size_t kOutputBytesMax = 16 << 20;

std::string Runfile(const std::string& path) {
  const char* const root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/", path);
}

base::RunResult Tidemark(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), Runfile("cli/tidemark"));
  absl::StatusOr<base::RunResult> result =
      base::RunAndCapture(arguments, kTimeout, kOutputBytesMax);
  EXPECT_OK(result);
  return result.ok() ? *std::move(result) : base::RunResult{-1, "", ""};
}

class Exercise : public ::testing::TestWithParam<const char*> {};

TEST_P(Exercise, ComesOutAsItsFileExpects) {
  SKIP_UNLESS_INSTALLED("knotd", "delv");
  const std::string out = base::TestDir() + "/out";
  const base::RunResult result = Tidemark(
      {"drill", "--scenario",
       Runfile(absl::StrCat("failover/drill/scenarios/", GetParam(), ".toml")), "--out", out});
  EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr(": as expected"));
}

INSTANTIATE_TEST_SUITE_P(All, Exercise,
                         ::testing::Values("operator-gone", "signing-key-lost", "chain-broken",
                                           "frame-damaged", "registrar-unknown"));

TEST(WrongExercise, AnOutcomeThatIsNotAsExpectedExitsWith1) {
  SKIP_UNLESS_INSTALLED("knotd", "delv");
  const std::string path = base::TestDir() + "/wrong.toml";
  ASSERT_OK(base::WriteFile(path,
                            "name = \"wrong\"\nfault = \"operator-gone\"\ndomains = 100\n"
                            "[expect]\nverdict = \"fail\"\nstage = \"rebuild\"\n",
                            base::FileMode::kPublic));
  const base::RunResult result = Tidemark({"drill", "--scenario", path});
  EXPECT_EQ(result.exit_status, 1) << result.err;
  EXPECT_THAT(result.out, HasSubstr("verdict: expected fail, got pass"));
}

TEST(WrongExercise, WithoutAPlaceToPlayInItCouldNotBePlayed) {
  const std::string path = base::TestDir() + "/nothing.toml";
  ASSERT_OK(base::WriteFile(path,
                            "name = \"nothing\"\nfault = \"none\"\ndomains = 100\n"
                            "[expect]\nverdict = \"undecided\"\n",
                            base::FileMode::kPublic));
  const std::string nowhere = "TMPDIR=" + base::TestDir() + "/nowhere";
  ASSERT_OK_AND_ASSIGN(
      const base::RunResult result,
      base::RunAndCapture({"/usr/bin/env", nowhere, Runfile("cli/tidemark"), "drill", "--scenario",
                           path},
                          kTimeout, kOutputBytesMax));
  EXPECT_EQ(result.exit_status, 2) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("nothing was played"));
}

TEST(DrillLine, AsksForOneThing) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"drill"},
        {"drill", "--demo", "--config", "x"},
        {"drill", "--config", "x"},
        {"drill", "--config", "x", "--tld", "a", "--all"},
        {"drill", "--config", "x", "--tld", "a", "--schedule"},
        {"drill", "--verify", "report.json"}}) {
    EXPECT_EQ(Tidemark(arguments).exit_status, 2) << arguments.size();
  }
}

}  // namespace
}  // namespace tidemark::cli
