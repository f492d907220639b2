#include "vault/scrub/scrub_memory.h"

#include "base/log.h"
#include "base/status.h"

namespace tidemark::vault {
namespace {

using schema::Family;

// More are found again.
constexpr size_t kRowsKeptMax = 100'000;

void NoteRot(const RocksStore& store, const RocksStore::Unreadable& rows) {
  base::Log(base::LogLevel::kError, "scrub-memory-unreadable", {{"status", rows.why}});
  store.NoteUnreadable(Family::kScrub);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> RememberedIn(const RocksStore& store,
                                                      const schema::KeyRange& rows, size_t most) {
  std::vector<std::string> keys;
  const absl::Status read = store.ScanAround(
      Family::kScrub, rows,
      [&](absl::string_view key, absl::string_view) -> absl::Status {
        if (keys.size() == most) return absl::CancelledError("enough");
        keys.emplace_back(key);
        return absl::OkStatus();
      },
      [&store](const RocksStore::Unreadable& rot) { NoteRot(store, rot); });
  if (!absl::IsCancelled(read)) RETURN_IF_ERROR(read);
  return keys;
}

RememberedDamage CountRemembered(const RocksStore& store) {
  RememberedDamage damage;
  const std::string first_record = schema::RecordDamageKey(Family::kFrames, "");
  const absl::Status read = store.ScanAround(
      Family::kScrub, {schema::DamageKey(schema::kFrameKind, ""), ""},
      [&](absl::string_view key, absl::string_view) {
        ++(key < first_record ? damage.pieces : damage.records);
        return absl::OkStatus();
      },
      [&](const RocksStore::Unreadable& rot) {
        NoteRot(store, rot);
        damage.is_all = false;
      });
  if (!read.ok()) {
    base::Log(base::LogLevel::kError, "damage-not-counted", {{"status", read.ToString()}});
    damage.is_all = false;
  }
  return damage;
}

ScrubState ReadScrubState(const RocksStore& store) {
  ScrubState state;
  const absl::StatusOr<std::string> value = store.Get(Family::kScrub, schema::kScrubStateKey);
  if (!value.ok() || !state.row.ParseFromString(*value) || state.row.format() != kScrubRowFormat) {
    state.row = tidemark::v1::ScrubRow();
    state.is_lost = !absl::IsNotFound(value.status());
  }
  state.row.set_format(kScrubRowFormat);
  return state;
}

absl::StatusOr<ReadableMemory> ReadMemory(const RocksStore& store) {
  ReadableMemory memory;
  size_t kept = 0;
  RETURN_IF_ERROR(store.ScanAround(
      Family::kScrub, {},
      [&](absl::string_view key, absl::string_view value) {
        if (key != schema::kScrubStateKey && kept++ < kRowsKeptMax) {
          memory.rows.Put(Family::kScrub, std::string(key), std::string(value));
        }
        return absl::OkStatus();
      },
      [&memory](const RocksStore::Unreadable&) { memory.is_all = false; }));
  return memory;
}

}  // namespace tidemark::vault
