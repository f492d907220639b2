// What comes after the last piece of a round was healed.
//
// A block that cannot be read still lies below the new rows, in the way of every compaction and of
// whoever reads its pack from end to end. Until it is gone its pieces count as damaged. The tables
// are made anew once a round and not for each pack, for each time all that is relied on where a
// table cannot be read is asked for.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/status.h"
#include "vault/expected_keys.h"
#include "vault/replica/replication_impl.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;

// Where nothing of a table can be told, that is from its first key to its last.
bool LiesIn(const std::vector<RocksStore::Refusal>& refused, const std::string& key) {
  const auto has_key = [&key](const RocksStore::Unreadable& gap) {
    return key >= gap.begin && (gap.end.empty() || key < gap.end);
  };
  return std::any_of(refused.begin(), refused.end(), [&](const RocksStore::Refusal& table) {
    return std::any_of(table.gaps.begin(), table.gaps.end(), has_key);
  });
}

}  // namespace

void ReplicationImpl::NoteHealed(PieceKind kind, const std::set<std::string>& keys) {
  absl::MutexLock lock(&mutex_);
  healed_[kind].insert(keys.begin(), keys.end());
}

bool ReplicationImpl::IsReadable(PieceKind kind, const std::string& key) const {
  const absl::StatusOr<schema::ParsedPieceKey> piece = schema::ParsePieceKey(key);
  return piece.ok() && parts_.pieces.Get({kind, piece->pack, piece->number}).ok();
}

absl::Status ReplicationImpl::TakeOutBlocks(PieceKind kind, const std::set<std::string>& healed,
                                            tidemark::v1::FinishHealingReply& reply) {
  const Family family = kind == PieceKind::kFrame ? Family::kFrames : Family::kParts;
  const uint32_t damage_kind = kind == PieceKind::kFrame ? schema::kFrameKind : schema::kPartKind;
  std::vector<schema::KeyRange> ranges;
  for (const std::string& key : healed) ranges.push_back({key, key + '\0'});
  ASSIGN_OR_RETURN(
      const RocksStore::Remade remade,
      parts_.store.RemakeTables(
          {.family = family,
           .ranges = ranges,
           .expected = ExpectedKeysOf(parts_.store, family),
           // Whoever reads a damaged piece has it remembered, and the next round mends it, too.
           .at_missing = [&](const std::string& key) { static_cast<void>(IsReadable(kind, key)); },
           .at_point = parts_.at_point}));
  reply.set_tables_remade(reply.tables_remade() + static_cast<uint32_t>(remade.tables));
  reply.set_tables_refused(reply.tables_refused() + static_cast<uint32_t>(remade.refused.size()));
  StoreBatch batch;
  for (const std::string& key : healed) {
    // It was whole when it was healed, which may be a while ago: what went bad since stays known.
    if (LiesIn(remade.refused, key) || !IsReadable(kind, key)) continue;
    batch.Delete(Family::kScrub, schema::DamageKey(damage_kind, key));
  }
  // Of what had waited for this, from an earlier round or from nobody's.
  for (const RocksStore::Unreadable& gap : remade.gaps) {
    RETURN_IF_ERROR(parts_.store.Scan(
        Family::kScrub, schema::DamagesOf(damage_kind, {gap.begin, gap.end}),
        [&](absl::string_view key, absl::string_view) -> absl::Status {
          ASSIGN_OR_RETURN(const schema::ParsedDamageKey parsed, schema::ParseDamageKey(key));
          const std::string piece = schema::PieceKey(parsed.pack, parsed.number);
          if (!LiesIn(remade.refused, piece) && IsReadable(kind, piece)) {
            batch.Delete(Family::kScrub, std::string(key));
          }
          return absl::OkStatus();
        }));
  }
  return batch.empty() ? absl::OkStatus() : parts_.store.Apply(batch, Durability::kSynced);
}

absl::StatusOr<tidemark::v1::FinishHealingReply> ReplicationImpl::FinishHealing() {
  std::map<PieceKind, std::set<std::string>> healed;
  {
    absl::MutexLock lock(&mutex_);
    healed.swap(healed_);
  }
  tidemark::v1::FinishHealingReply reply;
  for (const auto& [kind, keys] : healed) {
    if (!keys.empty()) RETURN_IF_ERROR(TakeOutBlocks(kind, keys, reply));
  }
  return reply;
}

}  // namespace tidemark::vault
