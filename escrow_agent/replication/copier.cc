#include "escrow_agent/replication/copier.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/sign.h"
#include "escrow_agent/replication/compare.h"
#include "escrow_agent/replication/mend.h"
#include "escrow_agent/replication/replica_peer.h"
#include "vault/frame_bits.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::ApplyReply;
using tidemark::v1::ApplyRequest;
using tidemark::v1::ReplicatedLeaf;

// Leaves that are asked for at once.
constexpr uint32_t kLeavesPerCall = 256;

// The pack that came with a deposit's leaf, and how many parts its sealed manifest has.
struct NewPack {
  std::string pack_id;
  uint32_t frames = 0;
  uint32_t parts = 0;
  std::string removed_frames;
};

absl::StatusOr<NewPack> PackOf(const ReplicatedLeaf::Deposit& deposit) {
  if (!deposit.has_manifest())
    return NewPack{deposit.new_pack_id(), deposit.pack().frame_count(), 0,
                   deposit.pack().removed_frames()};
  tidemark::v1::ClearManifest clear;
  if (!clear.ParseFromString(deposit.manifest().body())) {
    return absl::DataLossError("the primary sent a clear manifest that is not one");
  }
  return NewPack{clear.new_pack_id(), deposit.pack().frame_count(), clear.manifest_parts(),
                 deposit.pack().removed_frames()};
}

// One call of Apply.
class Turn final {
 public:
  explicit Turn(ReplicaPeer& replica) : replica_(replica), stream_(replica.Apply(context_)) {}
  ~Turn() {
    if (is_finished_) return;
    context_.TryCancel();
    stream_->Finish().IgnoreError();
  }

  absl::Status Send(const ApplyRequest& request) {
    return stream_->Write(request) ? absl::OkStatus() : End();
  }
  absl::StatusOr<ApplyReply> Ask(const ApplyRequest& request, ApplyReply::ReplyCase want) {
    RETURN_IF_ERROR(Send(request));
    ApplyReply reply;
    if (!stream_->Read(&reply)) return End();
    if (reply.reply_case() == want) return reply;
    return absl::DataLossError(
        absl::StrCat("tidemarkd at ", replica_.address(), " answered out of order"));
  }
  absl::Status Close() {
    stream_->WritesDone();
    is_finished_ = true;
    return replica_.Map(stream_->Finish());
  }

 private:
  // Why the other side ended the call.
  absl::Status End() {
    is_finished_ = true;
    const absl::Status status = replica_.Map(stream_->Finish());
    if (!status.ok()) return status;
    return absl::UnavailableError(
        absl::StrCat("tidemarkd at ", replica_.address(), " ended the call early"));
  }

  ReplicaPeer& replica_;
  grpc::ClientContext context_;
  const std::unique_ptr<ReplicaPeer::ApplyStream> stream_;
  bool is_finished_ = false;
};

class GrpcCopier final : public Copier {
 public:
  GrpcCopier(const vault::AgentConnection& primary, const vault::AgentConnection& replica,
             const CopierOptions& options)
      : vault_id_(primary.vault_id),
        receipt_key_hex_(primary.receipt_key_hex),
        options_(options),
        primary_(primary),
        replica_(replica) {}

  absl::StatusOr<CopyComparison> Compare() override {
    RETURN_IF_ERROR(CheckSides().status());
    ASSIGN_OR_RETURN(const crypto::VerifyKey key, crypto::VerifyKey::FromHex(receipt_key_hex_));
    return escrow_agent::Compare(primary_, replica_, key);
  }

  absl::StatusOr<CopyRound> Run() override {
    CopyRound round;
    ASSIGN_OR_RETURN(const tidemark::v1::ReplicaState replica, CheckSides());
    if (!replica.stopped().empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat("tidemarkd at ", replica_.address(), ": ", replica.stopped()));
    }
    RETURN_IF_ERROR(CopyLogAsFarAsThereIs(round));
    RETURN_IF_ERROR(Mend(primary_, replica_, round.replica_healed, round.not_healed));
    RETURN_IF_ERROR(Mend(replica_, primary_, round.primary_healed, round.not_healed));
    ASSIGN_OR_RETURN(const tidemark::v1::EraseReply erased, replica_.Erase());
    if (erased.shredded_log_index_size() > 0) {
      ASSIGN_OR_RETURN(round.erasures_confirmed, primary_.ConfirmErased(erased));
    }
    // The leaves that this has added.
    if (round.erasures_confirmed > 0 && round.not_copied.empty()) {
      RETURN_IF_ERROR(CopyLogAsFarAsThereIs(round));
    }
    return round;
  }

 private:
  // Which is which: a copier that is turned round must not write anywhere.
  absl::StatusOr<tidemark::v1::ReplicaState> CheckSides() {
    ASSIGN_OR_RETURN(const tidemark::v1::ReplicaState primary, primary_.State());
    if (primary.is_replica()) {
      return absl::FailedPreconditionError(absl::StrCat(
          "tidemarkd at ", primary_.address(), " is a second copy itself; name the primary"));
    }
    ASSIGN_OR_RETURN(const tidemark::v1::ReplicaState replica, replica_.State());
    if (!replica.is_replica()) {
      return absl::FailedPreconditionError(
          absl::StrCat("tidemarkd at ", replica_.address(),
                       " is no second copy: its configuration has no replica.of"));
    }
    if (primary.vault_id() != vault_id_ || replica.vault_id() != vault_id_) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the two are not copies of vault ", base::HexEncode(vault_id_), " (agent.vault_id)"));
    }
    return replica;
  }

  // The index of the leaf that the second copy wants next.
  static absl::StatusOr<uint64_t> Begin(const tidemark::v1::SignedTreeHead& head, Turn& turn) {
    ApplyRequest request;
    *request.mutable_head() = head;
    ASSIGN_OR_RETURN(const ApplyReply begun, turn.Ask(request, ApplyReply::kContinueFrom));
    return begun.continue_from().log_index();
  }

  // The size of the second copy's log.
  absl::StatusOr<uint64_t> ReplicaSize() {
    ASSIGN_OR_RETURN(const tidemark::v1::ReplicaState replica, replica_.State());
    tidemark::v1::TreeHeadBody own;
    if (!own.ParseFromString(replica.tree_head().body())) {
      return absl::DataLossError("the second copy sent a tree head that is not one");
    }
    return own.tree_size();
  }

  absl::Status Show(const tidemark::v1::SignedTreeHead& head) {
    Turn turn(replica_);
    RETURN_IF_ERROR(Begin(head, turn).status());
    return turn.Close();
  }

  // A primary with a longer log has signed a head of the second copy's size, too: shown that one,
  // the second copy has two signatures in its hands if the two logs are not one. A primary with a
  // shorter one was set back, for `own_size` was asked before it: shown its head, the second copy
  // says whether it is another log besides.
  absl::Status Witness(const tidemark::v1::SignedTreeHead& head, uint64_t primary_size,
                       uint64_t own_size) {
    if (own_size == 0 || own_size == primary_size) return absl::OkStatus();
    if (own_size < primary_size) {
      ASSIGN_OR_RETURN(const tidemark::v1::SignedTreeHead then, primary_.TreeHead(own_size));
      return Show(then);
    }
    const absl::Status shown = Show(head);
    if (!shown.ok() && !absl::IsUnavailable(shown)) return shown;
    return absl::FailedPreconditionError(absl::StrCat(
        "the primary at ", primary_.address(), " has ", primary_size,
        " leaves, and the second copy ", own_size,
        " of the same log: the primary was set back, or is at an older copy of itself; nothing is "
        "copied until it has the rest again (docs/runbook.md)"));
  }

  absl::Status CopyLog(CopyRound& round) {
    ASSIGN_OR_RETURN(const uint64_t own_size, ReplicaSize());
    ASSIGN_OR_RETURN(const tidemark::v1::SignedTreeHead head, primary_.TreeHead(0));
    tidemark::v1::TreeHeadBody body;
    if (!body.ParseFromString(head.body())) {
      return absl::DataLossError("the primary sent a tree head that is not one");
    }
    RETURN_IF_ERROR(Witness(head, body.tree_size(), own_size));
    Turn turn(replica_);
    ASSIGN_OR_RETURN(uint64_t next, Begin(head, turn));
    round.tree_size = next;
    while (next < body.tree_size()) {
      const auto count =
          static_cast<uint32_t>(std::min<uint64_t>(kLeavesPerCall, body.tree_size() - next));
      ASSIGN_OR_RETURN(const std::vector<ReplicatedLeaf> leaves, primary_.ReadLeaves(next, count));
      for (const ReplicatedLeaf& leaf : leaves) RETURN_IF_ERROR(CopyLeaf(leaf, turn, round));
      next += leaves.size();
    }
    return turn.Close();
  }

  // What the primary has lost before it was copied comes from nowhere; all that can be mended still
  // is, and what the second copy has to erase is erased.
  absl::Status CopyLogAsFarAsThereIs(CopyRound& round) {
    is_piece_lost_ = false;
    const absl::Status copied = CopyLog(round);
    if (!is_piece_lost_) return copied;
    round.not_copied = std::string(copied.message());
    return absl::OkStatus();
  }

  absl::Status CopyLeaf(const ReplicatedLeaf& leaf, Turn& turn, CopyRound& round) {
    ApplyRequest request;
    *request.mutable_leaf() = leaf;
    ASSIGN_OR_RETURN(const ApplyReply wanted, turn.Ask(request, ApplyReply::kWanted));
    if (leaf.has_deposit()) {
      ASSIGN_OR_RETURN(const NewPack pack, PackOf(leaf.deposit()));
      RETURN_IF_ERROR(CopyPieces(
          {tidemark::v1::PIECE_TYPE_FRAME, pack.pack_id, wanted.wanted().next_frame(), pack.frames},
          pack.removed_frames, turn, round));
      RETURN_IF_ERROR(CopyPieces({tidemark::v1::PIECE_TYPE_MANIFEST_PART, pack.pack_id,
                                  wanted.wanted().next_part(), pack.parts},
                                 "", turn, round));
    }
    request.mutable_commit();
    ASSIGN_OR_RETURN(const ApplyReply applied, turn.Ask(request, ApplyReply::kApplied));
    round.tree_size = applied.applied().tree_size();
    ++round.leaves;
    return absl::OkStatus();
  }

  // From `range.first` to the pack's end; `range.count` is how many the pack has, those of which
  // the bit in `removed` is set left out.
  absl::Status CopyPieces(PieceRange range, const std::string& removed, Turn& turn,
                          CopyRound& round) {
    if (range.first >= range.count) return absl::OkStatus();
    const uint32_t end = range.count;
    range.count -= range.first;
    uint32_t due = range.first;
    const auto skip_removed = [&] {
      while (due < end && vault::HasBit(removed, due)) ++due;
    };
    const auto missing = [&] {
      return absl::DataLossError(absl::StrCat("tidemarkd at ", primary_.address(), " has no piece ",
                                              due, " of pack ", base::HexEncode(range.pack_id)));
    };
    skip_removed();
    ApplyRequest request;
    absl::Status sent;
    absl::Status read =
        primary_.ReadPieces(range, [&](tidemark::v1::SealedPiece& piece) -> absl::Status {
          if (piece.number() != due) return missing();
          ++due;
          skip_removed();
          ++round.pieces;
          round.bytes += piece.ciphertext().size();
          request.mutable_piece()->Swap(&piece);
          sent = turn.Send(request);
          if (sent.ok() && options_.on_progress) options_.on_progress(round.bytes);
          return sent;
        });
    RETURN_IF_ERROR(sent);
    if (read.ok() && due < end) read = missing();
    is_piece_lost_ = absl::IsDataLoss(read);
    return read;
  }

  const std::string vault_id_;
  const std::string receipt_key_hex_;
  const CopierOptions options_;
  ReplicaPeer primary_;
  ReplicaPeer replica_;
  bool is_piece_lost_ = false;  // of the primary, by its own word, in this pass over the log
};

}  // namespace

absl::StatusOr<std::unique_ptr<Copier>> Copier::Connect(const vault::AgentConnection& primary,
                                                        const vault::AgentConnection& replica,
                                                        const CopierOptions& options) {
  if (primary.address == replica.address) {
    return absl::InvalidArgumentError(
        absl::StrCat(primary.address, " is the primary's own address; name the second copy's"));
  }
  return std::make_unique<GrpcCopier>(primary, replica, options);
}

}  // namespace tidemark::escrow_agent
