#include "verifier/opening/run_columns.h"

#include <random>

#include "base/testing.h"

namespace tidemark::verifier {
namespace {

using base::StatusIs;
using tidemark::v1::RunColumns;
using ::testing::HasSubstr;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

RunColumns OneRun(uint32_t pack, int32_t frame, int32_t ordinal, uint32_t count) {
  RunColumns columns;
  columns.add_pack(pack);
  columns.add_frame(frame);
  columns.add_ordinal(ordinal);
  columns.add_count(count);
  columns.add_gap(0);
  return columns;
}

// Random walks over packs, as a writer and a reader go along them, beginning anywhere.
TEST(RunColumnsTest, WhatWasAppendedIsReadBackWhereverRunsBeginAndEnd) {
  std::mt19937 random(7);
  const auto below = [&](uint32_t bound) { return static_cast<uint32_t>(random()) % bound; };
  for (int round = 0; round < 200; ++round) {
    const size_t packs = 1 + below(5);
    RunCursors written(packs);
    RunColumns columns;
    std::vector<ObjectRun> runs;
    std::vector<PlaceInPack> ends;
    size_t bytes = 0;
    for (int i = 0; i < 50; ++i) {
      const uint32_t pack = below(static_cast<uint32_t>(packs));
      PlaceInPack begin = written.of(pack);
      if (below(3) == 0) begin = {below(1 << 20), below(1 << 18)};
      if (below(3) == 0) begin.ordinal += below(4);
      runs.push_back({pack, begin, 1 + below(1000), below(3)});
      ends.push_back({begin.frame + below(3), below(300)});
      bytes += AppendRun(runs.back(), written, columns);
      written.of(pack) = ends.back();
    }
    ASSERT_OK(CheckColumns(columns));
    EXPECT_GE(bytes + 32, columns.ByteSizeLong()) << "what a batch is bounded by";
    RunCursors read(packs);
    for (int i = 0; i < 50; ++i) {
      const absl::StatusOr<ObjectRun> run = ReadRun(columns, i, read);
      ASSERT_OK(run.status());
      EXPECT_EQ(run->pack, runs[i].pack);
      EXPECT_EQ(run->begin, runs[i].begin);
      EXPECT_EQ(run->count, runs[i].count);
      EXPECT_EQ(run->gap, runs[i].gap);
      read.of(run->pack) = ends[i];
    }
  }
}

TEST(RunColumnsTest, ARunThatGoesOnIsAllZerosButForItsCount) {
  RunCursors cursors(2);
  cursors.of(1) = {3, 4};
  RunColumns columns;
  AppendRun({1, {3, 4}, 9, 0}, cursors, columns);
  EXPECT_EQ(columns.frame(0), 0);
  EXPECT_EQ(columns.ordinal(0), 0);
}

TEST(RunColumnsTest, ColumnsOfDifferentLengthsOrNoneAreRefused) {
  EXPECT_THAT(CheckColumns(RunColumns()), StatusIs(kInvalid));
  RunColumns columns = OneRun(0, 0, 0, 1);
  EXPECT_OK(CheckColumns(columns));
  columns.add_gap(1);
  EXPECT_THAT(CheckColumns(columns), StatusIs(kInvalid, HasSubstr("1, 1, 1, 1 and 2")));
}

TEST(RunColumnsTest, PlacesThatCannotBeAreRefused) {
  RunCursors cursors(1);
  EXPECT_THAT(ReadRun(OneRun(0, 0, 0, 0), 0, cursors), StatusIs(kInvalid, HasSubstr("empty")));
  EXPECT_THAT(ReadRun(OneRun(1, 0, 0, 1), 0, cursors), StatusIs(kInvalid, HasSubstr("pack 1")));
  EXPECT_THAT(ReadRun(OneRun(0, -1, 0, 1), 0, cursors), StatusIs(kInvalid, HasSubstr("frame -1")));
  EXPECT_THAT(ReadRun(OneRun(0, 0, -1, 1), 0, cursors), StatusIs(kInvalid, HasSubstr("object -1")));
  cursors.of(0) = {UINT32_MAX, 0};
  EXPECT_THAT(ReadRun(OneRun(0, 1, 0, 1), 0, cursors), StatusIs(kInvalid));
}

}  // namespace
}  // namespace tidemark::verifier
