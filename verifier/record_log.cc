#include "verifier/record_log.h"

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kIoBytes = 256 << 10;

}  // namespace

RecordLog::RecordLog(size_t record_bytes, BlockPool& blocks)
    : record_bytes_(record_bytes),
      block_bytes_(blocks.block_bytes() / record_bytes * record_bytes),
      blocks_(blocks) {
  CHECK(block_bytes_ > 0);
}

void RecordLog::AddBlock(size_t partition) {
  char* const block = blocks_.Take();
  partitions_[partition].blocks.push_back(block);
  tails_[partition] = {block, block + block_bytes_};
  memory_bytes_ += blocks_.block_bytes();
}

size_t RecordLog::FilledBytes(size_t partition, size_t block) const {
  if (block + 1 < partitions_[partition].blocks.size()) return block_bytes_;
  const Tail& tail = tails_[partition];
  return block_bytes_ - static_cast<size_t>(tail.end - tail.next);
}

uint64_t RecordLog::records(size_t partition) const {
  const Partition& of = partitions_[partition];
  uint64_t bytes = 0;
  for (const Extent& extent : of.spilled) bytes += extent.bytes;
  for (size_t i = 0; i < of.blocks.size(); ++i) bytes += FilledBytes(partition, i);
  return bytes / record_bytes_;
}

absl::Status RecordLog::Spill(base::ScratchFile& file) {
  std::string pending;
  uint64_t offset = file.size_bytes();
  for (size_t partition = 0; partition < kPartitions; ++partition) {
    Partition& from = partitions_[partition];
    uint64_t bytes = 0;
    for (size_t i = 0; i < from.blocks.size(); ++i) {
      pending.append(from.blocks[i], FilledBytes(partition, i));
      bytes += FilledBytes(partition, i);
      if (pending.size() < kIoBytes) continue;
      RETURN_IF_ERROR(file.Append(pending));
      pending.clear();
    }
    if (bytes > 0) from.spilled.push_back({offset, bytes});
    offset += bytes;
    for (char* block : from.blocks) blocks_.Give(block);
    from.blocks.clear();
  }
  tails_ = {};
  memory_bytes_ = 0;
  return file.Append(pending);
}

void RecordLog::Release() {
  tails_ = {};
  partitions_ = {};
  memory_bytes_ = 0;
}

absl::Status RecordLog::Read(size_t partition, base::ScratchFile* file, Visitor visit) const {
  const Partition& from = partitions_[partition];
  if (!from.spilled.empty()) {
    const size_t buffer_bytes = kIoBytes / record_bytes_ * record_bytes_;
    const auto buffer = std::make_unique_for_overwrite<char[]>(buffer_bytes);
    for (const Extent& extent : from.spilled) {
      for (uint64_t done = 0; done < extent.bytes;) {
        const size_t piece =
            static_cast<size_t>(std::min<uint64_t>(buffer_bytes, extent.bytes - done));
        RETURN_IF_ERROR(file->ReadAt(extent.offset + done, absl::MakeSpan(buffer.get(), piece)));
        RETURN_IF_ERROR(visit(buffer.get(), piece / record_bytes_));
        done += piece;
      }
    }
  }
  for (size_t i = 0; i < from.blocks.size(); ++i) {
    RETURN_IF_ERROR(visit(from.blocks[i], FilledBytes(partition, i) / record_bytes_));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::verifier
