// A frame and a manifest part that one of two real servers has lost come back from the other, at
// the next round of the copier; and fsck finds nothing wrong with either directory.
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/testing.h"
#include "tests/support/deposits.h"
#include "tests/support/escrow.h"
#include "tests/support/second_copy.h"
#include "vault/fsck/fsck.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::tests {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using vault::schema::Family;

constexpr size_t kFileBytesMax = 64 << 20;
constexpr char kTld[] = "mended";
constexpr char kId[] = "mended/20261122001/0";

class Mending : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(escrow_, Escrow::Start({.tld = kTld}));
    ASSERT_OK_AND_ASSIGN(copy_, SecondCopy::Start(*escrow_));
    generator::GeneratorOptions options;
    options.tld = kTld;
    options.domains = 4000;  // several frames
    options.watermark = absl::FromCivil(absl::CivilDay(2026, 11, 22), absl::UTCTimeZone());
    ASSERT_OK_AND_ASSIGN(const GeneratedDeposit deposit, WriteDeposit(base::TestDir(), options));
    file_ = deposit.deposit_path;
    Expect(0, {"deposit", file_, "--config", escrow_->depositor(), "--receipt",
               escrow_->dir() + "/receipt"});
    Replicate(0);
  }

  static base::RunResult Expect(int exit_status, const std::vector<std::string>& arguments) {
    const auto result = Tidemark(arguments);
    EXPECT_OK(result);
    EXPECT_EQ(result->exit_status, exit_status) << arguments[0] << ": " << result->err;
    return *result;
  }
  base::RunResult Replicate(int exit_status) {
    const auto result = copy_->Replicate();
    EXPECT_OK(result);
    EXPECT_EQ(result->exit_status, exit_status) << result->err;
    return *result;
  }
  std::string PrimaryData() const { return escrow_->server_dir() + "/data"; }

  // What a scrub leaves behind: the n-th frame is not what came in, nor is the n-th part if there
  // is one, and it is known.
  static void Damage(const std::string& dir, size_t number) {
    ASSERT_OK_AND_ASSIGN(const auto store, vault::RocksStore::Open(dir));
    vault::StoreBatch batch;
    for (const auto& [family, kind] : {std::pair{Family::kFrames, vault::schema::kFrameKind},
                                       std::pair{Family::kParts, vault::schema::kPartKind}}) {
      std::vector<std::pair<std::string, std::string>> rows;
      ASSERT_OK(store->Scan(family, {}, [&](absl::string_view key, absl::string_view value) {
        rows.emplace_back(key, value);
        return absl::OkStatus();
      }));
      if (family == Family::kFrames) {
        ASSERT_GT(rows.size(), number) << "the deposit is too small";
      }
      if (rows.size() <= number) continue;
      auto& [key, value] = rows[number];
      value.back() = static_cast<char>(value.back() ^ 1);
      batch.Put(family, key, value);
      // When it was found, and how, nobody asks here.
      batch.Put(Family::kScrub, vault::schema::DamageKey(kind, key), "");
    }
    ASSERT_OK(store->Apply(batch, vault::Durability::kSynced));
  }
  static void DamageRow(const std::string& dir, Family family, const std::string& key) {
    ASSERT_OK_AND_ASSIGN(const auto store, vault::RocksStore::Open(dir));
    ASSERT_OK_AND_ASSIGN(std::string value, store->Get(family, key));
    value.back() = static_cast<char>(value.back() ^ 1);
    vault::StoreBatch batch;
    batch.Put(family, key, value);
    ASSERT_OK(store->Apply(batch, vault::Durability::kSynced));
  }
  static std::vector<std::string> KeysOf(Family family, const std::string& dir) {
    std::vector<std::string> keys;
    const auto store = vault::RocksStore::Open(dir);
    EXPECT_OK(store);
    EXPECT_OK((*store)->Scan(family, {}, [&](absl::string_view key, absl::string_view) {
      keys.emplace_back(key);
      return absl::OkStatus();
    }));
    return keys;
  }
  void DamagePrimary(size_t number = 0) {
    escrow_->KillServer();
    Damage(PrimaryData(), number);
    ASSERT_OK(escrow_->StartServer());
  }
  void DamageCopy(size_t number = 0) {
    copy_->KillServer();
    Damage(copy_->data_dir(), number);
    ASSERT_OK(copy_->StartServer());
  }
  static int Count(const std::string& text, const std::string& what) {
    int count = 0;
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
      ++count;
    }
    return count;
  }

  void ExpectRestored(const std::string& config) {
    const std::string out = escrow_->dir() + "/restored.xml";
    std::filesystem::remove(out);
    Expect(0, {"restore", kId, "--out", out, "--config", config});
    ASSERT_OK_AND_ASSIGN(const std::string got, base::ReadSmallFile(out, kFileBytesMax));
    ASSERT_OK_AND_ASSIGN(const std::string want, base::ReadSmallFile(file_, kFileBytesMax));
    EXPECT_EQ(got, want);
  }
  static void ExpectSound(const std::string& dir) {
    ASSERT_OK_AND_ASSIGN(const vault::FsckReport report, vault::CheckStore({.dir = dir}));
    EXPECT_TRUE(report.is_open);
    EXPECT_GT(report.records, 0u);
    for (const vault::FsckFinding& finding : report.findings) {
      ADD_FAILURE() << dir << ": " << finding.where << ": " << finding.what;
    }
  }

  std::unique_ptr<Escrow> escrow_;
  std::unique_ptr<SecondCopy> copy_;
  std::string file_;
};

TEST_F(Mending, EitherSideIsMendedFromTheOther) {
  ASSERT_NO_FATAL_FAILURE(DamagePrimary());
  Expect(2,
         {"restore", kId, "--out", escrow_->dir() + "/lost.xml", "--config", escrow_->verifier()});
  EXPECT_THAT(Replicate(0).out, HasSubstr("healed: 2 pieces of the primary, 0 of the second copy"));
  ExpectRestored(escrow_->verifier());

  ASSERT_NO_FATAL_FAILURE(DamageCopy());
  EXPECT_THAT(Replicate(0).out, HasSubstr("healed: 0 pieces of the primary, 2 of the second copy"));
  ASSERT_OK_AND_ASSIGN(const std::string verifier, copy_->Readdress(escrow_->verifier()));
  ExpectRestored(verifier);

  escrow_->KillServer();
  copy_->KillServer();
  ExpectSound(PrimaryData());
  ExpectSound(copy_->data_dir());
}

TEST_F(Mending, WhatBothHaveLostIsSaidToBeLost) {
  ASSERT_NO_FATAL_FAILURE(DamagePrimary());
  ASSERT_NO_FATAL_FAILURE(DamageCopy());
  EXPECT_THAT(Replicate(1).err, HasSubstr("not healed: frames 0 of pack"));
  // The rest goes on, round after round, and each says it again.
  ASSERT_OK_AND_ASSIGN(const auto rounds, copy_->StartReplicating({"--every", "1s"}));
  const std::string log = copy_->replication_log();
  const absl::Time deadline = absl::Now() + absl::Seconds(120);
  std::string said;
  while (absl::Now() < deadline) {
    said = base::ReadSmallFile(log).value_or("");
    if (Count(said, "not healed: frames 0") >= 2 && Count(said, "In step: ") >= 2) break;
    absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_GE(Count(said, "not healed: frames 0"), 2) << said;
  EXPECT_FALSE(rounds->Wait(absl::ZeroDuration()).ok()) << "it has ended: " << said;
  ASSERT_OK(rounds->Kill(SIGKILL));
  ASSERT_OK(rounds->Wait(absl::Seconds(30)));
}

// There is no other copy of it; all that has one is mended all the same.
TEST_F(Mending, WhatWasLostBeforeItWasCopiedKeepsNothingElseFromBeingMended) {
  escrow_->KillServer();
  const std::vector<std::string> before = KeysOf(Family::kParts, PrimaryData());
  const std::string frame = KeysOf(Family::kFrames, PrimaryData())[0];
  ASSERT_OK(escrow_->StartServer());
  generator::GeneratorOptions options;
  options.tld = kTld;
  options.domains = 4000;
  options.watermark = absl::FromCivil(absl::CivilDay(2026, 11, 23), absl::UTCTimeZone());
  ASSERT_OK_AND_ASSIGN(const GeneratedDeposit next, WriteDeposit(base::TestDir(), options));
  Expect(0, {"deposit", next.deposit_path, "--config", escrow_->depositor(), "--receipt",
             escrow_->dir() + "/next.receipt"});
  escrow_->KillServer();
  std::string lost;
  for (const std::string& part : KeysOf(Family::kParts, PrimaryData())) {
    if (std::find(before.begin(), before.end(), part) == before.end()) lost = part;
  }
  ASSERT_NE(lost, "");
  DamageRow(PrimaryData(), Family::kParts, lost);
  ASSERT_OK(escrow_->StartServer());
  ASSERT_NO_FATAL_FAILURE(DamageCopy());
  base::RunResult round = Replicate(1);
  EXPECT_THAT(round.err, HasSubstr("leaf 2 and those behind it were not copied"));
  EXPECT_THAT(round.out, HasSubstr("NOT in step: 2 leaves"));
  EXPECT_THAT(round.out, HasSubstr("healed: 0 pieces of the primary, 2 of the second copy"));

  // The same of one that is gone without a trace; and the primary is mended, too.
  escrow_->KillServer();
  DamageRow(PrimaryData(), Family::kFrames, frame);
  {
    ASSERT_OK_AND_ASSIGN(const auto store, vault::RocksStore::Open(PrimaryData()));
    vault::StoreBatch batch;
    batch.Delete(Family::kParts, lost);
    batch.Put(Family::kScrub, vault::schema::DamageKey(vault::schema::kFrameKind, frame), "");
    ASSERT_OK(store->Apply(batch, vault::Durability::kSynced));
  }
  ASSERT_OK(escrow_->StartServer());
  round = Replicate(1);
  EXPECT_THAT(round.err, HasSubstr("leaf 2 and those behind it were not copied"));
  EXPECT_THAT(round.out, HasSubstr("NOT in step: 2 leaves"));
  EXPECT_THAT(round.out, HasSubstr("healed: 1 pieces of the primary, 0 of the second copy"));
}

TEST_F(Mending, TwoSidesThatLostDifferentPiecesOfOnePackMendEachOther) {
  ASSERT_NO_FATAL_FAILURE(DamagePrimary(0));
  ASSERT_NO_FATAL_FAILURE(DamageCopy(1));
  EXPECT_THAT(Replicate(0).out, HasSubstr("healed: 2 pieces of the primary, "));
  EXPECT_THAT(Replicate(0).out, Not(HasSubstr("healed"))) << "all of it was mended at once";
  ExpectRestored(escrow_->verifier());
  ASSERT_OK_AND_ASSIGN(const std::string verifier, copy_->Readdress(escrow_->verifier()));
  ExpectRestored(verifier);
  escrow_->KillServer();
  copy_->KillServer();
  ExpectSound(PrimaryData());
  ExpectSound(copy_->data_dir());
}

}  // namespace
}  // namespace tidemark::tests
