#include "escrow_agent/replication/mend.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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

// Numbers that are named in one message.
constexpr size_t kNumbersShown = 16;

// A pack's frames, or the parts of the sealed manifest that came with it.
struct Subject {
  PieceType type;
  std::string pack_id;
  auto operator<=>(const Subject&) const = default;
};

bool MayBeAway(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsCancelled(status);
}

// "Not now" of a side that is there, and that it is not, come with one status. So it is asked.
absl::Status CheckBothThere(ReplicaPeer& good, ReplicaPeer& damaged) {
  RETURN_IF_ERROR(damaged.State().status());
  return good.State().status();
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
  absl::StatusOr<tidemark::v1::HealReply> Finish() {
    if (is_open_) writer_->WritesDone();
    is_finished_ = true;
    RETURN_IF_ERROR(damaged_.Map(writer_->Finish()));
    return reply_;
  }

 private:
  ReplicaPeer& damaged_;
  grpc::ClientContext context_;
  tidemark::v1::HealReply reply_;
  const std::unique_ptr<grpc::ClientWriter<HealRequest>> writer_;
  bool is_open_ = false;
  bool is_finished_ = false;
};

// All parts of a sealed manifest, in order; an empty one for each that cannot be read.
absl::Status SendParts(ReplicaPeer& good, const Subject& subject, HealCall& call) {
  uint32_t next = 0;
  HealRequest request;
  const auto send = [&](tidemark::v1::SealedPiece& part) {
    request.mutable_proof()->Swap(&part);
    ++next;
    return call.Send(request);
  };
  const auto send_unknown = [&] {
    tidemark::v1::SealedPiece unknown;
    unknown.set_number(next);
    return send(unknown);
  };
  while (next < base::kManifestPartsMax) {
    absl::Status sent;
    const absl::Status read = good.ReadPieces(
        {subject.type, subject.pack_id, next, base::kManifestPartsMax - next},
        [&](tidemark::v1::SealedPiece& part) {
          while (sent.ok() && next < part.number()) sent = send_unknown();
          if (sent.ok()) sent = send(part);
          return sent;
        });
    RETURN_IF_ERROR(sent);
    if (!absl::IsDataLoss(read)) return read;
    RETURN_IF_ERROR(send_unknown());
  }
  return absl::OkStatus();
}

absl::Status SendProof(ReplicaPeer& good, const Subject& subject, HealCall& call) {
  if (subject.type == PIECE_TYPE_MANIFEST_PART) return SendParts(good, subject, call);
  HealRequest request;
  return good.ReadDigests(subject.pack_id, [&](tidemark::v1::PieceDigests& digests) {
    request.mutable_digests()->Swap(&digests);
    return call.Send(request);
  });
}

struct Mended {
  uint32_t healed = 0;
  std::vector<uint32_t> lost = {};  // neither side has them as they were signed
};

absl::StatusOr<Mended> MendSubject(ReplicaPeer& good, ReplicaPeer& damaged, const Subject& subject,
                                   const std::vector<uint32_t>& numbers) {
  HealCall call(damaged, subject);
  RETURN_IF_ERROR(SendProof(good, subject, call));
  Mended mended;
  HealRequest request;
  for (const uint32_t number : numbers) {
    bool has_come = false;
    absl::Status sent;
    const absl::Status read = good.ReadPieces({subject.type, subject.pack_id, number, 1},
                                              [&](tidemark::v1::SealedPiece& piece) {
                                                has_come = true;
                                                request.mutable_piece()->Swap(&piece);
                                                sent = call.Send(request);
                                                return sent;
                                              });
    RETURN_IF_ERROR(sent);
    if (!absl::IsDataLoss(read)) RETURN_IF_ERROR(read);
    if (!has_come) mended.lost.push_back(number);
  }
  ASSIGN_OR_RETURN(const tidemark::v1::HealReply reply, call.Finish());
  mended.healed = reply.healed();
  mended.lost.insert(mended.lost.end(), reply.unfit().begin(), reply.unfit().end());
  return mended;
}

// "frames 3, 7 of pack ..."
std::string Describe(const Subject& subject, const std::vector<uint32_t>& numbers) {
  const size_t shown = std::min(numbers.size(), kNumbersShown);
  std::string text = absl::StrCat(
      subject.type == PIECE_TYPE_FRAME ? "frames " : "manifest parts ",
      absl::StrJoin(numbers.begin(), numbers.begin() + static_cast<ptrdiff_t>(shown), ", "));
  if (numbers.size() > shown) absl::StrAppend(&text, " and ", numbers.size() - shown, " more");
  return absl::StrCat(text, " of pack ", base::HexEncode(subject.pack_id));
}

// Once for all that was healed: a table file that is in the way of many packs is made anew once.
absl::Status FinishHealing(ReplicaPeer& good, ReplicaPeer& damaged,
                           std::vector<std::string>& not_healed) {
  const absl::StatusOr<tidemark::v1::FinishHealingReply> finished = damaged.FinishHealing();
  if (MayBeAway(finished.status())) RETURN_IF_ERROR(CheckBothThere(good, damaged));
  if (!finished.ok()) {
    not_healed.push_back(absl::StrCat("what was healed counts as damaged still: ",
                                      finished.status().message()));
    return absl::OkStatus();
  }
  uint32_t unnamed = finished->tables_refused();
  for (const tidemark::v1::FinishHealingReply::Refused& refused : finished->refused()) {
    if (unnamed == 0) break;
    --unnamed;
    not_healed.push_back(absl::StrCat("damaged table file ", refused.table(), " of tidemarkd at ",
                                      damaged.address(), " stays for now, and what was healed ",
                                      "above it counts as damaged still: ", refused.why()));
  }
  if (unnamed > 0) {
    not_healed.push_back(absl::StrCat(
        unnamed, " damaged table files of tidemarkd at ", damaged.address(),
        " stay for now, and what was healed above them counts as damaged still; its log says why "
        "(table-not-remade)"));
  }
  return absl::OkStatus();
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
    const absl::StatusOr<Mended> mended = MendSubject(good, damaged, subject, numbers);
    if (MayBeAway(mended.status())) RETURN_IF_ERROR(CheckBothThere(good, damaged));
    if (!mended.ok()) {
      not_healed.push_back(
          absl::StrCat(Describe(subject, numbers), ": ", mended.status().message()));
      continue;
    }
    healed += mended->healed;
    if (mended->lost.empty()) continue;
    not_healed.push_back(
        absl::StrCat(Describe(subject, mended->lost), ": neither copy has them whole"));
  }
  if (by_subject.empty()) return absl::OkStatus();
  return FinishHealing(good, damaged, not_healed);
}

}  // namespace tidemark::escrow_agent
