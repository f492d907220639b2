// Opens stores whose write-ahead log was damaged or cut, as the database wrote it: what was
// acknowledged is there, or the opening is refused.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"
#include "vault/wal/log_end.h"

namespace tidemark::vault {
namespace {

namespace fs = std::filesystem;

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::StatusIs;

constexpr size_t kHeaderBytes = 7;
constexpr size_t kBlockBytes = 32 * 1024;
constexpr size_t kLookedAtBytes = 64 * 1024;

struct Piece {
  size_t at;
  size_t end;
  bool ends_record;
};

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

void WriteAll(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// Of a log that is whole.
std::vector<Piece> PiecesOf(const std::string& log) {
  std::vector<Piece> pieces;
  for (size_t at = 0; at + kHeaderBytes <= log.size();) {
    const size_t left = kBlockBytes - at % kBlockBytes;
    if (left < kHeaderBytes) {
      at += left;
      continue;
    }
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(log[at + i]); };
    const size_t end = at + kHeaderBytes + byte(4) + byte(5) * 256u;
    pieces.push_back({at, end, byte(6) == 1 || byte(6) == 4});
    at = end;
  }
  return pieces;
}

class OpeningTest : public ::testing::Test {
 protected:
  // Three deposits, in nothing but the write-ahead log.
  void SetUp() override {
    {
      ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = dir_}, "", key_, clock_));
      for (const char* id : {"example/A1/0", "example/A2/0", "example/A3/0"}) {
        ASSERT_OK(Store(MakeUpload(vault->vault_id(), Id(id),
                                   {.seed = seed_++, .piece_bytes = 7000, .content = id}),
                        depositor_, *vault));
      }
    }
    for (const auto& entry : fs::directory_iterator(dir_)) {
      const std::string name = entry.path().filename().string();
      if (absl::EndsWith(name, ".log")) log_name_ = name;
    }
    good_ = ReadAll(absl::StrCat(dir_, "/", log_name_));
    pieces_ = PiecesOf(good_);
    ASSERT_GT(good_.size(), kLookedAtBytes);
    ASSERT_EQ(pieces_.back().end, good_.size());
  }

  // All rows of a copy of the store that has this log, or why it does not open.
  absl::StatusOr<std::string> RowsWith(const std::string& log) {
    const std::string copy = dir_ + ".copy";
    fs::remove_all(copy);
    fs::copy(dir_, copy);
    WriteAll(absl::StrCat(copy, "/", log_name_), log);
    ASSIGN_OR_RETURN(const auto store, RocksStore::Open(copy));
    std::string rows;
    for (size_t i = 0; i < schema::kFamilyNames.size(); ++i) {
      RETURN_IF_ERROR(store->Scan(static_cast<schema::Family>(i), {},
                                  [&](absl::string_view key, absl::string_view value) {
                                    absl::StrAppend(&rows, i, " ", key, "=", value, "\n");
                                    return absl::OkStatus();
                                  }));
    }
    return rows;
  }

  // Where the last record begins that ends before `size`; nothing of what follows can be there.
  size_t EndOfRecordsWithin(size_t size) const {
    size_t end = 0;
    for (const Piece& piece : pieces_) {
      if (piece.end <= size && piece.ends_record) end = piece.end;
    }
    return end;
  }

  const std::string dir_ = base::TestDir() + "/vault";
  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  uint64_t seed_ = 1;
  std::string log_name_;
  std::string good_;
  std::vector<Piece> pieces_;
};

// It would open as a vault that was only just made.
TEST_F(OpeningTest, ALogThatWasDeletedIsMissed) {
  fs::remove(absl::StrCat(dir_, "/", log_name_));
  EXPECT_THAT(Vault::Open({.dir = dir_}, "", key_, clock_),
              StatusIs(StatusCode::kDataLoss, HasSubstr("no write-ahead log")));
  WriteAll(absl::StrCat(dir_, "/", log_name_), good_);
  EXPECT_OK(Vault::Open({.dir = dir_}, "", key_, clock_).status());
}

TEST_F(OpeningTest, NoBitOfAnyHeaderCostsWhatWasAcknowledgedWithoutAWord) {
  ASSERT_OK_AND_ASSIGN(const std::string rows, RowsWith(good_));
  int flips = 0;
  int looked_torn = 0;
  for (const Piece& piece : pieces_) {
    if (piece.at != 0 && piece.at + kLookedAtBytes < good_.size()) continue;
    for (size_t bit = 0; bit < 8 * kHeaderBytes; ++bit) {
      std::string bad = good_;
      bad[piece.at + bit / 8] = static_cast<char>(bad[piece.at + bit / 8] ^ (1 << bit % 8));
      ++flips;
      const absl::StatusOr<std::string> with = RowsWith(bad);
      if (with.ok()) {
        EXPECT_EQ(*with, rows) << "byte " << piece.at << " bit " << bit;
        continue;
      }
      EXPECT_THAT(with, StatusIs(StatusCode::kDataLoss)) << "byte " << piece.at << " bit " << bit;
      looked_torn += absl::StrContains(with.status().message(), "not torn by a crash") ? 1 : 0;
    }
  }
  EXPECT_GT(flips, 500);
  EXPECT_GT(looked_torn, 50);  // or the test has met none of those that it is about
}

TEST_F(OpeningTest, TheRefusalSaysWhereAndWhatToDo) {
  std::string bad = good_;
  const size_t at = pieces_.back().at;
  bad[at + 5] = static_cast<char>(bad[at + 5] ^ 0x40);
  const absl::StatusOr<std::string> refused = RowsWith(bad);
  for (const std::string& words :
       {log_name_, absl::StrCat("the record at byte ", at, " is damaged"),
        std::string("its checksum fits"), std::string("Copy the whole directory"),
        std::string("--receipts"), absl::StrCat("truncate -s ", at)}) {
    EXPECT_THAT(refused, StatusIs(StatusCode::kDataLoss, HasSubstr(words)));
  }
  // It was not changed, and what was advised opens it.
  EXPECT_EQ(ReadAll(absl::StrCat(dir_, ".copy/", log_name_)), bad);
  EXPECT_OK(RowsWith(bad.substr(0, at)));
}

TEST_F(OpeningTest, ALogThatWasCutAnywhereIsAnOrdinaryCrash) {
  const std::string path = base::TestDir() + "/cut.log";
  WriteAll(path, good_);
  const size_t first = pieces_[pieces_.size() - 4].at;
  for (size_t size = good_.size() - 1; size > first; --size) {
    fs::resize_file(path, size);
    ASSERT_OK_AND_ASSIGN(const LogEnd end, ReadLogEnd(path, LogFile::kWriteAhead));
    ASSERT_NE(end.kind, LogEnd::Kind::kDamaged) << size;
    ASSERT_NE(end.kind, LogEnd::Kind::kTornInZeros) << size;
  }
  for (size_t i = pieces_.size() - 4; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    ASSERT_OK_AND_ASSIGN(const std::string rows,
                         RowsWith(good_.substr(0, EndOfRecordsWithin(piece.at))));
    for (const size_t size : {piece.at + 1, piece.at + 6, piece.at + 7, piece.at + 8,
                              (piece.at + piece.end) / 2, piece.end - 1}) {
      const absl::StatusOr<std::string> with = RowsWith(good_.substr(0, size));
      ASSERT_OK(with.status()) << size;
      EXPECT_EQ(*with, rows) << size;
    }
  }
}

TEST_F(OpeningTest, ZerosInsteadOfTheLastPagesAreAnOrdinaryPowerCut) {
  for (size_t page = 4096; page < good_.size(); page += 4096) {
    if (page + kLookedAtBytes < good_.size()) continue;
    std::string zeroed = good_;
    std::fill(zeroed.begin() + static_cast<std::ptrdiff_t>(page), zeroed.end(), '\0');
    ASSERT_OK_AND_ASSIGN(const std::string rows,
                         RowsWith(good_.substr(0, EndOfRecordsWithin(page))));
    const absl::StatusOr<std::string> with = RowsWith(zeroed);
    ASSERT_OK(with.status()) << page;
    EXPECT_EQ(*with, rows) << page;
  }
}

TEST_F(OpeningTest, ZerosFromAnyByteOnLoseNoMoreThanTheyCover) {
  const std::string path = base::TestDir() + "/zeroed.log";
  std::string zeroed = good_;
  const size_t first = pieces_[pieces_.size() - 4].at;
  for (size_t at = good_.size() - 1; at > first; --at) {
    zeroed[at] = '\0';
    if (at % 16 != 0 && at % 4096 > 8) continue;
    WriteAll(path, zeroed);
    ASSERT_OK_AND_ASSIGN(const LogEnd end, ReadLogEnd(path, LogFile::kWriteAhead));
    ASSERT_NE(end.kind, LogEnd::Kind::kDamaged) << at << ": " << end.why;
    ASSERT_GE(end.kind == LogEnd::Kind::kWhole ? good_.size() : end.at, EndOfRecordsWithin(at));
  }
  for (size_t i = pieces_.size() - 4; i < pieces_.size(); ++i) {
    const Piece& piece = pieces_[i];
    for (const size_t at : {piece.at, piece.at + 1, piece.at + 4, piece.at + 6, piece.at + 7,
                            piece.at + 20, (piece.at + piece.end) / 2, piece.end - 1}) {
      zeroed = good_;
      std::fill(zeroed.begin() + static_cast<std::ptrdiff_t>(at), zeroed.end(), '\0');
      const absl::StatusOr<std::string> with = RowsWith(zeroed);
      if (!with.ok()) {
        EXPECT_THAT(with, StatusIs(StatusCode::kDataLoss)) << at;
        continue;
      }
      // The byte may have been a zero.
      const size_t kept = zeroed == good_ ? good_.size() : EndOfRecordsWithin(at);
      ASSERT_OK_AND_ASSIGN(const std::string rows, RowsWith(good_.substr(0, kept)));
      EXPECT_EQ(*with, rows) << at;
    }
  }
}

}  // namespace
}  // namespace tidemark::vault
