#include "base/scratch.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::base {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::unique_ptr<ScratchSpace> SpaceIn(const std::string& dir, uint64_t bytes_max = 1 << 20) {
  auto space = NewPlainScratchSpace({.dir = dir, .bytes_max = bytes_max});
  EXPECT_OK(space);
  return *std::move(space);
}

std::string ReadBack(ScratchFile& file, uint64_t offset, size_t bytes) {
  std::string data(bytes, '?');
  EXPECT_OK(file.ReadAt(offset, absl::MakeSpan(data.data(), data.size())));
  return data;
}

TEST(Scratch, ReadsBackWhatWasAppendedAtAnyPlace) {
  const auto space = SpaceIn(TestDir());
  ASSERT_OK_AND_ASSIGN(const auto file, space->NewFile());
  EXPECT_OK(file->Append("the first "));
  EXPECT_OK(file->Append(""));
  EXPECT_OK(file->Append("and the second"));
  EXPECT_EQ(file->size_bytes(), 24u);
  EXPECT_EQ(ReadBack(*file, 0, 24), "the first and the second");
  EXPECT_EQ(ReadBack(*file, 4, 9), "first and");
  EXPECT_EQ(ReadBack(*file, 24, 0), "");
  char byte;
  EXPECT_THAT(file->ReadAt(24, absl::MakeSpan(&byte, 1)), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(file->ReadAt(~uint64_t{0}, absl::MakeSpan(&byte, 1)),
              StatusIs(absl::StatusCode::kOutOfRange));
}

TEST(Scratch, FilesHaveNoName) {
  const std::string dir = TestDir();
  const auto space = SpaceIn(dir);
  ASSERT_OK_AND_ASSIGN(const auto file, space->NewFile());
  ASSERT_OK(file->Append("secret"));
  EXPECT_TRUE(std::filesystem::is_empty(dir));
}

TEST(Scratch, FilesAreApart) {
  const auto space = SpaceIn(TestDir());
  ASSERT_OK_AND_ASSIGN(const auto a, space->NewFile());
  ASSERT_OK_AND_ASSIGN(const auto b, space->NewFile());
  EXPECT_OK(a->Append("a"));
  EXPECT_OK(b->Append("bb"));
  EXPECT_EQ(ReadBack(*a, 0, 1), "a");
  EXPECT_EQ(ReadBack(*b, 0, 2), "bb");
  EXPECT_EQ(space->written_bytes(), 3u);
}

TEST(Scratch, LimitIsOfAllLiveFilesAndLatches) {
  const auto space = SpaceIn(TestDir(), 10);
  ASSERT_OK_AND_ASSIGN(auto a, space->NewFile());
  ASSERT_OK_AND_ASSIGN(auto b, space->NewFile());
  EXPECT_OK(a->Append("123456"));
  EXPECT_THAT(b->Append("78901"), StatusIs(absl::StatusCode::kResourceExhausted,
                                           HasSubstr("over the limit of 10 bytes")));
  EXPECT_THAT(b->Append("7"), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(b->size_bytes(), 0u);
  b.reset();
  EXPECT_OK(a->Append("7890"));
  a.reset();  // its bytes are free again, but stay counted as written
  ASSERT_OK_AND_ASSIGN(a, space->NewFile());
  EXPECT_OK(a->Append("1234567890"));
  EXPECT_EQ(space->written_bytes(), 20u);
}

TEST(Scratch, FileOutlivesItsSpace) {
  auto space = SpaceIn(TestDir());
  ASSERT_OK_AND_ASSIGN(const auto file, space->NewFile());
  space.reset();
  EXPECT_OK(file->Append("still here"));
  EXPECT_EQ(ReadBack(*file, 0, 10), "still here");
}

TEST(Scratch, DirectoryMustBeThere) {
  const std::string missing = absl::StrCat(TestDir(), "/missing");
  EXPECT_THAT(NewPlainScratchSpace({.dir = missing}),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("scratch directory"), HasSubstr(missing))));
  const std::string file = absl::StrCat(TestDir(), "/file");
  ASSERT_OK(WriteFile(file, "", FileMode::kPrivate));
  EXPECT_THAT(NewPlainScratchSpace({.dir = file}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(file)));
}

TEST(Scratch, DirectoryMustBeWritable) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const std::string dir = TestDir();
  ASSERT_EQ(::chmod(dir.c_str(), 0500), 0);
  EXPECT_THAT(NewPlainScratchSpace({.dir = dir}),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr(dir)));
}

TEST(Scratch, EmptyDirectoryNameIsTheSystems) { EXPECT_OK(NewPlainScratchSpace({})); }

TEST(Scratch, UnavailableSpaceSaysWhy) {
  const auto space = NewUnavailableScratchSpace(absl::ResourceExhaustedError("no room"));
  EXPECT_THAT(space->NewFile(), StatusIs(absl::StatusCode::kResourceExhausted, "no room"));
  EXPECT_EQ(space->written_bytes(), 0u);
}

TEST(Scratch, SpaceIsSharedByThreads) {
  const auto space = SpaceIn(TestDir(), 400'000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&space, t] {
      ASSERT_OK_AND_ASSIGN(const auto file, space->NewFile());
      const std::string piece(1000, static_cast<char>('a' + t));
      for (int i = 0; i < 100; ++i) ASSERT_OK(file->Append(piece));
      EXPECT_EQ(ReadBack(*file, 99'000, 1000), piece);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(space->written_bytes(), 400'000u);
}

TEST(PreopenedScratch, GivesAsManyFilesAsWereOpenedAndTakesThemBackEmpty) {
  ASSERT_OK_AND_ASSIGN(const auto space, NewPreopenedScratchSpace({.dir = TestDir()}, 2));
  ASSERT_OK_AND_ASSIGN(auto first, space->NewFile());
  ASSERT_OK_AND_ASSIGN(const auto second, space->NewFile());
  ASSERT_OK(first->Append("what was written before"));
  EXPECT_THAT(space->NewFile(), StatusIs(absl::StatusCode::kResourceExhausted));
  first.reset();
  ASSERT_OK_AND_ASSIGN(first, space->NewFile());
  EXPECT_EQ(first->size_bytes(), 0u);
  ASSERT_OK(first->Append("new"));
  char text[3];
  ASSERT_OK(first->ReadAt(0, absl::MakeSpan(text)));
  EXPECT_EQ(std::string(text, 3), "new");
  EXPECT_EQ(space->written_bytes(), 26u);
}

TEST(PreopenedScratch, DirectoryThatIsNotThereIsSaidAtOnce) {
  EXPECT_THAT(NewPreopenedScratchSpace({.dir = TestDir() + "/absent"}, 1),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace tidemark::base
