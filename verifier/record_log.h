// Private to key_index: records of one size in 256 partitions, in memory and, once spilled, in a
// scratch file; each partition is read back alone, in the order in which it was written.
//
// Writing touches one cache line a record. Nothing is ever looked up here: that waits until a
// partition is read, when its table is small enough for a cache.
#ifndef TIDEMARK_VERIFIER_RECORD_LOG_H_
#define TIDEMARK_VERIFIER_RECORD_LOG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "base/scratch.h"

namespace tidemark::verifier {

class RecordLog {
 public:
  static constexpr size_t kPartitions = 256;

  RecordLog(size_t record_bytes, size_t block_bytes);

  // Where the next record of `partition` is to be copied to.
  char* Add(size_t partition) {
    Partition& to = partitions_[partition];
    if (to.next == to.end) AddBlock(to);
    char* const place = to.next;
    to.next += record_bytes_;
    ++to.records;
    return place;
  }

  uint64_t records(size_t partition) const { return partitions_[partition].records; }
  // Of blocks that hold records.
  uint64_t memory_bytes() const { return memory_bytes_; }

  // Appends everything in memory to `file`, always the same. The blocks are kept for what comes.
  absl::Status Spill(base::ScratchFile& file);
  // Gives back the memory of what was spilled.
  void FreeBlocks() { free_blocks_ = std::vector<Block>(); }
  // Gives up everything, spilled or not.
  void Release();

  // Records of a partition, piece by piece. `file` is where they were spilled; null if never.
  using Visitor = absl::FunctionRef<absl::Status(const char* records, size_t count)>;
  absl::Status Read(size_t partition, base::ScratchFile* file, Visitor visit) const;

 private:
  using Block = std::unique_ptr<char[]>;
  struct Extent {
    uint64_t offset;
    uint64_t bytes;
  };
  struct Partition {
    char* next = nullptr;  // in the last block
    char* end = nullptr;
    uint64_t records = 0;
    std::vector<Block> blocks;  // all but the last are full
    std::vector<Extent> spilled;
  };

  void AddBlock(Partition& to);
  size_t FilledBytes(const Partition& from, size_t block) const;

  const size_t record_bytes_;
  const size_t block_bytes_;  // a multiple of record_bytes_
  uint64_t memory_bytes_ = 0;
  std::array<Partition, kPartitions> partitions_;
  std::vector<Block> free_blocks_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RECORD_LOG_H_
