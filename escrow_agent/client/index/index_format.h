// How an index lies in its file: docs/formats/object_index.md, byte for byte. Header and tables are
// read and written here; entries and slots are used where they lie in the mapped file.
//
// Threads: functions only. Errors: DATA_LOSS with a message for a person; every number that is
// given out is within its bounds, also of a file that somebody made.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_FORMAT_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_FORMAT_H_

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/limits.h"
#include "crypto/object_id.h"
#include "escrow_agent/client/index/object_index.h"

namespace tidemark::escrow_agent {

static_assert(std::endian::native == std::endian::little, "entries are used where they lie");

inline constexpr uint32_t kIndexVersion = 1;
inline constexpr size_t kIndexHeaderBytes = 512;
inline constexpr uint64_t kIndexPageBytes = 4096;
// What one checksum covers: 48 KiB of entries, 64 KiB of slots.
inline constexpr uint64_t kEntriesABlock = 2048;
inline constexpr uint64_t kSlotsABlock = 16384;
// The most that fit a frame: a byte and the byte that says its length.
inline constexpr uint32_t kFrameObjectsMax = base::kFramePlainBytes / 2;

struct IndexEntry {
  crypto::ObjectId id;
  uint64_t place;  // PackPlace()
};
static_assert(sizeof(IndexEntry) == 24 && alignof(IndexEntry) == 8);

// The place of an entry that counts for nothing.
inline constexpr uint64_t kNoPlace = UINT64_MAX;

inline uint64_t PackPlace(const ObjectPlace& place) {
  return uint64_t{place.slot} << 52 | uint64_t{place.frame} << 32 | place.ordinal;
}
inline ObjectPlace UnpackPlace(uint64_t place) {
  return {.slot = static_cast<uint32_t>(place >> 52),
          .frame = static_cast<uint32_t>(place >> 32) & (base::kPackFramesMax - 1),
          .ordinal = static_cast<uint32_t>(place)};
}
static_assert(base::kManifestPacksMax == 1 << 12 && base::kPackFramesMax == 1 << 20);

// Whether there is such an object; false for kNoPlace.
inline bool IsWithin(absl::Span<const std::optional<IndexedPack>> packs, const ObjectPlace& place) {
  if (place.slot >= packs.size() || !packs[place.slot].has_value()) return false;
  const std::vector<uint32_t>& frames = packs[place.slot]->frame_objects;
  return place.frame < frames.size() && place.ordinal < frames[place.frame];
}

struct IndexHeader {
  uint64_t objects = 0;
  uint64_t slots = 0;  // of the hash table
  uint64_t homes = 0;  // those of them where an entry may begin to look
  uint32_t packs = 0;
  uint64_t tables_bytes = 0;
  uint64_t tables_checksum = 0;
  IndexOwner owner;

  uint64_t entry_blocks() const { return (objects + kEntriesABlock - 1) / kEntriesABlock; }
  uint64_t slot_blocks() const { return (slots + kSlotsABlock - 1) / kSlotsABlock; }
  static constexpr uint64_t entries_offset() { return kIndexPageBytes; }
  uint64_t slots_offset() const;
  uint64_t tables_offset() const;
  uint64_t file_bytes() const { return tables_offset() + tables_bytes; }
};

// REQUIRES: an owner that CheckOwner() takes.
std::string EncodeHeader(const IndexHeader& header);
absl::StatusOr<IndexHeader> DecodeHeader(absl::string_view bytes);
// INVALID_ARGUMENT: not what an index can belong to.
absl::Status CheckOwner(const IndexOwner& owner);

struct IndexTables {
  std::vector<std::optional<IndexedPack>> packs;  // by slot
  std::vector<uint64_t> block_checksums;          // of entries, then of slots
};

// A pack as it goes into the tables.
struct PackRow {
  uint32_t slot;
  const IndexedPack* pack;
  std::vector<bool> is_to_renew;
};
// REQUIRES: rows that CheckPack() takes, by ascending slot.
std::string EncodeTables(absl::Span<const PackRow> rows, absl::Span<const uint64_t> checksums);
absl::StatusOr<IndexTables> DecodeTables(const IndexHeader& header, absl::string_view bytes);
// INVALID_ARGUMENT: no pack of the custody format.
absl::Status CheckPack(const IndexedPack& pack);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INDEX_INDEX_FORMAT_H_
