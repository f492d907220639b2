#include "escrow_agent/client/file_cutter.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/testing.h"

namespace tidemark::escrow_agent {
namespace {

using base::StatusIs;

// Yields `text` in pieces of random sizes, and fails after it if it is told to.
class ChoppySource final : public base::ByteSource {
 public:
  explicit ChoppySource(absl::string_view text, absl::Status end = absl::OkStatus())
      : rest_(text), end_(std::move(end)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (rest_.empty()) {
      if (!end_.ok()) return end_;
      return 0;
    }
    const size_t n = std::min({buffer.size(), rest_.size(), size_t{1} + random_() % 300'000});
    rest_.copy(buffer.data(), n);
    rest_.remove_prefix(n);
    return n;
  }
  absl::Status Close() override { return close_; }

  absl::Status close_;

 private:
  absl::string_view rest_;
  const absl::Status end_;
  std::mt19937 random_{11};
};

std::string Deposit(int objects) {
  std::string out = "<d:deposit><d:contents>";
  for (int i = 0; i < objects; ++i) {
    absl::StrAppend(&out, "<x:host>", i, std::string(i % 3000, 'h'), "</x:host>\n");
  }
  return absl::StrCat(out, "</d:contents></d:deposit>\n");
}

struct Taken {
  std::string bytes;
  int objects = 0;
  absl::Status Add(absl::string_view block, absl::Span<const rde::Piece> pieces) {
    size_t total = 0;
    for (const rde::Piece& piece : pieces) {
      total += piece.bytes;
      objects += piece.kind == rde::PieceKind::kObject ? 1 : 0;
    }
    EXPECT_EQ(total, block.size());
    absl::StrAppend(&bytes, block);
    return absl::OkStatus();
  }
};

TEST(FileCutterTest, PiecesInOrderAreTheFileAndItsDigestIsTaken) {
  const std::string file = Deposit(5000);  // seven blocks
  for (const size_t head : {size_t{0}, size_t{100}, size_t{1'500'000}, file.size()}) {
    ChoppySource source(absl::string_view(file).substr(head));
    Taken taken;
    uint64_t progress = 0;
    const auto totals = CutFile(
        absl::string_view(file).substr(0, head), source,
        [&](absl::string_view bytes, auto pieces) { return taken.Add(bytes, pieces); },
        [&](uint64_t bytes) { progress = bytes; });
    ASSERT_OK(totals.status());
    EXPECT_TRUE(taken.bytes == file);
    EXPECT_EQ(taken.objects, 5000);
    EXPECT_EQ(totals->bytes, file.size());
    EXPECT_EQ(totals->sha256.bytes(), crypto::Sha256(file).bytes());
    EXPECT_EQ(progress, file.size());
  }
}

TEST(FileCutterTest, AnEmptyFileHasNoPieces) {
  ChoppySource source("");
  Taken taken;
  const auto totals = CutFile(
      "", source, [&](absl::string_view bytes, auto pieces) { return taken.Add(bytes, pieces); },
      nullptr);
  ASSERT_OK(totals.status());
  EXPECT_EQ(totals->bytes, 0u);
  EXPECT_EQ(taken.bytes, "");
}

TEST(FileCutterTest, TheSourcesErrorComesBack) {
  const std::string file = Deposit(3000);
  const auto take = [](absl::string_view, auto) { return absl::OkStatus(); };
  ChoppySource breaks(file, absl::DataLossError("the disk"));
  EXPECT_THAT(CutFile("", breaks, take, nullptr), StatusIs(absl::StatusCode::kDataLoss));
  ChoppySource is_cut(file);
  is_cut.close_ = absl::DataLossError("its writer was not done");
  EXPECT_THAT(CutFile("", is_cut, take, nullptr), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(FileCutterTest, TheTakersErrorComesBackAndNothingMoreIsHandedToIt) {
  const std::string file = Deposit(8000);
  for (int good = 0; good < 6; ++good) {
    ChoppySource source(file);
    int calls = 0;
    const auto totals = CutFile(
        "", source,
        [&](absl::string_view, auto) -> absl::Status {
          return ++calls > good ? absl::UnavailableError("gone") : absl::OkStatus();
        },
        nullptr);
    EXPECT_THAT(totals, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_EQ(calls, good + 1);
  }
}

}  // namespace
}  // namespace tidemark::escrow_agent
