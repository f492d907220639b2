#include "base/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace tidemark::base {
namespace {

using ::testing::HasSubstr;

size_t EntriesIn(const std::string& dir) {
  size_t n = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir)) ++n;
  return n;
}

mode_t ModeOf(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

TEST(ReadSmallFile, BoundIsExact) {
  const std::string path = TestDir() + "/f";
  ASSERT_OK(WriteFile(path, "12345", FileMode::kPublic));
  EXPECT_THAT(ReadSmallFile(path, 5), IsOkAndHolds("12345"));
  EXPECT_THAT(ReadSmallFile(path, 4),
              StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("4 bytes")));
}

TEST(ReadSmallFile, DeviceWithoutEndIsBounded) {
  EXPECT_THAT(ReadSmallFile("/dev/zero", 1000), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(ReadSmallFile, AbsentAndDirectory) {
  EXPECT_THAT(ReadSmallFile(TestDir() + "/none"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ReadSmallFile(TestDir()), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(FileSource, LargerThanAnyDepositIsRefusedWhenOpened) {
  const std::string path = TestDir() + "/sparse";
  ASSERT_OK(WriteFile(path, "", FileMode::kPublic));
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(kDepositBytesMax) + 1), 0);
  EXPECT_THAT(FileSource::Open(path), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(FileSource, CloseBeforeTheEndIsFailedPreconditionForEver) {
  const std::string path = TestDir() + "/f";
  ASSERT_OK(WriteFile(path, "abcdef", FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const auto source, FileSource::Open(path));
  EXPECT_EQ(source->size_bytes(), 6u);
  std::array<char, 6> buffer;
  EXPECT_THAT(source->Read(absl::MakeSpan(buffer)), IsOkAndHolds(6u));
  EXPECT_THAT(source->Close(), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(source->Read(absl::MakeSpan(buffer)),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(source->Close(), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(FileSource, FileThatGrowsWhileReadIsDataLoss) {
  const std::string path = TestDir() + "/f";
  ASSERT_OK(WriteFile(path, "abc", FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const auto source, FileSource::Open(path));
  ASSERT_EQ(::truncate(path.c_str(), 10), 0);
  std::string out;
  StringSink sink(out, 100);
  ASSERT_OK(CopyAll(*source, sink));
  EXPECT_THAT(source->Close(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(FileSource, EmptyFileThatGrowsWhileReadIsDataLoss) {
  const std::string path = TestDir() + "/f";
  ASSERT_OK(WriteFile(path, "", FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const auto source, FileSource::Open(path));
  ASSERT_EQ(::truncate(path.c_str(), 10), 0);
  std::string out;
  StringSink sink(out, 100);
  ASSERT_OK(CopyAll(*source, sink));
  EXPECT_THAT(source->Close(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(source->Close(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(FileSource, FileThatGrowsAfterItsEndIsDataLoss) {
  const std::string path = TestDir() + "/f";
  ASSERT_OK(WriteFile(path, "abc", FileMode::kPublic));
  ASSERT_OK_AND_ASSIGN(const auto source, FileSource::Open(path));
  std::string out;
  StringSink sink(out, 100);
  ASSERT_OK(CopyAll(*source, sink));
  ASSERT_EQ(::truncate(path.c_str(), 10), 0);
  EXPECT_THAT(source->Close(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(FileSource, KernelsFilesThatSayTheyAreEmptyAreRead) {
  ASSERT_OK_AND_ASSIGN(const std::string text, ReadSmallFile("/proc/self/status"));
  EXPECT_THAT(text, HasSubstr("NoNewPrivs"));
}

TEST(FileSink, AppearsOnlyInClose) {
  const std::string dir = TestDir();
  const std::string path = dir + "/f";
  ASSERT_OK(WriteFile(path, "old", FileMode::kPublic));
  const std::string big(3 * kCopyBufferBytes + 5, 'n');
  ASSERT_OK_AND_ASSIGN(const auto sink, FileSink::Create(path, FileMode::kPublic));
  ASSERT_OK(sink->Write(big));
  EXPECT_THAT(ReadSmallFile(path), IsOkAndHolds("old"));
  ASSERT_OK(sink->Close());
  EXPECT_OK(sink->Close());
  EXPECT_THAT(sink->Write("x"), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(ReadSmallFile(path), IsOkAndHolds(big));
  EXPECT_EQ(EntriesIn(dir), 1u);
}

TEST(FileSink, UnclosedLeavesNothing) {
  const std::string dir = TestDir();
  {
    ASSERT_OK_AND_ASSIGN(const auto sink, FileSink::Create(dir + "/f", FileMode::kPrivate));
    ASSERT_OK(sink->Write(std::string(2 * kCopyBufferBytes, 'x')));
  }
  EXPECT_EQ(EntriesIn(dir), 0u);
}

TEST(FileSink, FailedRenameLeavesNothing) {
  const std::string dir = TestDir();
  ASSERT_OK(MakeDirs(dir + "/f/child", FileMode::kPrivate));
  EXPECT_FALSE(WriteFile(dir + "/f", "x", FileMode::kPrivate).ok());
  EXPECT_EQ(EntriesIn(dir), 1u);
}

TEST(FileSink, ModeIsAsAskedWhateverTheUmask) {
  const std::string dir = TestDir();
  const mode_t old = ::umask(0);
  EXPECT_OK(WriteFile(dir + "/key", "k", FileMode::kPrivate));
  ::umask(0077);
  EXPECT_OK(WriteFile(dir + "/cert", "c", FileMode::kPublic));
  EXPECT_OK(MakeDirs(dir + "/a/b", FileMode::kPublic));
  EXPECT_OK(MakeDirs(dir + "/a/c", FileMode::kPrivate));
  ::umask(old);
  EXPECT_EQ(ModeOf(dir + "/key"), 0600u);
  EXPECT_EQ(ModeOf(dir + "/cert"), 0644u);
  EXPECT_EQ(ModeOf(dir + "/a"), 0755u);
  EXPECT_EQ(ModeOf(dir + "/a/b"), 0755u);
  EXPECT_EQ(ModeOf(dir + "/a/c"), 0700u);
}

TEST(FileSink, NeedsAFileName) {
  for (const char* bad : {"", "/", ".", "..", "/tmp/"}) {
    EXPECT_THAT(WriteFile(bad, "x", FileMode::kPublic),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(MakeDirs, ThroughAFileIsFailedPrecondition) {
  const std::string dir = TestDir();
  ASSERT_OK(WriteFile(dir + "/f", "", FileMode::kPublic));
  EXPECT_THAT(MakeDirs(dir + "/f/g", FileMode::kPublic),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_OK(MakeDirs(dir + "//x/./y/", FileMode::kPublic));
  EXPECT_OK(MakeDirs(dir + "/x/y", FileMode::kPublic));
}

TEST(FileSinkTest, NeverReplacesADeviceOrAPipe) {
  const std::string pipe = TestDir() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path : {pipe, std::string("/dev/null")}) {
    EXPECT_THAT(FileSink::Create(path, FileMode::kPrivate),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no regular file")));
  }
}

TEST(FileSinkTest, ReplacesWhatALinkPointsToAndNotTheLink) {
  const std::string dir = TestDir();
  ASSERT_OK(WriteFile(dir + "/target", "old", FileMode::kPrivate));
  ASSERT_EQ(::symlink((dir + "/target").c_str(), (dir + "/link").c_str()), 0);
  ASSERT_OK(WriteFile(dir + "/link", "new", FileMode::kPrivate));
  EXPECT_THAT(ReadSmallFile(dir + "/target"), IsOkAndHolds("new"));
  ASSERT_EQ(::symlink("nowhere", (dir + "/broken").c_str()), 0);
  EXPECT_FALSE(FileSink::Create(dir + "/broken", FileMode::kPrivate).ok());
}

TEST(RemoveTree, NeverFollowsALink) {
  const std::string dir = TestDir();
  ASSERT_OK(MakeDirs(dir + "/kept", FileMode::kPublic));
  ASSERT_OK(WriteFile(dir + "/kept/f", "x", FileMode::kPublic));
  ASSERT_OK(MakeDirs(dir + "/gone/deep", FileMode::kPublic));
  ASSERT_EQ(::symlink((dir + "/kept").c_str(), (dir + "/gone/deep/link").c_str()), 0);
  ASSERT_EQ(::symlink((dir + "/kept").c_str(), (dir + "/top").c_str()), 0);
  EXPECT_OK(RemoveTree(dir + "/gone"));
  EXPECT_OK(RemoveTree(dir + "/top/"));
  EXPECT_OK(RemoveTree(dir + "/absent"));
  EXPECT_THAT(ReadSmallFile(dir + "/kept/f"), IsOkAndHolds("x"));
  EXPECT_EQ(EntriesIn(dir), 1u);
}

TEST(RemoveTree, NeedsAName) {
  const std::string dir = TestDir();
  ASSERT_OK(MakeDirs(dir + "/kept/below", FileMode::kPublic));
  for (const char* bad : {"/kept/..", "/kept/below/../", "/kept/."}) {
    EXPECT_THAT(RemoveTree(dir + bad), StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
  for (const char* bad : {"", "/", "//", ".", "./"}) {
    EXPECT_THAT(RemoveTree(bad), StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
  EXPECT_EQ(EntriesIn(dir + "/kept"), 1u);
}

}  // namespace
}  // namespace tidemark::base
