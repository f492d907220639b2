#include "vault/scrub/scrubber.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::DamageRow;
using tidemark::v1::ScrubRow;

constexpr uint32_t kFormat = 1;
// A cycle is planned to end early, for estimates err and machines stand still.
constexpr double kPlannedShare = 0.9;
// Not slower than this, or a small store would be read a piece an hour; and so that a small one is
// not read all day long, a cycle begins no sooner than this share of its length after the last.
constexpr uint64_t kBytesPerSecondMin = 1'000'000;
constexpr int kCyclesPerLengthMax = 30;
constexpr absl::Duration kNothingStoredWait = absl::Minutes(1);

// Whether the row's cycle is done. By its number, for a clock may have been set back since the one
// before. A row without that number tells it by where it stands: at the beginning, and a row is
// written at the end of a slice only.
bool IsFinished(const ScrubRow& row) {
  if (row.finished_cycle() != 0) return row.finished_cycle() == row.cycle();
  return row.cycle() == 0 || (row.family() == schema::kFrameKind && row.next_key().empty());
}

void PutDamage(uint32_t kind, const std::string& piece_key, const std::string& what,
               const base::Clock& clock, StoreBatch& batch) {
  DamageRow row;
  row.set_format(kFormat);
  row.set_found_unix_micros(absl::ToUnixMicros(clock.Now()));
  row.set_what(what);
  batch.Put(Family::kScrub, schema::DamageKey(kind, piece_key), row.SerializeAsString());
  base::Log(base::LogLevel::kError, "piece-damaged",
            {{"piece", DescribePiece(kind, piece_key)}, {"what", what}});
}

}  // namespace

void Scrubber::Load() {
  const absl::StatusOr<std::string> value = store_.Get(Family::kScrub, schema::kScrubStateKey);
  // A state that is damaged costs a cycle's beginning, and is written anew.
  if (!value.ok() || !row_.ParseFromString(*value) || row_.format() != kFormat) row_ = ScrubRow();
  if (!value.ok() && !absl::IsNotFound(value.status())) {
    base::Log(base::LogLevel::kError, "scrub-state-lost", {{"status", value.status().ToString()}});
  }
  row_.set_format(kFormat);
  if (row_.family() > schema::kPartKind) row_.set_family(schema::kFrameKind);
  is_waiting_ = IsFinished(row_);
  is_loaded_ = true;
}

absl::StatusOr<absl::Duration> Scrubber::WaitForCycle() {
  const absl::Time now = clock_.Now();
  // A cycle that began in the future is the word of a clock that was wrong, then or now; to wait
  // for it could take years.
  if (row_.cycle() > 0 && absl::FromUnixMicros(row_.cycle_started_unix_micros()) <= now) {
    const absl::Time next = absl::FromUnixMicros(row_.cycle_started_unix_micros()) +
                            options_.cycle / kCyclesPerLengthMax;
    if (now < next) return next - now;
  }
  bool is_empty = true;
  const absl::Status packs =
      store_.Scan(Family::kPacks, {}, [&is_empty](absl::string_view, absl::string_view) {
        is_empty = false;
        return absl::CancelledError("one is enough");
      });
  if (packs.ok() && is_empty) return kNothingStoredWait;
  row_.set_cycle(row_.cycle() + 1);
  row_.set_cycle_started_unix_micros(absl::ToUnixMicros(now));
  row_.set_family(schema::kFrameKind);
  row_.clear_next_key();
  row_.set_pieces_checked(0);
  row_.set_bytes_checked(0);
  row_.set_pieces_damaged(0);
  is_waiting_ = false;
  const double seconds = absl::ToDoubleSeconds(options_.cycle) * kPlannedShare;
  if (static_cast<double>(StoredBytes()) >
      seconds * static_cast<double>(options_.bytes_per_second_max)) {
    base::Log(base::LogLevel::kWarning, "scrub-too-slow",
              {{"bytes", StoredBytes()}, {"do", "raise scrub.max_mb_per_second"}});
  }
  return absl::ZeroDuration();
}

uint64_t Scrubber::StoredBytes() const {
  const schema::KeyRange all = {"", std::string(32, '\xff')};
  return store_.EstimateBytes(Family::kFrames, all) + store_.EstimateBytes(Family::kParts, all);
}

// New rows come; the time of those that stay is kept. Of those that are known and hold no more, the
// pieces.
absl::StatusOr<std::set<std::string>> Scrubber::Record(const CheckedSlice& slice) {
  std::set<std::string> known;
  const size_t prefix = schema::DamageKey(slice.kind, "").size();
  RETURN_IF_ERROR(store_.Scan(Family::kScrub,
                              schema::DamagesOf(slice.kind, {slice.begin, slice.end}),
                              [&](absl::string_view key, absl::string_view) {
                                known.emplace(key.substr(prefix));
                                return absl::OkStatus();
                              }));
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

void Scrubber::Advance(const CheckedSlice& slice) {
  row_.set_pieces_checked(row_.pieces_checked() + slice.pieces);
  row_.set_bytes_checked(row_.bytes_checked() + slice.bytes);
  row_.set_pieces_damaged(row_.pieces_damaged() + slice.damaged.size());
  row_.set_next_key(slice.end);
  if (!slice.end.empty()) return;
  if (slice.kind == schema::kFrameKind) {
    row_.set_family(schema::kPartKind);
    return;
  }
  row_.set_family(schema::kFrameKind);
  // Never before its beginning, whatever the clock was set to.
  row_.set_finished_unix_micros(
      std::max(absl::ToUnixMicros(clock_.Now()), row_.cycle_started_unix_micros()));
  row_.set_finished_cycle(row_.cycle());
  row_.set_finished_pieces(row_.pieces_checked());
  row_.set_finished_bytes(row_.bytes_checked());
  row_.set_finished_damaged(row_.pieces_damaged());
  is_waiting_ = true;
}

// What is left over the time that is left, within floor and ceiling.
absl::Duration Scrubber::Pace(uint64_t bytes, absl::Time began) const {
  const absl::Time now = clock_.Now();
  // A clock that was set back during the cycle: as if it began now.
  const absl::Time started = std::min(absl::FromUnixMicros(row_.cycle_started_unix_micros()), now);
  const double most = static_cast<double>(options_.bytes_per_second_max);
  const double seconds_left = absl::ToDoubleSeconds(started + options_.cycle * kPlannedShare - now);
  const double bytes_left =
      static_cast<double>(StoredBytes()) - static_cast<double>(row_.bytes_checked());
  double rate = seconds_left <= 0 ? most : std::max(bytes_left, 0.0) / seconds_left;
  rate = std::min(std::max(rate, static_cast<double>(kBytesPerSecondMin)), most);
  const absl::Duration spent = std::max(now - began, absl::ZeroDuration());
  return std::max(absl::Seconds(static_cast<double>(bytes) / rate) - spent, absl::ZeroDuration());
}

absl::StatusOr<absl::Duration> Scrubber::CheckSlice() {
  if (!is_loaded_) Load();
  mending_.LookAgain();
  const absl::Time began = clock_.Now();
  if (is_waiting_) {
    ASSIGN_OR_RETURN(const absl::Duration wait, WaitForCycle());
    if (is_waiting_) {
      Publish();
      return std::min(wait, mending_.wait());
    }
  }
  const ScrubRow before = row_;
  absl::StatusOr<CheckedSlice> slice = CheckPieces(store_, row_.family(), row_.next_key());
  RETURN_IF_ERROR(slice.status());
  Advance(*slice);
  absl::StatusOr<std::set<std::string>> mended = Record(*slice);
  if (!mended.ok()) {
    // Nothing was remembered, so nothing was done.
    row_ = before;
    is_waiting_ = false;
    return mended.status();
  }
  Publish();
  mending_.TakeOut(slice->kind, *std::move(mended), DeadBlocks(*slice));
  return std::min(Pace(slice->bytes, began), mending_.wait());
}

void Scrubber::Publish() {
  ScrubProgress progress = {.cycle = row_.cycle(),
                            .cycle_started_unix_micros = row_.cycle_started_unix_micros(),
                            .done = is_waiting_ && row_.cycle() > 0 ? 1.0 : 0.0,
                            .pieces_damaged = 0,
                            .finished_unix_micros = row_.finished_unix_micros(),
                            .finished_pieces = row_.finished_pieces(),
                            .finished_bytes = row_.finished_bytes()};
  if (!is_waiting_) {
    // What is stored is an estimate; all of it is done when the cycle is, and not before.
    constexpr double kNearlyAll = 0.999;
    const double checked = static_cast<double>(row_.bytes_checked());
    progress.done = std::min(
        kNearlyAll, checked / std::max({checked, static_cast<double>(StoredBytes()), 1.0}));
  }
  absl::MutexLock lock(&mutex_);
  progress_ = progress;
}

ScrubProgress Scrubber::progress() const {
  ScrubProgress progress;
  {
    absl::MutexLock lock(&mutex_);
    progress = progress_;
  }
  // Whoever mends a piece deletes its row; so they are counted now.
  const absl::Status counted =
      store_.Scan(Family::kScrub, {schema::DamageKey(schema::kFrameKind, ""), ""},
                  [&progress](absl::string_view, absl::string_view) {
                    ++progress.pieces_damaged;
                    return absl::OkStatus();
                  });
  if (!counted.ok()) {
    base::Log(base::LogLevel::kError, "damage-not-counted", {{"status", counted.ToString()}});
  }
  progress.tables_refused = store_.RefusedTables().size();
  return progress;
}

}  // namespace tidemark::vault
