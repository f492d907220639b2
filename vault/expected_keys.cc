#include "vault/expected_keys.h"

#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/log/log_rows.h"
#include "vault/manifest.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::PackRow;
using Visit = std::function<absl::Status(const std::string& key)>;

constexpr int kNodeLevels = 64;

bool IsBefore(const std::string& key, const schema::KeyRange& range) { return key < range.begin; }
bool IsBehind(const std::string& key, const schema::KeyRange& range) {
  return !range.end.empty() && key >= range.end;
}

// Cancelled: behind the range.
absl::Status VisitPack(const RocksStore& store, Family family, const crypto::PackId& pack,
                       const PackRow& row, const schema::KeyRange& range, const Visit& visit) {
  const schema::KeyRange pieces = schema::PiecesOf(pack);
  if (IsBehind(pieces.begin, range)) return absl::CancelledError("behind the range");
  if (!pieces.end.empty() && pieces.end <= range.begin) return absl::OkStatus();
  if (row.state() == tidemark::v1::PACK_STATE_UPLOADING) {
    return absl::UnavailableError(absl::StrCat("pack ", pack.ToHex(), " is being uploaded, and "
                                               "pieces of it may lie where nothing can be read"));
  }
  ASSIGN_OR_RETURN(const ExpectedPieces expected, ExpectedPiecesOf(store, family, row));
  for (uint32_t number = 0; number < expected.count; ++number) {
    const std::string key = schema::PieceKey(pack, number);
    if (IsBehind(key, range)) return absl::CancelledError("behind the range");
    if (expected.Has(number) && !IsBefore(key, range)) RETURN_IF_ERROR(visit(key));
  }
  return absl::OkStatus();
}

absl::Status VisitPieces(const RocksStore& store, Family family, const schema::KeyRange& range,
                         const Visit& visit) {
  // The row of the pack that the range begins in.
  const std::string from = range.begin.substr(0, schema::kPackBytes);
  absl::Status visited;
  const absl::Status read = store.Scan(
      Family::kPacks, {from, ""}, [&](absl::string_view key, absl::string_view value) {
        const absl::StatusOr<crypto::PackId> pack = schema::ParsePackKey(key);
        PackRow row;
        visited = pack.status();
        if (visited.ok() && !row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          visited = absl::DataLossError(absl::StrCat("row of pack ", pack->ToHex(), " is not one"));
        }
        if (visited.ok()) visited = VisitPack(store, family, *pack, row, range, visit);
        return visited;
      });
  if (absl::IsCancelled(visited)) return absl::OkStatus();
  return read;
}

absl::Status VisitNodes(const RocksStore& store, const schema::KeyRange& range,
                        const Visit& visit) {
  ASSIGN_OR_RETURN(const StoredFrontier stored, ReadFrontier(store));
  for (int level = 0; level < kNodeLevels; ++level) {
    const uint64_t count = stored.frontier.size() >> level;
    // The first one that is not before the range.
    uint64_t low = 0;
    uint64_t high = count;
    while (low < high) {
      const uint64_t middle = low + (high - low) / 2;
      if (IsBefore(schema::NodeKey(level, middle), range)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    for (; low < count && !IsBehind(schema::NodeKey(level, low), range); ++low) {
      RETURN_IF_ERROR(visit(schema::NodeKey(level, low)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExpectedPieces> ExpectedPiecesOf(const RocksStore& store, Family family,
                                                const PackRow& row) {
  if (row.state() == tidemark::v1::PACK_STATE_UPLOADING) return ExpectedPieces();
  if (row.state() != tidemark::v1::PACK_STATE_COMMITTED) {
    return absl::DataLossError("a pack is in no state that there is");
  }
  if (family == Family::kFrames) return ExpectedPieces{row.frame_count(), row.removed_frames()};
  ASSIGN_OR_RETURN(const DepositId owner, IdOf(row.owner()));
  ASSIGN_OR_RETURN(
      const std::string value,
      store.Get(Family::kDeposits, schema::DepositKey(schema::DepositRow::kCatalogue, owner)));
  CatalogueRow catalogue;
  if (!catalogue.ParseFromString(value)) {
    return absl::DataLossError(
        absl::StrCat("the catalogue's row of ", owner.ToString(), " is not one"));
  }
  if (catalogue.shredded_log_index() != 0) return ExpectedPieces();
  return ExpectedPieces{catalogue.manifest_parts(), ""};
}

RocksStore::Expected ExpectedKeysOf(const RocksStore& store, Family family) {
  return [&store, family](const schema::KeyRange& range, const Visit& visit) -> absl::Status {
    switch (family) {
      case Family::kFrames:
      case Family::kParts:
        return VisitPieces(store, family, range, visit);
      case Family::kNodes:
        return VisitNodes(store, range, visit);
      default:
        return absl::InvalidArgumentError("nothing tells which keys of this family are relied on");
    }
  };
}

}  // namespace tidemark::vault
