// What was shredded, gone from a second copy as well; and the primary's word of it.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "vault/replica/replication_impl.h"
#include "vault/retention/frame_marks.h"
#include "vault/retention/rows.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CustodyAct;

}  // namespace

absl::StatusOr<uint64_t> ReplicationImpl::LogIndexOf(const DepositId& id) const {
  ASSIGN_OR_RETURN(
      const std::string value,
      parts_.store.Get(Family::kDeposits, schema::DepositKey(DepositRow::kReceipt, id)));
  tidemark::v1::Receipt receipt;
  tidemark::v1::ReceiptBody body;
  if (!receipt.ParseFromString(value) || !body.ParseFromString(receipt.body())) {
    return absl::DataLossError(absl::StrCat("the receipt of ", id.ToString(), " is not one"));
  }
  return body.log_index();
}

absl::StatusOr<std::vector<ReplicationImpl::Unneeded>> ReplicationImpl::FindUnneeded(
    const std::string& tld, uint64_t log_index) const {
  ASSIGN_OR_RETURN(const retention::TldRows rows, retention::ReadTld(parts_.store, tld));
  retention::FrameMarks kept;
  for (const retention::DepositFacts& facts : rows.facts) {
    if (facts.shredded_log_index != 0) continue;
    ASSIGN_OR_RETURN(const tidemark::v1::ClearManifest clear,
                     retention::ReadManifest(parts_.store, facts.deposit));
    RETURN_IF_ERROR(kept.Add(clear));
  }
  std::vector<Unneeded> unneeded;
  for (size_t i = 0; i < rows.rows.size(); ++i) {
    // What came later the primary had not looked at when it removed its own.
    ASSIGN_OR_RETURN(const uint64_t committed, LogIndexOf(rows.facts[i].deposit));
    if (committed > log_index) continue;
    ASSIGN_OR_RETURN(const crypto::PackId pack,
                     crypto::PackId::FromBytes(rows.rows[i].new_pack_id()));
    ASSIGN_OR_RETURN(tidemark::v1::PackRow row, ReadPack(pack));
    std::string bits = kept.Unmarked(pack, row.frame_count(), row.removed_frames());
    if (!bits.empty()) unneeded.push_back({pack, committed, std::move(row), std::move(bits)});
  }
  return unneeded;
}

absl::Status ReplicationImpl::FindShreddedOf(const std::string& tld,
                                             const retention::Erasures& erasures,
                                             std::vector<RocksStore::Deleted>& deleted,
                                             std::vector<uint64_t>& gone) const {
  const uint64_t size = parts_.log.CopiedSize();
  ASSIGN_OR_RETURN(const retention::TldRows rows, retention::ReadTld(parts_.store, tld));
  std::vector<size_t> waiting;  // rows
  uint64_t newest = 0;
  for (size_t i = 0; i < rows.facts.size(); ++i) {
    const uint64_t index = rows.facts[i].shredded_log_index;
    if (index == 0 || index >= size) continue;
    // Until the primary has said so, it may still have frames that only this deposit used, for an
    // upload that relies on them; and then so does this copy. There is time until then.
    if (retention::IsErased(erasures, index, CustodyAct::Erased::WHERE_REPLICA) ||
        !retention::IsErased(erasures, index, CustodyAct::Erased::WHERE_PRIMARY)) {
      continue;
    }
    waiting.push_back(i);
    newest = std::max(newest, index);
  }
  if (waiting.empty() || HasPromiseOf(tld)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<Unneeded> left, FindUnneeded(tld, newest));
  uint64_t first_left = size;
  for (const Unneeded& frames : left) {
    first_left = std::min(first_left, frames.committed_log_index);
  }
  for (const size_t i : waiting) {
    const uint64_t index = rows.facts[i].shredded_log_index;
    // Frames of packs that came before it are still to go.
    if (first_left <= index) continue;
    if (gone.size() >= kErasedLeavesMax) return absl::OkStatus();
    gone.push_back(index);
    std::string manifest = schema::DepositKey(DepositRow::kManifest, rows.facts[i].deposit);
    std::string behind = manifest;
    behind.push_back('\0');
    ASSIGN_OR_RETURN(const crypto::PackId pack,
                     crypto::PackId::FromBytes(rows.rows[i].new_pack_id()));
    deleted.push_back({Family::kDeposits, {std::move(manifest), std::move(behind)}});
    deleted.push_back({Family::kParts, schema::PiecesOf(pack)});
  }
  return absl::OkStatus();
}

absl::Status ReplicationImpl::FindShredded(const std::atomic<bool>& stop,
                                           std::vector<RocksStore::Deleted>& deleted,
                                           std::vector<uint64_t>& gone) const {
  ASSIGN_OR_RETURN(const retention::Erasures erasures, retention::ReadErasures(parts_.store));
  ASSIGN_OR_RETURN(const std::vector<std::string> tlds, retention::ReadTlds(parts_.store));
  for (const std::string& tld : tlds) {
    if (stop.load()) return absl::AbortedError("told to stop; the next round goes on");
    RETURN_IF_ERROR(FindShreddedOf(tld, erasures, deleted, gone));
    if (gone.size() >= kErasedLeavesMax) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<uint64_t>> ReplicationImpl::Erase(std::atomic<bool>& stop) {
  if (!parts_.primary_key.has_value()) {
    return absl::FailedPreconditionError("this is no second copy: retention erases here");
  }
  if (has_turn_.exchange(true)) {
    return absl::UnavailableError("a copier is at this second copy; try again later");
  }
  const std::unique_ptr<ReplicationImpl, void (*)(ReplicationImpl*)> turn(
      this, [](ReplicationImpl* self) { self->EndTurn(); });
  RETURN_IF_ERROR(CheckNotStopped());
  std::vector<RocksStore::Deleted> deleted;
  std::vector<uint64_t> gone;
  RETURN_IF_ERROR(FindShredded(stop, deleted, gone));
  StoreBatch marks;
  RETURN_IF_ERROR(parts_.store.Scan(
      Family::kMeta, schema::AllRemoving(),
      [&](absl::string_view key, absl::string_view bits) -> absl::Status {
        ASSIGN_OR_RETURN(const crypto::PackId pack, schema::ParseRemovingKey(key));
        marks.Delete(Family::kMeta, std::string(key));
        return retention::ForEachRun(bits, [&](uint32_t first, uint32_t count) {
          deleted.push_back({Family::kFrames, schema::PiecesOf(pack, first, count)});
          return absl::OkStatus();
        });
      }));
  if (deleted.empty()) return gone;
  RETURN_IF_ERROR(parts_.store.Erase(std::move(deleted), stop));
  RETURN_IF_ERROR(parts_.store.Apply(marks, Durability::kSynced));
  return gone;
}

absl::StatusOr<bool> ReplicationImpl::ConfirmErased(uint64_t shredded_log_index,
                                                    const std::string& detail) {
  if (parts_.primary_key.has_value()) {
    return absl::FailedPreconditionError("a second copy logs nothing; tell the primary");
  }
  if (has_turn_.exchange(true)) {
    return absl::UnavailableError("another confirmation is being logged; try again later");
  }
  const std::unique_ptr<ReplicationImpl, void (*)(ReplicationImpl*)> turn(
      this, [](ReplicationImpl* self) { self->EndTurn(); });
  const absl::StatusOr<tidemark::v1::LogLeaf> leaf =
      retention::ReadLeaf(parts_.store, shredded_log_index);
  if (!leaf.ok() || leaf->event() != tidemark::v1::LOG_EVENT_DEPOSIT_SHREDDED) {
    return absl::InvalidArgumentError(
        absl::StrCat("leaf ", shredded_log_index, " is not about a deposit that was shredded"));
  }
  ASSIGN_OR_RETURN(const DepositId deposit, IdOf(leaf->identity()));
  if (!confirmed_.has_value()) {
    ASSIGN_OR_RETURN(const retention::Erasures erasures, retention::ReadErasures(parts_.store));
    std::set<uint64_t>& confirmed = confirmed_.emplace();
    for (const auto& [index, acts] : erasures) {
      if (retention::IsErased(erasures, index, CustodyAct::Erased::WHERE_REPLICA)) {
        confirmed.insert(index);
      }
    }
  }
  if (confirmed_->contains(shredded_log_index)) return false;
  const absl::Status logged = parts_.log.LogErasedThere(deposit, shredded_log_index, detail);
  if (!logged.ok()) {
    confirmed_.reset();  // it may be on the disk all the same
    return logged;
  }
  confirmed_->insert(shredded_log_index);
  return true;
}

}  // namespace tidemark::vault
