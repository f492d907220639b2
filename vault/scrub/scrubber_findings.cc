// What a scrub finds, and is told of by others, and how it is remembered.
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "proto/stored.pb.h"
#include "vault/schema.h"
#include "vault/scrub/scrub_memory.h"
#include "vault/scrub/scrubber.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::DamageRow;
using tidemark::v1::ScrubRow;

constexpr absl::Duration kBetweenRenewals = absl::Minutes(1);
// Whoever cannot read a row may ask for it again and again.
constexpr absl::Duration kBetweenDoubts = absl::Hours(1);

std::string DamageRowOf(const std::string& what, const base::Clock& clock) {
  DamageRow row;
  row.set_format(kScrubRowFormat);
  row.set_found_unix_micros(absl::ToUnixMicros(clock.Now()));
  row.set_what(what);
  return row.SerializeAsString();
}

void PutDamage(uint32_t kind, const std::string& piece_key, const std::string& what,
               const base::Clock& clock, StoreBatch& batch) {
  batch.Put(Family::kScrub, schema::DamageKey(kind, piece_key), DamageRowOf(what, clock));
  base::Log(base::LogLevel::kError, "piece-damaged",
            {{"piece", DescribePiece(kind, piece_key)}, {"what", what}});
}

}  // namespace

// New rows come; the time of those that stay is kept. Of those that are known and hold no more, the
// pieces.
absl::StatusOr<std::set<std::string>> Scrubber::Record(const CheckedSlice& slice) {
  ASSIGN_OR_RETURN(
      const std::vector<std::string> keys,
      RememberedIn(store_, schema::DamagesOf(slice.kind, {slice.begin, slice.end}), SIZE_MAX));
  std::set<std::string> known;
  const size_t prefix = schema::DamageKey(slice.kind, "").size();
  for (const std::string& key : keys) known.insert(key.substr(prefix));
  StoreBatch batch;
  bool is_new = false;
  for (const auto& [piece, what] : slice.damaged) {
    if (known.erase(piece) > 0) continue;
    PutDamage(slice.kind, piece, what, clock_, batch);
    is_new = true;
  }
  batch.Put(Family::kScrub, std::string(schema::kScrubStateKey), row_.SerializeAsString());
  RETURN_IF_ERROR(store_.Apply(batch, is_new ? Durability::kSynced : Durability::kUnsynced));
  return known;
}

absl::Status Scrubber::Record(const CheckedRecords& slice) {
  ASSIGN_OR_RETURN(const std::vector<std::string> keys,
                   RememberedIn(store_,
                                schema::RecordDamagesOf(slice.family, {slice.begin, slice.end}),
                                SIZE_MAX));
  std::set<std::string> known(keys.begin(), keys.end());
  StoreBatch batch;
  for (const RocksStore::Unreadable& rows : slice.unreadable) {
    const std::string key = schema::RecordDamageKey(slice.family, rows.begin);
    if (known.erase(key) > 0) continue;
    batch.Put(Family::kScrub, key, DamageRowOf(rows.why, clock_));
    base::Log(base::LogLevel::kError, "records-damaged",
              {{"family", schema::kFamilyNames[static_cast<size_t>(slice.family)]},
               {"status", rows.why},
               {"do", slice.family == Family::kNodes
                          ? "stop the server and run tidemark fsck --rebuild-nodes"
                          : "neither the scrub nor replicate mends these rows: tidemark fsck on a "
                            "copy of the directory says what is missed, and this copy is made anew "
                            "from the other one, or that one is promoted (docs/runbook.md, \"the "
                            "vault is damaged\")"}});
  }
  for (const std::string& key : known) batch.Delete(Family::kScrub, key);
  const bool is_new = !batch.empty();
  batch.Put(Family::kScrub, std::string(schema::kScrubStateKey), row_.SerializeAsString());
  return store_.Apply(batch, is_new ? Durability::kSynced : Durability::kUnsynced);
}

// Blocks that cannot be read and hold nothing that is missed (it was mended, or is deleted) would
// stop compactions for good.
std::vector<schema::KeyRange> Scrubber::DeadBlocks(const CheckedSlice& slice) {
  std::vector<schema::KeyRange> dead;
  for (const schema::KeyRange& block : slice.unreadable) {
    const auto missed = slice.damaged.lower_bound(block.begin);
    if (missed == slice.damaged.end() || (!block.end.empty() && missed->first >= block.end)) {
      dead.push_back(block);
    }
  }
  return dead;
}

void Scrubber::NoteRead(uint32_t kind, const std::string& piece_key, const absl::Status& error) {
  if (!absl::IsDataLoss(error) && !absl::IsNotFound(error)) return;
  const std::string key = schema::DamageKey(kind, piece_key);
  if (store_.Get(Family::kScrub, key).ok()) return;
  const absl::StatusOr<std::optional<std::string>> what = LookAtPiece(store_, kind, piece_key);
  if (!what.ok() || !what->has_value()) return;
  StoreBatch batch;
  PutDamage(kind, piece_key, **what, clock_, batch);
  const absl::Status noted = store_.Apply(batch, Durability::kSynced);
  if (!noted.ok()) {
    base::Log(base::LogLevel::kError, "damage-not-noted", {{"status", noted.ToString()}});
  }
}

void Scrubber::TakeNews() {
  if (!store_.HasNews()) return;
  const DamageNews::Taken news = store_.TakeNews();
  for (const DamageNews::Table& table : news.tables) {
    if (table.family == Family::kScrub) {
      is_memory_in_doubt_ = is_memory_lost_ = true;
    } else if (table.family <= Family::kParts || table.family == Family::kNodes) {
      mending_.TakeOut(table);
    } else {
      doubts_.emplace(table.family, "");
    }
  }
  const absl::Time now = clock_.Now();
  for (const Family family : news.families) {
    if (family == Family::kScrub) {
      is_memory_in_doubt_ = true;
      continue;
    }
    const auto last = doubted_.find(family);
    const bool is_early = last != doubted_.end() && now >= last->second &&
                          now < last->second + kBetweenDoubts;
    if (!is_early && doubts_.emplace(family, "").second) doubted_[family] = now;
  }
}

void Scrubber::KeepMemory() {
  const absl::Time now = clock_.Now();
  const bool is_early = now >= memory_tried_ && now < memory_tried_ + kBetweenRenewals;
  if (!is_memory_in_doubt_ || is_early) return;
  absl::StatusOr<ReadableMemory> memory = ReadMemory(store_);
  absl::Status kept = memory.status();
  if (memory.ok() && memory->is_all && !is_memory_lost_) {
    is_memory_in_doubt_ = false;
    return;
  }
  ScrubRow begun = row_;
  BeginCycle(begun);
  begun.set_forgot_cycle(begun.cycle());
  {
    absl::MutexLock lock(&mutex_);
    if (progress_.has_value()) progress_->is_damage_known = false;
  }
  if (memory.ok()) {
    memory->rows.Put(Family::kScrub, std::string(schema::kScrubStateKey),
                     begun.SerializeAsString());
    kept = store_.MakeFamilyAnew(Family::kScrub, memory->rows);
  }
  if (!kept.ok()) {
    memory_tried_ = now;
    base::Log(base::LogLevel::kError, "scrub-memory-not-made-anew",
              {{"status", kept.ToString()}, {"do", "nothing yet: it is tried again in a minute"}});
    return;
  }
  base::Log(base::LogLevel::kWarning, "scrub-memory-made-anew",
            {{"happened", "what the scrub had found, or where it stood, could not be read any "
                          "more; what could be read was kept, and a cycle begins now"},
             {"cycle", begun.cycle()},
             {"do", "nothing: until that cycle is done tidemark status says that damage is not "
                    "known"}});
  row_ = std::move(begun);
  is_waiting_ = is_memory_in_doubt_ = is_memory_lost_ = false;
  Publish();
}

}  // namespace tidemark::vault
