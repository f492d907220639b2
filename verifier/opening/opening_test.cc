// Every rule of docs/formats/sealed_manifest.md, broken once.

#include "verifier/opening/opening.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"
#include "verifier/opening/opening_fixture.h"
#include "verifier/opening/sealing_testing.h"

namespace tidemark::verifier {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using tidemark::v1::ManifestRecord;
using ::testing::HasSubstr;

TEST_F(Opening, GivesTheFileBack) { EXPECT_THAT(fixture_.Open(), IsOkAndHolds(kFile)); }

TEST_F(Opening, GapsMayBeAddedLater) {
  fixture_.SetRecords({fixture_.Header(), SealedFixture::Gap("--"),
                       SealedFixture::Runs({{0, 0, 0, 5, 2}}),
                       SealedFixture::Trailer("a--bb--ccc--d--e--", 5)});
  EXPECT_THAT(fixture_.Open(), IsOkAndHolds("a--bb--ccc--d--e--"));
}

TEST_F(Opening, ObjectsMayComeInAnyOrderAndMoreThanOnce) {
  fixture_.SetRecords({fixture_.Header(),
                       SealedFixture::Runs({{0, 1, 1, 2, 0}, {0, 0, 1, 2, 0}, {0, 0, 0, 1, 0}}),
                       SealedFixture::Trailer("debbccca", 5)});
  EXPECT_THAT(fixture_.Open(), IsOkAndHolds("debbccca"));
}

TEST_F(Opening, ColumnsOfFormatTwoGiveTheFileBack) {
  fixture_.deposit.manifest.set_format(2);
  // On across the end of frame 0; back to its second object; and on to the frame's end.
  fixture_.SetRecords({fixture_.Header(),
                       SealedFixture::Columns({{0, 0, 0, 4, 1}, {0, -1, 1, 1, 0}, {0, 0, 0, 1, 1}}),
                       SealedFixture::Columns({{0, 0, 1, 1, 0}, {0, 0, 0, 1, 0}}),
                       SealedFixture::Trailer("a\nbb\nccc\nd\nbbccc\nee", 8)});
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch, HasSubstr("frame 2")));
  fixture_.SetRecords({fixture_.Header(),
                       SealedFixture::Columns({{0, 0, 0, 4, 1}, {0, -1, 1, 1, 0}, {0, 0, 0, 1, 1}}),
                       SealedFixture::Columns({{0, 0, 1, 1, 0}}),
                       SealedFixture::Trailer("a\nbb\nccc\nd\nbbccc\ne", 7)});
  EXPECT_THAT(fixture_.Open(), IsOkAndHolds("a\nbb\nccc\nd\nbbccc\ne"));
}

TEST_F(Opening, RunsOfAnotherFormatThanTheClearManifestSaysAreRefused) {
  fixture_.deposit.manifest.set_format(2);
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch, HasSubstr("another format")));
  fixture_.deposit.manifest.set_format(1);
  ExpectRefused(2, SealedFixture::Columns({{0, 0, 0, 5, 1}}), "another format");
}

TEST_F(Opening, ColumnsThatLieAreRefused) {
  fixture_.deposit.manifest.set_format(2);
  const std::pair<ManifestRecord, std::string> lies[] = {
      {SealedFixture::Columns({}), "columns of 0"},
      {SealedFixture::Columns({{0, 0, 0, 0, 1}}), "empty run"},
      {SealedFixture::Columns({{1, 0, 0, 1, 1}}), "pack 1"},
      {SealedFixture::Columns({{0, -1, 0, 1, 1}}), "frame -1"},
      {SealedFixture::Columns({{0, 2, 0, 1, 1}}), "frame 2"},
      {SealedFixture::Columns({{0, 0, 2, 1, 1}}), "object 2 of frame 0"},
      {SealedFixture::Columns({{0, 0, 0, 6, 1}}), "frame 2"},
      {SealedFixture::Columns({{0, 0, 0, 5, 2}}), "gap 2 of 2"},
  };
  for (const auto& [record, why] : lies) ExpectRefused(2, record, why);
}

TEST_F(Opening, ManifestInManyParts) {
  fixture_.SetManifestPlain(SealedFixture::Compress(SealedFixture::Concatenate(Good())), 7);
  EXPECT_GT(fixture_.parts.size(), 10u);
  EXPECT_THAT(fixture_.Open(), IsOkAndHolds(kFile));
}

TEST_F(Opening, ReadInSingleBytesIsTheSame) {
  // One part, one byte at a time: nothing depends on buffer sizes.
  fixture_.SetManifestPlain(SealedFixture::Compress(SealedFixture::Concatenate(Good())), 1);
  EXPECT_THAT(fixture_.Open(), IsOkAndHolds(kFile));
}

TEST_F(Opening, RunOutOfThePackIsRefused) {
  ExpectRefused(2, SealedFixture::Runs({{0, 0, 0, 6, 1}}), "frame 2");
  ExpectRefused(2, SealedFixture::Runs({{0, 2, 0, 1, 1}}), "frame 2");
  ExpectRefused(2, SealedFixture::Runs({{0, UINT32_MAX, 0, 1, 1}}), "does not name");
}

TEST_F(Opening, RunOutOfItsFrameIsRefused) {
  ExpectRefused(2, SealedFixture::Runs({{0, 0, 2, 1, 1}}), "object 2 of frame 0");
}

TEST_F(Opening, UnknownPackIsRefused) {
  ExpectRefused(2, SealedFixture::Runs({{1, 0, 0, 1, 1}}), "pack 1");
}

TEST_F(Opening, EmptyRunIsRefused) {
  ExpectRefused(2, SealedFixture::Runs({{0, 0, 0, 0, 1}}), "empty run");
}

TEST_F(Opening, BatchWithoutRunsIsRefused) {
  ExpectRefused(2, SealedFixture::Runs({}), "without runs");
}

TEST_F(Opening, GapOutOfTheTableIsRefused) {
  ExpectRefused(2, SealedFixture::Runs({{0, 0, 0, 5, 2}}), "gap 2 of 2");
}

TEST_F(Opening, OverlongGapIsRefused) {
  ExpectRefused(1, SealedFixture::Gap(std::string(base::kManifestGapBytesMax + 1, ' ')), "gap");
}

TEST_F(Opening, EmptyOrOverlongLiteralIsRefused) {
  ExpectRefused(1, SealedFixture::Literal(""), "literal of 0");
  ExpectRefused(1, SealedFixture::Literal(std::string(base::kManifestLiteralBytesMax + 1, ' ')),
                "literal of");
}

TEST_F(Opening, RecordOfNoKindIsRefused) { ExpectRefused(1, ManifestRecord(), "unknown kind"); }

TEST_F(Opening, SecondHeaderIsRefused) { ExpectRefused(1, fixture_.Header(), "second header"); }

TEST_F(Opening, HeaderMustComeFirst) {
  ExpectRefused(0, SealedFixture::Literal("x"), "begin with a header");
}

TEST_F(Opening, MissingTrailerIsRefused) {
  std::vector<ManifestRecord> records = Good();
  records.pop_back();
  fixture_.SetRecords(records);
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch, HasSubstr("no trailer")));
}

TEST_F(Opening, RecordAfterTheTrailerIsRefused) {
  std::vector<ManifestRecord> records = Good();
  records.push_back(SealedFixture::Literal("x"));
  fixture_.SetRecords(records);
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch, HasSubstr("follows its trailer")));
}

TEST_F(Opening, TrailerThatDoesNotFitIsRefused) {
  ExpectRefused(4, SealedFixture::Trailer(kFile, 4), "length or number");
  ExpectRefused(4, SealedFixture::Trailer(kFile + "x", 5), "length or number");
  ExpectRefused(4, SealedFixture::Trailer("<<a\nbb\nccc\nd\nX>", 5), "SHA-256");
}

TEST_F(Opening, AnotherIdentityInTheSealedHeaderIsRefused) {
  ManifestRecord header = fixture_.Header();
  header.mutable_header()->mutable_identity()->set_id("A2");
  ExpectRefused(0, header, "identity");
}

TEST_F(Opening, FileNameWithAFolderIsRefused) {
  for (const char* name : {"", ".", "..", "../x", "/etc/passwd", "a/b"}) {
    ManifestRecord header = fixture_.Header();
    header.mutable_header()->set_file_name(name);
    ExpectRefused(0, header, "file name");
  }
}

TEST_F(Opening, PacksOtherThanTheClearManifestsAreRefused) {
  ManifestRecord header = fixture_.Header();
  header.mutable_header()->mutable_packs(0)->set_pack_id(std::string(16, 'x'));
  ExpectRefused(0, header, "pack");
  header = fixture_.Header();
  header.mutable_header()->clear_packs();
  ExpectRefused(0, header, "packs");
  header = fixture_.Header();
  *header.mutable_header()->add_packs() = header.header().packs(0);
  ExpectRefused(0, header, "packs");
}

TEST_F(Opening, FrameThatIsNotUsedIsRefused) {
  fixture_.SetRecords({fixture_.Header(), SealedFixture::Runs({{0, 0, 0, 2, 0}}),
                       SealedFixture::Trailer("abb", 2)});
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch, HasSubstr("does not use it")));
}

TEST_F(Opening, FrameThatTheBitmapDoesNotNameIsRefused) {
  fixture_.deposit.manifest.mutable_packs(0)->set_used("\x01");
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch, HasSubstr("does not name")));
}

TEST_F(Opening, TrailingBytesAreRefused) {
  const std::string good = SealedFixture::Compress(SealedFixture::Concatenate(Good()));
  fixture_.SetManifestPlain(good + "x", base::kManifestPartBytes);
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch));
  const std::string cut = SealedFixture::Concatenate(Good()) + std::string("\x05", 1);
  fixture_.SetManifestPlain(SealedFixture::Compress(cut), base::kManifestPartBytes);
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch, HasSubstr("inside a record")));
}

TEST_F(Opening, EveryTruncationOfTheRecordsIsRefused) {
  const std::string good = SealedFixture::Concatenate(Good());
  for (size_t n = 0; n < good.size(); ++n) {
    fixture_.SetManifestPlain(SealedFixture::Compress(good.substr(0, n)),
                              base::kManifestPartBytes);
    EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch)) << n;
  }
}

TEST_F(Opening, EveryTruncationOfTheCompressedManifestIsRefused) {
  const std::string good = SealedFixture::Compress(SealedFixture::Concatenate(Good()));
  for (size_t n = 0; n < good.size(); ++n) {
    fixture_.SetManifestPlain(good.substr(0, n), base::kManifestPartBytes);
    EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch)) << n;
  }
}

TEST_F(Opening, RandomRecordBytesNeverOpen) {
  std::mt19937_64 random(8909);
  for (int round = 0; round < 2000; ++round) {
    std::string records = SealedFixture::Concatenate(Good());
    for (uint64_t edits = 1 + random() % 4; edits > 0; --edits) {
      records[random() % records.size()] = static_cast<char>(random());
    }
    fixture_.SetManifestPlain(SealedFixture::Compress(records), base::kManifestPartBytes);
    const absl::StatusOr<std::string> opened = fixture_.Open();
    // An edit may hit a byte that changes nothing; what opens is the file, or it does not open.
    EXPECT_EQ(opened.value_or(kFile), kFile);
  }
}

TEST_F(Opening, BombInAFrameIsBounded) {
  fixture_.SetFrameContent(1, std::string(64 << 20, '\0'));
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch));
}

TEST_F(Opening, RecordThatClaimsToBeHugeIsRefused) {
  fixture_.SetManifestPlain(SealedFixture::Compress("\xff\xff\xff\xff\x0f"), 1 << 18);
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch, HasSubstr("a record of")));
}

TEST_F(Opening, FrameThatTheDepositorSealedWronglyIsItsFault) {
  // Not a ciphertext of this pack at all; the signed digest says that custody kept it as it came.
  fixture_.SetFrameContent(0, "not a frame's content");
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch));
  SealedFixture other;
  other.SetFrames({{"a", "bb"}, {"ccc", "d", "e"}});
  fixture_.frames[0] = other.frames[0];
  fixture_.deposit.manifest.mutable_packs(0)->set_frames_digest(fixture_.DigestOfFrames());
  EXPECT_THAT(fixture_.Open(), StatusIs(kMismatch, HasSubstr("sealed wrongly")));
}

}  // namespace
}  // namespace tidemark::verifier
