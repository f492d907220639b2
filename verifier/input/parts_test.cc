#include "verifier/input/parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Part(int part, const std::string& rest = "R0.ryde") {
  return absl::StrCat("d/example_2026-11-22_full_S", part, "_", rest);
}

TEST(Parts, NamesThatDifferInThePartAloneAreOneFileInOrder) {
  const std::vector<SplitFile> files = JoinParts({Part(2), Part(10), "x.xml", Part(1)});
  ASSERT_EQ(files.size(), 2u);
  EXPECT_THAT(files[0].paths, ElementsAre(Part(1), Part(2), Part(10)));
  EXPECT_EQ(files[0].missing,
            "part example_2026-11-22_full_S3_R0.ryde is missing; there are S1, S2, S10");
  EXPECT_THAT(files[1].paths, ElementsAre("x.xml"));
  EXPECT_EQ(files[1].missing, "");
}

TEST(Parts, TheFirstOneMayBeMissing) {
  const std::vector<SplitFile> files = JoinParts({Part(3), Part(2)});
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].missing,
            "part example_2026-11-22_full_S1_R0.ryde is missing; there are S2, S3");
  EXPECT_EQ(JoinParts({Part(1), Part(2)})[0].missing, "");
}

TEST(Parts, OtherDepositsAndFilesWithoutAFellowAreByThemselves) {
  const std::vector<std::string> paths = {Part(1),
                                          Part(2, "R1.ryde"),
                                          Part(2, "R0.xml"),
                                          absl::StrCat("e/", Part(2)),
                                          "d/other_2026-11-22_full_S2_R0.ryde",
                                          "-",
                                          "d/night.tar",
                                          "d/night.tar"};
  std::vector<std::string> lone;
  for (const SplitFile& file : JoinParts(paths)) {
    ASSERT_EQ(file.paths.size(), 1u) << file.paths[0];
    EXPECT_EQ(file.missing, "");
    lone.push_back(file.paths[0]);
  }
  EXPECT_EQ(lone, paths);
  // One part twice: what is meant cannot be known.
  EXPECT_EQ(JoinParts({Part(1), Part(2), Part(1)}).size(), 3u);
}

TEST(Parts, InGzipAreNoPartsOfWhatIsNot) {
  const std::string gz = "R0.xml.gz";
  const std::vector<SplitFile> files =
      JoinParts({Part(1, "R0.xml"), Part(2, gz), Part(1, gz), Part(4, gz)});
  ASSERT_EQ(files.size(), 2u);
  EXPECT_THAT(files[0].paths, ElementsAre(Part(1, "R0.xml")));
  EXPECT_THAT(files[1].paths, ElementsAre(Part(1, gz), Part(2, gz), Part(4, gz)));
  EXPECT_EQ(files[1].missing,
            "part example_2026-11-22_full_S3_R0.xml.gz is missing; there are S1, S2, S4");
}

TEST(Parts, AreReadOneAfterTheOther) {
  const std::string dir = base::TestDir();
  std::vector<std::string> paths;
  for (const char* text : {"one", "", "two and three"}) {
    paths.push_back(absl::StrCat(dir, "/", paths.size(), ".ryde"));
    ASSERT_OK(base::WriteFile(paths.back(), text, base::FileMode::kPrivate));
  }
  ASSERT_OK(base::WriteFile(dir + "/a.sig", "x", base::FileMode::kPrivate));
  ASSERT_EQ(symlink(paths[0].c_str(), (dir + "/link.ryde").c_str()), 0);
  ASSERT_EQ(mkfifo((dir + "/pipe.ryde").c_str(), 0600), 0);
  EXPECT_THAT(FilesIn(dir, "ryde"), base::IsOkAndHolds(paths));
  std::string text;
  base::StringSink sink(text, 100);
  const auto source = NewJoinedSource(paths);
  EXPECT_THAT(NewJoinedSource(paths)->Close(),
              base::StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_OK(base::CopyAll(*source, sink));
  EXPECT_OK(source->Close());
  EXPECT_EQ(text, "onetwo and three");
  paths.push_back(dir + "/absent");
  const auto lacking = NewJoinedSource(paths);
  EXPECT_FALSE(base::CopyAll(*lacking, sink).ok());
  EXPECT_FALSE(lacking->Close().ok());
  EXPECT_THAT(JoinParts({}), IsEmpty());
}

}  // namespace
}  // namespace tidemark::verifier
