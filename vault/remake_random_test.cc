// Damage of any kind, healed from a good copy: nothing is lost, and nothing comes back.
#include <gtest/gtest.h>

#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/testing.h"
#include "crypto/pack_id.h"
#include "vault/remake_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using ::tidemark::base::IsOkAndHolds;

// Random packs over several tables, some deleted again, and blocks of any of them damaged: all is
// written again from a good copy, as often as something is missing.
class RandomDamage : public ::testing::TestWithParam<uint32_t> {};

TEST_P(RandomDamage, HealedEveryRowIsThereAndNoneCameBack) {
  std::mt19937 random(GetParam());
  const std::string dir = base::TestDir() + "/store";
  Rows want;
  Rows deleted;
  const auto name = [&random] {
    std::string bytes(16, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    return *crypto::PackId::FromBytes(bytes);
  };
  {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir));
    std::vector<crypto::PackId> packs;
    for (int number = 0; number < 12; ++number) {
      packs.push_back(name());
      StoreBatch batch;
      // Small pieces share a block, and large ones are larger than one.
      const size_t bytes = number % 3 == 0 ? 9'000 : 90'000;
      for (uint32_t frame = 0, frames = 1 + random() % 7; frame < frames; ++frame) {
        const std::string key = schema::PieceKey(packs.back(), frame);
        want[key] = PieceOf(number, frame).substr(0, bytes);
        batch.Put(Family::kFrames, key, want[key]);
      }
      ASSERT_OK(store->Apply(batch, Durability::kSynced));
      if (random() % 4 == 0) {
        const schema::KeyRange gone = schema::PiecesOf(packs[random() % packs.size()]);
        StoreBatch deletion;
        deletion.DeleteRange(Family::kFrames, gone);
        ASSERT_OK(store->Apply(deletion, Durability::kSynced));
        const auto first = want.lower_bound(gone.begin);
        const auto last = want.lower_bound(gone.end);
        deleted.insert(first, last);
        want.erase(first, last);
      }
      if (random() % 3 == 0) {
        ASSERT_OK(store->FlushForTesting());
      }
      if (random() % 6 == 0) {
        ASSERT_OK(CompactAll(*store));
      }
    }
    ASSERT_OK(store->FlushForTesting());
  }
  const int blocks = 1 + static_cast<int>(GetParam() % 4);
  for (int i = 0; i < blocks; ++i) {
    auto row = want.begin();
    std::advance(row, random() % want.size());
    FlipInTables(dir, row->second, random() % row->second.size());
  }
  base::FakeClock clock(absl::FromUnixSeconds(1'800'000'000));
  ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir, &clock));
  absl::Status remade;
  for (int round = 0; round < 8; ++round) {
    for (const auto& [key, value] : want) {
      if (store->Get(Family::kFrames, key).ok()) continue;
      StoreBatch batch;
      batch.Put(Family::kFrames, key, value);
      ASSERT_OK(store->Apply(batch, Durability::kSynced));
      clock.Advance(absl::Hours(1));  // for others may have waited in vain
      // As a heal does, which looks at nothing else.
      Remake(*store, {OnlyKey(key)}, want).status().IgnoreError();
    }
    clock.Advance(absl::Hours(1));
    remade = Remake(*store, {AllPieces()}, want).status();
    for (const auto& [key, value] : want) {
      const auto read = store->Get(Family::kFrames, key);
      if (!absl::IsDataLoss(read.status())) {
        EXPECT_THAT(read, IsOkAndHolds(value)) << round;
      }
    }
    for (const auto& [key, value] : deleted) EXPECT_FALSE(store->Get(Family::kFrames, key).ok());
  }
  for (const auto& [key, value] : want) {
    EXPECT_THAT(store->Get(Family::kFrames, key), IsOkAndHolds(value));
  }
  // Two damaged tables of which each deletes what the other cannot give may stay.
  if (blocks > 1 && absl::IsUnavailable(remade)) return;
  ASSERT_OK(remade);
  EXPECT_OK(CompactAll(*store));
  EXPECT_THAT(Read(*store), IsOkAndHolds(want));
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomDamage, ::testing::Range(0u, 16u));

}  // namespace
}  // namespace tidemark::vault
