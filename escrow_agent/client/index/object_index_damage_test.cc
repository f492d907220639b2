// Whatever becomes of the file: the old index or none; a place that it gives is one that its pack
// has.
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "escrow_agent/client/index/index_format.h"
#include "escrow_agent/client/index/index_testing.h"
#include "escrow_agent/client/index/object_index.h"

namespace tidemark::escrow_agent {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

constexpr uint32_t kObjects = 60;

class ObjectIndexDamage : public ::testing::Test {
 protected:
  void SetUp() override {
    MakeIndex(dir_, kObjects);
    file_ = base::ReadSmallFile(path_).value();
    for (uint32_t n = 0; n < kObjects + 10; ++n) ids_.push_back(IdOf(n));
    shuffled_ = ids_;
    std::reverse(shuffled_.begin(), shuffled_.end());
  }

  // Not durable: this is done a hundred thousand times.
  void Put(const std::string& bytes) {
    std::filesystem::remove(path_);
    FILE* const file = fopen(path_.c_str(), "w");
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
    ASSERT_EQ(fclose(file), 0);
  }

  // Opens it and finds everything, in order and not. Each id has its place or is unknown. Returns
  // how many are known, or nothing but why_empty() if the index is empty.
  uint32_t KnownAfter(std::string* why_empty = nullptr) {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
    if (why_empty != nullptr) *why_empty = index->why_empty();
    EXPECT_EQ(index->why_empty().empty(), index->objects() > 0);
    uint32_t known = 0;
    const std::vector<ObjectPlace> places = FindAll(*index, ids_);
    const std::vector<ObjectPlace> again = FindAll(*index, shuffled_);
    for (uint32_t n = 0; n < places.size(); ++n) {
      if (places[n].is_known()) {
        EXPECT_EQ(places[n], MadePlace(n));
        EXPECT_LT(n, kObjects);
        ++known;
      }
      const ObjectPlace& other = again[places.size() - 1 - n];
      EXPECT_TRUE(!other.is_known() || other == MadePlace(n));
    }
    why_ = absl::StrCat(index->why_empty(), index->damage());
    return known;
  }

  const std::string dir_ = base::TestDir();
  const std::string path_ = dir_ + "/index";
  std::string file_;
  std::string why_;  // the last index did not know all of it, as it says
  std::vector<crypto::ObjectId> ids_;
  std::vector<crypto::ObjectId> shuffled_;
};

TEST_F(ObjectIndexDamage, EveryFlippedByteLeavesTheIndexOrLessOfIt) {
  ASSERT_EQ(KnownAfter(), kObjects);
  uint64_t unnoticed = 0;
  for (size_t at = 0; at < file_.size(); ++at) {
    std::string damaged = file_;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
    Put(damaged);
    const uint32_t known = KnownAfter();
    if (known == kObjects) ++unnoticed;
    ASSERT_TRUE(known == kObjects || known == 0) << at;
    ASSERT_TRUE(known == kObjects || !why_.empty()) << at;
    if (HasFailure()) break;
  }
  // What nobody reads between the parts of the file; and the slots, in a night in order.
  ASSERT_OK_AND_ASSIGN(const IndexHeader header, DecodeHeader(file_.substr(0, kIndexHeaderBytes)));
  EXPECT_EQ(unnoticed,
            file_.size() - kIndexHeaderBytes - kObjects * sizeof(IndexEntry) - header.tables_bytes);
}

TEST_F(ObjectIndexDamage, EveryTruncationIsAnEmptyIndexThatSaysSo) {
  for (size_t size = 0; size < file_.size(); ++size) {
    Put(file_.substr(0, size));
    std::string why_empty;
    ASSERT_EQ(KnownAfter(&why_empty), 0u) << size;
    ASSERT_THAT(why_empty, HasSubstr(path_ + ": it "));
    if (HasFailure()) break;
  }
  Put(file_ + "x");
  EXPECT_EQ(KnownAfter(), 0u);
}

TEST_F(ObjectIndexDamage, AFileThatIsCutShortWhileItIsReadIsUnknownAndNoSignal) {
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
  ASSERT_EQ(::truncate(path_.c_str(), 4096), 0);
  EXPECT_FALSE(FindOne(*index, IdOf(1)).is_known());
  ASSERT_OK(CommitNight(*index, IndexMode::kExtend, {}, PackOf(2, {})));
}

TEST_F(ObjectIndexDamage, KExtendDoesNotCopyWhatIsDamaged) {
  std::string damaged = file_;
  damaged[kIndexPageBytes + 5] = static_cast<char>(damaged[kIndexPageBytes + 5] ^ 1);
  Put(damaged);
  ASSERT_OK(CommitNight(*OpenIndex(dir_), IndexMode::kExtend,
                        {{IdOf(500), {.slot = 1, .ordinal = 0}}}, PackOf(2, {1})));
  const std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
  EXPECT_FALSE(FindOne(*index, IdOf(1)).is_known());
  EXPECT_EQ(FindOne(*index, IdOf(500)).slot, 1u);
  EXPECT_FALSE(index->packs()[0].has_value()) << "nothing of it is known any more";
}

TEST_F(ObjectIndexDamage, AnotherVersionIsNamed) {
  std::string other = file_;
  other[8] = 2;
  Put(other);
  std::string why_empty;
  EXPECT_EQ(KnownAfter(&why_empty), 0u);
  EXPECT_THAT(why_empty, HasSubstr("it has version 2; this program reads and writes 1"));
}

TEST_F(ObjectIndexDamage, AFileOfAnotherKindIsAnEmptyIndex) {
  Put("tidemark-key 1 object-secret ");
  std::string why_empty;
  EXPECT_EQ(KnownAfter(&why_empty), 0u);
  EXPECT_THAT(why_empty, HasSubstr("it is no object index"));
}

TEST_F(ObjectIndexDamage, WhatIsNoFileIsNamedWithWhatToDo) {
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_THAT(ObjectIndex::Open(dir_, TestOwner()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("remove it")));
}

TEST_F(ObjectIndexDamage, WhatANightLeftThatDidNotEndIsRemoved) {
  ASSERT_OK(base::WriteFile(dir_ + "/index.new", "half", base::FileMode::kPrivate));
  EXPECT_EQ(KnownAfter(), kObjects);
  EXPECT_FALSE(std::filesystem::exists(dir_ + "/index.new"));
}

// A full disk refuses bytes as this limit does, at each place of a write.
TEST_F(ObjectIndexDamage, AFileThatMayNotGrowLeavesTheOldIndex) {
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  for (size_t bytes = 0; bytes < file_.size(); bytes += 97) {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
    rlimit limit = before;
    limit.rlim_cur = bytes;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    const absl::Status status = CommitNight(*index, IndexMode::kExtend, {}, PackOf(2, {}));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    ASSERT_THAT(status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("index.new")));
    ASSERT_FALSE(std::filesystem::exists(dir_ + "/index.new"));
  }
  EXPECT_EQ(KnownAfter(), kObjects);
  ASSERT_OK(CommitNight(*OpenIndex(dir_), IndexMode::kExtend, {}, PackOf(2, {})));
}

TEST_F(ObjectIndexDamage, ADirectoryThatCannotBeWrittenToIsNamed) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  ASSERT_EQ(::chmod(dir_.c_str(), 0500), 0);
  {
    const std::unique_ptr<ObjectIndex> index = OpenIndex(dir_);
    EXPECT_EQ(FindOne(*index, IdOf(1)), MadePlace(1));
    EXPECT_THAT(index->BeginUpdate(IndexMode::kReplace),
                StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr(dir_)));
  }
  ASSERT_EQ(::chmod(dir_.c_str(), 0700), 0);
}

TEST(ObjectIndexDirectory, AFileInItsPlaceIsNamed) {
  const std::string path = base::TestDir() + "/state";
  ASSERT_OK(base::WriteFile(path, "", base::FileMode::kPrivate));
  EXPECT_THAT(ObjectIndex::Open(path, TestOwner()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(path)));
}

}  // namespace
}  // namespace tidemark::escrow_agent
