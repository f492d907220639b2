#include "escrow_agent/client/index/object_index.h"

#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/testing.h"
#include "escrow_agent/client/index/index_testing.h"

namespace tidemark::escrow_agent {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

constexpr IndexMode kReplace = IndexMode::kReplace;
constexpr IndexMode kExtend = IndexMode::kExtend;

std::vector<crypto::ObjectId> Ids(std::vector<uint32_t> numbers) {
  std::vector<crypto::ObjectId> ids;
  for (const uint32_t number : numbers) ids.push_back(IdOf(number));
  return ids;
}

mode_t ModeOf(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
}

TEST(ObjectIndex, TheFirstNightKnowsNothing) {
  const std::unique_ptr<ObjectIndex> index = OpenIndex(base::TestDir() + "/state/example");
  EXPECT_EQ(index->why_empty(), "there is none yet");
  EXPECT_EQ(index->objects(), 0u);
  EXPECT_TRUE(index->packs().empty());
  EXPECT_EQ(index->new_slot(), 0u);
  EXPECT_FALSE(FindOne(*index, IdOf(1)).is_known());
}

TEST(ObjectIndex, DirectoryAndFileAreTheOwnersAlone) {
  const std::string dir = base::TestDir() + "/state/example";
  MakeIndex(dir, 3);
  EXPECT_EQ(ModeOf(dir), 0700u);
  EXPECT_EQ(ModeOf(dir + "/index"), 0600u);
}

TEST(ObjectIndex, GivesBackPlacesAndPacks) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 25);
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  EXPECT_EQ(index->why_empty(), "");
  EXPECT_EQ(index->objects(), 25u);
  ASSERT_EQ(index->packs().size(), 1u);
  const IndexedPack& pack = *index->packs()[0];
  EXPECT_EQ(pack.id.bytes(), std::string(16, '\1'));
  EXPECT_EQ(pack.secret.ForManifest(), std::string(32, '\1'));
  EXPECT_EQ(pack.frames_digest, std::string(32, '\1'));
  EXPECT_EQ(pack.frame_objects, std::vector<uint32_t>({10, 10, 5}));
  EXPECT_EQ(pack.is_to_renew, std::vector<bool>({false, false, false}));
  EXPECT_EQ(index->new_slot(), 1u);
  for (uint32_t n = 0; n < 25; ++n) EXPECT_EQ(FindOne(*index, IdOf(n)), MadePlace(n)) << n;
  EXPECT_FALSE(FindOne(*index, IdOf(25)).is_known());
}

TEST(ObjectIndex, FindsInAnyOrderChangedInsertedMissingAndRepeated) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  // 90 and over are new: one in the place of 2, one before 4, two in the place of 6 and 7.
  const std::vector<uint32_t> night = {0, 1, 90, 3, 91, 4, 5, 92, 93, 8, 9, 9, 2, 1, 0, 7, 94};
  const std::vector<ObjectPlace> places = FindAll(*index, Ids(night));
  for (size_t i = 0; i < night.size(); ++i) {
    EXPECT_EQ(places[i], night[i] < 90 ? MadePlace(night[i]) : ObjectPlace{}) << i;
  }
}

TEST(ObjectIndex, KReplaceForgetsWhatTonightDoesNotHave) {
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

TEST(ObjectIndex, KExtendKeepsWhatTonightDoesNotName) {
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

TEST(ObjectIndex, TheLastPlaceOfARepeatedIdCounts) {
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
    EXPECT_EQ(FindAll(*index, Ids({99, 98, 97, 1})).back().ordinal, 0u) << "by its order";
    EXPECT_EQ(FindAll(*index, Ids({2, 1})).back().ordinal, 2u) << "by its order";
    EXPECT_EQ(FindAll(*index, Ids({1, 1})).back().ordinal, 2u) << "by the table";
  }
}

TEST(ObjectIndex, ByKExtendTheLastPlaceOfAKnownIdCounts) {
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

TEST(ObjectIndex, FramesOfWhichLessThanHalfIsAliveAreToBeRenewed) {
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

TEST(ObjectIndex, APackWithoutALiveObjectGivesItsSlotBack) {
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
TEST(ObjectIndex, AShadowedEntryDoesNotPointIntoThePackThatFollowsInItsSlot) {
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

TEST(ObjectIndex, ANewPackWithoutFramesTakesNoSlot) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  ASSERT_OK(CommitNight(*OpenIndex(dir), kReplace, {{IdOf(1), MadePlace(1)}}, PackOf(2, {})));
  EXPECT_EQ(OpenIndex(dir)->packs().size(), 1u);
}

TEST(ObjectIndex, ANightWithoutObjectsLeavesAnEmptyIndex) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  ASSERT_OK(CommitNight(*OpenIndex(dir), kReplace, {}, PackOf(2, {})));
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  EXPECT_EQ(index->why_empty(), "the last deposit had no objects");
  EXPECT_EQ(index->objects(), 0u);
  EXPECT_TRUE(index->packs().empty());
}

TEST(ObjectIndex, AnUpdateThatIsNotCommittedChangesNothing) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  {
    ASSERT_OK_AND_ASSIGN(const auto update, index->BeginUpdate(kReplace));
    const std::vector<crypto::ObjectId> ids = Ids({1});
    ASSERT_OK(update->Append(ids, std::vector<ObjectPlace>{MadePlace(1)}));
  }
  EXPECT_FALSE(base::ReadSmallFile(dir + "/index.new").ok());
  EXPECT_EQ(FindOne(*index, IdOf(2)), MadePlace(2));
  EXPECT_OK(index->BeginUpdate(kReplace));
}

TEST(ObjectIndex, TheOldOneIsReadOnWhileANewOneIsCommitted) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  ASSERT_OK(CommitNight(*index, kReplace, {{IdOf(1), MadePlace(1)}}, PackOf(2, {})));
  EXPECT_EQ(FindOne(*index, IdOf(2)), MadePlace(2));
  EXPECT_THAT(index->BeginUpdate(kExtend), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(ObjectIndex, DropForgetsOnDiskToo) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
    ASSERT_OK(index->Drop());
    EXPECT_THAT(index->why_empty(), HasSubstr("dropped"));
    EXPECT_EQ(index->objects(), 0u);
    EXPECT_FALSE(FindOne(*index, IdOf(1)).is_known());
    EXPECT_EQ(index->new_slot(), 0u);
    ASSERT_OK(index->Drop());
  }
  {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
    EXPECT_EQ(index->why_empty(), "there is none yet");
  }
  MakeIndex(dir, 2);
  EXPECT_EQ(OpenIndex(dir)->objects(), 2u);
}

TEST(ObjectIndex, AnotherDepositOfThisTldIsToldToComeAgain) {
  const std::string dir = base::TestDir();
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
  EXPECT_THAT(ObjectIndex::Open(dir, TestOwner()),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("try again when it has ended")));
}

TEST(ObjectIndex, AnotherOwnersIsAsGoodAsNone) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  IndexOwner vault = TestOwner(), tld = TestOwner(), secret = TestOwner();
  vault.vault_id[15] = 'w';
  tld.tld = "examples";
  secret.secret_check[0] = 't';
  const std::pair<IndexOwner, std::string> owners[] = {
      {vault, "another vault"}, {tld, "another TLD"}, {secret, "another object secret"}};
  for (const auto& [owner, why] : owners) {
    ASSERT_OK_AND_ASSIGN(const auto index, ObjectIndex::Open(dir, owner));
    EXPECT_THAT(index->why_empty(), HasSubstr(why));
    EXPECT_EQ(index->objects(), 0u);
    EXPECT_FALSE(FindOne(*index, IdOf(1)).is_known());
  }
  EXPECT_EQ(OpenIndex(dir)->objects(), 10u) << "looking at it changes nothing";
}

TEST(ObjectIndex, AnOwnerThatCannotBeIsRefused) {
  IndexOwner owner = TestOwner();
  owner.tld = "";
  EXPECT_THAT(ObjectIndex::Open(base::TestDir(), owner),
              StatusIs(absl::StatusCode::kInvalidArgument));
  owner.tld = std::string(254, 'a');
  EXPECT_THAT(ObjectIndex::Open(base::TestDir(), owner),
              StatusIs(absl::StatusCode::kInvalidArgument));
  owner = TestOwner();
  owner.vault_id.pop_back();
  EXPECT_THAT(ObjectIndex::Open(base::TestDir(), owner),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ObjectIndex, PlacesThatDoNotExistAreOurMistakeAndCommitNothing) {
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

TEST(ObjectIndex, APackThatTheFormatDoesNotHaveIsRefused) {
  const std::unique_ptr<ObjectIndex> index = OpenIndex(base::TestDir());
  IndexedPack pack = PackOf(1, {1});
  pack.frames_digest = "short";
  EXPECT_THAT(CommitNight(*index, kReplace, {}, std::move(pack)),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CommitNight(*index, kReplace, {}, PackOf(1, {base::kFramePlainBytes})),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ObjectIndex, GoldenFileMeansWhatItSaysAndIsWrittenTheSame) {
  const std::string dir = base::TestDir();
  ASSERT_OK_AND_ASSIGN(const std::string golden,
                       base::ReadSmallFile("escrow_agent/client/index/testdata/golden.index"));
  ASSERT_OK(base::WriteFile(dir + "/index", golden, base::FileMode::kPrivate));
  {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
    ASSERT_EQ(index->why_empty(), "");
    EXPECT_EQ(index->objects(), 6u);
    ASSERT_EQ(index->packs().size(), 3u);
    EXPECT_EQ(index->packs()[0]->secret.ForManifest(), std::string(32, '\x11'));
    EXPECT_FALSE(index->packs()[1].has_value());
    EXPECT_EQ(index->packs()[2]->frame_objects, std::vector<uint32_t>({3, 20}));
    EXPECT_EQ(index->packs()[0]->is_to_renew, std::vector<bool>({false, true, false}));
    crypto::ObjectId id;
    for (size_t k = 0; k < 16; ++k) id.bytes[k] = static_cast<uint8_t>(2 * 37 + k * 11 + 3);
    EXPECT_EQ(FindOne(*index, id), (ObjectPlace{.slot = 2, .frame = 1, .ordinal = 7}));
    ASSERT_OK(CommitNight(*index, kExtend, {}, PackOf(1, {})));
  }
  ASSERT_OK_AND_ASSIGN(const std::string written, base::ReadSmallFile(dir + "/index"));
  EXPECT_TRUE(written == golden);
}

}  // namespace
}  // namespace tidemark::escrow_agent
