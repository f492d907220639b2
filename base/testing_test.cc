#include "base/testing.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"

namespace tidemark::base {
namespace {

TEST(TestDir, IsFreshEachTime) {
  const std::string one = TestDir();
  EXPECT_NE(one, TestDir());
  struct stat info;
  ASSERT_EQ(::stat(one.c_str(), &info), 0);
  EXPECT_TRUE(S_ISDIR(info.st_mode));
}

TEST(SharedDir, HoldsTestdata) {
  const std::optional<std::string> shared = SharedDir();
  if (!shared.has_value()) GTEST_SKIP() << kNoSharedDir;
  struct stat info;
  EXPECT_EQ(::stat(absl::StrCat(*shared, "/testdata").c_str(), &info), 0) << *shared;
}

}  // namespace
}  // namespace tidemark::base
