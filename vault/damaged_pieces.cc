#include "vault/damaged_pieces.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "vault/schema.h"
#include "vault/scrub/piece_slice.h"

namespace tidemark::vault {
namespace {

using schema::Family;

// Pieces that were mended and wait for their table are those of a few blocks. Whoever commits makes
// others wait, so no more than these are read again; of more, the next is taken for damaged.
constexpr size_t kLookedAtMax = 64;

// Pieces of the pack that count as damaged and are meant, by key.
absl::StatusOr<std::vector<std::string>> KnownOf(const RocksStore& store, uint32_t kind,
                                                 const crypto::PackId& pack,
                                                 const std::function<bool(uint32_t)>& is_meant) {
  std::vector<std::string> known;
  RETURN_IF_ERROR(store.Scan(Family::kScrub, schema::DamagesOf(kind, schema::PiecesOf(pack)),
                             [&](absl::string_view key, absl::string_view) -> absl::Status {
                               ASSIGN_OR_RETURN(const schema::ParsedDamageKey piece,
                                                schema::ParseDamageKey(key));
                               if (is_meant(piece.number))
                                 known.push_back(schema::PieceKey(pack, piece.number));
                               return absl::OkStatus();
                             }));
  return known;
}

absl::Status CheckWhole(const RocksStore& store, uint32_t kind, const crypto::PackId& pack,
                        const std::function<bool(uint32_t)>& is_meant) {
  const absl::StatusOr<std::vector<std::string>> known = KnownOf(store, kind, pack, is_meant);
  if (absl::IsDataLoss(known.status())) {
    return absl::DataLossError(
        absl::StrCat("what is known of damage to pack ", pack.ToHex(), " cannot be read"));
  }
  RETURN_IF_ERROR(known.status());
  size_t looked_at = 0;
  for (const std::string& key : *known) {
    absl::StatusOr<std::optional<std::string>> what = std::optional<std::string>("not looked at");
    if (looked_at++ < kLookedAtMax) what = LookAtPiece(store, kind, key);
    RETURN_IF_ERROR(what.status());
    if (!what->has_value()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(DescribePiece(kind, key), " is damaged (", **what, ")"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status SendInFull(const absl::Status& not_whole) {
  if (!absl::IsFailedPrecondition(not_whole) && !absl::IsDataLoss(not_whole)) return not_whole;
  return absl::FailedPreconditionError(absl::StrCat("send in full: ", not_whole.message()));
}

absl::Status CheckFramesWhole(const RocksStore& store, const tidemark::v1::PackRef& ref) {
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(ref.pack_id()));
  return CheckWhole(store, schema::kFrameKind, pack,
                    [&ref](uint32_t number) { return UsesFrame(ref, number); });
}

absl::Status CheckPartsWhole(const RocksStore& store, const crypto::PackId& pack) {
  return CheckWhole(store, schema::kPartKind, pack, [](uint32_t) { return true; });
}

}  // namespace tidemark::vault
