// Writes the next generation of the index: entries as they come, the rest at the commit.
//
// kReplace: entries are what was appended. kExtend: the old entries, of which the places are
// overwritten where an id comes again, then what is new; what was damaged in the old index or lay
// in a pack that it had forgotten is left out, so that a slot that is given to another pack never
// brings it back.
//
// Threads: one at a time. Memory: 1 MiB of entries, the packs, and at the commit 32 MiB.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_UPDATE_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_UPDATE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "escrow_agent/client/index/aside_file.h"
#include "escrow_agent/client/index/index_cursor.h"
#include "escrow_agent/client/index/index_format.h"
#include "escrow_agent/client/index/mapped_index.h"
#include "escrow_agent/client/index/object_index.h"
#include "escrow_agent/client/index/pack_liveness.h"

namespace tidemark::escrow_agent {

// What an index and its update tell each other.
enum class UpdateState {
  kNone,
  kOpen,
  kDropped,  // open still, but the index that it began from was dropped
  kCommitted,
};

class IndexUpdate final : public ObjectIndex::Update {
 public:
  struct Options {
    std::string dir;
    IndexOwner owner;
    IndexMode mode;
    uint32_t new_slot;
  };
  // `old`, which may be nullptr, and `state` must outlive the update.
  static absl::StatusOr<std::unique_ptr<IndexUpdate>> Begin(const Options& options,
                                                            MappedIndex* old, UpdateState& state);
  ~IndexUpdate() override;

  absl::Status Append(absl::Span<const crypto::ObjectId> ids,
                      absl::Span<const ObjectPlace> places) override;
  absl::Status Commit(IndexedPack new_pack) override;

 private:
  IndexUpdate(const Options& options, MappedIndex* old, UpdateState& state,
              std::unique_ptr<AsideFile> file);
  absl::Span<const std::optional<IndexedPack>> old_packs() const;
  absl::Status CopyOld();
  absl::Status CheckPlace(const ObjectPlace& place);
  absl::Status AppendSome(absl::Span<const crypto::ObjectId> ids,
                          absl::Span<const ObjectPlace> places);
  absl::Status Extend(absl::Span<const crypto::ObjectId> ids, absl::Span<const ObjectPlace> places);
  absl::Status Push(const IndexEntry& entry);
  absl::Status Flush();
  absl::Status CheckNewPack(const IndexedPack& pack) const;
  absl::Status Write(const IndexedPack& new_pack);
  // Fills in the number of slots and appends their blocks' checksums.
  absl::Status WriteSlots(absl::Span<const IndexEntry> entries, PackLiveness& liveness,
                          IndexHeader& header, std::vector<uint64_t>& checksums);

  const Options options_;
  MappedIndex* const old_;
  std::optional<IndexCursor> old_cursor_;  // with kExtend
  UpdateState& state_;
  const std::unique_ptr<AsideFile> file_;
  std::vector<IndexEntry> buffer_;     // the last entries
  std::vector<EntryHit> hits_;         // of one Append()
  uint64_t written_ = 0;               // entries before those in the buffer
  std::vector<uint32_t> new_objects_;  // of each frame of the new pack, as far as places name them
  absl::Status status_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_UPDATE_H_
