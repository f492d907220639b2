#include "vault/scrub/piece_slice.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "proto/stored.pb.h"
#include "vault/expected_keys.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::PackRow;

// A table file that is gone may take a million pieces along; they are found some at a time.
constexpr size_t kMissingMax = 1024;

Family FamilyOf(uint32_t kind) {
  return kind == schema::kFrameKind ? Family::kFrames : Family::kParts;
}

// What is wrong with a row that can be read; OK: nothing.
absl::Status CheckPiece(absl::string_view key, absl::string_view value) {
  RETURN_IF_ERROR(schema::ParsePieceKey(key).status());
  ASSIGN_OR_RETURN(const schema::StoredPiece piece, schema::ParsePiece(value));
  if (crypto::Blake2b(piece.ciphertext) == piece.digest) return absl::OkStatus();
  return absl::DataLossError("the bytes on the disk are not those that were received");
}

// Whose rows cannot be read is named by fsck.
ExpectedPieces ExpectedOf(const RocksStore& store, uint32_t kind, const PackRow& row) {
  return ExpectedPiecesOf(store, FamilyOf(kind), row).value_or(ExpectedPieces());
}

ExpectedPieces ExpectedNow(const RocksStore& store, uint32_t kind, absl::string_view piece_key) {
  const absl::StatusOr<schema::ParsedPieceKey> piece = schema::ParsePieceKey(piece_key);
  PackRow row;
  if (!piece.ok()) return {};
  const absl::StatusOr<std::string> value = store.Get(Family::kPacks, schema::PackKey(piece->pack));
  if (!value.ok() || !row.ParseFromString(*value)) return {};
  return ExpectedOf(store, kind, row);
}

// Reads rows into `slice` until it is full, and sets its end. `whole`: keys, in order.
absl::Status ReadRows(const RocksStore& store, CheckedSlice& slice, std::vector<std::string>& whole,
                      std::vector<std::string>& suspect) {
  bool is_full = false;
  const absl::Status read = store.ScanAround(
      FamilyOf(slice.kind), {slice.begin, ""},
      [&](absl::string_view key, absl::string_view value) -> absl::Status {
        if (slice.bytes >= kScrubSliceBytes || slice.pieces >= kScrubSlicePieces) {
          is_full = true;
          slice.end = std::string(key);
          return absl::CancelledError("the slice is full");
        }
        ++slice.pieces;
        slice.bytes += value.size();
        (CheckPiece(key, value).ok() ? whole : suspect).emplace_back(key);
        return absl::OkStatus();
      },
      [&slice](const RocksStore::Unreadable& rows) {
        base::Log(base::LogLevel::kError, "scrub-block-unreadable", {{"status", rows.why}});
        slice.unreadable.push_back({rows.begin, rows.end});
      });
  return is_full ? absl::OkStatus() : read;
}

// Adds to `suspect` what committed packs should have between the slice's bounds and has not been
// seen; moves the end closer if that is very much.
absl::Status FindMissing(const RocksStore& store, const std::vector<std::string>& whole,
                         CheckedSlice& slice, std::vector<std::string>& suspect) {
  size_t missing = 0;
  bool is_behind = false;
  const absl::Status read = store.ScanAround(
      Family::kPacks, {slice.begin.substr(0, schema::kPackBytes), ""},
      [&](absl::string_view key, absl::string_view value) -> absl::Status {
        const absl::StatusOr<crypto::PackId> pack = schema::ParsePackKey(key);
        PackRow row;
        if (!pack.ok() || !row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          return absl::OkStatus();  // fsck names it
        }
        const ExpectedPieces expected = ExpectedOf(store, slice.kind, row);
        for (uint32_t number = 0; number < expected.count; ++number) {
          const std::string piece = schema::PieceKey(*pack, number);
          if (piece < slice.begin || !expected.Has(number)) continue;
          is_behind = !slice.end.empty() && piece >= slice.end;
          if (!is_behind && missing == kMissingMax) {
            slice.end = piece;
            is_behind = true;
          }
          if (is_behind) return absl::CancelledError("behind the slice");
          if (std::binary_search(whole.begin(), whole.end(), piece)) continue;
          suspect.push_back(piece);
          ++missing;
        }
        return absl::OkStatus();
      },
      [](const RocksStore::Unreadable& rows) {
        base::Log(base::LogLevel::kError, "scrub-packs-unreadable", {{"status", rows.why}});
      });
  return is_behind ? absl::OkStatus() : read;
}

}  // namespace

std::string DescribePiece(uint32_t kind, const std::string& key) {
  const absl::StatusOr<schema::ParsedPieceKey> piece = schema::ParsePieceKey(key);
  if (!piece.ok()) return std::string(piece.status().message());
  return absl::StrCat(kind == schema::kFrameKind ? "frame " : "manifest part ", piece->number,
                      " of pack ", piece->pack.ToHex());
}

absl::StatusOr<CheckedSlice> CheckPieces(const RocksStore& store, uint32_t kind,
                                         const std::string& begin) {
  CheckedSlice slice{.kind = kind, .begin = begin, .end = ""};
  std::vector<std::string> whole;
  std::vector<std::string> suspect;
  RETURN_IF_ERROR(ReadRows(store, slice, whole, suspect));
  RETURN_IF_ERROR(FindMissing(store, whole, slice, suspect));
  for (const std::string& key : suspect) {
    if (!slice.end.empty() && key >= slice.end) continue;
    ASSIGN_OR_RETURN(std::optional<std::string> what, LookAtPiece(store, kind, key));
    if (what.has_value()) slice.damaged[key] = *std::move(what);
  }
  return slice;
}

absl::StatusOr<std::optional<std::string>> LookAtPiece(const RocksStore& store, uint32_t kind,
                                                       const std::string& key) {
  const absl::StatusOr<std::string> value = store.Get(FamilyOf(kind), key);
  if (value.ok()) {
    const absl::Status piece = CheckPiece(key, *value);
    if (piece.ok()) return std::optional<std::string>();
    return std::optional<std::string>(piece.message());
  }
  if (absl::IsDataLoss(value.status())) {
    return std::optional<std::string>(absl::StrCat("cannot be read: ", value.status().message()));
  }
  if (!absl::IsNotFound(value.status())) return value.status();
  const absl::StatusOr<schema::ParsedPieceKey> piece = schema::ParsePieceKey(key);
  if (piece.ok() && ExpectedNow(store, kind, key).Has(piece->number)) {
    return std::optional<std::string>("is missing");
  }
  return std::optional<std::string>();
}

}  // namespace tidemark::vault
