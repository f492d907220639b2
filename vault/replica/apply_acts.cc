// Acts of custody in a second copy: what the primary logged has the same effect here.
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/status.h"
#include "vault/replica/applying.h"
#include "vault/retention/frame_marks.h"
#include "vault/retention/judgement.h"
#include "vault/retention/witnessed_time.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::CustodyAct;
using tidemark::v1::PackRow;

constexpr uint32_t kFormat = 1;

absl::Status Bad(const DepositId& id, absl::string_view why) {
  return absl::DataLossError(absl::StrCat(id.ToString(), ": ", why));
}

}  // namespace

absl::Status ApplyingImpl::FillAct(UnderWay& next) const {
  CustodyAct act;
  if (crypto::Blake2b(next.leaf.act()).bytes() != next.log_leaf.digest() ||
      !act.ParseFromString(next.leaf.act())) {
    return Bad(*next.deposit, "the act is not the one that the leaf names");
  }
  tidemark::v1::ActRow row;
  row.set_format(kFormat);
  row.set_act(next.leaf.act());
  next.batch.Put(Family::kActs, schema::LogKey(next.leaf.log_index()), row.SerializeAsString());
  switch (act.act_case()) {
    case CustodyAct::kHoldPlaced: {
      tidemark::v1::HoldRow hold;
      hold.set_format(kFormat);
      hold.set_placed_log_index(next.leaf.log_index());
      next.batch.Put(Family::kHolds, schema::HoldKey(*next.deposit, act.hold_placed().case_id()),
                     hold.SerializeAsString());
      return absl::OkStatus();
    }
    case CustodyAct::kHoldLifted:
      next.batch.Delete(Family::kHolds,
                        schema::HoldKey(*next.deposit, act.hold_lifted().case_id()));
      return absl::OkStatus();
    case CustodyAct::kShredded:
      return FillShredding(next, act, next.batch);
    case CustodyAct::kErased:
      if (act.erased().where() != CustodyAct::Erased::WHERE_PRIMARY) return absl::OkStatus();
      return FillRemoval(next, act.erased().shredded_log_index(), next.batch);
    case CustodyAct::ACT_NOT_SET:
      break;
  }
  return Bad(*next.deposit, "the act is one that this program does not know");
}

absl::Status ApplyingImpl::JudgeShredding(const UnderWay& next) const {
  const int64_t logged_at = next.log_leaf.time_unix_micros();
  if (absl::FromUnixMicros(logged_at) > parts_.clock.Now() + retention::kStepMax) {
    return absl::UnavailableError(absl::StrCat(
        "leaf ", next.leaf.log_index(), " deletes ", next.deposit->ToString(),
        " at a time that is more than eight days ahead of this machine's clock: one of the two is "
        "wrong, and nothing is deleted before it is known which"));
  }
  return retention::JudgeShredding(parts_.store, parts_.policy,
                                   {*next.deposit, next.leaf.log_index(), logged_at});
}

absl::Status ApplyingImpl::FillShredding(const UnderWay& next, const CustodyAct& act,
                                         StoreBatch& batch) const {
  ASSIGN_OR_RETURN(CatalogueRow row, replication_.ReadCatalogue(*next.deposit));
  if (act.shredded().manifest_digest() != row.manifest_digest()) {
    return Bad(*next.deposit, "what was shredded is another manifest");
  }
  ASSIGN_OR_RETURN(const bool is_allowed, replication_.IsAllowed(next.leaf));
  if (!is_allowed) {
    // The leaf gives the root that the primary signed, so this is the primary's own word.
    const absl::Status judged = JudgeShredding(next);
    if (absl::IsFailedPrecondition(judged)) {
      return replication_.RefuseShredding(next.leaf, *next.deposit, judged.message());
    }
    RETURN_IF_ERROR(judged);
  }
  // If this leaf was decided about: from now on it stands in the log.
  batch.Delete(Family::kMeta, std::string(schema::kDecidedLeafKey));
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(row.new_pack_id()));
  row.set_shredded_log_index(next.leaf.log_index());
  batch.Put(Family::kDeposits, schema::DepositKey(DepositRow::kCatalogue, *next.deposit),
            row.SerializeAsString());
  batch.Delete(Family::kDeposits, schema::DepositKey(DepositRow::kManifest, *next.deposit));
  batch.DeleteRange(Family::kParts, schema::PiecesOf(pack));
  return absl::OkStatus();
}

absl::Status ApplyingImpl::FillRemoval(const UnderWay& next, uint64_t shredded_log_index,
                                       StoreBatch& batch) const {
  const std::string& tld = next.deposit->tld();
  // A deposit that this copy never had in full may have used frames that a later one still uses.
  // The leaf that confirms its own erasure comes, too, and settles both.
  if (replication_.HasPromiseOf(tld)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<ReplicationImpl::Unneeded> unneeded,
                   replication_.FindUnneeded(tld, shredded_log_index));
  for (const ReplicationImpl::Unneeded& frames : unneeded) {
    PackRow row = frames.row;
    retention::AddBits(frames.bits, *row.mutable_removed_frames());
    batch.Put(Family::kPacks, schema::PackKey(frames.pack), row.SerializeAsString());
    batch.Put(Family::kMeta, schema::RemovingKey(frames.pack), row.removed_frames());
    RETURN_IF_ERROR(retention::ForEachRun(frames.bits, [&](uint32_t first, uint32_t count) {
      batch.DeleteRange(Family::kFrames, schema::PiecesOf(frames.pack, first, count));
      return absl::OkStatus();
    }));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault
