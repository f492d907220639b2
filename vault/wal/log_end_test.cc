// Ends of log files that are put together here, piece by piece: what a crash leaves, and damage.
// opening_test.cc has the files that the database writes.
#include "vault/wal/log_end.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/testing.h"
#include "vault/wal/log_walk.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;
using Kind = LogEnd::Kind;

constexpr size_t kPage = LogWalk::kPageBytes;

std::string Little(uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text.push_back(static_cast<char>(value >> (8 * i)));
  return text;
}

// Bit by bit, which is not how the walk computes it.
uint32_t Crc32c(absl::string_view bytes) {
  uint32_t crc = ~uint32_t{0};
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) * 0x82f63b78u);
  }
  return ~crc;
}

// One whole piece; `kind` 1 is a whole record, 2 to 4 are first, middle and last of one.
std::string Piece(unsigned kind, absl::string_view contents) {
  const std::string summed = absl::StrCat(std::string(1, static_cast<char>(kind)), contents);
  const uint32_t crc = Crc32c(summed);
  const uint32_t masked = (crc >> 15 | crc << 17) + 0xa282ead8u;
  return absl::StrCat(Little(masked, 4), Little(contents.size(), 2), summed);
}

// A batch of one write: its place in the sequence, the count, and what nobody looks at.
std::string Batch(uint64_t sequence, size_t bytes) {
  return absl::StrCat(Little(sequence, 8), Little(1, 4), std::string(bytes - 12, 'c'));
}
std::string Record(uint64_t sequence, size_t bytes) { return Piece(1, Batch(sequence, bytes)); }

class LogEndTest : public ::testing::Test {
 protected:
  LogEnd End(const std::string& bytes, LogFile file = LogFile::kWriteAhead) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    const auto end = ReadLogEnd(path_, file);
    CHECK(end.ok());
    CHECK(end->size == bytes.size());
    return *end;
  }

  const std::string path_ = base::TestDir() + "/000004.log";
};

TEST_F(LogEndTest, ChecksumsAreTheOnesThatTheStandardHas) {
  EXPECT_EQ(Crc32c("123456789"), 0xe3069283u);  // RFC 3720, B.4 has this polynomial
}

TEST_F(LogEndTest, WholeRecordsAndZerosBehindThemAreWhole) {
  EXPECT_EQ(End("").kind, Kind::kWhole);
  const std::string records = Record(1, 100) + Record(2, 5000);
  EXPECT_EQ(End(records).kind, Kind::kWhole);
  EXPECT_EQ(End(records + std::string(100'000, '\0')).kind, Kind::kWhole);
  // A block of which four bytes are left is padded, and the record goes on in the next one.
  const std::string block = Record(1, LogWalk::kBlockBytes - 7 - 4) + std::string(4, '\0');
  EXPECT_EQ(End(block + Record(2, 50)).kind, Kind::kWhole);
}

TEST_F(LogEndTest, EveryBeginningIsTornAndNothingElse) {
  const std::string first = Record(1, 300);
  const std::string records = first + Record(2, 900);
  for (size_t size = first.size() + 1; size < records.size(); ++size) {
    const LogEnd end = End(records.substr(0, size));
    ASSERT_EQ(end.kind, Kind::kTorn) << size;
    ASSERT_EQ(end.at, first.size());
  }
}

TEST_F(LogEndTest, ARecordWithoutItsLastPieceIsTorn) {
  const std::string first = Piece(2, Batch(1, LogWalk::kBlockBytes - 7));
  const std::string middle = Piece(3, std::string(LogWalk::kBlockBytes - 7, 'm'));
  EXPECT_EQ(End(first + middle + Piece(4, "last")).kind, Kind::kWhole);
  EXPECT_EQ(End(first + middle).kind, Kind::kTorn);
  const LogEnd torn = End(first + middle + Piece(4, "last").substr(0, 9));
  EXPECT_EQ(torn.kind, Kind::kTorn);
  EXPECT_EQ(torn.at, 0u);
}

TEST_F(LogEndTest, ALengthBehindTheEndIsDamageWhereTheChecksumFitsAShorterOne) {
  for (const unsigned kind : {1u, 2u, 4u}) {
    std::string piece = Piece(kind, Batch(2, 200));
    const std::string first = Record(1, 100);
    piece[5] = static_cast<char>(piece[5] ^ 0x10);
    for (const std::string& behind : {std::string(), Record(3, 60), std::string(900, '\0')}) {
      const LogEnd end = End(first + piece + behind);
      EXPECT_EQ(end.kind, Kind::kDamaged);
      EXPECT_EQ(end.at, first.size());
      EXPECT_THAT(end.why, HasSubstr("its checksum fits 200"));
    }
  }
}

TEST_F(LogEndTest, AWholeRecordBehindAnOverlongOneIsDamageIfItGoesOnWithTheSequence) {
  std::string bad = Record(12, 200);
  bad[5] = static_cast<char>(bad[5] ^ 0x10);
  bad[0] = static_cast<char>(bad[0] ^ 1);
  const std::string first = Record(11, 100);
  const LogEnd end = End(first + bad + Record(13, 60));
  EXPECT_EQ(end.kind, Kind::kDamaged);
  EXPECT_THAT(end.why, HasSubstr(absl::StrCat("at byte ", first.size() + bad.size())));
  // What a depositor put into a frame is not of this log.
  EXPECT_EQ(End(first + bad + Record(3, 60)).kind, Kind::kTorn);
  EXPECT_EQ(End(first + bad + Record(13 << 20, 60)).kind, Kind::kTorn);
  EXPECT_EQ(End(first + bad + Record(13, 60), LogFile::kManifest).kind, Kind::kTorn);
}

TEST_F(LogEndTest, AKindThatNothingHereWritesIsDamageAnywhere) {
  for (const unsigned kind : {5u, 6u, 7u, 8u}) {
    std::string piece = Record(1, 200);
    piece[6] = static_cast<char>(kind);
    const LogEnd end = End(piece + Record(2, 10'000));
    EXPECT_EQ(end.kind, Kind::kDamaged);
    EXPECT_EQ(end.at, 0u);
  }
}

TEST_F(LogEndTest, AZeroedHeaderIsDamageAndZeroedPagesAreAHole) {
  const std::string first = Record(1, 100);
  std::string records = first + Record(2, 300) + Record(3, 20'000);
  for (size_t i = 0; i < 7; ++i) records[first.size() + i] = '\0';
  EXPECT_EQ(End(records).kind, Kind::kDamaged);
  EXPECT_EQ(End(records).at, first.size());
  // Up to where a page begins: a power cut leaves this.
  for (size_t i = first.size(); i < 2 * kPage; ++i) records[i] = '\0';
  EXPECT_EQ(End(records).kind, Kind::kTorn);
  EXPECT_EQ(End(records).hole_at, first.size());
  // Also when what comes behind begins with the next block.
  records.resize(first.size());
  records.resize(LogWalk::kBlockBytes, '\0');
  EXPECT_EQ(End(records).hole_at, std::nullopt);
  records += Record(9, 100);
  EXPECT_EQ(End(records).kind, Kind::kWhole);
  EXPECT_EQ(End(records).hole_at, first.size());
}

TEST_F(LogEndTest, APieceThatEndsInZeroPagesIsTornAndOneWithAWrongByteIsNot) {
  const std::string first = Record(1, 100);
  const std::string records = first + Record(2, 20'000);
  std::string zeroed = records;
  for (size_t i = 3 * kPage; i < zeroed.size(); ++i) zeroed[i] = '\0';
  for (const size_t more : {0u, 100'000u}) {
    const LogEnd end = End(zeroed + std::string(more, '\0'));
    EXPECT_EQ(end.kind, Kind::kTornInZeros);
    EXPECT_EQ(end.at, first.size());
  }
  // Data behind: the library refuses it as it is.
  EXPECT_NE(End(zeroed + std::string(100'000, '\0') + "x").kind, Kind::kTornInZeros);
  // Zeros that do not begin with a page are no power cut's.
  for (size_t i = 4 * kPage; i < records.size(); ++i) zeroed[i] = records[i];
  EXPECT_NE(End(zeroed).kind, Kind::kTornInZeros);
  // What ends in zeros of its own is whole; one wrong byte in it is for the checksum.
  std::string whole = Piece(1, Batch(2, 20'000) + std::string(2 * kPage, '\0'));
  EXPECT_EQ(End(first + whole).kind, Kind::kWhole);
}

TEST_F(LogEndTest, ZerosBetweenThePiecesOfARecordAreTornWhereTheyBegin) {
  const std::string first = Piece(2, Batch(1, LogWalk::kBlockBytes - 7));
  for (const size_t zeros : {size_t{7}, size_t{5000}, 2 * LogWalk::kBlockBytes}) {
    const LogEnd end = End(first + std::string(zeros, '\0'));
    EXPECT_EQ(end.kind, Kind::kTornInZeros);
    EXPECT_EQ(end.at, first.size());
  }
  const std::string block(LogWalk::kBlockBytes, '\0');
  EXPECT_NE(End(first + block + Piece(4, "last")).kind, Kind::kTornInZeros);
}

TEST_F(LogEndTest, WhatCannotBeReadIsTheDisk) {
  EXPECT_THAT(ReadLogEnd(path_ + ".none", LogFile::kWriteAhead),
              StatusIs(StatusCode::kUnavailable, HasSubstr("the disk failed")));
  EXPECT_THAT(ReadLogEnd(base::TestDir(), LogFile::kWriteAhead),
              StatusIs(StatusCode::kUnavailable));
}

}  // namespace
}  // namespace tidemark::vault
