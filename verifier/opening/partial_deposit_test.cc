// What comes back of a deposit that custody has lost pieces of, and what is said of the rest.
#include "verifier/opening/partial_deposit.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "verifier/opening/sealing_testing.h"

namespace tidemark::verifier {
namespace {

using ::absl::StatusCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::StatusIs;

// Head, nine objects of three frames, tail, each object in a line.
class PartialDepositTest : public ::testing::Test {
 protected:
  void SetUp() override { Seal(2, {SealedFixture::Columns({{0, 0, 0, 4, 1}, {0, 0, 0, 5, 1}})}); }

  void Seal(uint32_t format, const std::vector<tidemark::v1::ManifestRecord>& runs) {
    fixture_.deposit.manifest.set_format(format);
    fixture_.deposit.manifest.set_new_pack_id(fixture_.deposit.manifest.packs(0).pack_id());
    fixture_.SetFrames({{"a", "b"}, {"cc", "dd", "ee"}, {"f", "g", "h", "i"}});
    std::vector<tidemark::v1::ManifestRecord> records = {fixture_.Header()};
    size_t counts = 0;
    while (counts < runs.size() && runs[counts].has_frame_counts()) ++counts;
    records.insert(records.end(), runs.begin(), runs.begin() + counts);
    records.push_back(SealedFixture::Literal("<x>\n"));
    records.insert(records.end(), runs.begin() + counts, runs.end());
    records.push_back(SealedFixture::Literal("</x>\n"));
    records.push_back(SealedFixture::Trailer(kFile, 9));
    fixture_.SetRecords(records);
  }

  void Damage(uint32_t frame) { fixture_.frames[frame][20] ^= 1; }

  const std::string kFile = "<x>\na\nb\ncc\ndd\nee\nf\ng\nh\ni\n</x>\n";
  SealedFixture fixture_;
  Losses losses_;
};

TEST_F(PartialDepositTest, AWholeDepositIsTheFile) {
  ASSERT_OK_AND_ASSIGN(const std::string file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file, kFile);
  EXPECT_FALSE(losses_.any());
  EXPECT_EQ(losses_.objects_restored, 9u);
}

TEST_F(PartialDepositTest, ADamagedFrameIsLeftOutAndItsObjectsAreCounted) {
  Damage(1);
  EXPECT_THAT(fixture_.Open(), StatusIs(StatusCode::kDataLoss, HasSubstr("frame 1 of pack")));
  ASSERT_OK_AND_ASSIGN(const std::string file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file, "<x>\na\nb\nf\ng\nh\ni\n</x>\n");
  EXPECT_EQ(losses_.objects_lost, 3u);
  EXPECT_EQ(losses_.objects_restored, 6u);
  ASSERT_EQ(losses_.frames.size(), 1u);
  EXPECT_EQ(losses_.frames[0].frame, 1u);
  EXPECT_EQ(losses_.frames[0].objects, 3u);
  // Two runs meet in the frame, and it is one stretch of the file all the same.
  ASSERT_EQ(losses_.stretches.size(), 1u);
  EXPECT_EQ(losses_.stretches[0].at_byte, 8u);
  EXPECT_EQ(losses_.stretches[0].first_object, 2u);
  EXPECT_EQ(losses_.stretches[0].objects, 3u);
  EXPECT_EQ(losses_.stretches[0].bytes, 9u);
}

TEST_F(PartialDepositTest, FirstAndLastFramesAreAsGoodAsAnyOther) {
  Damage(0);
  ASSERT_OK_AND_ASSIGN(std::string file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file, "<x>\ncc\ndd\nee\nf\ng\nh\ni\n</x>\n");
  Damage(0);
  Damage(2);
  ASSERT_OK_AND_ASSIGN(file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file, "<x>\na\nb\ncc\ndd\nee\n</x>\n");
}

// What lies between them is readable, and nobody knows where it belongs.
TEST_F(PartialDepositTest, OfSeveralLostFramesEverythingBetweenThemIsLeftOut) {
  Damage(0);
  Damage(2);
  ASSERT_OK_AND_ASSIGN(const std::string file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file, "<x>\n</x>\n");
  EXPECT_EQ(losses_.objects_lost, 9u);
  EXPECT_THAT(losses_.frames[0].objects, ::testing::Eq(std::nullopt));
}

TEST_F(PartialDepositTest, WithoutTheNightOfThePackTheRestOfItIsLeftOutRatherThanMisplaced) {
  fixture_.deposit.manifest.set_new_pack_id(std::string(16, 'x'));
  Damage(1);
  ASSERT_OK_AND_ASSIGN(const std::string file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file, "<x>\na\nb\n</x>\n");
  EXPECT_EQ(losses_.objects_lost, 7u);
}

// What fsck says of that, it says for the same reasons (vault/fsck/check_deposits.cc).
TEST_F(PartialDepositTest, WithADamagedManifestOfItsOwnTheRestOfThePackIsLeftOut) {
  std::vector<tidemark::v1::ManifestRecord> records = {
      fixture_.Header(), SealedFixture::Literal("<x>\n"),
      SealedFixture::Columns({{0, 0, 0, 9, 1}})};
  // Literals that do not compress, so that the runs are in another part than the damage.
  uint64_t state = 1;
  for (int i = 0; i < 100; ++i) {
    std::string bytes;
    for (int n = 0; n < 6000; ++n) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      bytes.push_back(static_cast<char>(state >> 56));
    }
    records.push_back(SealedFixture::Literal(bytes));
  }
  fixture_.SetRecords(records);
  ASSERT_GE(fixture_.parts.size(), 3u);
  Damage(1);
  fixture_.parts.back()[100] ^= 1;
  ASSERT_OK_AND_ASSIGN(const std::string file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file.substr(0, 8), "<x>\na\nb\n");
  EXPECT_EQ(losses_.objects_restored, 2u);
  EXPECT_EQ(losses_.objects_lost, 7u);
  EXPECT_EQ(losses_.frames[0].objects, std::nullopt);
}

// The format allows it; so nobody who has not opened it may promise more.
TEST_F(PartialDepositTest, InFormat3WithoutCountsTheRestOfAnOlderPackIsLeftOut) {
  Seal(3, {SealedFixture::Columns({{0, 0, 0, 4, 1}, {0, 0, 0, 5, 1}})});
  fixture_.deposit.manifest.set_new_pack_id(std::string(16, 'x'));
  Damage(1);
  ASSERT_OK_AND_ASSIGN(const std::string file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file, "<x>\na\nb\n</x>\n");
  EXPECT_EQ(losses_.objects_lost, 7u);
}

// The deposit that the pack came with is gone, and its counts are in this one.
TEST_F(PartialDepositTest, WithCountsEachLostFrameCostsItsOwnObjects) {
  Seal(3, {SealedFixture::Counts({2, 3}), SealedFixture::Counts({4}),
           SealedFixture::Columns({{0, 0, 0, 4, 1}, {0, 0, 0, 5, 1}})});
  fixture_.deposit.manifest.set_new_pack_id(std::string(16, 'x'));
  Damage(1);
  ASSERT_OK_AND_ASSIGN(std::string file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file, "<x>\na\nb\nf\ng\nh\ni\n</x>\n");
  EXPECT_EQ(losses_.objects_lost, 3u);
  EXPECT_EQ(losses_.frames[0].objects, 3u);
  // Of several, too: what is between them has its place.
  Damage(1);
  Damage(0);
  Damage(2);
  ASSERT_OK_AND_ASSIGN(file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file, "<x>\ncc\ndd\nee\n</x>\n");
  EXPECT_EQ(losses_.objects_lost, 6u);
}

TEST_F(PartialDepositTest, CountsThatAreNotTheFramesAreTheDepositorsFault) {
  const auto columns = SealedFixture::Columns({{0, 0, 0, 9, 1}});
  const std::vector<std::vector<tidemark::v1::ManifestRecord>> wrong = {
      {SealedFixture::Counts({2, 2, 4}), columns},        // another frame's
      {SealedFixture::Counts({2, 3}), columns},           // not all
      {SealedFixture::Counts({2, 3, 4, 5}), columns},     // too many
      {SealedFixture::Counts({}), columns},               // none
      {columns, SealedFixture::Counts({2, 3, 4})}};       // in another place
  for (size_t i = 0; i < wrong.size(); ++i) {
    Seal(3, wrong[i]);
    EXPECT_THAT(fixture_.Open(), StatusIs(StatusCode::kFailedPrecondition)) << i;
  }
  Seal(3, {SealedFixture::Counts({2, 3, 4}), columns});
  EXPECT_OK(fixture_.Open());
  // Format 2 has none.
  Seal(2, {SealedFixture::Counts({2, 3, 4}), columns});
  EXPECT_THAT(fixture_.Open(), StatusIs(StatusCode::kFailedPrecondition));
}

TEST_F(PartialDepositTest, RunsOfFormat1HavePlacesOfTheirOwn) {
  Seal(1, {SealedFixture::Runs({{0, 0, 0, 2, 1}, {0, 1, 0, 3, 1}, {0, 2, 0, 4, 1}})});
  Damage(1);
  ASSERT_OK_AND_ASSIGN(const std::string file, fixture_.OpenPartial(losses_));
  EXPECT_EQ(file, "<x>\na\nb\nf\ng\nh\ni\n</x>\n");
  EXPECT_EQ(losses_.objects_lost, 3u);
}

TEST_F(PartialDepositTest, OfADamagedManifestComesBackWhatIsBeforeTheDamage) {
  // Literals that do not compress, so that there are parts enough.
  std::vector<tidemark::v1::ManifestRecord> records = {fixture_.Header()};
  std::string file;
  uint64_t state = 1;
  for (int i = 0; i < 200; ++i) {
    std::string bytes;
    for (int n = 0; n < 6000; ++n) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      bytes.push_back(static_cast<char>(state >> 56));
    }
    file += bytes;
    records.push_back(SealedFixture::Literal(bytes));
  }
  records.push_back(SealedFixture::Trailer(file, 0));
  fixture_.deposit.manifest.mutable_packs(0)->set_used(std::string(1, '\0'));
  fixture_.SetRecords(records);
  ASSERT_GE(fixture_.parts.size(), 4u);
  fixture_.parts[3][100] ^= 1;
  EXPECT_THAT(fixture_.Open(), StatusIs(StatusCode::kDataLoss));
  ASSERT_OK_AND_ASSIGN(const std::string restored, fixture_.OpenPartial(losses_));
  EXPECT_EQ(restored, file.substr(0, restored.size()));
  // Three parts of 256 KiB; the compressed blocks of the last of them do not end with it.
  EXPECT_GT(restored.size(), 500'000u);
  EXPECT_EQ(losses_.lost_from_part, 3u);
  EXPECT_TRUE(losses_.any());
  EXPECT_FALSE(losses_.file_bytes.has_value());
}

TEST_F(PartialDepositTest, WhatTheDepositorSealedWronglyIsStillNoFile) {
  fixture_.SetRecords({fixture_.Header(), SealedFixture::Columns({{0, 0, 0, 9, 1}}),
                       SealedFixture::Trailer("another file", 9)});
  EXPECT_THAT(fixture_.OpenPartial(losses_), StatusIs(StatusCode::kFailedPrecondition));
  fixture_.on_read_frames = [] { return absl::UnavailableError("away"); };
  EXPECT_THAT(fixture_.OpenPartial(losses_), StatusIs(StatusCode::kUnavailable));
}

}  // namespace
}  // namespace tidemark::verifier
