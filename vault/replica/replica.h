// Two copies of one vault, as replication sees them: what the primary gives, what a second copy
// takes, and how either mends the other.
//
// A second copy is a vault's directory with the same vault id whose log is the primary's, byte for
// byte: leaves and signed tree heads are copied, for it has no key that signs. It is written leaf
// by leaf, in the log's order; the batch of a leaf holds everything that the primary's batch held.
// What it writes it has checked by itself: the head's signature, that its own log with the leaf
// gives the root that was signed, and then rows and pieces against the digests that leaf and
// manifest commit to. Whoever carries the bytes need not be trusted.
//
// It is not a consensus: there is one primary, and a second copy becomes one only by the act of a
// person (promote.h).
//
// Threads: safe for concurrent use; one Applying at a time. Sessions belong to one thread and must
// not outlive the Replication. Errors: FAILED_PRECONDITION not a second copy; or the primary's log
// is not a continuation of this one, or deletes what this copy's holds and policy keep: then the
// proof is kept, and nothing more is taken or erased until a person has decided (resolve.h).
// DATA_LOSS something does not fit what was signed, logged or stored; UNAVAILABLE the disk, another
// copier is at it, or a head that is older than this log.
//
// Threat: the sender may be anybody with a replicator's certificate, and the primary may lie. It
// can keep things back, and that shows as a log that does not grow; it can't have anything written
// that the primary's key did not sign or the log does not commit to, but for what is named in
// docs/formats/vault.md ("Second copy").
#ifndef TIDEMARK_VAULT_REPLICA_REPLICA_H_
#define TIDEMARK_VAULT_REPLICA_REPLICA_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/custody.pb.h"
#include "proto/service.pb.h"

namespace tidemark::vault {

// Named points of a second copy's write path, in the order in which a leaf meets them; see
// VaultOptions::at_point.
inline constexpr absl::string_view kReplicaPoints[] = {
    "replica-leaf-begun", "replica-piece-written", "replica-pieces-synced", "replica-before-batch",
    "replica-after-batch"};

// Shredded deposits that one call of Erase() answers with, and one of ConfirmErased takes.
inline constexpr size_t kErasedLeavesMax = 1024;

// What comes next of the leaf under way: frames in order, then manifest parts. What is below is
// here; after Begin() and Sync() it is durable.
struct PiecesDue {
  uint32_t next_frame = 0;
  uint32_t next_part = 0;
  bool operator==(const PiecesDue&) const = default;
};

// One copier's turn at writing. Destroyed in the middle of a leaf: the pieces that came stay, out
// of sight, and the next turn goes on behind them.
class Applying {
 public:
  virtual ~Applying() = default;
  // The index of the leaf that comes next.
  virtual uint64_t next_leaf() const = 0;
  // Checks what can be checked before the pieces are here.
  virtual absl::StatusOr<PiecesDue> Begin(const tidemark::v1::ReplicatedLeaf& leaf) = 0;
  // Frames come in order, those that the primary removed left out, then parts.
  virtual absl::Status Put(const tidemark::v1::SealedPiece& piece) = 0;
  virtual absl::StatusOr<PiecesDue> Sync() = 0;
  // One synced batch: leaf, head, and everything that the event wrote. The size of the log then.
  virtual absl::StatusOr<uint64_t> Commit() = 0;
};

// Pieces for one pack's frames, or for the sealed manifest that came with it.
class Healing {
 public:
  virtual ~Healing() = default;
  // First what proves the digests. Of frames: all digests of the pack, in order, 32 bytes each;
  // zeros for one that the other side cannot read.
  virtual absl::Status TakeDigests(absl::string_view digests) = 0;
  // Of a sealed manifest: all of its parts, in order; "" for one that the other side cannot read.
  virtual absl::Status TakeProof(uint32_t number, absl::string_view ciphertext) = 0;
  // DATA_LOSS: what came and what is stored here do not give together what the manifest commits to.
  // May read the whole pack; `pulse` is asked now and then, and its error ends it.
  virtual absl::Status Prove(const std::function<absl::Status()>& pulse) = 0;
  // Then pieces. Put in place only where what is stored does not fit, and only if this one does:
  // else DATA_LOSS, and others may follow.
  virtual absl::Status TakePiece(uint32_t number, absl::string_view ciphertext) = 0;
  // After OK, what was mended survives a power cut. It goes on counting as damaged until
  // Replication::FinishHealing().
  virtual absl::StatusOr<tidemark::v1::HealReply> Finish() = 0;
};

class Replication {
 public:
  virtual ~Replication() = default;

  virtual bool is_replica() const = 0;
  virtual absl::StatusOr<tidemark::v1::ReplicaState> State() const = 0;

  // OUT_OF_RANGE: the log is not that long.
  virtual absl::StatusOr<tidemark::v1::ReplicatedLeaf> Leaf(uint64_t index) const = 0;
  // NOT_FOUND: there is no such piece, or it was removed. DATA_LOSS names it.
  virtual absl::StatusOr<std::string> Piece(const tidemark::v1::PieceIdentity& piece) const = 0;
  // The digests of a committed pack's frames, one after the other, as they are stored; zeros for
  // those that cannot be read.
  virtual absl::Status Digests(
      absl::string_view pack_id,
      const std::function<absl::Status(absl::string_view digests)>& sink) const = 0;
  virtual absl::StatusOr<std::vector<tidemark::v1::PieceIdentity>> Damaged() const = 0;
  virtual absl::StatusOr<std::unique_ptr<Healing>> Heal(tidemark::v1::PieceType type,
                                                        absl::string_view pack_id) = 0;
  // After the last Heal() of a round, for all that was healed since this was last called: table
  // files in which a block in its place cannot be read are made anew, each once, and then it counts
  // as damaged no more. Where a table is refused what lies in its damage still does, until it is
  // healed again or the scrub, which asks once an hour, sees it made anew; so it does if this is
  // never called. The answer names the tables that stay, and why. UNAVAILABLE: another call is at
  // it.
  virtual absl::StatusOr<tidemark::v1::FinishHealingReply> FinishHealing() = 0;

  // On a second copy only. `head`: the primary's newest, from which its log is seen to go on
  // from this one; one that contradicts it is kept as a witness, and stops this copy. UNAVAILABLE:
  // it is older than this log, and a true beginning of it.
  virtual absl::StatusOr<std::unique_ptr<Applying>> Apply(
      const tidemark::v1::SignedTreeHead& head) = 0;
  // The bytes of shredded deposits are gone from this copy's database after OK: the leaves of those
  // of which nothing is left that another deposit does not use. Takes as long as rewriting the
  // table files that held them. At most kErasedLeavesMax, and the next call the others. ABORTED:
  // `stop` was set.
  virtual absl::StatusOr<std::vector<uint64_t>> Erase(std::atomic<bool>& stop) = 0;
  // On the primary: logs that the second copy said so; `detail` names the certificate that brought
  // the word. False: it was logged before.
  virtual absl::StatusOr<bool> ConfirmErased(uint64_t shredded_log_index,
                                             const std::string& detail) = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_REPLICA_H_
