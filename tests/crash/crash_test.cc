// kill -9 of the server at every named point of the write path, and at seeded moments: whatever
// the client holds a receipt for still opens, nothing unfinished is ever visible, and an upload
// goes on with what was acknowledged.

#include <unistd.h>

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "nlohmann/json.hpp"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "vault/vault.h"

namespace tidemark::tests {
namespace {

using ::nlohmann::json;

constexpr char kTld[] = "crash";

class Crash : public ::testing::Test {
 protected:
  void SetUp() override { StartEscrow("tests/crash/tidemarkd_crash"); }

  void StartEscrow(const std::string& server_program) {
    ASSERT_OK_AND_ASSIGN(escrow_, Escrow::Start({.tld = kTld, .server_program = server_program}));
  }

  // The deposit of the n-th day of November 2026; one identity a day.
  GeneratedDeposit Day(int day, uint64_t domains) {
    generator::GeneratorOptions options;
    options.tld = kTld;
    options.domains = domains;
    options.watermark = absl::FromCivil(absl::CivilDay(2026, 11, day), absl::UTCTimeZone());
    const auto deposit = WriteDeposit(base::TestDir(), options);
    EXPECT_OK(deposit);
    return *deposit;
  }

  std::string ReceiptPath(int day) const {
    return absl::StrCat(escrow_->dir(), "/day", day, ".receipt");
  }

  std::vector<std::string> DepositArguments(const GeneratedDeposit& deposit, int day) const {
    return {"deposit",   deposit.deposit_path, "--config", escrow_->depositor(),
            "--receipt", ReceiptPath(day)};
  }

  // One attempt, as a process that runs beside the test.
  absl::StatusOr<std::unique_ptr<base::Subprocess>> StartDeposit(const GeneratedDeposit& deposit,
                                                                 int day) {
    base::SubprocessOptions options;
    options.argv = {Runfile("cli/tidemark")};
    for (const std::string& argument : DepositArguments(deposit, day)) {
      options.argv.push_back(argument);
    }
    options.argv.push_back("--retries=0");
    options.out = base::ProcessOutput::Discard();
    options.err = base::ProcessOutput::Discard();
    return base::Subprocess::Start(options);
  }

  std::set<std::string> Listed() {
    const auto list =
        Tidemark({"list", "--config", escrow_->operator_config(), "--format", "json"});
    EXPECT_OK(list);
    EXPECT_EQ(list->exit_status, 0) << list->err;
    std::set<std::string> ids;
    const json parsed = json::parse(list->out);
    for (const json& entry : parsed["deposits"]) ids.insert(entry["deposit"].get<std::string>());
    return ids;
  }

  // Every receipt that exists verifies offline, its deposit is listed and opens to its authentic
  // end; and whatever is listed opens, whether anybody got a receipt for it or not.
  void ExpectCustodyHolds(int days) {
    for (const std::string& id : Listed()) {
      ASSERT_OK_AND_ASSIGN(const base::RunResult verify,
                           Tidemark({"verify", id, "--config", escrow_->verifier()}));
      EXPECT_EQ(verify.exit_status, 0) << id << " is listed but does not open: " << verify.err;
    }
    for (int day = 1; day <= days; ++day) {
      if (access(ReceiptPath(day).c_str(), F_OK) != 0) continue;
      ASSERT_OK_AND_ASSIGN(const base::RunResult receipt,
                           Tidemark({"receipt", "verify", ReceiptPath(day), "--agent",
                                     escrow_->agent(), "--format", "json"}));
      EXPECT_EQ(receipt.exit_status, 0) << receipt.err;
      EXPECT_EQ(Listed().count(json::parse(receipt.out)["receipt"]["deposit"].get<std::string>()),
                1u)
          << "a receipt for day " << day << " without its deposit";
    }
  }

  std::unique_ptr<Escrow> escrow_;
};

// One attempt: only an upload that is resumed can end well.
TEST_F(Crash, AtEveryNamedPointTheUploadGoesOnWhenTheServerIsBack) {
  int day = 0;
  const GeneratedDeposit first = Day(++day, 200);
  ASSERT_OK_AND_ASSIGN(const base::RunResult calm, Tidemark(DepositArguments(first, day)));
  ASSERT_EQ(calm.exit_status, 0) << calm.err;

  for (const absl::string_view point : vault::kCrashPoints) {
    SCOPED_TRACE(point);
    const GeneratedDeposit deposit = Day(++day, 200);
    const std::set<std::string> before = Listed();
    escrow_->KillServer();
    ASSERT_OK(escrow_->StartServer({{"TIDEMARK_CRASH_POINT", std::string(point)}}));
    ASSERT_OK_AND_ASSIGN(const auto client, StartDeposit(deposit, day));
    EXPECT_TRUE(escrow_->ServerEnds()) << "the point was not met";
    escrow_->KillServer();
    ASSERT_OK(escrow_->StartServer());
    ASSERT_OK_AND_ASSIGN(const int exit_status, client->Wait(absl::Minutes(2)));
    // At begin-accepted the client has not heard that there is anything to resume.
    const bool was_accepted = point != "begin-accepted";
    EXPECT_EQ(exit_status, was_accepted ? 0 : 2);
    EXPECT_EQ(Listed().size(), before.size() + (was_accepted ? 1 : 0));
    ASSERT_NO_FATAL_FAILURE(ExpectCustodyHolds(day));

    // The registry sends it again and gets a receipt, whatever had happened.
    ASSERT_OK_AND_ASSIGN(const base::RunResult again, Tidemark(DepositArguments(deposit, day)));
    EXPECT_EQ(again.exit_status, 0) << again.err;
    EXPECT_EQ(Listed().size(), before.size() + 1);
  }
  ExpectCustodyHolds(day);
}

TEST_F(Crash, AtFiveSeededMomentsReceiptsHold) {
  std::mt19937 random(20261122);
  int day = 0;
  for (int round = 0; round < 5; ++round) {
    SCOPED_TRACE(round);
    const GeneratedDeposit deposit = Day(++day, 6000);
    ASSERT_OK_AND_ASSIGN(const auto client, StartDeposit(deposit, day));
    const auto moment = absl::Milliseconds(std::uniform_int_distribution<int>(5, 250)(random));
    const absl::StatusOr<int> early = client->Wait(moment);
    escrow_->KillServer();
    ASSERT_OK(escrow_->StartServer());
    ASSERT_OK_AND_ASSIGN(const int exit_status, client->Wait(absl::Minutes(2)));
    const bool has_receipt = access(ReceiptPath(day).c_str(), F_OK) == 0;
    EXPECT_EQ(exit_status, has_receipt ? 0 : 2);
    ASSERT_NO_FATAL_FAILURE(ExpectCustodyHolds(day));
    ASSERT_OK_AND_ASSIGN(const base::RunResult again, Tidemark(DepositArguments(deposit, day)));
    EXPECT_EQ(again.exit_status, 0) << again.err;
  }
  EXPECT_EQ(Listed().size(), 5u);
  ExpectCustodyHolds(day);
}

// The server's real system calls fail or end it, under strace.
class CrashAtSync : public Crash {
 protected:
  void SetUp() override { StartEscrow("tests/crash/tidemarkd_at_sync.sh"); }

  std::string TracePath() const { return escrow_->dir() + "/trace"; }

  // The server is killed, and runs again with `fault` in the n-th sync of one deposit.
  absl::Status RestartWithFault(const std::string& fault, int n) {
    escrow_->KillServer();
    return escrow_->StartServer({{"TIDEMARK_SYNC_FAULT", absl::StrCat(fault, ":when=", n)},
                                 {"TIDEMARK_DATA_DIR", escrow_->server_dir() + "/data"},
                                 {"TIDEMARK_SYNC_TRACE", TracePath()}});
  }

  // Whether the fault comes within a while.
  bool FaultComes() {
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    while (absl::Now() < deadline) {
      const absl::StatusOr<std::string> trace = base::ReadSmallFile(TracePath());
      if (trace.ok() && absl::StrContains(*trace, "(INJECTED)")) return true;
      absl::SleepFor(absl::Milliseconds(20));
    }
    return false;
  }
};

// A deposit of this size has four syncs: of its begin, of its frames, and two of its commit.
constexpr int kSyncsOfADeposit = 4;

TEST_F(CrashAtSync, KilledAtEachSyncOfADepositReceiptsHold) {
  int day = 0;
  for (int n = 1; n <= kSyncsOfADeposit; ++n) {
    SCOPED_TRACE(n);
    const GeneratedDeposit deposit = Day(++day, 200);
    ASSERT_OK(RestartWithFault("signal=KILL", n));
    ASSERT_OK_AND_ASSIGN(const auto client, StartDeposit(deposit, day));
    EXPECT_TRUE(escrow_->ServerEnds()) << "the sync was not met";
    escrow_->KillServer();
    ASSERT_OK(escrow_->StartServer());
    ASSERT_OK_AND_ASSIGN(const int exit_status, client->Wait(absl::Minutes(2)));
    EXPECT_EQ(exit_status, n == 1 ? 2 : 0);  // at the first it was not accepted yet
    ASSERT_NO_FATAL_FAILURE(ExpectCustodyHolds(day));
    ASSERT_OK_AND_ASSIGN(const base::RunResult again, Tidemark(DepositArguments(deposit, day)));
    EXPECT_EQ(again.exit_status, 0) << again.err;
    EXPECT_EQ(Listed().size(), static_cast<size_t>(day));
  }
  ExpectCustodyHolds(day);
}

TEST_F(CrashAtSync, SyncThatFailsGivesNoReceiptUntilTheServerIsStartedAnew) {
  int day = 0;
  for (int n = 1; n <= kSyncsOfADeposit; ++n) {
    SCOPED_TRACE(n);
    const GeneratedDeposit deposit = Day(++day, 200);
    ASSERT_OK(RestartWithFault("error=EIO", n));
    ASSERT_OK_AND_ASSIGN(const auto client, StartDeposit(deposit, day));
    ASSERT_TRUE(FaultComes());
    // What is there can be seen, and nothing is promised: not even a verdict can be recorded.
    EXPECT_GE(Listed().size(), static_cast<size_t>(day - 1));
    EXPECT_NE(access(ReceiptPath(day).c_str(), F_OK), 0) << "a receipt for what was not synced";
    EXPECT_TRUE(escrow_->ServerRuns());
    escrow_->KillServer();
    ASSERT_OK(escrow_->StartServer());
    ASSERT_OK_AND_ASSIGN(const int exit_status, client->Wait(absl::Minutes(4)));
    EXPECT_EQ(exit_status == 0, access(ReceiptPath(day).c_str(), F_OK) == 0);
    ASSERT_OK_AND_ASSIGN(const base::RunResult again, Tidemark(DepositArguments(deposit, day)));
    EXPECT_EQ(again.exit_status, 0) << again.err;
    EXPECT_EQ(Listed().size(), static_cast<size_t>(day));
  }
  ExpectCustodyHolds(day);
}

}  // namespace
}  // namespace tidemark::tests
