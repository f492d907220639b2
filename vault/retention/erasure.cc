// From rows that are marked or deleted to bytes that are gone, and to the leaf that says so.
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/retention/frame_marks.h"
#include "vault/retention/retention_impl.h"
#include "vault/schema.h"

namespace tidemark::vault::retention {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CustodyAct;

// Runs of frames that one batch deletes.
constexpr size_t kRunsPerBatchMax = 256;

schema::KeyRange OnlyKey(std::string key) {
  std::string end = key;
  end.push_back('\0');
  return {std::move(key), std::move(end)};
}

}  // namespace

absl::StatusOr<std::vector<RetentionImpl::Unconfirmed>> RetentionImpl::ReadUnconfirmed() const {
  ASSIGN_OR_RETURN(const Erasures erasures, ReadErasures(store_));
  std::vector<Unconfirmed> unconfirmed;
  ASSIGN_OR_RETURN(const std::vector<std::string> tlds, ReadTlds(store_));
  for (const std::string& tld : tlds) {
    ASSIGN_OR_RETURN(const TldRows rows, ReadTld(store_, tld));
    for (size_t i = 0; i < rows.facts.size(); ++i) {
      const uint64_t index = rows.facts[i].shredded_log_index;
      if (index == 0 || IsErased(erasures, index, CustodyAct::Erased::WHERE_PRIMARY)) continue;
      ASSIGN_OR_RETURN(const crypto::PackId pack,
                       crypto::PackId::FromBytes(rows.rows[i].new_pack_id()));
      unconfirmed.push_back({rows.facts[i].deposit, pack, index});
    }
  }
  return unconfirmed;
}

absl::Status RetentionImpl::DeleteMarked(std::vector<RocksStore::Deleted>& deleted,
                                         std::vector<crypto::PackId>& packs) {
  std::vector<std::pair<crypto::PackId, std::string>> marked;
  RETURN_IF_ERROR(
      store_.Scan(Family::kMeta, schema::AllRemoving(),
                  [&marked](absl::string_view key, absl::string_view value) -> absl::Status {
                    ASSIGN_OR_RETURN(const crypto::PackId pack, schema::ParseRemovingKey(key));
                    marked.emplace_back(pack, std::string(value));
                    return absl::OkStatus();
                  }));
  std::optional<StoreBatch> batch;
  size_t runs = 0;
  // Not synced: the marks stay until the compaction has synced everything.
  const auto write = [&]() -> absl::Status {
    if (!batch.has_value()) return absl::OkStatus();
    RETURN_IF_ERROR(store_.Apply(*batch, Durability::kUnsynced));
    books_.AtPoint("frames-deleted");
    batch.reset();
    runs = 0;
    return absl::OkStatus();
  };
  for (const auto& [pack, bits] : marked) {
    packs.push_back(pack);
    RETURN_IF_ERROR(ForEachRun(bits, [&](uint32_t first, uint32_t count) -> absl::Status {
      const schema::KeyRange range = schema::PiecesOf(pack, first, count);
      if (!batch.has_value()) batch.emplace();
      batch->DeleteRange(Family::kFrames, range);
      deleted.push_back({Family::kFrames, range});
      return ++runs < kRunsPerBatchMax ? absl::OkStatus() : write();
    }));
  }
  return write();
}

absl::Status RetentionImpl::Confirm(const Unconfirmed& shredded) {
  books_.AtPoint("before-confirmation");
  RETURN_IF_ERROR(
      books_
          .Record([&](uint64_t, StoreBatch&) -> absl::StatusOr<LoggedAct> {
            LoggedAct logged = {tidemark::v1::LOG_EVENT_ERASURE_CONFIRMED, shredded.deposit, {}};
            CustodyAct::Erased& erased = *logged.act.mutable_erased();
            erased.set_where(CustodyAct::Erased::WHERE_PRIMARY);
            erased.set_shredded_log_index(shredded.shredded_log_index);
            return logged;
          })
          .status());
  books_.AtPoint("after-confirmation");
  return absl::OkStatus();
}

absl::Status RetentionImpl::Erase(const std::set<std::string>& deferred, std::atomic<bool>& stop,
                                  RunSummary& summary) {
  std::vector<RocksStore::Deleted> deleted;
  std::vector<crypto::PackId> packs;
  RETURN_IF_ERROR(DeleteMarked(deleted, packs));
  ASSIGN_OR_RETURN(const std::vector<Unconfirmed> unconfirmed, ReadUnconfirmed());
  for (const Unconfirmed& shredded : unconfirmed) {
    deleted.push_back(
        {Family::kDeposits, OnlyKey(schema::DepositKey(DepositRow::kManifest, shredded.deposit))});
    deleted.push_back({Family::kParts, schema::PiecesOf(shredded.pack)});
  }
  if (deleted.empty()) return absl::OkStatus();
  books_.AtPoint("before-compaction");
  RETURN_IF_ERROR(store_.Erase(std::move(deleted), stop));
  books_.AtPoint("after-compaction");
  RETURN_IF_ERROR(books_.Alter([&packs](uint64_t, StoreBatch& batch) {
    for (const crypto::PackId& pack : packs) {
      batch.Delete(Family::kMeta, schema::RemovingKey(pack));
    }
    return absl::OkStatus();
  }));
  books_.AtPoint("marks-cleared");
  for (const Unconfirmed& shredded : unconfirmed) {
    if (deferred.contains(shredded.deposit.tld())) continue;
    RETURN_IF_ERROR(Confirm(shredded));
    ++summary.erasures_confirmed;
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault::retention
