// One generation of the index, read: its tables in memory, its entries and slots mapped.
//
// Header and tables are verified when it is opened; a block of entries or slots when it is first
// touched, and what lies in a damaged one counts as absent. A block is verified by read(2) and not
// through the mapping: so a bad sector, or a file that somebody cut short, is a damaged block and
// not a SIGBUS. What is left of that: a page that the system drops after it was verified and then
// can't read again. Nobody else has business in this directory, which is locked; that ends the
// process, and the next one starts from the file as it is then.
//
// Threads: one at a time; looking verifies.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_MAPPED_INDEX_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_MAPPED_INDEX_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "escrow_agent/client/index/index_format.h"
#include "escrow_agent/client/index/object_index.h"

namespace tidemark::escrow_agent {

class MappedIndex final {
 public:
  // NOT_FOUND: there is none. DATA_LOSS: the content is damaged or another one's, and the message
  // says how. Others: it can't be read.
  static absl::StatusOr<std::unique_ptr<MappedIndex>> Open(const std::string& path,
                                                           const IndexOwner& owner);
  ~MappedIndex();
  MappedIndex(const MappedIndex&) = delete;
  MappedIndex& operator=(const MappedIndex&) = delete;

  uint64_t objects() const { return header_.objects; }
  uint64_t homes() const { return header_.homes; }
  uint64_t slots() const { return header_.slots; }
  absl::Span<const std::optional<IndexedPack>> packs() const { return tables_.packs; }

  // nullptr: in a damaged block. REQUIRES: n < objects().
  const IndexEntry* Entry(uint64_t n) {
    return IsSound(n / kEntriesABlock) ? entries_ + n : nullptr;
  }
  // 0, as in a free one: in a damaged block. REQUIRES: n < slots().
  uint32_t Slot(uint64_t n) {
    return IsSound(header_.entry_blocks() + n / kSlotsABlock) ? slots_[n] : 0;
  }
  void PrefetchEntry(uint64_t n) const { __builtin_prefetch(entries_ + n); }
  void PrefetchSlot(uint64_t n) const { __builtin_prefetch(slots_ + n); }

  // Blocks that were looked at and are damaged, of all that there are.
  uint64_t damaged_blocks() const { return damaged_blocks_; }
  uint64_t blocks() const { return states_.size(); }

  // Gives back the memory of everything that was looked at; the next look fetches it again from the
  // system's cache.
  void ReleasePages();

 private:
  enum class BlockState : uint8_t { kUntouched, kSound, kDamaged };

  MappedIndex(int fd, IndexHeader header, IndexTables tables, const char* mapping);
  bool IsSound(uint64_t block) {
    if (states_[block] == BlockState::kUntouched) [[unlikely]]
      Verify(block);
    return states_[block] == BlockState::kSound;
  }
  void Verify(uint64_t block);

  const int fd_;
  const IndexHeader header_;
  const IndexTables tables_;
  const char* const mapping_;
  const IndexEntry* const entries_;
  const uint32_t* const slots_;
  std::vector<BlockState> states_;  // of entries' blocks, then of slots'
  uint64_t damaged_blocks_ = 0;
  std::string buffer_;              // of one block
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_MAPPED_INDEX_H_
