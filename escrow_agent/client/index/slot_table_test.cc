#include "escrow_agent/client/index/slot_table.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/limits.h"
#include "base/testing.h"
#include "escrow_agent/client/index/index_testing.h"

namespace tidemark::escrow_agent {
namespace {

constexpr uint32_t kFrameObjects = 1000;

std::vector<IndexEntry> Entries(uint32_t count) {
  std::vector<IndexEntry> entries;
  for (uint32_t n = 0; n < count; ++n) {
    entries.push_back({.id = IdOf(n),
                       .place = PackPlace(
                           {.slot = 0, .frame = n / kFrameObjects, .ordinal = n % kFrameObjects})});
  }
  return entries;
}

class SlotTable : public ::testing::Test {
 protected:
  // A table of `entries`, whose places lie in one pack.
  void Build(const std::vector<IndexEntry>& entries, uint64_t region_homes) {
    const IndexedPack pack =
        PackOf(1, std::vector<uint32_t>(entries.size() / kFrameObjects + 1, kFrameObjects));
    PackLiveness liveness({&pack});
    ASSERT_OK_AND_ASSIGN(const auto file, AsideFile::Create(base::TestDir()));
    const size_t bytes = entries.size() * sizeof(IndexEntry);
    ASSERT_OK(file->WriteAt(0, {reinterpret_cast<const char*>(entries.data()), bytes}));
    ASSERT_OK_AND_ASSIGN(const absl::string_view mapped, file->Map(bytes));
    const auto* const first = reinterpret_cast<const IndexEntry*>(mapped.data());
    SlotTableBuilder builder(*file, {first, entries.size()}, liveness, region_homes);
    slots_.clear();
    homes_ = builder.homes();
    ASSERT_OK(builder.Build([&](absl::Span<const uint32_t> slots) {
      EXPECT_EQ(slots_.size() % kSlotsABlock, 0u) << "only the last block may be short";
      EXPECT_LE(slots.size(), kSlotsABlock);
      slots_.insert(slots_.end(), slots.begin(), slots.end());
      return absl::OkStatus();
    }));
    rows_ = liveness.Rows(IndexMode::kReplace).size();
  }

  // The entry that the table has for an id, or EntryHit's none.
  uint64_t Lookup(const std::vector<IndexEntry>& entries, const crypto::ObjectId& id) const {
    const SlotHash hash(entries.size(), homes_);
    for (uint64_t n = hash.Home(id); n < slots_.size() && slots_[n] != 0; ++n) {
      const uint64_t entry = hash.EntryOf(slots_[n]);
      if (hash.MayMean(slots_[n], id) && entries[entry].id == id) return entry;
    }
    return UINT64_MAX;
  }

  std::vector<uint32_t> slots_;
  uint64_t homes_ = 0;
  size_t rows_ = 0;
};

TEST_F(SlotTable, HasEveryEntryAndNoOther) {
  const std::vector<IndexEntry> entries = Entries(20000);
  Build(entries, SlotTableBuilder::kRegionHomes);
  for (uint32_t n = 0; n < entries.size(); ++n) ASSERT_EQ(Lookup(entries, IdOf(n)), n);
  for (uint32_t n = 20000; n < 40000; ++n) ASSERT_EQ(Lookup(entries, IdOf(n)), UINT64_MAX);
}

TEST_F(SlotTable, FindsTheSameInWhateverRegionsItWasMade) {
  const std::vector<IndexEntry> entries = Entries(100000);
  Build(entries, kSlotsABlock);
  for (uint32_t n = 0; n < entries.size(); ++n) ASSERT_EQ(Lookup(entries, IdOf(n)), n);
  const size_t slots = slots_.size();
  Build(entries, SlotTableBuilder::kRegionHomes);
  EXPECT_EQ(slots_.size(), slots);
}

TEST_F(SlotTable, OfOneIdHasTheLast) {
  std::vector<IndexEntry> entries = Entries(100);
  entries.push_back(entries[7]);
  entries.push_back(entries[7]);
  Build(entries, SlotTableBuilder::kRegionHomes);
  EXPECT_EQ(Lookup(entries, IdOf(7)), 101u);
}

TEST_F(SlotTable, LeavesOutEntriesThatCountForNothing) {
  std::vector<IndexEntry> entries = Entries(3);
  for (IndexEntry& entry : entries) entry.place = kNoPlace;
  Build(entries, SlotTableBuilder::kRegionHomes);
  EXPECT_EQ(Lookup(entries, IdOf(1)), UINT64_MAX);
  EXPECT_EQ(rows_, 0u);
}

// Ids that a hash does not give: nothing reads past the limit for them.
TEST_F(SlotTable, MoreIdsOfOneHomeThanProbesStayOutAndSpillPastTheEnd) {
  std::vector<IndexEntry> entries = Entries(base::kIndexProbesMax + 1000);
  for (IndexEntry& entry : entries) std::memset(entry.id.bytes.data(), 0xff, 8);
  Build(entries, SlotTableBuilder::kRegionHomes);
  EXPECT_EQ(slots_.size(), homes_ - 1 + base::kIndexProbesMax);
  EXPECT_EQ(Lookup(entries, entries[base::kIndexProbesMax - 1].id), base::kIndexProbesMax - 1);
  EXPECT_EQ(Lookup(entries, entries[base::kIndexProbesMax].id), UINT64_MAX);
}

TEST(PackLiveness, AtMostSoManyPacksStayThatTonightsFindsASlot) {
  std::vector<IndexedPack> packs;
  for (size_t n = 0; n < base::kManifestPacksMax; ++n) packs.push_back(PackOf(1, {10}));
  std::vector<const IndexedPack*> pointers;
  for (const IndexedPack& pack : packs) pointers.push_back(&pack);
  PackLiveness liveness(pointers);
  for (uint32_t slot = 0; slot < packs.size(); ++slot) {
    liveness.Add({.slot = slot, .frame = 0, .ordinal = 0});
    if (slot != 77) liveness.Add({.slot = slot, .frame = 0, .ordinal = 1});
  }
  const std::vector<PackRow> rows = liveness.Rows(IndexMode::kReplace);
  ASSERT_EQ(rows.size(), base::kManifestPacksMax - 1);
  EXPECT_EQ(rows[76].slot, 76u);
  EXPECT_EQ(rows[77].slot, 78u) << "the one with the fewest objects is forgotten";
  EXPECT_EQ(rows.back().slot, base::kManifestPacksMax - 1);
}

TEST(PackLiveness, TheFramesOfAllPacksAreBounded) {
  const std::vector<uint32_t> frames(base::kPackFramesMax, 2);
  const std::vector<IndexedPack> packs = [&] {
    std::vector<IndexedPack> five;
    for (uint8_t n = 0; n < 5; ++n) five.push_back(PackOf(n, frames));
    return five;
  }();
  PackLiveness liveness({&packs[0], &packs[1], &packs[2], &packs[3], &packs[4]});
  for (uint32_t slot = 0; slot < 5; ++slot) {
    for (uint32_t n = 0; n < (slot == 0 ? 1u : 2u); ++n) {
      liveness.Add({.slot = slot, .frame = 0, .ordinal = n});
    }
  }
  const std::vector<PackRow> rows = liveness.Rows(IndexMode::kReplace);
  ASSERT_EQ(rows.size(), base::kIndexFramesMax / base::kPackFramesMax);
  EXPECT_EQ(rows[0].slot, 1u);
}

}  // namespace
}  // namespace tidemark::escrow_agent
