// Private to key_index: records of one size in 256 partitions, in memory and, once spilled, in a
// scratch file; each partition is read back alone, in the order in which it was written.
//
// Writing touches two cache lines a record, of few enough that they stay in the nearest cache: the
// ends of all partitions stand together, apart from the rest. Nothing is ever looked up here: that
// waits until a partition is read, when its table is small enough for a cache.
#ifndef TIDEMARK_VERIFIER_RECORD_LOG_H_
#define TIDEMARK_VERIFIER_RECORD_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "base/scratch.h"
#include "verifier/block_pool.h"

namespace tidemark::verifier {

class RecordLog {
 public:
  static constexpr size_t kPartitions = 256;

  // `blocks` must outlive the log.
  RecordLog(size_t record_bytes, BlockPool& blocks);

  // Where the next record of `partition` is to be copied to.
  char* Add(size_t partition) {
    Tail& tail = tails_[partition];
    if (tail.next == tail.end) AddBlock(partition);
    char* const place = tail.next;
    tail.next += record_bytes_;
    return place;
  }

  uint64_t records(size_t partition) const;
  // Of blocks that hold records.
  uint64_t memory_bytes() const { return memory_bytes_; }

  // Appends everything in memory to `file`, always the same, and gives its blocks to the pool.
  absl::Status Spill(base::ScratchFile& file);
  // Gives up everything, spilled or not; its blocks are the pool's to release.
  void Release();

  // Records of a partition, piece by piece. `file` is where they were spilled; null if never.
  using Visitor = absl::FunctionRef<absl::Status(const char* records, size_t count)>;
  absl::Status Read(size_t partition, base::ScratchFile* file, Visitor visit) const;

 private:
  struct Extent {
    uint64_t offset;
    uint64_t bytes;
  };
  // What is left of a partition's last block.
  struct Tail {
    char* next = nullptr;
    char* end = nullptr;
  };
  struct Partition {
    std::vector<char*> blocks;  // all but the last are full
    std::vector<Extent> spilled;
  };

  void AddBlock(size_t partition);
  size_t FilledBytes(size_t partition, size_t block) const;

  const size_t record_bytes_;
  const size_t block_bytes_;  // that are used: a multiple of record_bytes_
  BlockPool& blocks_;
  uint64_t memory_bytes_ = 0;
  std::array<Tail, kPartitions> tails_;
  std::array<Partition, kPartitions> partitions_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RECORD_LOG_H_
