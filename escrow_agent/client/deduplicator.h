// Decides of each object of tonight's file whether the agent has it already.
//
// Objects that the index knows become references, the others go into tonight's frames; both are
// entered into the index of tomorrow. What is left alive of a mostly dead frame is sent again, up
// to one part in kRenewalShare of the file a night, so that frames with nothing alive can be given
// up, and a deposit does not end up scattered over every night that ever was.
//
// The index only saves: where tomorrow's cannot be written, the deposit goes on without.
//
// Threads: one at a time. Memory: ids and places of one block.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_DEDUPLICATOR_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_DEDUPLICATOR_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "crypto/object_id.h"
#include "escrow_agent/client/index/object_index.h"
#include "escrow_agent/client/packer.h"
#include "rde/split/piece.h"

namespace tidemark::escrow_agent {

class Deduplicator final {
 public:
  static constexpr uint64_t kRenewalShare = 200;

  // All must outlive it. `pack_of_slot` gives the packer's number of each pack of the index.
  Deduplicator(crypto::ObjectHasher& hasher, ObjectIndex& index,
               absl::StatusOr<std::unique_ptr<ObjectIndex::Update>> update, Packer& packer,
               std::vector<uint32_t> pack_of_slot)
      : hasher_(hasher),
        index_(index),
        update_(update.ok() ? *std::move(update) : nullptr),
        update_status_(update.status()),
        packer_(packer),
        pack_of_slot_(std::move(pack_of_slot)) {}

  // The next pieces of the file, whose bytes lie one after the other.
  absl::Status Take(absl::string_view bytes, absl::Span<const rde::Piece> pieces);

  // Objects that were sent, those among them that were sent again.
  uint64_t new_objects() const { return new_objects_; }
  uint64_t renewed_objects() const { return renewed_objects_; }
  // The agent has it all: tonight's index takes the place of last night's. Errors of the index,
  // also of entries that could not be written earlier: the old one stays.
  absl::Status CommitIndex(IndexedPack new_pack);

 private:
  void Enter(absl::Span<const crypto::ObjectId> ids, absl::Span<const ObjectPlace> places);
  absl::Status TakeGap(absl::string_view bytes);
  // Sets `place` if the object is sent.
  absl::Status TakeObject(absl::string_view bytes, ObjectPlace& place);
  bool IsToRenew(const ObjectPlace& place, size_t bytes);

  crypto::ObjectHasher& hasher_;
  ObjectIndex& index_;
  const std::unique_ptr<ObjectIndex::Update> update_;
  absl::Status update_status_;
  Packer& packer_;
  const std::vector<uint32_t> pack_of_slot_;
  uint64_t bytes_ = 0;
  uint64_t renewed_bytes_ = 0;
  uint64_t new_objects_ = 0;
  uint64_t renewed_objects_ = 0;
  std::vector<crypto::ObjectId> ids_;
  std::vector<ObjectPlace> places_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_DEDUPLICATOR_H_
