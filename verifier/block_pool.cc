#include "verifier/block_pool.h"

#include <sys/mman.h>

#include "base/status.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kHugePageBytes = 2 << 20;
// Smaller blocks are for memory limits that a huge page would be a large part of.
constexpr size_t kBlockBytesForHugePages = 4096;
constexpr size_t kBlocksPerPiece = 16;

}  // namespace

char* BlockPool::Take() {
  if (!free_.empty()) {
    char* const block = free_.back();
    free_.pop_back();
    return block;
  }
  if (left_bytes_ < block_bytes_) {
    const bool huge = block_bytes_ >= kBlockBytesForHugePages;
    left_bytes_ = huge ? kHugePageBytes : kBlocksPerPiece * block_bytes_;
    next_ = static_cast<char*>(huge ? std::aligned_alloc(kHugePageBytes, left_bytes_)
                                    : std::malloc(left_bytes_));
    CHECK(next_ != nullptr);
    pieces_.emplace_back(next_);
    // Advice: where it is not taken, pages are small.
    if (huge) static_cast<void>(madvise(next_, left_bytes_, MADV_HUGEPAGE));
  }
  char* const block = next_;
  next_ += block_bytes_;
  left_bytes_ -= block_bytes_;
  return block;
}

void BlockPool::Release() {
  free_ = {};
  pieces_.clear();
  next_ = nullptr;
  left_bytes_ = 0;
}

}  // namespace tidemark::verifier
