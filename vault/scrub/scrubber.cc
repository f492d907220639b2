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
#include "vault/scrub/scrub_memory.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::ScrubRow;

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
  if (row.finished_cycle() != 0 || row.forgot_cycle() != 0) {
    return row.finished_cycle() == row.cycle();
  }
  return row.cycle() == 0 || (row.family() == schema::kFrameKind && row.next_key().empty());
}

}  // namespace

void Scrubber::Load() {
  ScrubState state = ReadScrubState(store_);
  row_ = std::move(state.row);
  is_memory_lost_ = state.is_lost;
  is_memory_in_doubt_ = true;
  if (row_.family() > static_cast<uint32_t>(kLastRecordFamily)) row_.set_family(schema::kFrameKind);
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
  BeginCycle(row_);
  is_waiting_ = false;
  const double seconds = absl::ToDoubleSeconds(options_.cycle) * kPlannedShare;
  if (static_cast<double>(StoredBytes()) >
      seconds * static_cast<double>(options_.bytes_per_second_max)) {
    base::Log(base::LogLevel::kWarning, "scrub-too-slow",
              {{"bytes", StoredBytes()}, {"do", "raise scrub.max_mb_per_second"}});
  }
  return absl::ZeroDuration();
}

void Scrubber::BeginCycle(ScrubRow& row) const {
  row.set_cycle(row.cycle() + 1);
  row.set_cycle_started_unix_micros(absl::ToUnixMicros(clock_.Now()));
  row.set_family(schema::kFrameKind);
  row.clear_next_key();
  row.set_pieces_checked(0);
  row.set_bytes_checked(0);
  row.set_pieces_damaged(0);
  row.set_records_checked(0);
}

uint64_t Scrubber::StoredBytes() const {
  const schema::KeyRange all = {"", std::string(32, '\xff')};
  return store_.EstimateBytes(Family::kFrames, all) + store_.EstimateBytes(Family::kParts, all);
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
  row_.set_family(static_cast<uint32_t>(kFirstRecordFamily));
}

void Scrubber::Advance(const CheckedRecords& slice) {
  row_.set_records_checked(row_.records_checked() + slice.records);
  row_.set_next_key(slice.end);
  if (!slice.end.empty()) return;
  if (slice.family != kLastRecordFamily) {
    row_.set_family(static_cast<uint32_t>(slice.family) + 1);
    return;
  }
  row_.set_family(schema::kFrameKind);
  // Never before its beginning, whatever the clock was set to.
  row_.set_finished_unix_micros(
      std::max(absl::ToUnixMicros(clock_.Now()), row_.cycle_started_unix_micros()));
  row_.set_finished_cycle(row_.cycle());
  row_.set_finished_pieces(row_.pieces_checked());
  row_.set_finished_bytes(row_.bytes_checked());
  row_.set_finished_records(row_.records_checked());
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

absl::StatusOr<uint64_t> Scrubber::CheckPieceSlice() {
  const ScrubRow before = row_;
  ASSIGN_OR_RETURN(const CheckedSlice slice, CheckPieces(store_, row_.family(), row_.next_key()));
  Advance(slice);
  absl::StatusOr<std::set<std::string>> mended = Record(slice);
  if (!mended.ok()) {
    // Nothing was remembered, so nothing was done.
    row_ = before;
    return mended.status();
  }
  Publish();
  mending_.TakeOut(slice.kind, *std::move(mended), DeadBlocks(slice));
  return slice.bytes;
}

absl::StatusOr<CheckedRecords> Scrubber::CheckAndMend(Family family, const std::string& begin) {
  ASSIGN_OR_RETURN(CheckedRecords slice, CheckRecords(store_, family, begin));
  if (family != Family::kNodes || slice.unreadable.empty()) return slice;
  std::vector<schema::KeyRange> blocks;
  for (const RocksStore::Unreadable& rows : slice.unreadable) {
    blocks.push_back({rows.begin, rows.end});
  }
  mending_.TakeOut(static_cast<uint32_t>(family), {}, std::move(blocks));
  return CheckRecords(store_, family, begin);
}

// Several families, for most are small.
absl::StatusOr<uint64_t> Scrubber::CheckRecordSlices() {
  uint64_t bytes = 0;
  while (!is_waiting_ && bytes < kScrubSliceBytes) {
    const ScrubRow before = row_;
    ASSIGN_OR_RETURN(const CheckedRecords slice,
                     CheckAndMend(static_cast<Family>(row_.family()), row_.next_key()));
    Advance(slice);
    const absl::Status recorded = Record(slice);
    if (!recorded.ok()) {
      row_ = before;
      is_waiting_ = false;
      return recorded;
    }
    bytes += slice.bytes;
  }
  Publish();
  return bytes;
}

absl::StatusOr<uint64_t> Scrubber::CheckDoubt() {
  const auto [family, begin] = *doubts_.begin();
  doubts_.erase(family);
  ASSIGN_OR_RETURN(const CheckedRecords slice, CheckAndMend(family, begin));
  RETURN_IF_ERROR(Record(slice));
  if (!slice.end.empty()) doubts_[family] = slice.end;
  Publish();
  return slice.bytes;
}

absl::StatusOr<absl::Duration> Scrubber::CheckSlice() {
  if (!is_loaded_) Load();
  TakeNews();
  KeepMemory();
  mending_.LookAgain();
  const absl::Time began = clock_.Now();
  absl::StatusOr<uint64_t> bytes = 0;
  if (!doubts_.empty()) {
    bytes = CheckDoubt();
  } else {
    if (is_waiting_) {
      ASSIGN_OR_RETURN(const absl::Duration wait, WaitForCycle());
      if (is_waiting_) {
        Publish();
        return std::min(wait, mending_.wait());
      }
    }
    bytes = row_.family() <= schema::kPartKind ? CheckPieceSlice() : CheckRecordSlices();
  }
  RETURN_IF_ERROR(bytes.status());
  return std::min(Pace(*bytes, began), mending_.wait());
}

ScrubProgress Scrubber::Told(const ScrubRow& row, bool is_waiting) const {
  ScrubProgress progress = {.cycle = row.cycle(),
                            .cycle_started_unix_micros = row.cycle_started_unix_micros(),
                            .done = is_waiting && row.cycle() > 0 ? 1.0 : 0.0,
                            .is_damage_known = row.forgot_cycle() <= row.finished_cycle(),
                            .finished_unix_micros = row.finished_unix_micros(),
                            .finished_pieces = row.finished_pieces(),
                            .finished_bytes = row.finished_bytes(),
                            .finished_records = row.finished_records()};
  if (!is_waiting) {
    // What is stored is an estimate; all of it is done when the cycle is, and not before.
    constexpr double kNearlyAll = 0.999;
    const double checked = static_cast<double>(row.bytes_checked());
    progress.done = std::min(
        kNearlyAll, checked / std::max({checked, static_cast<double>(StoredBytes()), 1.0}));
  }
  return progress;
}

void Scrubber::Publish() {
  ScrubProgress progress = Told(row_, is_waiting_);
  progress.is_damage_known = progress.is_damage_known && !is_memory_lost_;
  absl::MutexLock lock(&mutex_);
  progress_ = progress;
}

ScrubProgress Scrubber::progress() const {
  // Whoever mends a piece deletes its row; so they are counted now. And before anything else: what
  // was forgotten after this is known as forgotten below.
  const RememberedDamage damage = CountRemembered(store_);
  std::optional<ScrubProgress> published;
  {
    absl::MutexLock lock(&mutex_);
    published = progress_;
  }
  if (!published.has_value()) {
    const ScrubState state = ReadScrubState(store_);
    published = Told(state.row, IsFinished(state.row));
    published->is_damage_known = published->is_damage_known && !state.is_lost;
  }
  ScrubProgress& progress = *published;
  progress.pieces_damaged = damage.pieces;
  progress.records_damaged = damage.records;
  progress.is_damage_known = progress.is_damage_known && damage.is_all;
  progress.tables_refused = store_.DamagedTables().size();
  return progress;
}

}  // namespace tidemark::vault
