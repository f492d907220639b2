// One side cannot read any more what its scrub had found: rounds go on, and what is damaged is
// found again and healed.
#include <gtest/gtest.h>

#include <string>

#include "base/testing.h"
#include "proto/service.pb.h"
#include "vault/replica/healing_testing.h"
#include "vault/rocks_store.h"
#include "vault/scrub/scrubber.h"
#include "vault/table_damage_testing.h"
#include "vault/vault.h"

namespace tidemark::vault {
namespace {

using ::testing::SizeIs;
using ::tidemark::base::IsOkAndHolds;

TEST_F(HealingTest, WhatTheScrubForgotIsFoundAgainAndHealed) {
  const std::string dir = copies_.primary_dir();
  copies_.ClosePrimary();
  ASSERT_NO_FATAL_FAILURE(DamagePiece(dir, kFrame, upload_->pack, 2, Damage::kBytes));
  ASSERT_OK((*RocksStore::Open(dir))->FlushForTesting());
  for (const std::string& table : TablesOf(dir, "scrub")) FlipBit(table, 20, 3);
  copies_.OpenPrimary();
  Replication& primary = copies_.primary().replication();
  EXPECT_OK(primary.Damaged()) << "a round goes on with what can be read";
  // One piece that somebody has read is healed in that state, too.
  tidemark::v1::HealReply reply;
  ASSERT_OK(Mend(copies_.replica(), copies_.primary(), kManifestPart, *upload_, {1}, reply));
  EXPECT_EQ(reply.whole(), 1u);
  Scrubber& scrubber = copies_.primary().scrubber();
  EXPECT_FALSE(scrubber.progress().is_damage_known);
  do {
    ASSERT_OK(scrubber.CheckSlice());
  } while (scrubber.progress().done < 1);
  EXPECT_TRUE(scrubber.progress().is_damage_known);
  ASSERT_THAT(primary.Damaged(), IsOkAndHolds(SizeIs(1)));
  ASSERT_OK(Mend(copies_.replica(), copies_.primary(), kFrame, *upload_, {2}, reply));
  EXPECT_EQ(reply.healed(), 1u);
  ASSERT_THAT(primary.Damaged(), IsOkAndHolds(SizeIs(0)));
  EXPECT_EQ(scrubber.progress().pieces_damaged, 0u);
}

}  // namespace
}  // namespace tidemark::vault
