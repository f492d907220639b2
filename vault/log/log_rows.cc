#include "vault/log/log_rows.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::FrontierRow;
using tidemark::v1::LogRow;

absl::Status Bad(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("audit log: ", why));
}

// A row that ought to be there.
absl::StatusOr<std::string> Held(const RocksStore& store, Family family, absl::string_view key,
                                 absl::string_view what) {
  absl::StatusOr<std::string> value = store.Get(family, key);
  if (absl::IsNotFound(value.status())) return Bad(absl::StrCat(what, " is missing"));
  if (!value.ok()) return base::Annotate(value.status(), absl::StrCat("audit log: ", what));
  return value;
}

}  // namespace

absl::StatusOr<StoredFrontier> ReadFrontier(const RocksStore& store) {
  ASSIGN_OR_RETURN(const std::string value,
                   Held(store, Family::kMeta, schema::kFrontierKey, "the frontier"));
  FrontierRow row;
  if (!row.ParseFromString(value) || row.format() != kLogFormat || row.size() == 0) {
    return Bad("the frontier's row is not one");
  }
  std::vector<crypto::Sha256Digest> peaks;
  for (const std::string& peak : row.peaks()) {
    const absl::StatusOr<crypto::Sha256Digest> digest = crypto::Sha256Digest::FromBytes(peak);
    if (!digest.ok()) return Bad("the frontier holds something that is not a digest");
    peaks.push_back(*digest);
  }
  absl::StatusOr<crypto::MerkleFrontier> frontier =
      crypto::MerkleFrontier::FromPeaks(row.size(), std::move(peaks));
  if (!frontier.ok()) return Bad("the frontier does not fit its size");
  return StoredFrontier{*std::move(frontier), row.last_time_unix_micros()};
}

void PutFrontier(const StoredFrontier& frontier, StoreBatch& batch) {
  FrontierRow row;
  row.set_format(kLogFormat);
  row.set_size(frontier.frontier.size());
  for (const crypto::Sha256Digest& peak : frontier.frontier.peaks()) {
    row.add_peaks(std::string(peak.bytes()));
  }
  row.set_last_time_unix_micros(frontier.last_time_unix_micros);
  batch.Put(Family::kMeta, std::string(schema::kFrontierKey), row.SerializeAsString());
}

absl::StatusOr<LogRow> ReadLogRow(const RocksStore& store, uint64_t index) {
  ASSIGN_OR_RETURN(const std::string value,
                   Held(store, Family::kLog, schema::LogKey(index), absl::StrCat("leaf ", index)));
  return ParseLogRow(value, index);
}

absl::StatusOr<LogRow> ParseLogRow(absl::string_view value, uint64_t index) {
  LogRow row;
  if (!row.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
      row.format() != kLogFormat) {
    return Bad(absl::StrCat("leaf ", index, " is not one"));
  }
  return row;
}

absl::StatusOr<tidemark::v1::TreeHeadBody> ParseTreeHead(const LogRow& row, uint64_t index) {
  tidemark::v1::TreeHeadBody head;
  if (!head.ParseFromString(row.tree_head().body()) || head.format() != kLogFormat) {
    return Bad(absl::StrCat("the tree head of leaf ", index, " is not one"));
  }
  return head;
}

absl::StatusOr<crypto::Sha256Digest> ReadNode(const RocksStore& store, crypto::MerkleNode node) {
  const std::string what = absl::StrCat("node ", node.index, " of level ", node.level);
  ASSIGN_OR_RETURN(const std::string value,
                   Held(store, Family::kNodes, schema::NodeKey(node.level, node.index), what));
  absl::StatusOr<crypto::Sha256Digest> hash = crypto::Sha256Digest::FromBytes(value);
  if (!hash.ok()) return Bad(absl::StrCat(what, " is not a digest"));
  return hash;
}

void PutNode(crypto::MerkleNode node, const crypto::Sha256Digest& hash, StoreBatch& batch) {
  batch.Put(Family::kNodes, schema::NodeKey(node.level, node.index), std::string(hash.bytes()));
}

bool HasAct(tidemark::v1::LogEvent event) {
  return event == tidemark::v1::LOG_EVENT_HOLD_PLACED ||
         event == tidemark::v1::LOG_EVENT_HOLD_LIFTED ||
         event == tidemark::v1::LOG_EVENT_DEPOSIT_SHREDDED ||
         event == tidemark::v1::LOG_EVENT_ERASURE_CONFIRMED;
}

absl::StatusOr<std::string> ReadAct(const RocksStore& store, uint64_t index) {
  const std::string what = absl::StrCat("the act of leaf ", index);
  ASSIGN_OR_RETURN(const std::string value,
                   Held(store, Family::kActs, schema::LogKey(index), what));
  tidemark::v1::ActRow row;
  if (!row.ParseFromString(value) || row.format() != kLogFormat || row.act().empty()) {
    return Bad(absl::StrCat(what, " is not one"));
  }
  return std::move(*row.mutable_act());
}

}  // namespace tidemark::vault
