// The audit log as depositors, verifier and auditors see it: proofs that hold without the server,
// and a server that set its log back, or rewrote it with its own key.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/integration/custody_fixture.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

using base::IsOkAndHolds;
using base::RunResult;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr size_t kOutputBytesMax = 1 << 20;
// RFC 8032 section 7.1, test 1.
constexpr char kOtherKey[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

class LogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<std::unique_ptr<Escrow>> escrow = Escrow::Start({});
    ASSERT_TRUE(escrow.ok()) << escrow.status();
    escrow_ = *std::move(escrow);
  }

  RunResult Run(const std::vector<std::string>& arguments) {
    absl::StatusOr<RunResult> result = Tidemark(arguments);
    EXPECT_OK(result.status());
    return *std::move(result);
  }
  RunResult RunGood(const std::vector<std::string>& arguments) {
    RunResult result = Run(arguments);
    EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
    return result;
  }
  RunResult Deposit(const std::string& id) {
    const std::string path = Path(absl::StrCat(id, ".xml"));
    EXPECT_OK(base::WriteFile(path, MakeDeposit({.id = id}), base::FileMode::kPrivate));
    return Run({"deposit", path, "--config", escrow_->depositor()});
  }
  RunResult JudgeAll() {
    absl::StatusOr<RunResult> result = base::RunAndCapture(
        {Runfile("cli/tidemark-verifier"), "--once", "--config", escrow_->verifier()},
        absl::Minutes(5), kOutputBytesMax);
    EXPECT_OK(result.status());
    return *std::move(result);
  }
  std::string Path(const std::string& name) const { return escrow_->dir() + "/" + name; }
  std::string DataDir() const { return escrow_->server_dir() + "/data"; }
  std::string Witnessed() {
    const absl::StatusOr<RunResult> found =
        base::RunAndCapture({"/usr/bin/find", escrow_->dir() + "/depositor/state/witness", "-name",
                             "*.head", "-not", "-name", "*other*"},
                            absl::Minutes(1), kOutputBytesMax);
    EXPECT_OK(found.status());
    return found->out.substr(0, found->out.find('\n'));
  }
  void Copy(const std::string& from, const std::string& to) {
    ASSERT_OK_AND_ASSIGN(
        const RunResult copied,
        base::RunAndCapture({"/bin/cp", "-a", from, to}, absl::Minutes(1), kOutputBytesMax));
    ASSERT_EQ(copied.exit_status, 0) << copied.err;
  }

  std::unique_ptr<Escrow> escrow_;
};

TEST_F(LogTest, WhatIsProvedIsCheckedWithoutTheServer) {
  ASSERT_EQ(Deposit("A1").exit_status, 0);
  JudgeAll();
  RunGood({"log", "head", "--config", escrow_->depositor(), "--out", Path("then.head")});
  ASSERT_EQ(Deposit("A2").exit_status, 0);
  const std::vector<std::string> prove = {"log", "prove", "example/A1/0", "--config",
                                          escrow_->operator_config()};
  const auto with = [](std::vector<std::string> all, const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  RunGood(with(prove, {"--out", Path("deposit.proof"), "--since", Path("then.head")}));
  RunGood(with(prove, {"--out", Path("verdict.proof"), "--verdict", "1"}));
  EXPECT_EQ(Run(with(prove, {"--out", Path("none"), "--verdict", "2"})).exit_status, 1);
  ASSERT_OK(escrow_->StopServer());

  const std::vector<std::string> verify = {"log", "verify", Path("deposit.proof"), "--agent",
                                           escrow_->agent()};
  const RunResult alone = RunGood(verify);
  EXPECT_THAT(alone.out, HasSubstr("deposit committed"));
  EXPECT_THAT(alone.out, HasSubstr("cannot be known"));
  const RunResult since = RunGood(with(verify, {"--since", Path("then.head")}));
  EXPECT_THAT(since.out, HasSubstr("goes on from the head"));
  EXPECT_THAT(since.out, Not(HasSubstr("cannot be known")));
  const auto json = nlohmann::json::parse(RunGood({"log", "verify", Path("verdict.proof"),
                                                   "--agent", escrow_->agent(), "--format", "json"})
                                              .out);
  EXPECT_EQ(json["verified"], true);
  EXPECT_EQ(json["witnessed"], false);
  EXPECT_EQ(json["proof"]["event"], "verdict appended");
  EXPECT_EQ(json["proof"]["log_index"], 2);
  EXPECT_EQ(json["proof"]["tree_head"]["tree_size"], 4);
  EXPECT_EQ(json["proof"]["deposit"], "example/A1/0");
  // A proof that says nothing of the head that was kept decides nothing.
  EXPECT_EQ(Run({"log", "verify", Path("verdict.proof"), "--agent", escrow_->agent(), "--since",
                 Path("then.head")})
                .exit_status,
            2);
}

TEST_F(LogTest, AlteredProofsAndOtherKeysAreRefused) {
  ASSERT_EQ(Deposit("A1").exit_status, 0);
  RunGood({"log", "prove", "example/A1/0", "--config", escrow_->operator_config(), "--out",
           Path("a.proof")});
  ASSERT_OK_AND_ASSIGN(const std::string proof, base::ReadSmallFile(Path("a.proof")));
  for (size_t at = 0; at < proof.size(); at += 29) {
    std::string altered = proof;
    altered[at] = static_cast<char>(altered[at] ^ 0x10);
    ASSERT_OK(base::WriteFile(Path("b.proof"), altered, base::FileMode::kPublic));
    EXPECT_EQ(Run({"log", "verify", Path("b.proof"), "--agent", escrow_->agent()}).exit_status, 1)
        << at;
  }
  EXPECT_EQ(Run({"log", "verify", Path("a.proof"), "--key", kOtherKey}).exit_status, 1);
  EXPECT_EQ(Run({"log", "verify", Path("missing"), "--agent", escrow_->agent()}).exit_status, 2);
  EXPECT_EQ(Run({"log", "verify", "--agent", escrow_->agent()}).exit_status, 2);
}

TEST_F(LogTest, LeavesAreListedToWhomTheyConcern) {
  ASSERT_EQ(Deposit("A1").exit_status, 0);
  const RunResult text = RunGood({"log", "leaves", "--config", escrow_->operator_config()});
  EXPECT_THAT(text.out, HasSubstr("deposit committed  example/A1/0"));
  EXPECT_THAT(text.err, HasSubstr("these are all leaves"));
  const auto list = [this](const char* from) {
    return nlohmann::json::parse(RunGood({"log", "leaves", "--config", escrow_->operator_config(),
                                          "--from", from, "--format", "json"})
                                     .out);
  };
  const auto second = list("1");
  ASSERT_EQ(second["leaves"].size(), 1u);
  EXPECT_EQ(second["leaves"][0]["log_index"], 1);
  EXPECT_EQ(second["leaves"][0]["event"], "deposit committed");
  EXPECT_EQ(second["verified"], false) << "the first was not asked for";
  EXPECT_EQ(second["tree_head"]["tree_size"], 2);
  const auto all = list("0");
  EXPECT_EQ(all["leaves"].size(), 2u);
  EXPECT_EQ(all["verified"], true);
  EXPECT_TRUE(all["error"].is_null());
  EXPECT_EQ(list("9")["leaves"].size(), 0u);
  for (const char* const wrong : {"-1", "+1", "x", "18446744073709551616", " 1"}) {
    const RunResult refused = Run({"log", "leaves", "--config", escrow_->operator_config(),
                                   absl::StrCat("--from=", wrong)});
    EXPECT_EQ(refused.exit_status, 2) << wrong;
    EXPECT_THAT(refused.err, HasSubstr("want the number of a log entry")) << wrong;
  }
  EXPECT_EQ(Run({"log", "leaves", "--config", escrow_->depositor()}).exit_status, 1);
}

TEST_F(LogTest, AnActIsProvedByItsNumber) {
  ASSERT_EQ(Deposit("A1").exit_status, 0);
  RunGood({"hold", "place", "example/A1/0", "--case", "2026-117", "--reason", "court order",
           "--config", escrow_->operator_config()});
  const std::vector<std::string> prove = {"log",      "prove", "--config",
                                          escrow_->operator_config(), "--out", Path("act.proof")};
  const auto with = [&prove](const std::vector<std::string>& more) {
    std::vector<std::string> all = prove;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  RunGood(with({"--entry", "2"}));
  EXPECT_EQ(Run(with({"--entry", "3"})).exit_status, 1);
  EXPECT_EQ(Run(with({"--entry", "-1"})).exit_status, 2);
  EXPECT_EQ(Run(with({})).exit_status, 2);
  EXPECT_EQ(Run(with({"example/A1/0", "--entry", "2"})).exit_status, 2);
  ASSERT_OK(escrow_->StopServer());
  const RunResult shown =
      RunGood({"log", "verify", Path("act.proof"), "--agent", escrow_->agent()});
  EXPECT_THAT(shown.out, HasSubstr("hold placed"));
  EXPECT_THAT(shown.out, HasSubstr("case 2026-117, court order; ordered by "));
  const auto json = nlohmann::json::parse(RunGood({"log", "verify", Path("act.proof"), "--agent",
                                                   escrow_->agent(), "--format", "json"})
                                              .out);
  EXPECT_EQ(json["proof"]["act"]["case"], "2026-117");
  // Another reason is another act.
  ASSERT_OK_AND_ASSIGN(std::string proof, base::ReadSmallFile(Path("act.proof")));
  proof.replace(proof.find("court order"), 5, "COURT");
  ASSERT_OK(base::WriteFile(Path("act.proof"), proof, base::FileMode::kPublic));
  const RunResult altered = Run({"log", "verify", Path("act.proof"), "--agent", escrow_->agent()});
  EXPECT_EQ(altered.exit_status, 1);
  EXPECT_THAT(altered.err, HasSubstr("not the one that the leaf names"));
}

TEST_F(LogTest, EveryWitnessNamesALogThatWasSetBack) {
  ASSERT_EQ(Deposit("A1").exit_status, 0);
  ASSERT_OK(escrow_->StopServer());
  Copy(DataDir(), Path("copy"));
  ASSERT_OK(escrow_->StartServer());
  ASSERT_EQ(Deposit("A2").exit_status, 0);
  ASSERT_EQ(Deposit("A3").exit_status, 0);
  EXPECT_EQ(JudgeAll().exit_status, 1);  // three deposits that nobody can pass, judged
  ASSERT_EQ(Deposit("A4").exit_status, 0);
  RunGood({"log", "head", "--config", escrow_->operator_config(), "--out", Path("eight.head")});
  ASSERT_OK_AND_ASSIGN(const std::string kept, base::ReadSmallFile(Witnessed()));

  ASSERT_OK(escrow_->StopServer());
  ASSERT_OK(base::RemoveTree(DataDir()));
  Copy(Path("copy"), DataDir());
  ASSERT_OK(escrow_->StartServer());

  const RunResult verify =
      Run({"log", "verify", "--since", Path("eight.head"), "--config", escrow_->depositor()});
  EXPECT_EQ(verify.exit_status, 1) << verify.out;
  EXPECT_THAT(verify.err, HasSubstr("set back"));
  EXPECT_THAT(verify.err, HasSubstr("seen before: 8 leaves"));
  EXPECT_THAT(verify.err, HasSubstr("now: 2 leaves"));
  const RunResult prove = Run({"log", "prove", "example/A1/0", "--since", Path("eight.head"),
                               "--config", escrow_->operator_config(), "--out", Path("p")});
  EXPECT_EQ(prove.exit_status, 1) << prove.err;
  EXPECT_THAT(prove.err, HasSubstr("set back"));
  // What is asked for went with the rest of the log: that is why it is not there.
  for (const std::vector<std::string>& asked :
       {std::vector<std::string>{"example/A2/0"}, {"--entry", "5"}}) {
    std::vector<std::string> words = {"log", "prove"};
    words.insert(words.end(), asked.begin(), asked.end());
    words.insert(words.end(), {"--since", Path("eight.head"), "--config",
                               escrow_->operator_config(), "--out", Path("p")});
    const RunResult gone = Run(words);
    EXPECT_EQ(gone.exit_status, 1) << gone.err;
    EXPECT_THAT(gone.err, HasSubstr("set back"));
  }
  ASSERT_OK(base::WriteFile(Path("no.head"), "rubbish", base::FileMode::kPublic));
  EXPECT_EQ(Run({"log", "prove", "example/A1/0", "--since", Path("no.head"), "--config",
                 escrow_->operator_config(), "--out", Path("p")})
                .exit_status,
            2);
  const RunResult judged = JudgeAll();
  EXPECT_EQ(judged.exit_status, 2);
  EXPECT_THAT(judged.err, HasSubstr("nothing is judged"));
  EXPECT_THAT(judged.err, HasSubstr("set back"));
  // Only who kept nothing cannot tell, and is told so.
  EXPECT_THAT(RunGood({"log", "head", "--config", escrow_->successor()}).out,
              HasSubstr("cannot be known"));

  const RunResult back = Deposit("A5");
  EXPECT_EQ(back.exit_status, 2);
  EXPECT_THAT(back.err, HasSubstr("the receipt is kept"));
  EXPECT_THAT(back.err, HasSubstr("seen before: 8 leaves"));
  EXPECT_THAT(back.err, HasSubstr("now: 3 leaves"));
  EXPECT_OK(base::ReadSmallFile(escrow_->dir() + "/depositor/state/receipts/example/A5_0.receipt"));
  // However long the new log grows, it never has the old one's past.
  for (const char* id : {"A6", "A7", "A8", "A9", "B1", "B2"}) {
    EXPECT_EQ(Deposit(id).exit_status, 2) << id;
  }
  const RunResult longer = Run({"log", "verify", "--since", Path("eight.head"), "--config",
                                escrow_->operator_config(), "--format", "json"});
  EXPECT_EQ(longer.exit_status, 1);
  const auto json = nlohmann::json::parse(longer.out);
  EXPECT_EQ(json["continues"], false);
  EXPECT_EQ(json["tree_head"]["tree_size"], 9);
  EXPECT_THAT(json["why"].get<std::string>(), HasSubstr("not a continuation"));
  EXPECT_THAT(base::ReadSmallFile(Witnessed()), IsOkAndHolds(kept));
  // The other heads are kept, too, each under its own name.
  ASSERT_OK_AND_ASSIGN(
      const RunResult others,
      base::RunAndCapture({"/usr/bin/find", escrow_->dir() + "/depositor/state/witness", "-name",
                           "*.other-3-*.head", "-o", "-name", "*.other-9-*.head"},
                          absl::Minutes(1), kOutputBytesMax));
  EXPECT_EQ(std::count(others.out.begin(), others.out.end(), '\n'), 2) << others.out;
}

// The receipt key makes another log of the same vault and the same size.
TEST_F(LogTest, ARewrittenLogOfTheSameSizeIsNamed) {
  ASSERT_EQ(Deposit("A1").exit_status, 0);
  JudgeAll();
  RunGood({"log", "head", "--config", escrow_->operator_config(), "--out", Path("three.head")});
  ASSERT_OK(escrow_->StopServer());
  ASSERT_OK(base::RemoveTree(DataDir()));
  ASSERT_OK(escrow_->StartServer());
  EXPECT_EQ(Deposit("B1").exit_status, 2);
  const RunResult same_size = Deposit("B2");
  EXPECT_EQ(same_size.exit_status, 2);
  EXPECT_THAT(same_size.err, HasSubstr("now: 3 leaves"));
  const RunResult verify =
      Run({"log", "verify", "--since", Path("three.head"), "--config", escrow_->operator_config()});
  EXPECT_EQ(verify.exit_status, 1);
  EXPECT_THAT(verify.err, HasSubstr("not a continuation"));
  EXPECT_THAT(verify.err, HasSubstr("the roots differ"));
  const RunResult judged = JudgeAll();
  EXPECT_EQ(judged.exit_status, 2);
  EXPECT_THAT(judged.err, HasSubstr("nothing is judged"));
}

TEST_F(LogTest, AWitnessThatIsNoneIsNotReplaced) {
  ASSERT_EQ(Deposit("A1").exit_status, 0);
  const std::string path = Witnessed();
  ASSERT_OK(base::WriteFile(path, "rubbish", base::FileMode::kPublic));
  const RunResult result = Deposit("A2");
  EXPECT_EQ(result.exit_status, 2);
  EXPECT_THAT(result.err, HasSubstr("is not a tree head of this agent"));
  EXPECT_THAT(base::ReadSmallFile(path), IsOkAndHolds("rubbish"));
  EXPECT_OK(base::ReadSmallFile(escrow_->dir() + "/depositor/state/receipts/example/A2_0.receipt"));
}

// A receipt of long ago is in the past of what was seen since.
TEST_F(LogTest, ARepeatedDepositKeepsTheNewerHead) {
  ASSERT_EQ(Deposit("A1").exit_status, 0);
  ASSERT_EQ(Deposit("A2").exit_status, 0);
  ASSERT_OK_AND_ASSIGN(const std::string kept, base::ReadSmallFile(Witnessed()));
  const RunResult again = Deposit("A1");
  EXPECT_EQ(again.exit_status, 0) << again.err;
  EXPECT_THAT(base::ReadSmallFile(Witnessed()), IsOkAndHolds(kept));
}

}  // namespace
}  // namespace tidemark::tests
