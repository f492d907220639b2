#include "escrow_agent/replication/mend.h"

#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::HealRequest;
using tidemark::v1::PIECE_TYPE_FRAME;
using tidemark::v1::PIECE_TYPE_MANIFEST_PART;
using tidemark::v1::PieceIdentity;
using tidemark::v1::PieceType;

// A pack's frames, or the parts of the sealed manifest that came with it.
struct Subject {
  PieceType type;
  std::string pack_id;
  auto operator<=>(const Subject&) const = default;
};

bool IsAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsCancelled(status);
}

// One call of Heal. A write that fails means that the other side has an answer already.
class HealCall final {
 public:
  HealCall(ReplicaPeer& damaged, const Subject& subject)
      : damaged_(damaged), writer_(damaged.Heal(context_, reply_)) {
    HealRequest request;
    request.mutable_subject()->set_type(subject.type);
    request.mutable_subject()->set_pack_id(subject.pack_id);
    is_open_ = writer_->Write(request);
  }
  ~HealCall() {
    if (is_finished_) return;
    context_.TryCancel();
    writer_->Finish().IgnoreError();
  }

  absl::Status Send(const HealRequest& request) {
    if (is_open_ && !writer_->Write(request)) is_open_ = false;
    return is_open_ ? absl::OkStatus() : Finish().status();
  }
  absl::StatusOr<uint32_t> Finish() {
    if (is_open_) writer_->WritesDone();
    is_finished_ = true;
    RETURN_IF_ERROR(damaged_.Map(writer_->Finish()));
    return reply_.healed();
  }

 private:
  ReplicaPeer& damaged_;
  grpc::ClientContext context_;
  tidemark::v1::HealReply reply_;
  const std::unique_ptr<grpc::ClientWriter<HealRequest>> writer_;
  bool is_open_ = false;
  bool is_finished_ = false;
};

absl::Status SendProof(ReplicaPeer& good, const Subject& subject, HealCall& call) {
  HealRequest request;
  if (subject.type == PIECE_TYPE_FRAME) {
    return good.ReadDigests(subject.pack_id, [&](tidemark::v1::PieceDigests& digests) {
      request.mutable_digests()->Swap(&digests);
      return call.Send(request);
    });
  }
  return good.ReadPieces({subject.type, subject.pack_id, 0, base::kManifestPartsMax},
                         [&](tidemark::v1::SealedPiece& part) {
                           request.mutable_proof()->Swap(&part);
                           return call.Send(request);
                         });
}

absl::StatusOr<uint32_t> MendSubject(ReplicaPeer& good, ReplicaPeer& damaged,
                                     const Subject& subject, const std::vector<uint32_t>& numbers) {
  HealCall call(damaged, subject);
  RETURN_IF_ERROR(SendProof(good, subject, call));
  HealRequest request;
  for (const uint32_t number : numbers) {
    RETURN_IF_ERROR(good.ReadPieces({subject.type, subject.pack_id, number, 1},
                                    [&](tidemark::v1::SealedPiece& piece) {
                                      request.mutable_piece()->Swap(&piece);
                                      return call.Send(request);
                                    }));
  }
  return call.Finish();
}

}  // namespace

absl::Status Mend(ReplicaPeer& good, ReplicaPeer& damaged, uint64_t& healed,
                  std::vector<std::string>& not_healed) {
  ASSIGN_OR_RETURN(const std::vector<PieceIdentity> pieces, damaged.Damaged());
  std::map<Subject, std::vector<uint32_t>> by_subject;
  for (const PieceIdentity& piece : pieces) {
    if (piece.type() != PIECE_TYPE_FRAME && piece.type() != PIECE_TYPE_MANIFEST_PART) continue;
    by_subject[{piece.type(), piece.pack_id()}].push_back(piece.number());
  }
  for (const auto& [subject, numbers] : by_subject) {
    const absl::StatusOr<uint32_t> mended = MendSubject(good, damaged, subject, numbers);
    if (mended.ok()) {
      healed += *mended;
      continue;
    }
    if (IsAway(mended.status())) return mended.status();
    not_healed.push_back(absl::StrCat(
        numbers.size(), subject.type == PIECE_TYPE_FRAME ? " frames" : " manifest parts",
        " of pack ", base::HexEncode(subject.pack_id), ": ", mended.status().message()));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::escrow_agent
