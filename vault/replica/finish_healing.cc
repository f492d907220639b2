// What comes after the last piece of a round was healed.
//
// The tables are made anew once a round and not for each pack, for each time all that is relied on
// where a table cannot be read is asked for.
#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "base/status.h"
#include "vault/replica/replication_impl.h"
#include "vault/schema.h"
#include "vault/scrub/mending.h"

namespace tidemark::vault {
namespace {

// Tables that are named in one answer; all are counted.
constexpr int kRefusedNamedMax = 100;

}  // namespace

void ReplicationImpl::NoteHealed(PieceKind kind, const std::set<std::string>& keys) {
  absl::MutexLock lock(&mutex_);
  healed_[kind].insert(keys.begin(), keys.end());
}

absl::Status ReplicationImpl::TakeOutBlocks(PieceKind kind, const std::set<std::string>& healed,
                                            tidemark::v1::FinishHealingReply& reply) {
  // Whoever reads a damaged piece has it remembered, and the next round mends it, too.
  const auto read = [this, kind](const std::string& key) {
    const absl::StatusOr<schema::ParsedPieceKey> piece = schema::ParsePieceKey(key);
    if (piece.ok()) parts_.pieces.Get({kind, piece->pack, piece->number}).status().IgnoreError();
  };
  ASSIGN_OR_RETURN(
      const RocksStore::Remade remade,
      FinishMending(parts_.store,
                    {.kind = kind == PieceKind::kFrame ? schema::kFrameKind : schema::kPartKind,
                     .keys = healed,
                     .at_missing = read,
                     .at_point = parts_.at_point}));
  reply.set_tables_remade(reply.tables_remade() + static_cast<uint32_t>(remade.tables));
  reply.set_tables_refused(reply.tables_refused() + static_cast<uint32_t>(remade.refused.size()));
  for (const RocksStore::Refusal& table : remade.refused) {
    if (reply.refused_size() == kRefusedNamedMax) break;
    tidemark::v1::FinishHealingReply::Refused& refused = *reply.add_refused();
    refused.set_table(table.table);
    refused.set_why(std::string(table.why.message()));
  }
  return absl::OkStatus();
}

absl::StatusOr<tidemark::v1::FinishHealingReply> ReplicationImpl::FinishHealing() {
  std::map<PieceKind, std::set<std::string>> healed;
  {
    absl::MutexLock lock(&mutex_);
    if (is_finishing_) {
      return absl::UnavailableError(
          "another call is at it, and its answer says what became of the tables; what was healed "
          "since it began is finished by the next one");
    }
    is_finishing_ = true;
    healed.swap(healed_);
  }
  tidemark::v1::FinishHealingReply reply;
  absl::Status finished;
  for (const auto& [kind, keys] : healed) {
    if (!keys.empty()) finished.Update(TakeOutBlocks(kind, keys, reply));
  }
  absl::MutexLock lock(&mutex_);
  is_finishing_ = false;
  RETURN_IF_ERROR(finished);
  return reply;
}

}  // namespace tidemark::vault
