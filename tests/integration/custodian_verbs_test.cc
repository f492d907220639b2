// The release verbs as people run them, with an agent of three of five: every step a process.
#include <unistd.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "tools/generator/generator.h"

namespace tidemark::tests {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class VerbsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    EscrowOptions options;
    options.custodians = "3of5";
    ASSERT_OK_AND_ASSIGN(escrow_, Escrow::Start(options));
    generator::GeneratorOptions deposit;
    deposit.domains = 200;
    deposit.watermark = absl::FromUnixSeconds(1764547200);  // 2025-12-01
    ASSERT_OK_AND_ASSIGN(const GeneratedDeposit written, WriteDeposit(escrow_->dir(), deposit));
    path_ = written.deposit_path;
    Run({"deposit", path_, "--config", escrow_->depositor()}, 0);
  }

  base::RunResult Run(const std::vector<std::string>& arguments, int exit_status) {
    auto run = Tidemark(arguments);
    EXPECT_OK(run);
    if (!run.ok()) return {-1, "", ""};
    EXPECT_EQ(run->exit_status, exit_status) << arguments[1] << run->out << run->err;
    return *std::move(run);
  }
  std::string File(const std::string& name) const { return escrow_->dir() + "/" + name; }
  base::RunResult Open() {
    return Run({"release", "open", kId, "--config", escrow_->operator_config(), "--to",
                File("successor/successor.pub.toml"), "--reason", "the registry\x1b[1m is gone",
                "--out", File("case.bin")},
               0);
  }
  base::RunResult Approve(int custodian) {
    return Run({"release", "approve", File("case.bin"), "--config", escrow_->custodian(custodian),
                "--out", File(absl::StrCat("answer-", custodian, ".bin"))},
               0);
  }
  base::RunResult Execute(const std::vector<int>& custodians, int exit_status) {
    std::vector<std::string> words = {"release", "execute", File("case.bin")};
    for (const int i : custodians) words.push_back(File(absl::StrCat("answer-", i, ".bin")));
    words.insert(words.end(), {"--config", escrow_->agent(), "--out", File("release.bin")});
    return Run(words, exit_status);
  }

  static constexpr char kId[] = "example/20251201001/0";
  std::unique_ptr<Escrow> escrow_;
  std::string path_;
};

TEST_F(VerbsTest, ThreeApproveAndTheSuccessorRestoresByteForByte) {
  EXPECT_THAT(Open().out, HasSubstr("3 of 5 have to approve it"));
  for (const int custodian : {5, 1, 4}) {
    const std::string shown = Approve(custodian).out;
    EXPECT_THAT(shown, HasSubstr(kId));
    EXPECT_THAT(shown, HasSubstr("watermark  2025-12-01"));
    EXPECT_THAT(shown, HasSubstr("the registry\\x1b[1m is gone"));
    EXPECT_THAT(shown, HasSubstr(absl::StrCat("Approved as custodian ", custodian, " of 5")));
  }
  EXPECT_THAT(Execute({1, 5}, 1).err, HasSubstr("2 of the 3 answers that it takes"));
  EXPECT_THAT(Execute({1, 5, 5}, 1).err,
              AllOf(HasSubstr("another answer of custodian 5"), HasSubstr("2 of the 3 answers")));
  // A file that is none, among enough that are.
  ASSERT_OK(base::WriteFile(File("answer-2.bin"), "rubbish", base::FileMode::kPublic));
  EXPECT_THAT(Execute({1, 2, 5}, 2).err, HasSubstr("2 of the 3 answers that it takes"));
  EXPECT_THAT(Execute({1, 2}, 1).err, HasSubstr("1 of the 3 answers that it takes"));
  EXPECT_THAT(Execute({4, 2, 1, 5}, 0).err, HasSubstr("left out: "));
  Execute({4, 1, 5}, 0);
  // A file that is no release says nothing of what custody has.
  EXPECT_THAT(Run({"restore", kId, "--release", File("answer-2.bin"), "--config",
                   escrow_->successor(), "--out", File("restored.xml")},
                  2)
                  .err,
              AllOf(HasSubstr("not a release package"), Not(HasSubstr("--partial"))));
  Run({"restore", kId, "--release", File("release.bin"), "--config", escrow_->successor(), "--out",
       File("restored.xml")},
      0);
  ASSERT_OK_AND_ASSIGN(const std::string deposited, base::ReadSmallFile(path_));
  ASSERT_OK_AND_ASSIGN(const std::string restored, base::ReadSmallFile(File("restored.xml")));
  EXPECT_EQ(restored, deposited);
}

TEST_F(VerbsTest, OneCustodianAloneIsRefusedAndRefusalsSayWhy) {
  const base::RunResult alone =
      Run({"release", "execute", kId, "--config", escrow_->custodian(1), "--to",
           File("successor/successor.pub.toml"), "--reason", "alone", "--out", File("release.bin")},
          1);
  EXPECT_THAT(alone.err, HasSubstr("1 of the 3 answers that it takes"));
  Open();
  Approve(1);
  Approve(2);
  Approve(3);
  // A case that was altered on its way is another case.
  ASSERT_OK(EditFile(File("case.bin"), File("case.bin"), [](std::string text) {
    return text.replace(text.find("the registry"), 3, "our");
  }));
  EXPECT_THAT(Execute({1, 2, 3}, 2).err, HasSubstr("is to another case"));
  ASSERT_OK(base::WriteFile(File("case.bin"), "no case", base::FileMode::kPublic));
  EXPECT_THAT(Execute({1, 2, 3}, 2).err, HasSubstr("not a release case"));
  const base::RunResult missing =
      Run({"release", "open", "example/20251202001/0", "--config", escrow_->operator_config(),
           "--to", File("successor/successor.pub.toml"), "--reason", "r", "--out", File("c")},
          1);
  EXPECT_THAT(missing.err, HasSubstr("release open: "));
}

TEST_F(VerbsTest, LivenessIsAskedProvedAndVerified) {
  escrow_->KillServer();  // no deposit, and no vault
  Run({"release", "liveness", "challenge", "--config", escrow_->agent(), "--out", File("ask")}, 0);
  std::vector<std::string> verify = {"release",   "liveness", "verify",
                                     File("ask"), "--config", escrow_->agent()};
  for (int i = 1; i <= 5; ++i) {
    const std::string proof = File(absl::StrCat("proof-", i));
    const base::RunResult run = Run({"release", "liveness", "prove", File("ask"), "--config",
                                     escrow_->custodian(i), "--out", proof},
                                    0);
    EXPECT_THAT(run.out, HasSubstr(absl::StrCat("proved as custodian ", i)));
    verify.insert(verify.begin() + 4, proof);
    if (i < 5) {
      const base::RunResult some = Run(verify, 1);
      EXPECT_THAT(some.out, HasSubstr(absl::StrCat(i, " of 5 custodians have proved")));
      EXPECT_THAT(some.out, HasSubstr("custodian 5: no proof"));
    }
  }
  EXPECT_THAT(Run(verify, 0).out, Not(HasSubstr("no proof")));
  // Yesterday's proofs are none of today's challenge.
  Run({"release", "liveness", "challenge", "--config", escrow_->agent(), "--out", File("again")},
      0);
  verify[3] = File("again");
  EXPECT_THAT(Run(verify, 1).err, HasSubstr("of another challenge"));
  const base::RunResult foreign = Run({"release", "liveness", "prove", File("proof-1"), "--config",
                                       escrow_->custodian(1), "--out", File("p")},
                                      2);
  EXPECT_THAT(foreign.err, HasSubstr("not a challenge for custodians"));
}

TEST(Keygen, RefusesNumbersThatShareNothing) {
  const std::string dir = base::TestDir() + "/agent";
  for (const char* custodians :
       {"", "3", "0of3", "4of3", "3of33", "of", "3of", "-1of3", "2of3of4"}) {
    const auto run = Tidemark({"keygen", "--out", dir, "--custodians", custodians});
    ASSERT_OK(run);
    EXPECT_EQ(run->exit_status, 2) << custodians;
    EXPECT_NE(access(dir.c_str(), F_OK), 0);
  }
}

}  // namespace
}  // namespace tidemark::tests
