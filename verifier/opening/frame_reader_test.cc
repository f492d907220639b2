#include "verifier/opening/frame_reader.h"

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "verifier/opening/sealing_testing.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using ::testing::HasSubstr;

constexpr uint32_t kFrames = 300;
constexpr uint32_t kObjects = 3;  // in each
// Room for some twenty of them.
constexpr size_t kSmall = 20 * 1024;

std::string ObjectAt(uint32_t frame, uint32_t ordinal) {
  return absl::StrCat(frame, "/", ordinal, std::string(300, 'x'));
}

class FrameReaderTest : public ::testing::Test {
 protected:
  FrameReaderTest() {
    std::vector<std::vector<std::string>> frames(kFrames);
    for (uint32_t n = 0; n < kFrames; ++n) {
      for (uint32_t i = 0; i < kObjects; ++i) frames[n].push_back(ObjectAt(n, i));
    }
    fixture_.SetFrames(frames);
  }

  std::unique_ptr<FrameReader> Reader(size_t opened_bytes_max) {
    absl::StatusOr<std::unique_ptr<PackSet>> packs =
        PackSet::Create(fixture_.vault(), fixture_.deposit, fixture_.Header().header());
    EXPECT_OK(packs.status());
    return std::make_unique<FrameReader>(*std::move(packs), base::ScratchOptions{},
                                         opened_bytes_max);
  }

  void ExpectObject(FrameReader& reader, uint32_t frame, uint32_t ordinal) {
    const absl::StatusOr<FrameObject> object = reader.Get(0, {frame, ordinal});
    ASSERT_OK(object.status());
    EXPECT_EQ(object->bytes, ObjectAt(frame, ordinal));
    EXPECT_EQ(object->is_last_of_frame, ordinal + 1 == kObjects);
  }

  SealedFixture fixture_;
};

TEST_F(FrameReaderTest, InOrderEachFrameIsFetchedOnceInCallsOfMany) {
  const std::unique_ptr<FrameReader> reader = Reader(kSmall);
  for (uint32_t frame = 0; frame < kFrames; ++frame) {
    for (uint32_t i = 0; i < kObjects; ++i) ExpectObject(*reader, frame, i);
  }
  EXPECT_OK(reader->CheckAllUsed());
  EXPECT_LE(fixture_.frame_calls, static_cast<int>(kFrames / 2));
}

TEST_F(FrameReaderTest, AtRandomEveryObjectComesBackAndTheVaultIsAskedLittle) {
  const std::unique_ptr<FrameReader> reader = Reader(kSmall);
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) ExpectObject(*reader, random() % kFrames, random() % kObjects);
  EXPECT_OK(reader->CheckAllUsed());
  EXPECT_LT(fixture_.frame_calls, static_cast<int>(2 * kFrames));
}

TEST_F(FrameReaderTest, GoingOverTheWholeAgainAndAgainIsBoundedToo) {
  const std::unique_ptr<FrameReader> reader = Reader(kSmall);
  for (int round = 0; round < 20; ++round) {
    for (uint32_t frame = 0; frame < kFrames; frame += 2) ExpectObject(*reader, frame, 0);
  }
  EXPECT_LT(fixture_.frame_calls, static_cast<int>(5 * kFrames));
  EXPECT_THAT(reader->CheckAllUsed(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("frame 1")));
}

TEST_F(FrameReaderTest, ADamagedFrameFailsWhenItIsReachedAndNotBefore) {
  fixture_.frames[5][10] ^= 1;
  const std::unique_ptr<FrameReader> reader = Reader(kSmall);
  for (uint32_t frame = 0; frame < 5; ++frame) ExpectObject(*reader, frame, 0);
  EXPECT_THAT(reader->Get(0, {5, 0}), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("frame 5")));
}

TEST_F(FrameReaderTest, ADamagedFrameFailsAtRandomToo) {
  fixture_.frames[5][10] ^= 1;
  const std::unique_ptr<FrameReader> reader = Reader(kSmall);
  std::mt19937 random(4);
  absl::Status status;
  for (int i = 0; i < 20'000 && status.ok(); ++i) {
    status = reader->Get(0, {static_cast<uint32_t>(random() % kFrames), 0}).status();
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("frame 5")));
}

TEST_F(FrameReaderTest, ItCanBeGivenUpWhileItReadsAhead) {
  for (uint32_t frames = 0; frames < 20; ++frames) {
    const std::unique_ptr<FrameReader> reader = Reader(FrameReader::kOpenedBytesMax);
    for (uint32_t frame = 0; frame < frames; ++frame) ExpectObject(*reader, frame, 0);
  }
}

}  // namespace
}  // namespace tidemark::verifier
