#include "escrow_agent/client/packer.h"

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

using rde::PieceKind;
using tidemark::v1::ManifestRecord;

constexpr char kContext[] = "context";

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
        packer_(manifest_, [this](uint32_t number, std::string content) {
          EXPECT_EQ(number, frames_.size());
          frames_.push_back(*verifier::FrameContent::Parse(std::move(content)));
          return absl::OkStatus();
        }) {
    EXPECT_OK(packer_.Begin({}));
  }

  void Object(absl::string_view bytes) { EXPECT_OK(packer_.OnPiece(PieceKind::kObject, bytes)); }
  void Gap(absl::string_view bytes) { EXPECT_OK(packer_.OnPiece(PieceKind::kGap, bytes)); }

  std::vector<ManifestRecord> Finish() {
    EXPECT_OK(packer_.Finish());
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

  // The obvious way to put the file together.
  std::string Restore(const std::vector<ManifestRecord>& records) const {
    std::vector<std::string> gaps;
    std::string out;
    for (const ManifestRecord& record : records) {
      for (const std::string& gap : record.header().gaps()) gaps.push_back(gap);
      if (record.has_gap()) gaps.push_back(record.gap());
      out += record.literal();
      for (const auto& run : record.runs().runs()) {
        uint32_t frame = run.frame();
        uint32_t ordinal = run.ordinal();
        for (uint32_t n = 0; n < run.count(); ++n) {
          absl::StrAppend(&out, frames_.at(frame).object(ordinal), gaps.at(run.gap()));
          if (++ordinal == frames_.at(frame).count()) {
            ++frame;
            ordinal = 0;
          }
        }
      }
    }
    return out;
  }

  const crypto::DepositKey key_;
  std::vector<std::string> parts_;
  std::vector<verifier::FrameContent> frames_;
  ManifestWriter manifest_;
  Packer packer_;
};

TEST_F(PackerTest, EquallySpacedObjectsAreOneRunOverAllFrames) {
  std::string file = "<head>";
  Gap("<head>");
  for (int i = 0; i < 20'000; ++i) {
    const std::string object = absl::StrCat("<object number=\"", i, "\"/>");
    Object(object);
    Gap("\n");
    absl::StrAppend(&file, object, "\n");
  }
  const std::vector<ManifestRecord> records = Finish();
  EXPECT_GT(frames_.size(), 1u);
  ASSERT_EQ(records.size(), 3u);  // header, head, runs
  ASSERT_EQ(records[2].runs().runs_size(), 1);
  EXPECT_EQ(records[2].runs().runs(0).count(), 20'000u);
  EXPECT_TRUE(Restore(records) == file);
}

TEST_F(PackerTest, ObjectsWithoutGapsComeBack) {
  Object("a");
  Object("b");
  Gap("\n");
  Object("c");
  EXPECT_EQ(Restore(Finish()), "ab\nc");
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
  EXPECT_TRUE(frames_.empty());
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
