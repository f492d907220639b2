#include "vault/audit_log.h"

#include <sys/timex.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "proto/stored.pb.h"
#include "vault/manifest.h"
#include "vault/schema.h"
#include "vault/vault.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::FrontierRow;
using tidemark::v1::LogRow;
using tidemark::v1::TreeHeadBody;

constexpr uint32_t kFormat = 1;
constexpr char kUnsynchronised[] = "unsynchronised";

absl::Status Bad(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("audit log: ", why));
}

}  // namespace

std::string ClockState() {
  timex state = {};  // modes 0: only asks
  const int result = adjtimex(&state);
  if (result < 0) return "unknown";
  return result == TIME_ERROR || (state.status & STA_UNSYNC) != 0 ? kUnsynchronised
                                                                  : "synchronised";
}

absl::Status AuditLog::Load(const RocksStore& store) {
  ASSIGN_OR_RETURN(const std::string value, store.Get(Family::kMeta, schema::kFrontierKey));
  FrontierRow row;
  if (!row.ParseFromString(value) || row.format() != kFormat || row.size() == 0) {
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
  const absl::StatusOr<std::string> last = store.Get(Family::kLog, schema::LogKey(row.size() - 1));
  if (!last.ok()) return Bad(absl::StrCat("leaf ", row.size() - 1, " is missing"));
  LogRow leaf;
  TreeHeadBody head;
  if (!leaf.ParseFromString(*last) || !head.ParseFromString(leaf.tree_head().body())) {
    return Bad(absl::StrCat("leaf ", row.size() - 1, " is not one"));
  }
  if (head.tree_size() != row.size() || head.root() != frontier->Root().bytes() ||
      head.vault_id() != vault_id_) {
    return Bad("frontier and last tree head do not agree");
  }
  if (store.Get(Family::kLog, schema::LogKey(row.size())).ok()) {
    return Bad("there is a leaf beyond the frontier");
  }
  frontier_ = *std::move(frontier);
  last_time_unix_micros_ = row.last_time_unix_micros();
  return absl::OkStatus();
}

AuditLog::Entry AuditLog::Prepare(tidemark::v1::LogEvent event,
                                  const std::optional<DepositId>& deposit,
                                  const crypto::Blake2bDigest& digest, StoreBatch& batch) {
  Entry entry;
  const int64_t now = absl::ToUnixMicros(clock_.Now());
  entry.time_unix_micros = std::max(now, last_time_unix_micros_);
  entry.clock_state = now < last_time_unix_micros_ ? kUnsynchronised : ClockState();
  entry.index = frontier_.size();

  tidemark::v1::LogLeaf leaf;
  leaf.set_format(kFormat);
  leaf.set_event(event);
  leaf.set_time_unix_micros(entry.time_unix_micros);
  if (deposit.has_value()) *leaf.mutable_identity() = ToProto(*deposit);
  leaf.set_digest(std::string(digest.bytes()));
  entry.leaf = leaf.SerializeAsString();

  next_frontier_ = frontier_;
  next_time_unix_micros_ = entry.time_unix_micros;
  entry.inclusion_proof = next_frontier_.Append(crypto::MerkleLeafHash(entry.leaf));

  TreeHeadBody head;
  head.set_format(kFormat);
  head.set_vault_id(vault_id_);
  head.set_tree_size(next_frontier_.size());
  head.set_root(std::string(next_frontier_.Root().bytes()));
  head.set_time_unix_micros(entry.time_unix_micros);
  entry.tree_head.set_body(head.SerializeAsString());
  entry.tree_head.set_signature(
      key_->Sign(crypto::SignaturePurpose::kTreeHead, entry.tree_head.body()));
  PutRows(entry.index, entry.leaf, entry.tree_head, batch);
  return entry;
}

absl::Status AuditLog::PrepareCopy(const std::string& leaf,
                                   const tidemark::v1::SignedTreeHead& tree_head,
                                   StoreBatch& batch) {
  tidemark::v1::LogLeaf parsed;
  TreeHeadBody head;
  if (!parsed.ParseFromString(leaf) || !head.ParseFromString(tree_head.body())) {
    return absl::InvalidArgumentError("log: leaf or tree head is not one");
  }
  next_frontier_ = frontier_;
  next_time_unix_micros_ = parsed.time_unix_micros();
  next_frontier_.Append(crypto::MerkleLeafHash(leaf));
  if (head.tree_size() != next_frontier_.size() ||
      head.root() != next_frontier_.Root().bytes()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "leaf ", frontier_.size(), " does not continue this log to the head that was signed"));
  }
  PutRows(frontier_.size(), leaf, tree_head, batch);
  return absl::OkStatus();
}

void AuditLog::PutRows(uint64_t index, const std::string& leaf,
                       const tidemark::v1::SignedTreeHead& tree_head, StoreBatch& batch) const {
  LogRow row;
  row.set_format(kFormat);
  row.set_leaf(leaf);
  *row.mutable_tree_head() = tree_head;
  batch.Put(Family::kLog, schema::LogKey(index), row.SerializeAsString());

  FrontierRow frontier;
  frontier.set_format(kFormat);
  frontier.set_size(next_frontier_.size());
  for (const crypto::Sha256Digest& peak : next_frontier_.peaks()) {
    frontier.add_peaks(std::string(peak.bytes()));
  }
  frontier.set_last_time_unix_micros(next_time_unix_micros_);
  batch.Put(Family::kMeta, std::string(schema::kFrontierKey), frontier.SerializeAsString());
}

void AuditLog::Adopt() {
  frontier_ = std::move(next_frontier_);
  last_time_unix_micros_ = next_time_unix_micros_;
}

}  // namespace tidemark::vault
