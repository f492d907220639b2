#include "escrow_agent/client/index/object_index.h"

#include <sys/stat.h>

#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/testing.h"
#include "escrow_agent/client/index/index_testing.h"

namespace tidemark::escrow_agent {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

constexpr IndexMode kReplace = IndexMode::kReplace;
constexpr IndexMode kExtend = IndexMode::kExtend;

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
  const std::vector<uint64_t> night = {0, 1, 90, 3, 91, 4, 5, 92, 93, 8, 9, 9, 2, 1, 0, 7, 94};
  const std::vector<ObjectPlace> places = FindAll(*index, IdsOf(night));
  for (size_t i = 0; i < night.size(); ++i) {
    EXPECT_EQ(places[i], night[i] < 90 ? MadePlace(static_cast<uint32_t>(night[i])) : ObjectPlace{})
        << i;
  }
}

TEST(ObjectIndex, DropForgetsOnDiskToo) {
  const std::string dir = base::TestDir();
  MakeIndex(dir, 10);
  {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir);
    ASSERT_OK(index->Drop("dropped"));
    EXPECT_THAT(index->why_empty(), HasSubstr("dropped"));
    EXPECT_EQ(index->objects(), 0u);
    EXPECT_FALSE(FindOne(*index, IdOf(1)).is_known());
    EXPECT_EQ(index->new_slot(), 0u);
    ASSERT_OK(index->Drop("dropped"));
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
