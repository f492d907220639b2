#include "verifier/record_log.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kIoBytes = 256 << 10;

}  // namespace

RecordLog::RecordLog(size_t record_bytes, size_t block_bytes)
    : record_bytes_(record_bytes),
      block_bytes_(std::max<size_t>(block_bytes / record_bytes, 1) * record_bytes) {}

void RecordLog::AddBlock(Partition& to) {
  if (free_blocks_.empty()) {
    to.blocks.push_back(std::make_unique_for_overwrite<char[]>(block_bytes_));
  } else {
    to.blocks.push_back(std::move(free_blocks_.back()));
    free_blocks_.pop_back();
  }
  to.next = to.blocks.back().get();
  to.end = to.next + block_bytes_;
  memory_bytes_ += block_bytes_;
}

size_t RecordLog::FilledBytes(const Partition& from, size_t block) const {
  if (block + 1 < from.blocks.size()) return block_bytes_;
  return block_bytes_ - static_cast<size_t>(from.end - from.next);
}

absl::Status RecordLog::Spill(base::ScratchFile& file) {
  std::string pending;
  uint64_t offset = file.size_bytes();
  for (Partition& from : partitions_) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < from.blocks.size(); ++i) {
      pending.append(from.blocks[i].get(), FilledBytes(from, i));
      bytes += FilledBytes(from, i);
      if (pending.size() < kIoBytes) continue;
      RETURN_IF_ERROR(file.Append(pending));
      pending.clear();
    }
    if (bytes > 0) from.spilled.push_back({offset, bytes});
    offset += bytes;
    std::move(from.blocks.begin(), from.blocks.end(), std::back_inserter(free_blocks_));
    from.blocks.clear();
    from.next = from.end = nullptr;
  }
  memory_bytes_ = 0;
  return file.Append(pending);
}

void RecordLog::Release() {
  for (Partition& partition : partitions_) partition = Partition();
  FreeBlocks();
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
    RETURN_IF_ERROR(visit(from.blocks[i].get(), FilledBytes(from, i) / record_bytes_));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::verifier
