#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/limits.h"
#include "base/testing.h"
#include "escrow_agent/client/index/index_testing.h"
#include "escrow_agent/client/index/object_index.h"

namespace tidemark::escrow_agent {
namespace {

using base::StatusIs;

constexpr IndexMode kReplace = IndexMode::kReplace;
constexpr IndexMode kExtend = IndexMode::kExtend;

TEST(ObjectIndexUpdate, KReplaceForgetsWhatTonightDoesNotHave) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 20);
  {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
    ASSERT_OK(CommitNight(*index, kReplace,
                          {{IdOf(3), MadePlace(3)}, {IdOf(50), {.slot = 1, .ordinal = 0}}},
                          PackOf(2, {1})));
  }
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  EXPECT_EQ(index->objects(), 2u);
  EXPECT_EQ(FindOne(*index, IdOf(3)), MadePlace(3));
  EXPECT_FALSE(FindOne(*index, IdOf(4)).is_known());
  EXPECT_EQ(FindOne(*index, IdOf(50)).slot, 1u);
}

TEST(ObjectIndexUpdate, KExtendKeepsWhatTonightDoesNotName) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 20);
  {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
    ASSERT_OK(CommitNight(*index, kExtend,
                          {{IdOf(3), {.slot = 1, .ordinal = 1}},
                           {IdOf(4), MadePlace(4)},
                           {IdOf(50), {.slot = 1, .ordinal = 0}}},
                          PackOf(2, {2})));
  }
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  EXPECT_EQ(index->objects(), 21u);
  EXPECT_EQ(FindOne(*index, IdOf(19)), MadePlace(19));
  EXPECT_EQ(FindOne(*index, IdOf(4)), MadePlace(4));
  EXPECT_EQ(FindOne(*index, IdOf(3)), (ObjectPlace{.slot = 1, .ordinal = 1}));
  EXPECT_EQ(FindOne(*index, IdOf(50)), (ObjectPlace{.slot = 1, .ordinal = 0}));
}

TEST(ObjectIndexUpdate, TheLastPlaceOfARepeatedIdCounts) {
  for (const IndexMode mode : {kReplace, kExtend}) {
    const std::string dir = base::TestDir();
    {
      const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
      ASSERT_OK(CommitNight(*index, mode,
                            {{IdOf(1), {.slot = 0, .ordinal = 0}},
                             {IdOf(2), {.slot = 0, .ordinal = 1}},
                             {IdOf(1), {.slot = 0, .ordinal = 2}}},
                            PackOf(1, {3})));
    }
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
    EXPECT_EQ(index->objects(), 3u);
    EXPECT_EQ(FindAll(*index, IdsOf({99, 98, 97, 1})).back().ordinal, 0u) << "by its order";
    EXPECT_EQ(FindAll(*index, IdsOf({2, 1})).back().ordinal, 2u) << "by its order";
    EXPECT_EQ(FindAll(*index, IdsOf({1, 1})).back().ordinal, 2u) << "by the table";
  }
}

TEST(ObjectIndexUpdate, ByKExtendTheLastPlaceOfAKnownIdCounts) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 5);
  {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
    ASSERT_OK(CommitNight(
        *index, kExtend,
        {{IdOf(3), {.slot = 1}}, {IdOf(3), {.slot = 1, .ordinal = 1}}, {IdOf(3), MadePlace(3)}},
        PackOf(2, {2})));
  }
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  EXPECT_EQ(FindOne(*index, IdOf(3)), MadePlace(3));
  EXPECT_EQ(index->packs().size(), 1u) << "nothing of the new pack is alive";
}

TEST(ObjectIndexUpdate, ByKExtendTheNewPlaceCountsOfAnIdThatStoodTwice) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 2);
  ASSERT_OK(CommitNight(*OpenIndex(dir), kReplace,
                        {{IdOf(0), MadePlace(0)}, {IdOf(1), MadePlace(1)}, {IdOf(0), MadePlace(0)}},
                        PackOf(2, {})));
  ASSERT_OK(
      CommitNight(*OpenIndex(dir), kExtend,
                  {{IdOf(0), {.slot = 1, .ordinal = 0}}, {IdOf(1), {.slot = 1, .ordinal = 1}}},
                  PackOf(3, {2})));
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  EXPECT_FALSE(index->packs()[0].has_value()) << "nothing of the old pack counts";
  EXPECT_EQ(FindAll(*index, IdsOf({0, 1, 0})).front().slot, 1u);
}

TEST(ObjectIndexUpdate, FramesOfWhichLessThanHalfIsAliveAreToBeRenewed) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 40);
  std::vector<TestEntry> entries;
  for (uint32_t n = 0; n < 10; ++n) entries.push_back({IdOf(n), MadePlace(n)});   // whole
  for (uint32_t n = 10; n < 15; ++n) entries.push_back({IdOf(n), MadePlace(n)});  // half
  for (uint32_t n = 20; n < 24; ++n) entries.push_back({IdOf(n), MadePlace(n)});  // less
  for (int repeated = 0; repeated < 9; ++repeated) entries.push_back({IdOf(30), MadePlace(30)});
  ASSERT_OK(CommitNight(*OpenIndex(dir), kReplace, entries, PackOf(2, {})));
  EXPECT_EQ(OpenIndex(dir)->packs()[0]->is_to_renew, std::vector<bool>({false, false, true, true}));
  // A DIFF says nothing about what it does not name.
  ASSERT_OK(CommitNight(*OpenIndex(dir), kExtend, {}, PackOf(2, {})));
  EXPECT_EQ(OpenIndex(dir)->packs()[0]->is_to_renew, std::vector<bool>({false, false, true, true}));
}

TEST(ObjectIndexUpdate, APackWithoutALiveObjectGivesItsSlotBack) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  ASSERT_OK(
      CommitNight(*OpenIndex(dir), kReplace,
                  {{IdOf(50), {.slot = 1, .ordinal = 0}}, {IdOf(51), {.slot = 1, .ordinal = 1}}},
                  PackOf(2, {2})));
  {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
    ASSERT_EQ(index->packs().size(), 2u);
    EXPECT_FALSE(index->packs()[0].has_value());
    EXPECT_EQ(index->new_slot(), 0u);
    ASSERT_OK(
        CommitNight(*index, kExtend, {{IdOf(60), {.slot = 0, .ordinal = 0}}}, PackOf(3, {1})));
  }
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  EXPECT_EQ(index->packs()[0]->frames_digest, std::string(32, '\3'));
  EXPECT_EQ(index->packs()[1]->frames_digest, std::string(32, '\2'));
  EXPECT_EQ(FindOne(*index, IdOf(60)).slot, 0u);
  EXPECT_EQ(FindOne(*index, IdOf(51)).slot, 1u);
}

// An id stands twice, first in a pack of which nothing else is alive: the pack is forgotten, and
// its slot given to another one. The entry must not come to mean an object of that.
TEST(ObjectIndexUpdate, AShadowedEntryDoesNotPointIntoThePackThatFollowsInItsSlot) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 1);
  ASSERT_OK(CommitNight(*OpenIndex(dir), kReplace,
                        {{IdOf(0), MadePlace(0)}, {IdOf(0), {.slot = 1, .ordinal = 0}}},
                        PackOf(2, {1})));
  ASSERT_OK(CommitNight(*OpenIndex(dir), kExtend, {{IdOf(7), {.slot = 0, .ordinal = 0}}},
                        PackOf(3, {1})));
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  EXPECT_EQ(FindOne(*index, IdOf(0)).slot, 1u);
  EXPECT_EQ(FindOne(*index, IdOf(7)).slot, 0u);
}

TEST(ObjectIndexUpdate, ANewPackWithoutFramesTakesNoSlot) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  ASSERT_OK(CommitNight(*OpenIndex(dir), kReplace, {{IdOf(1), MadePlace(1)}}, PackOf(2, {})));
  EXPECT_EQ(OpenIndex(dir)->packs().size(), 1u);
}

TEST(ObjectIndexUpdate, ANightWithoutObjectsLeavesAnEmptyIndex) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  ASSERT_OK(CommitNight(*OpenIndex(dir), kReplace, {}, PackOf(2, {})));
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  EXPECT_EQ(index->why_empty(), "the last deposit had no objects");
  EXPECT_EQ(index->objects(), 0u);
  EXPECT_TRUE(index->packs().empty());
}

TEST(ObjectIndexUpdate, AnUpdateThatIsNotCommittedChangesNothing) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  {
    ASSERT_OK_AND_ASSIGN(const auto update, index->BeginUpdate(kReplace));
    const std::vector<crypto::ObjectId> ids = IdsOf({1});
    ASSERT_OK(update->Append(ids, std::vector<ObjectPlace>{MadePlace(1)}));
  }
  EXPECT_FALSE(base::ReadSmallFile(dir + "/index.new").ok());
  EXPECT_EQ(FindOne(*index, IdOf(2)), MadePlace(2));
  EXPECT_OK(index->BeginUpdate(kReplace));
}

TEST(ObjectIndexUpdate, DropMakesAnUpdateThatIsUnderWayComeToNothing) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  {
    ASSERT_OK_AND_ASSIGN(const auto update, index->BeginUpdate(kExtend));
    ASSERT_OK(index->Drop("dropped"));
    ASSERT_OK(update->Append(IdsOf({1}), std::vector<ObjectPlace>{MadePlace(1)}));
    EXPECT_THAT(update->Commit(PackOf(2, {})), StatusIs(absl::StatusCode::kFailedPrecondition));
  }
  EXPECT_FALSE(base::ReadSmallFile(dir + "/index").ok());
  ASSERT_OK(CommitNight(*index, kReplace, {{IdOf(1), {.slot = 0}}}, PackOf(2, {1})));
}

TEST(ObjectIndexUpdate, TheOldOneIsReadOnWhileANewOneIsCommitted) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  ASSERT_OK(CommitNight(*index, kReplace, {{IdOf(1), MadePlace(1)}}, PackOf(2, {})));
  EXPECT_EQ(FindOne(*index, IdOf(2)), MadePlace(2));
  EXPECT_THAT(index->BeginUpdate(kExtend), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(ObjectIndexUpdate, PlacesThatDoNotExistAreOurMistakeAndCommitNothing) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  const ObjectPlace wrong[] = {
      ObjectPlace{},
      {.slot = 0, .frame = 1, .ordinal = 0},
      {.slot = 0, .frame = 0, .ordinal = 10},
      {.slot = 1, .frame = 2, .ordinal = 0},
      {.slot = 1, .frame = 1, .ordinal = 3},
      {.slot = 1, .frame = base::kPackFramesMax, .ordinal = 0},
      {.slot = 2, .frame = 0, .ordinal = 0},
  };
  for (const ObjectPlace& place : wrong) {
    EXPECT_THAT(CommitNight(*index, kReplace, {{IdOf(1), place}}, PackOf(2, {5, 3})),
                StatusIs(absl::StatusCode::kInternal))
        << place.slot << " " << place.frame << " " << place.ordinal;
  }
  EXPECT_EQ(FindOne(*index, IdOf(1)), MadePlace(1));
}

TEST(ObjectIndexUpdate, APackThatTheFormatDoesNotHaveIsRefused) {
  const std::unique_ptr<ObjectIndex> index = OpenIndex(base::TestDir());
  IndexedPack pack = PackOf(1, {1});
  pack.frames_digest = "short";
  EXPECT_THAT(CommitNight(*index, kReplace, {}, std::move(pack)),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CommitNight(*index, kReplace, {}, PackOf(1, {base::kFramePlainBytes})),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::escrow_agent
