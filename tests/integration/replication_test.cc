// Two real servers and the real copier: in step, the primary destroyed, rolled back, damaged.
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/testing.h"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "tests/support/second_copy.h"

namespace tidemark::tests {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kTld[] = "twice";
constexpr size_t kOutputBytesMax = 1 << 20;

class Replication : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(escrow_, Escrow::Start({.tld = kTld}));
    ASSERT_OK_AND_ASSIGN(copy_, SecondCopy::Start(*escrow_));
  }

  static std::string DepositFile(int day) {
    generator::GeneratorOptions options;
    options.tld = kTld;
    options.domains = 300;
    options.watermark = absl::FromCivil(absl::CivilDay(2026, 11, day), absl::UTCTimeZone());
    const auto deposit = WriteDeposit(base::TestDir(), options);
    EXPECT_OK(deposit);
    return deposit->deposit_path;
  }
  // Deposits the n-th night and returns its file.
  std::string Night(int day) {
    const std::string file = DepositFile(day);
    Expect(0, {"deposit", file, "--config", escrow_->depositor(), "--receipt",
               absl::StrCat(escrow_->dir(), "/day", day, ".receipt")});
    return file;
  }
  static std::string IdOf(int day) { return absl::StrCat(kTld, "/202611", day, "001/0"); }

  static base::RunResult Expect(int exit_status, const std::vector<std::string>& arguments) {
    const auto result = Tidemark(arguments);
    EXPECT_OK(result);
    EXPECT_EQ(result->exit_status, exit_status) << arguments[0] << ": " << result->err;
    return *result;
  }
  base::RunResult ExpectReplicate(int exit_status) {
    const auto result = copy_->Replicate();
    EXPECT_OK(result);
    EXPECT_EQ(result->exit_status, exit_status) << result->err;
    return *result;
  }
  void ExpectRestored(const std::string& config, int day, const std::string& file) {
    const std::string out = absl::StrCat(escrow_->dir(), "/restored_", day, ".xml");
    fs::remove(out);
    Expect(0, {"restore", IdOf(day), "--out", out, "--config", config});
    ASSERT_OK_AND_ASSIGN(const std::string got, base::ReadSmallFile(out));
    ASSERT_OK_AND_ASSIGN(const std::string want, base::ReadSmallFile(file));
    EXPECT_EQ(got, want);
  }

  std::unique_ptr<Escrow> escrow_;
  std::unique_ptr<SecondCopy> copy_;
};

TEST_F(Replication, ThePrimaryIsDestroyedAndTheTldComesBackFromTheSecondCopy) {
  const std::string first = Night(22);
  EXPECT_THAT(ExpectReplicate(0).out, HasSubstr("In step: 2 leaves"));
  const std::string second = Night(23);
  Expect(0, {"verify", IdOf(22), "--config", escrow_->verifier()});
  EXPECT_THAT(ExpectReplicate(0).out, AllOf(HasSubstr("new: "), HasSubstr("leaves")));
  EXPECT_THAT(ExpectReplicate(0).out, HasSubstr("new: 0 leaves, 0 pieces"));
  const std::vector<std::string> compare = {"replicate", "--verify",        "--from",
                                            copy_->replicator(), "--to", copy_->address()};
  EXPECT_THAT(Expect(0, compare).out,
              HasSubstr("(0 behind); compared: heads, and the newest 2 deposits"));

  escrow_->KillServer();
  fs::remove_all(escrow_->server_dir());
  ASSERT_OK_AND_ASSIGN(const std::string verifier, copy_->Readdress(escrow_->verifier()));
  ExpectRestored(verifier, 22, first);
  ExpectRestored(verifier, 23, second);
  Expect(0, {"rebuild", IdOf(23), "--out", escrow_->dir() + "/rebuilt", "--config", verifier});
  // Nothing is deposited at a second copy, nor judged, and both say so.
  ASSERT_OK_AND_ASSIGN(const std::string depositor, copy_->Readdress(escrow_->depositor()));
  EXPECT_THAT(Expect(2, {"deposit", first, "--config", depositor, "--receipt",
                         escrow_->dir() + "/none", "--retries=0"})
                  .err,
              AllOf(HasSubstr("this is a second copy"), HasSubstr("agent.address")));
  const base::RunResult verify = Expect(2, {"verify", IdOf(23), "--config", verifier});
  EXPECT_THAT(verify.err, AllOf(HasSubstr("a second copy"), HasSubstr("nothing was judged")));
  EXPECT_EQ(verify.out, "");
  ASSERT_OK_AND_ASSIGN(const base::RunResult service,
                       base::RunAndCapture({Runfile("cli/tidemark-verifier"), "--once", "--config",
                                            verifier},
                                           absl::Minutes(5), kOutputBytesMax));
  EXPECT_EQ(service.exit_status, 2) << service.err;
  EXPECT_THAT(service.err, AllOf(HasSubstr("a second copy"), HasSubstr("nothing was judged"),
                                 Not(HasSubstr("verdict\":"))));
}

TEST_F(Replication, APrimaryThatWasSetBackIsRefusedByName) {
  Night(22);
  escrow_->KillServer();
  const std::string data = escrow_->server_dir() + "/data";
  fs::copy(data, data + "_older", fs::copy_options::recursive);
  ASSERT_OK(escrow_->StartServer());
  Night(23);
  ExpectReplicate(0);
  escrow_->KillServer();
  fs::copy(data, data + "_true", fs::copy_options::recursive);
  fs::remove_all(data);
  fs::copy(data + "_older", data, fs::copy_options::recursive);
  ASSERT_OK(escrow_->StartServer());
  EXPECT_THAT(ExpectReplicate(1).err, HasSubstr("set back"));
  ASSERT_OK_AND_ASSIGN(const std::string verifier, copy_->Readdress(escrow_->verifier()));
  Expect(0, {"show", IdOf(23), "--config", verifier});
  // Nothing contradicts anything yet; what it signs next does.
  ASSERT_OK_AND_ASSIGN(const std::string people, copy_->Readdress(escrow_->operator_config()));
  EXPECT_THAT(Expect(0, {"status", "--config", people}).out,
              AllOf(HasSubstr("This is a second copy"), Not(HasSubstr("STOPPED"))));
  Expect(2, {"deposit", DepositFile(24), "--config", escrow_->depositor(), "--receipt",
             escrow_->dir() + "/fork.receipt"});
  EXPECT_THAT(ExpectReplicate(1).err, HasSubstr("a fork"));

  // The true primary again, grown on: the copy waits for a person, across its own restart.
  escrow_->KillServer();
  fs::remove_all(data);
  fs::copy(data + "_true", data, fs::copy_options::recursive);
  ASSERT_OK(escrow_->StartServer());
  Night(25);
  copy_->KillServer();
  ASSERT_OK(copy_->StartServer());
  EXPECT_THAT(ExpectReplicate(1).err, AllOf(HasSubstr("a fork"), HasSubstr("replica resolve")));
  EXPECT_THAT(Expect(0, {"status", "--config", people}).out, HasSubstr("STOPPED"));
  EXPECT_THAT(Expect(1, {"replicate", "--verify", "--from", copy_->replicator(), "--to",
                         copy_->address()})
                  .err,
              HasSubstr("the second copy has stopped"));
  const std::vector<std::string> resolve = {"replica",         "resolve",    "--data-dir",
                                            copy_->data_dir(), "--evidence", escrow_->dir() + "/e"};
  Expect(2, resolve);  // it is being served
  copy_->KillServer();
  Expect(0, resolve);
  Expect(1, resolve);
  ASSERT_OK(copy_->StartServer());
  EXPECT_THAT(ExpectReplicate(0).out, HasSubstr("In step: 4 leaves"));
  EXPECT_THAT(Expect(0, {"status", "--config", people}).out, Not(HasSubstr("STOPPED")));
  // The evidence is two heads of one size, both signed, and they contradict each other.
  EXPECT_THAT(Expect(0, {"log", "verify", "--since", escrow_->dir() + "/e/own.head", "--config",
                         people})
                  .out,
              HasSubstr("goes on"));
  EXPECT_THAT(Expect(1, {"log", "verify", "--since", escrow_->dir() + "/e/contradicting.head",
                         "--config", people})
                  .err,
              HasSubstr("not a continuation"));
}

TEST_F(Replication, ADeletionThatTheCopyDoesNotAgreeWithStopsIt) {
  const std::string config = escrow_->server_dir() + "/tidemarkd.toml";
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadSmallFile(config));
  Night(22);
  Night(23);
  // A primary that keeps nothing, and a copy that keeps for a year.
  escrow_->KillServer();
  ASSERT_OK(base::WriteFile(config,
                            text + "\n[retention]\ndays = 0\nallow_shorter = true\n"
                                   "trust_clock = true\nevery = \"1s\"\n",
                            base::FileMode::kPrivate));
  ASSERT_OK(escrow_->StartServer());
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (absl::Now() < deadline) {
    const auto plan = Tidemark({"retention", "plan", "--config", escrow_->operator_config()});
    ASSERT_OK(plan);
    if (absl::StrContains(plan->out, "deleted, log entry")) break;
    absl::SleepFor(absl::Milliseconds(50));
  }
  const base::RunResult refused = ExpectReplicate(1);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("deletes what it must not"), HasSubstr(IdOf(22)),
                                 HasSubstr("retention.days = 365"), HasSubstr("replica resolve")));
  ASSERT_OK_AND_ASSIGN(const std::string verifier, copy_->Readdress(escrow_->verifier()));
  ASSERT_OK_AND_ASSIGN(const std::string people, copy_->Readdress(escrow_->operator_config()));
  EXPECT_THAT(Expect(0, {"status", "--config", people}).out, HasSubstr("STOPPED"));
  copy_->KillServer();
  const base::RunResult resolved =
      Expect(0, {"replica", "resolve", "--data-dir", copy_->data_dir(), "--evidence",
                 escrow_->dir() + "/e", "--allow-shredding", "3"});
  EXPECT_THAT(resolved.out, HasSubstr("leaf 3 of the primary deletes is deleted here"));
  ASSERT_OK(copy_->StartServer());
  ExpectReplicate(0);
  Expect(1, {"show", IdOf(22), "--config", verifier});
  Expect(0, {"show", IdOf(23), "--config", verifier});
}

TEST_F(Replication, AReplicatorsCertificateDoesNothingElse) {
  Night(22);
  Expect(1, {"list", "--config", copy_->replicator()});
  Expect(1, {"show", IdOf(22), "--config", copy_->replicator()});
  Expect(1, {"status", "--config", copy_->replicator()});
  const base::RunResult wrong_way =
      Expect(2, {"replicate", "--from", copy_->replicator(), "--to", "127.0.0.1:1"});
  EXPECT_THAT(wrong_way.err, HasSubstr("127.0.0.1:1"));
  Expect(2, {"enroll", "--agent", escrow_->dir() + "/agent", "--role", "replicator", "--tld", kTld,
             "--out", escrow_->dir() + "/narrow"});
}

TEST_F(Replication, TurnedRoundItWritesNothing) {
  ExpectReplicate(0);
  ASSERT_OK_AND_ASSIGN(const std::string turned, copy_->Readdress(copy_->replicator()));
  const base::RunResult result = Expect(1, {"replicate", "--from", turned, "--to", "127.0.0.1:9"});
  EXPECT_THAT(result.err, HasSubstr("second copy itself"));
}

TEST_F(Replication, ThePromotedCopyGoesOnAsThePrimary) {
  const std::string first = Night(22);
  ExpectReplicate(0);
  escrow_->KillServer();
  copy_->KillServer();
  const std::string key = escrow_->server_dir() + "/receipt.key";
  EXPECT_THAT(
      Expect(0, {"replica", "promote", "--data-dir", copy_->data_dir(), "--receipt-key", key}).out,
      HasSubstr("opens as the primary"));
  Expect(1, {"replica", "promote", "--data-dir", copy_->data_dir(), "--receipt-key", key});
  // The old primary's server over the promoted directory, as after a change of machines.
  fs::remove_all(escrow_->server_dir() + "/data");
  fs::copy(copy_->data_dir(), escrow_->server_dir() + "/data", fs::copy_options::recursive);
  ASSERT_OK(escrow_->StartServer());
  ExpectRestored(escrow_->verifier(), 22, first);
  ExpectRestored(escrow_->verifier(), 23, Night(23));
}

}  // namespace
}  // namespace tidemark::tests
