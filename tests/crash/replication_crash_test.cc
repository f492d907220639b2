// kill -9 of the second copy at every named point, of the copier and of the primary in the middle:
// nothing half is visible, and the next round goes on to the same log and the same bytes.
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "tests/support/second_copy.h"
#include "vault/replica/replica.h"

namespace tidemark::tests {
namespace {

constexpr char kTld[] = "crash";

std::string Bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

class ReplicationCrash : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(escrow_, Escrow::Start({.tld = kTld}));
    ASSERT_OK_AND_ASSIGN(copy_, SecondCopy::Start(*escrow_, "tests/crash/tidemarkd_crash"));
  }

  void Night(int day, uint64_t domains) {
    generator::GeneratorOptions options;
    options.tld = kTld;
    options.domains = domains;
    options.watermark = absl::FromCivil(absl::CivilDay(2026, 11, day), absl::UTCTimeZone());
    ASSERT_OK_AND_ASSIGN(const GeneratedDeposit deposit, WriteDeposit(base::TestDir(), options));
    ASSERT_OK_AND_ASSIGN(
        const base::RunResult sent,
        Tidemark({"deposit", deposit.deposit_path, "--config", escrow_->depositor(), "--receipt",
                  absl::StrCat(escrow_->dir(), "/day", day, ".receipt")}));
    ASSERT_EQ(sent.exit_status, 0) << sent.err;
    files_[day] = deposit.deposit_path;
  }

  // What the second copy lists opens to its authentic end, byte for byte; after a whole round it
  // lists every night.
  void ExpectInStep() {
    ASSERT_OK_AND_ASSIGN(const base::RunResult round, copy_->Replicate());
    ASSERT_EQ(round.exit_status, 0) << round.err;
    ASSERT_OK_AND_ASSIGN(const std::string verifier, copy_->Readdress(escrow_->verifier()));
    for (const auto& [day, file] : files_) {
      const std::string out = escrow_->dir() + "/restored.xml";
      std::filesystem::remove(out);
      const std::string id = absl::StrCat(kTld, "/202611", day < 10 ? "0" : "", day, "001/0");
      ASSERT_OK_AND_ASSIGN(const base::RunResult restored,
                           Tidemark({"restore", id, "--out", out, "--config", verifier}));
      ASSERT_EQ(restored.exit_status, 0) << restored.err;
      EXPECT_TRUE(Bytes(out) == Bytes(file)) << id;
    }
  }

  std::unique_ptr<Escrow> escrow_;
  std::unique_ptr<SecondCopy> copy_;
  std::map<int, std::string> files_;
};

TEST_F(ReplicationCrash, AtEveryNamedPointOfTheSecondCopy) {
  int day = 0;
  for (const absl::string_view point : vault::kReplicaPoints) {
    SCOPED_TRACE(point);
    ASSERT_NO_FATAL_FAILURE(Night(++day, 200));
    copy_->KillServer();
    ASSERT_OK(copy_->StartServer({{"TIDEMARK_CRASH_POINT", std::string(point)}}));
    ASSERT_OK_AND_ASSIGN(const base::RunResult cut, copy_->Replicate());
    // Pieces this small are synced with the commit, at a point of their own or not at all.
    if (point != "replica-pieces-synced") {
      EXPECT_EQ(cut.exit_status, 2) << cut.err;
      EXPECT_TRUE(copy_->ServerEnds()) << "the point was not met";
    }
    copy_->KillServer();
    ASSERT_OK(copy_->StartServer());
    ASSERT_NO_FATAL_FAILURE(ExpectInStep());
  }
}

TEST_F(ReplicationCrash, AtSeededMomentsOfCopierSecondCopyAndPrimary) {
  std::mt19937 random(20261126);
  for (int day = 1; day <= 6; ++day) {
    SCOPED_TRACE(day);
    ASSERT_NO_FATAL_FAILURE(Night(day, 3000));
    ASSERT_OK_AND_ASSIGN(const auto copier, copy_->StartReplicating());
    const auto moment = absl::Milliseconds(std::uniform_int_distribution<int>(20, 200)(random));
    copier->Wait(moment).status().IgnoreError();
    if (day % 3 == 0) copier->Kill(SIGKILL).IgnoreError();
    if (day % 3 == 1) {
      copy_->KillServer();
      ASSERT_OK(copy_->StartServer());
    }
    if (day % 3 == 2) {
      escrow_->KillServer();
      ASSERT_OK(escrow_->StartServer());
    }
    ASSERT_OK(copier->Wait(absl::Minutes(2)).status());
    ASSERT_NO_FATAL_FAILURE(ExpectInStep());
  }
}

}  // namespace
}  // namespace tidemark::tests
