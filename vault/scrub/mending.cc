#include "vault/scrub/mending.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/log.h"
#include "base/status.h"
#include "vault/expected_keys.h"
#include "vault/scrub/piece_slice.h"
#include "vault/scrub/scrub_memory.h"

namespace tidemark::vault {
namespace {

using schema::Family;

constexpr absl::Duration kBetweenLooks = absl::Hours(1);
constexpr absl::Duration kShortestWait = absl::Seconds(1);
constexpr size_t kPiecesPerLook = 256;
// More of them are met again in the next cycle.
constexpr size_t kBlocksMax = 1024;

bool IsWhole(const RocksStore& store, uint32_t kind, const std::string& key) {
  const absl::StatusOr<std::optional<std::string>> what = LookAtPiece(store, kind, key);
  return what.ok() && !what->has_value();
}

// The keys of pieces that count as damaged and lie between those of `pieces`, `most` of them.
absl::StatusOr<std::vector<std::string>> KnownIn(const RocksStore& store, uint32_t kind,
                                                 const schema::KeyRange& pieces, size_t most) {
  ASSIGN_OR_RETURN(std::vector<std::string> known,
                   RememberedIn(store, schema::DamagesOf(kind, pieces), most));
  const size_t prefix = schema::DamageKey(kind, "").size();
  for (std::string& key : known) key.erase(0, prefix);
  return known;
}

}  // namespace

absl::StatusOr<RocksStore::Remade> FinishMending(RocksStore& store, const MendedPieces& mended) {
  const auto family = static_cast<Family>(mended.kind);
  std::vector<schema::KeyRange> ranges = mended.blocks;
  for (const std::string& key : mended.keys) ranges.push_back({key, key + '\0'});
  ASSIGN_OR_RETURN(RocksStore::Remade remade,
                   store.RemakeTables({.family = family,
                                       .ranges = std::move(ranges),
                                       .expected = ExpectedKeysOf(store, family),
                                       .tables = mended.tables,
                                       .asking = mended.asking,
                                       .at_missing = mended.at_missing,
                                       .at_point = mended.at_point}));
  std::set<std::string> keys = mended.keys;
  // What had waited for this, from an earlier round or from nobody's.
  for (const RocksStore::Unreadable& gap : remade.gaps) {
    ASSIGN_OR_RETURN(const std::vector<std::string> known,
                     KnownIn(store, mended.kind, {gap.begin, gap.end}, SIZE_MAX));
    keys.insert(known.begin(), known.end());
  }
  StoreBatch batch;
  for (const std::string& key : keys) {
    // It was whole when it was mended, which may be a while ago: what went bad since stays known.
    if (remade.StaysOver(key) || !IsWhole(store, mended.kind, key)) continue;
    batch.Delete(Family::kScrub, schema::DamageKey(mended.kind, key));
    base::Log(base::LogLevel::kInfo, "piece-mended-or-removed",
              {{"piece", DescribePiece(mended.kind, key)}});
  }
  if (!batch.empty()) RETURN_IF_ERROR(store.Apply(batch, Durability::kSynced));
  return remade;
}

std::set<std::string> Mending::NextWhole(uint32_t kind) {
  std::string& from = next_[kind];
  const absl::StatusOr<std::vector<std::string>> known =
      KnownIn(store_, kind, {from, ""}, kPiecesPerLook);
  from.clear();
  std::set<std::string> whole;
  if (!known.ok()) {
    base::Log(base::LogLevel::kError, "damage-not-read", {{"status", known.status().ToString()}});
    return whole;
  }
  if (known->size() == kPiecesPerLook) from = known->back() + '\0';
  for (const std::string& key : *known) {
    if (IsWhole(store_, kind, key)) whole.insert(key);
  }
  return whole;
}

void Mending::Ask(MendedPieces mended) {
  if (mended.keys.empty() && mended.blocks.empty()) return;
  if (mended.kind != static_cast<uint32_t>(Family::kNodes)) {
    mended.at_missing = [this, &mended](const std::string& key) { at_missing_(mended.kind, key); };
  }
  const absl::StatusOr<RocksStore::Remade> remade = FinishMending(store_, mended);
  if (!remade.ok()) {
    base::Log(base::LogLevel::kError, "mending-failed", {{"status", remade.status().ToString()}});
    return;
  }
  // What becomes of each table is in the log.
  if (remade->next_due == absl::InfiniteFuture()) return;
  due_ = std::min(due_, std::max(remade->next_due, clock_.Now() + kShortestWait));
  if (!mended.tables.empty()) {
    // Others have rows there, too: from now on it is known by where it cannot be read.
    mended.blocks.clear();
    for (const std::vector<RocksStore::Refusal>* stay : {&remade->refused, &remade->put_off}) {
      for (const RocksStore::Refusal& table : *stay) {
        for (const RocksStore::Unreadable& gap : table.gaps) {
          mended.blocks.push_back({gap.begin, gap.end});
        }
      }
    }
  }
  std::vector<schema::KeyRange>& blocks = blocks_[mended.kind];
  const size_t more = std::min(mended.blocks.size(), kBlocksMax - blocks.size());
  blocks.insert(blocks.end(), mended.blocks.begin(),
                mended.blocks.begin() + static_cast<ptrdiff_t>(more));
}

void Mending::TakeOut(uint32_t kind, std::set<std::string> keys,
                      std::vector<schema::KeyRange> blocks) {
  Ask({.kind = kind,
       .keys = std::move(keys),
       .blocks = std::move(blocks),
       .asking = RocksStore::RemakeRequest::Asking::kWhenDue});
}

void Mending::TakeOut(const DamageNews::Table& table) {
  Ask({.kind = static_cast<uint32_t>(table.family),
       .blocks = {table.range},
       .tables = {table.name},
       .asking = RocksStore::RemakeRequest::Asking::kWhenDue});
}

void Mending::LookAgain() {
  const absl::Time now = clock_.Now();
  // A clock that was set back must not prolong it.
  if (now < due_ && now >= looked_) return;
  looked_ = now;
  due_ = now + kBetweenLooks;
  for (const uint32_t kind : {schema::kFrameKind, schema::kPartKind}) {
    TakeOut(kind, NextWhole(kind), std::exchange(blocks_[kind], {}));
    if (!next_[kind].empty()) due_ = std::min(due_, now + kShortestWait);
  }
  constexpr auto kNodes = static_cast<uint32_t>(Family::kNodes);
  TakeOut(kNodes, {}, std::exchange(blocks_[kNodes], {}));
}

absl::Duration Mending::wait() const { return std::max(due_ - clock_.Now(), absl::ZeroDuration()); }

}  // namespace tidemark::vault
