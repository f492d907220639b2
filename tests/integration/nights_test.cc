// Night after night into one real agent: what did not change is not sent again, and everything
// comes back.
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "escrow_agent/client/deposit_client.h"
#include "escrow_agent/client/index/object_index.h"
#include "tests/integration/custody_fixture.h"
#include "tests/integration/nights_fixture.h"

namespace tidemark::tests {
namespace {

using base::StatusIs;
using escrow_agent::DepositResult;
using escrow_agent::IndexedPack;
using escrow_agent::ObjectIndex;
using ::testing::HasSubstr;

TEST_F(NightsTest, TheSecondNightSendsWhatChangedAndTheWholeComesBack) {
  const DepositResult first = Night(registry_.Deposit("A1"));
  EXPECT_EQ(first.stats.new_objects, first.stats.objects);
  EXPECT_NE(first.why_full, "");
  for (size_t i = 7; i < kObjects; i += 200) registry_.Change(i);
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_EQ(second.stats.objects, first.stats.objects);
  EXPECT_EQ(second.stats.new_objects, 15u);
  EXPECT_EQ(second.why_full, "");
  EXPECT_LT(second.stats.bytes_sent, first.stats.bytes_sent / 50);
  EXPECT_LT(second.body.stored_bytes(), first.body.stored_bytes() / 50);
}

TEST_F(NightsTest, AnotherOrderOfObjectsCostsTheOrder) {
  const DepositResult first = Night(registry_.Deposit("A1"));
  registry_.Shuffle();
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_EQ(second.stats.new_objects, 0u);
  EXPECT_LT(second.stats.bytes_sent, first.stats.bytes_sent / 50);
}

TEST_F(NightsTest, ADifferentialKeepsWhatItDoesNotName) {
  Night(registry_.Deposit("A1"));
  // Names the last ten objects only.
  EXPECT_EQ(Night(registry_.Deposit("A2", "DIFF", kObjects - 10)).stats.new_objects, 0u);
  registry_.Change(3);
  EXPECT_EQ(Night(registry_.Deposit("A3")).stats.new_objects, 1u);
}

TEST_F(NightsTest, AFullForgetsWhatItDoesNotName) {
  Night(registry_.Deposit("A1"));
  EXPECT_EQ(Night(registry_.Deposit("A2", "FULL", 1000)).stats.new_objects, 0u);
  const DepositResult third = Night(registry_.Deposit("A3"));
  EXPECT_EQ(third.stats.new_objects - third.stats.renewed_objects, 1000u);
  EXPECT_EQ(third.why_mostly_new, "");
}

TEST_F(NightsTest, AfterAFullThatWasCutShortTheNextSaysWhyItIsFuller) {
  EXPECT_EQ(Night(registry_.Deposit("A1")).why_mostly_new, "");
  EXPECT_EQ(Night(registry_.Deposit("A2", "FULL", kObjects - 100)).why_mostly_new, "");
  const DepositResult third = Night(registry_.Deposit("A3"));
  EXPECT_EQ(third.why_full, "");
  EXPECT_THAT(third.why_mostly_new, HasSubstr("2900 of 3001 objects are not among the 101 "));
  EXPECT_EQ(Night(registry_.Deposit("A4")).why_mostly_new, "");
}

TEST_F(NightsTest, TheSameDepositAgainGivesTheSameReceiptAndLeavesTheIndexUsable) {
  const DepositResult first = Night(registry_.Deposit("A1"));
  const DepositResult again = Night(registry_.Deposit("A1"));
  EXPECT_TRUE(again.is_repeated);
  EXPECT_EQ(again.receipt.body(), first.receipt.body());
  registry_.Change(0);
  EXPECT_EQ(Night(registry_.Deposit("A2")).stats.new_objects, 1u);
}

TEST_F(NightsTest, TwoDepositsOfARegistryAtOnceAreOneAfterTheOther) {
  const std::unique_ptr<ObjectIndex> held = Index();
  EXPECT_THAT(custody_->Deposit(registry_.Deposit("A1")), StatusIs(absl::StatusCode::kUnavailable));
}

// Nights in which much changes leave frames with little alive in them. That is sent again, a little
// a night, until their pack is needed no more.
TEST_F(NightsTest, MostlyDeadFramesAreRenewedALittleANight) {
  Night(registry_.Deposit("A0"));
  for (size_t i = 0; i < kObjects; ++i) {
    if (i % 100 != 0) registry_.Change(i);
  }
  Night(registry_.Deposit("A1"));
  // The header did not change either.
  constexpr uint64_t kAlive = kObjects / 100 + 1;
  uint64_t renewed = 0;
  int nights = 0;
  while (renewed < kAlive && nights < 20) {
    const DepositResult night = Night(registry_.Deposit(absl::StrCat("B", nights++)));
    EXPECT_EQ(night.stats.new_objects, night.stats.renewed_objects);
    EXPECT_LT(night.stats.renewed_objects, kAlive);
    renewed += night.stats.renewed_objects;
  }
  EXPECT_EQ(renewed, kAlive);
  EXPECT_GT(nights, 1);
  // A0's pack had nothing else.
  Night(registry_.Deposit("C0"));
  const std::unique_ptr<ObjectIndex> index = Index();
  int packs = 0;
  for (const std::optional<IndexedPack>& pack : index->packs()) packs += pack.has_value() ? 1 : 0;
  EXPECT_LE(packs, 1 + nights);
}

}  // namespace
}  // namespace tidemark::tests
