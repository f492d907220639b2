// fsck on a directory of which a file is damaged, missing, cut off or in use.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "base/testing.h"
#include "vault/fsck/fsck.h"
#include "vault/fsck/fsck_testing.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::StatusIs;

TEST_F(FsckTest, ADamagedTableBlockIsNamedAndTheRowsBehindItAreChecked) {
  ASSERT_OK(OpenStore()->FlushForTesting());
  int flipped = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
    const std::string path = entry.path().string();
    if (!absl::EndsWith(path, ".sst")) continue;
    std::ifstream in(path, std::ios::binary);
    const std::string all((std::istreambuf_iterator<char>(in)), {});
    const size_t at = all.find(uploads_[0].frames[3]);
    if (at == std::string::npos) continue;
    std::fstream out(path, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(at));
    out.put(static_cast<char>(uploads_[0].frames[3][0] ^ 1));
    ++flipped;
  }
  ASSERT_EQ(flipped, 1);
  const FsckReport report = Check();
  // All frames are in one small block here.
  int blocks = 0;
  for (const std::string& text : Texts(report)) {
    blocks += absl::StartsWith(text, "family frames, keys from ") ? 1 : 0;
  }
  EXPECT_EQ(blocks, 1);
  EXPECT_THAT(Texts(report), Contains(HasSubstr("frames 0 to 5 of pack")));
  EXPECT_EQ(report.damaged_deposits.size(), 2u);
}

TEST_F(FsckTest, WhatTheDatabaseRefusesIsAFindingThatSaysWhichFile) {
  ASSERT_OK(OpenStore()->FlushForTesting());
  const std::string table = FileEnding(".sst");
  std::filesystem::rename(table, table + ".away");
  FsckReport report = Check();
  EXPECT_FALSE(report.is_open);
  EXPECT_THAT(Texts(report), Contains(HasSubstr(std::filesystem::path(table).filename())));
  std::filesystem::rename(table + ".away", table);
  EXPECT_THAT(Findings(), IsEmpty());
  std::filesystem::remove(dir_ + "/CURRENT");
  report = Check();
  EXPECT_FALSE(report.is_open);
  EXPECT_THAT(Texts(report), ElementsAre(HasSubstr("CURRENT")));
}

TEST_F(FsckTest, ALogThatEndsInsideARecordIsNamed) {
  const std::string log = FileEnding(".log");
  std::filesystem::resize_file(log, std::filesystem::file_size(log) - 5);
  options_.witnesses = {{"kept.head", head_}};
  const std::vector<std::string> findings = Findings();
  EXPECT_THAT(findings, Contains(HasSubstr("are not a whole record")));
  EXPECT_THAT(findings, Contains(HasSubstr("rolled back")));
}

TEST_F(FsckTest, NothingOfOursAndNotReadableAreUndecided) {
  options_.dir = base::TestDir();
  EXPECT_THAT(CheckStore(options_), StatusIs(StatusCode::kNotFound, HasSubstr("data_dir")));
  options_.dir = base::TestDir() + "/nowhere";
  EXPECT_THAT(CheckStore(options_), StatusIs(StatusCode::kNotFound));
}

TEST_F(FsckTest, AServedDirectoryIsRefused) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto store = RocksStore::Open(dir_);
    const char word = store.ok() ? 'y' : 'n';
    if (write(ready[1], &word, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char word = 0;
  ASSERT_EQ(read(ready[0], &word, 1), 1);
  ASSERT_EQ(word, 'y');
  EXPECT_THAT(CheckStore(options_),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("stop tidemarkd first")));
  ASSERT_EQ(kill(child, SIGKILL), 0);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
}

}  // namespace
}  // namespace tidemark::vault
