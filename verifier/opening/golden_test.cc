// Deposits that were sealed when a version of the format was written must open for ever.

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "verifier/opening/sealing_testing.h"

namespace tidemark::verifier {
namespace {

constexpr char kFile[] = "<d>\n<a/>\n<b>x</b>\n\n<c/>\n</d>\n";

std::string GoldenDir(const std::string& version) {
  const char* root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root,
                      "/tidemark/verifier/opening/testdata/sealed_deposit_", version);
}

TEST(GoldenSealedDeposit, OpensForEver) {
  for (const char* version : {"v1", "v2", "v3"}) {
    SealedFixture fixture;
    ASSERT_OK(fixture.Load(GoldenDir(version)));
    EXPECT_EQ(fixture.deposit.id.ToString(), "example/A1/0");
    EXPECT_THAT(fixture.Open(), base::IsOkAndHolds(kFile)) << version;
  }
}

// How the files were made. Never again for versions 1 to 3: a new version gets a directory of its
// own.
//   bazel test //verifier/opening:opening_test --test_arg=--gtest_also_run_disabled_tests
TEST(GoldenSealedDeposit, DISABLED_Write) {
  SealedFixture fixture;
  fixture.SetFrames({{"<a/>", "<b>x</b>"}, {"<c/>"}});
  fixture.SetRecords({fixture.Header(), SealedFixture::Literal("<d>\n"),
                      SealedFixture::Runs({{0, 0, 0, 1, 1}}), SealedFixture::Gap("\n\n"),
                      SealedFixture::Runs({{0, 0, 1, 1, 2}, {0, 1, 0, 1, 1}}),
                      SealedFixture::Literal("</d>\n"), SealedFixture::Trailer(kFile, 3)});
  ASSERT_OK(fixture.Open());
  ASSERT_OK(fixture.Save(std::getenv("TEST_UNDECLARED_OUTPUTS_DIR")));
}

TEST(GoldenSealedDeposit, DISABLED_WriteVersion2) {
  SealedFixture fixture;
  fixture.SetFrames({{"<b>x</b>", "<a/>"}, {"<c/>"}});
  fixture.deposit.manifest.set_format(2);
  // The second object of frame 0, back to its first, and on into frame 1.
  fixture.SetRecords(
      {fixture.Header(), SealedFixture::Literal("<d>\n"), SealedFixture::Gap("\n\n"),
       SealedFixture::Columns({{0, 0, 1, 1, 1}, {0, -1, 0, 1, 2}, {0, 1, 0, 1, 1}}),
       SealedFixture::Literal("</d>\n"), SealedFixture::Trailer(kFile, 3)});
  ASSERT_OK(fixture.Open());
  ASSERT_OK(fixture.Save(std::getenv("TEST_UNDECLARED_OUTPUTS_DIR")));
}

TEST(GoldenSealedDeposit, DISABLED_WriteVersion3) {
  SealedFixture fixture;
  fixture.SetFrames({{"<b>x</b>", "<a/>"}, {"<c/>"}});
  fixture.deposit.manifest.set_format(3);
  fixture.SetRecords(
      {fixture.Header(), SealedFixture::Counts({2}), SealedFixture::Counts({1}),
       SealedFixture::Literal("<d>\n"), SealedFixture::Gap("\n\n"),
       SealedFixture::Columns({{0, 0, 1, 1, 1}, {0, -1, 0, 1, 2}, {0, 1, 0, 1, 1}}),
       SealedFixture::Literal("</d>\n"), SealedFixture::Trailer(kFile, 3)});
  ASSERT_OK(fixture.Open());
  ASSERT_OK(fixture.Save(std::getenv("TEST_UNDECLARED_OUTPUTS_DIR")));
}

}  // namespace
}  // namespace tidemark::verifier
