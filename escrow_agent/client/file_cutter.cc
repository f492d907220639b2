#include "escrow_agent/client/file_cutter.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "escrow_agent/client/bounded_queue.h"
#include "rde/split/object_splitter.h"

namespace tidemark::escrow_agent {
namespace {

// A block's bytes; the pieces of one take about a thousandth of a second to look up.
constexpr size_t kBlockBytes = 1 << 20;
// One that is read, one that is looked at, one on the way in each direction.
constexpr size_t kBlocks = 4;
static_assert(kBlockBytes >= 2 * rde::kSplitBytesMin, "a block has room behind what is left");

struct Block {
  std::string bytes = std::string(kBlockBytes, '\0');
  size_t filled = 0;  // so many are of the file
  size_t taken = 0;   // so many are covered by pieces
  std::vector<rde::Piece> pieces = {};
};

class Cutter {
 public:
  Cutter(absl::string_view head, base::ByteSource& file) : head_(head), file_(file) {}

  // Fills the block behind what it has, at least enough for a piece, and cuts it. False at the end
  // of the file.
  absl::StatusOr<bool> Fill(Block& block) {
    bool at_end = false;
    while (!at_end && block.filled < block.bytes.size()) {
      ASSIGN_OR_RETURN(const size_t n, Read(absl::MakeSpan(block.bytes.data() + block.filled,
                                                           block.bytes.size() - block.filled)));
      at_end = n == 0;
      digest_.Update(absl::string_view(block.bytes.data() + block.filled, n));
      block.filled += n;
      bytes_ += n;
      if (bytes_ > base::kDepositBytesMax) {
        return absl::ResourceExhaustedError(
            absl::StrCat("the file is longer than ", base::kDepositBytesMax, " bytes"));
      }
    }
    block.pieces.clear();
    block.taken = splitter_.Split(absl::string_view(block.bytes.data(), block.filled), at_end,
                                  block.pieces);
    CHECK(block.taken == block.filled || (!at_end && block.taken > 0));
    return !at_end;
  }

  uint64_t bytes() const { return bytes_; }
  FileTotals Finish() { return {.bytes = bytes_, .sha256 = digest_.Finish()}; }

 private:
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) {
    if (head_.empty()) return file_.Read(buffer);
    const size_t n = std::min(head_.size(), buffer.size());
    std::memcpy(buffer.data(), head_.data(), n);
    head_.remove_prefix(n);
    return n;
  }

  absl::string_view head_;
  base::ByteSource& file_;
  rde::ObjectSplitter splitter_;
  crypto::Sha256Stream digest_;
  uint64_t bytes_ = 0;
};

}  // namespace

absl::StatusOr<FileTotals> CutFile(absl::string_view head, base::ByteSource& file,
                                   const TakePieces& take,
                                   const std::function<void(uint64_t bytes_read)>& on_progress) {
  BoundedQueue<Block> cut(kBlocks);
  BoundedQueue<Block> spent(kBlocks);
  for (size_t i = 0; i < kBlocks; ++i) spent.Push(Block());
  absl::Status taken;
  std::thread taker([&] {
    while (std::optional<Block> block = cut.Pop()) {
      if (taken.ok()) {
        taken = take(absl::string_view(block->bytes.data(), block->taken), block->pieces);
      }
      // The other side then finds none to fill.
      if (!taken.ok()) spent.Close();
      spent.Push(*std::move(block));
    }
  });
  Cutter cutter(head, file);
  absl::Status read;
  bool goes_on = true;
  std::string rest;
  while (goes_on && read.ok()) {
    std::optional<Block> block = spent.Pop();
    if (!block.has_value()) break;
    std::memcpy(block->bytes.data(), rest.data(), rest.size());
    block->filled = rest.size();
    const absl::StatusOr<bool> filled = cutter.Fill(*block);
    read = filled.status();
    if (!read.ok()) break;
    goes_on = *filled;
    rest.assign(block->bytes, block->taken, block->filled - block->taken);
    if (on_progress) on_progress(cutter.bytes());
    cut.Push(*std::move(block));
  }
  cut.Close();
  taker.join();
  RETURN_IF_ERROR(taken);
  RETURN_IF_ERROR(read);
  RETURN_IF_ERROR(file.Close());
  return cutter.Finish();
}

}  // namespace tidemark::escrow_agent
