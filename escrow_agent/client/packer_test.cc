#include "escrow_agent/client/packer.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/compress.h"
#include "base/limits.h"
#include "base/testing.h"
#include "crypto/deposit_key.h"
#include "verifier/opening/frame_content.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::ManifestRecord;

constexpr char kContext[] = "context";

// The objects of two earlier packs, as their frames have them.
using Frames = std::vector<std::vector<std::string>>;
Frames EarlierPack(const std::string& name, size_t frames, size_t objects) {
  Frames pack(frames);
  for (size_t f = 0; f < frames; ++f) {
    for (size_t i = 0; i < objects + f % 3; ++i) {
      pack[f].push_back(absl::StrCat("<", name, " ", f, " ", i, "/>"));
    }
  }
  return pack;
}

std::vector<uint32_t> Counts(const Frames& pack) {
  std::vector<uint32_t> counts;
  for (const auto& frame : pack) counts.push_back(static_cast<uint32_t>(frame.size()));
  return counts;
}

// Packs pieces, and reads back what was written of them.
class PackerTest : public ::testing::Test {
 protected:
  PackerTest()
      : key_(crypto::DepositKey::Generate()),
        manifest_(key_, kContext,
                  [this](uint32_t number, std::string part) {
                    EXPECT_EQ(number, parts_.size());
                    parts_.push_back(std::move(part));
                    return absl::OkStatus();
                  }),
        packer_(
            manifest_,
            [this](uint32_t number, verifier::FrameContentBuilder& content) {
              EXPECT_EQ(number, tonight_.size());
              const auto frame = *verifier::FrameContent::Parse(std::string(content.Encode()));
              content.Clear();
              std::vector<std::string>& objects = tonight_.emplace_back();
              for (uint32_t i = 0; i < frame.count(); ++i) objects.emplace_back(frame.object(i));
              return absl::OkStatus();
            },
            {&counts_[0], &counts_[1]}) {
    EXPECT_OK(packer_.Begin({}));
  }

  void Object(absl::string_view bytes) { EXPECT_OK(packer_.AddNew(bytes).status()); }
  void Known(uint32_t pack, uint32_t frame, uint32_t ordinal) {
    EXPECT_OK(packer_.AddKnown(pack, {frame, ordinal}));
  }
  void Gap(absl::string_view bytes) {
    const absl::StatusOr<bool> is_done = packer_.AddGap(bytes);
    ASSERT_OK(is_done.status());
    if (!*is_done) Object(bytes);
  }

  std::vector<ManifestRecord> Finish() {
    EXPECT_OK(packer_.Finish());
    EXPECT_EQ(packer_.frame_objects(), Counts(tonight_));
    EXPECT_OK(manifest_.Close());
    crypto::PartOpener opener(key_, kContext);
    std::string compressed;
    for (const std::string& part : parts_) absl::StrAppend(&compressed, *opener.Open(part));
    EXPECT_OK(opener.Close());
    base::StringSource source(compressed);
    base::ZstdSource plain_source(source, 1 << 30);
    std::string plain;
    base::StringSink sink(plain, 1 << 30);
    EXPECT_OK(base::CopyAll(plain_source, sink));
    std::vector<ManifestRecord> records;
    for (absl::string_view rest = plain; !rest.empty();) {
      const uint32_t length = *verifier::ConsumeVarint(rest);
      EXPECT_TRUE(records.emplace_back().ParseFromArray(rest.data(), static_cast<int>(length)));
      rest.remove_prefix(length);
    }
    return records;
  }

  // The obvious way to put the file together, from the words of docs/formats/sealed_manifest.md.
  std::string Restore(const std::vector<ManifestRecord>& records) const {
    const std::vector<const Frames*> packs = {&earlier_[0], &earlier_[1], &tonight_};
    std::vector<std::pair<int64_t, int64_t>> left(packs.size());  // frame and ordinal
    std::vector<std::string> gaps;
    std::string out;
    for (const ManifestRecord& record : records) {
      for (const std::string& gap : record.header().gaps()) gaps.push_back(gap);
      if (record.has_gap()) gaps.push_back(record.gap());
      out += record.literal();
      const auto& columns = record.columns();
      for (int run = 0; run < columns.pack_size(); ++run) {
        const Frames& pack = *packs.at(columns.pack(run));
        auto& [frame, ordinal] = left.at(columns.pack(run));
        ordinal = columns.ordinal(run) + (columns.frame(run) == 0 ? ordinal : 0);
        frame += columns.frame(run);
        for (uint32_t n = 0; n < columns.count(run); ++n) {
          absl::StrAppend(&out, pack.at(frame).at(ordinal), gaps.at(columns.gap(run)));
          if (++ordinal == static_cast<int64_t>(pack.at(frame).size())) {
            ++frame;
            ordinal = 0;
          }
        }
      }
    }
    return out;
  }

  static int Runs(const std::vector<ManifestRecord>& records) {
    int runs = 0;
    for (const ManifestRecord& record : records) runs += record.columns().pack_size();
    return runs;
  }

  const crypto::DepositKey key_;
  const Frames earlier_[2] = {EarlierPack("a", 20, 50), EarlierPack("b", 3, 4)};
  const std::vector<uint32_t> counts_[2] = {Counts(earlier_[0]), Counts(earlier_[1])};
  Frames tonight_;
  std::vector<std::string> parts_;
  ManifestWriter manifest_;
  Packer packer_;
};

TEST_F(PackerTest, EquallySpacedObjectsAreOneRunOverAllFrames) {
  std::string file = "<head>";
  Gap("<head>");
  for (int i = 0; i < 100'000; ++i) {
    const std::string object = absl::StrCat("<object number=\"", i, "\"/>");
    Object(object);
    Gap("\n");
    absl::StrAppend(&file, object, "\n");
  }
  const std::vector<ManifestRecord> records = Finish();
  EXPECT_GT(tonight_.size(), 1u);
  ASSERT_EQ(records.size(), 5u);  // header, counts of two packs, head, runs
  ASSERT_EQ(Runs(records), 1);
  EXPECT_EQ(records[4].columns().count(0), 100'000u);
  for (uint32_t pack = 0; pack < 2; ++pack) {
    const auto& counts = records[pack + 1].frame_counts();
    EXPECT_EQ(counts.pack(), pack);
    EXPECT_THAT(counts.objects(), ::testing::ElementsAreArray(counts_[pack]));
  }
  EXPECT_TRUE(Restore(records) == file);
}

TEST_F(PackerTest, ObjectsWithoutGapsComeBack) {
  Object("a");
  Object("b");
  Gap("\n");
  Object("c");
  EXPECT_EQ(Restore(Finish()), "ab\nc");
}

TEST_F(PackerTest, AWholeEarlierPackIsOneRunAndItsFramesAreMarkedAsUsed) {
  std::string file;
  for (uint32_t f = 0; f < earlier_[0].size(); ++f) {
    for (uint32_t i = 0; i < earlier_[0][f].size(); ++i) {
      Known(0, f, i);
      Gap("\n");
      absl::StrAppend(&file, earlier_[0][f][i], "\n");
    }
  }
  const std::vector<ManifestRecord> records = Finish();
  EXPECT_EQ(Runs(records), 1);
  EXPECT_TRUE(Restore(records) == file);
  EXPECT_EQ(packer_.used(0), "\xff\xff\x0f");
  EXPECT_EQ(packer_.used(1), std::string(1, '\0'));
  EXPECT_TRUE(tonight_.empty());
}

TEST_F(PackerTest, AChangedObjectCostsTwoRuns) {
  std::string file;
  for (uint32_t f = 0; f < earlier_[0].size(); ++f) {
    for (uint32_t i = 0; i < earlier_[0][f].size(); ++i) {
      if (f == 7 && i == 9) {
        Object("<new/>");
        file += "<new/>";
      } else {
        Known(0, f, i);
        file += earlier_[0][f][i];
      }
    }
  }
  const std::vector<ManifestRecord> records = Finish();
  EXPECT_EQ(Runs(records), 3);
  EXPECT_TRUE(Restore(records) == file);
}

// Whatever is known, in whatever order, and more than once.
TEST_F(PackerTest, RandomNightsComeBack) {
  std::mt19937 random(5);
  const auto below = [&](size_t bound) { return static_cast<uint32_t>(random() % bound); };
  std::string file;
  uint32_t pack = 0;
  uint32_t f = 0;
  uint32_t i = 0;
  for (int n = 0; n < 20'000; ++n) {
    if (below(10) == 0) {
      const std::string object(1 + below(8000), static_cast<char>('a' + below(26)));
      Object(object);
      file += object;
    } else {
      if (below(10) == 0) {
        pack = below(2);
        f = below(earlier_[pack].size());
        i = below(earlier_[pack][f].size());
      }
      Known(pack, f, i);
      file += earlier_[pack][f][i];
      if (++i == earlier_[pack][f].size()) {
        f = (f + 1) % static_cast<uint32_t>(earlier_[pack].size());
        i = 0;
      }
    }
    if (below(4) != 0) {
      const std::string gap(1 + below(3), '\n');
      Gap(gap);
      file += gap;
    }
  }
  EXPECT_TRUE(Restore(Finish()) == file);
  EXPECT_GT(tonight_.size(), 3u);
}

// Objects in another order than they were packed in: each is a run of its own.
TEST_F(PackerTest, ManyRunsStayWithinARecordsLimit) {
  std::mt19937 random(6);
  std::string file;
  for (int n = 0; n < 400'000; ++n) {
    const uint32_t f = static_cast<uint32_t>(random() % earlier_[0].size());
    const uint32_t i = static_cast<uint32_t>(random() % earlier_[0][f].size());
    Known(0, f, i);
    file += earlier_[0][f][i];
  }
  const std::vector<ManifestRecord> records = Finish();
  for (const ManifestRecord& record : records) {
    EXPECT_LE(record.ByteSizeLong(), base::kManifestRecordBytesMax);
  }
  EXPECT_TRUE(Restore(records) == file);
}

TEST_F(PackerTest, GapsBeforeAndBehindEverythingComeBack) {
  Gap("one");
  Gap("two");
  Object("a");
  Gap("x");
  Gap("y");
  EXPECT_EQ(Restore(Finish()), "onetwoaxy");
}

TEST_F(PackerTest, AnEmptyFileHasNoFrame) {
  EXPECT_EQ(Restore(Finish()), "");
  EXPECT_TRUE(tonight_.empty());
}

TEST_F(PackerTest, EachGapAnotherStaysWithinTheFormatsLimits) {
  std::string file;
  for (int i = 0; i < 30'000; ++i) {
    const std::string gap = absl::StrCat("<!-- ", i, std::string(i % 700, '.'), " -->");
    Object("<x/>");
    Gap(gap);
    absl::StrAppend(&file, "<x/>", gap);
  }
  const std::vector<ManifestRecord> records = Finish();
  size_t gaps = 0;
  uint64_t literal_bytes = 0;
  for (const ManifestRecord& record : records) {
    EXPECT_LE(record.ByteSizeLong(), base::kManifestRecordBytesMax);
    gaps += record.has_gap() ? 1 : 0;
    literal_bytes += record.literal().size();
  }
  EXPECT_LT(gaps, base::kManifestGapsMax);
  EXPECT_LE(literal_bytes, 1u << 20);
  EXPECT_TRUE(Restore(records) == file);
}

TEST_F(PackerTest, TheLargestPiecesComeBack) {
  const std::string piece(base::kFrameObjectBytesMax, 'p');
  for (int i = 0; i < 9; ++i) Object(piece);
  Gap(piece);
  std::string file;
  for (int i = 0; i < 10; ++i) file += piece;
  EXPECT_TRUE(Restore(Finish()) == file);
}

}  // namespace
}  // namespace tidemark::escrow_agent
