#include "vault/rocks_frame_store.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

schema::Family FamilyOf(PieceKind kind) {
  return kind == PieceKind::kFrame ? schema::Family::kFrames : schema::Family::kParts;
}

std::string Describe(const PieceName& name) {
  return absl::StrCat(name.kind == PieceKind::kFrame ? "frame " : "manifest part ", name.number,
                      " of pack ", name.pack.ToHex());
}

}  // namespace

absl::Status RocksFrameStore::Put(const PieceName& name, const crypto::Blake2bDigest& digest,
                                  absl::string_view ciphertext) {
  return store_.PutUnsynced(FamilyOf(name.kind), schema::PieceKey(name.pack, name.number),
                            digest.bytes(), ciphertext);
}

absl::StatusOr<std::string> RocksFrameStore::Get(const PieceName& name) const {
  absl::StatusOr<std::string> piece = Read(name);
  if (!piece.ok() && at_error_ != nullptr) at_error_(name, piece.status());
  return piece;
}

absl::StatusOr<std::string> RocksFrameStore::Read(const PieceName& name) const {
  absl::StatusOr<std::string> value =
      store_.Get(FamilyOf(name.kind), schema::PieceKey(name.pack, name.number));
  if (!value.ok()) return base::Annotate(value.status(), Describe(name));
  const absl::StatusOr<schema::StoredPiece> piece = schema::ParsePiece(*value);
  if (!piece.ok()) return base::Annotate(piece.status(), Describe(name));
  if (crypto::Blake2b(piece->ciphertext) != piece->digest) {
    return absl::DataLossError(
        absl::StrCat(Describe(name), ": the bytes on the disk are not those that were received"));
  }
  value->erase(0, piece->digest.bytes().size());
  return value;
}

absl::Status RocksFrameStore::Scan(
    PieceKind kind, const crypto::PackId& pack,
    const std::function<absl::Status(uint32_t, const crypto::Blake2bDigest&, absl::string_view)>&
        visit) const {
  return store_.Scan(FamilyOf(kind), schema::PiecesOf(pack),
                     [&](absl::string_view key, absl::string_view value) -> absl::Status {
                       ASSIGN_OR_RETURN(const schema::ParsedPieceKey parsed,
                                        schema::ParsePieceKey(key));
                       const PieceName name = {kind, parsed.pack, parsed.number};
                       const absl::StatusOr<schema::StoredPiece> piece = schema::ParsePiece(value);
                       if (!piece.ok()) return base::Annotate(piece.status(), Describe(name));
                       return visit(parsed.number, piece->digest, piece->ciphertext);
                     });
}

uint64_t RocksFrameStore::EstimateBytes(const crypto::PackId& pack) const {
  const schema::KeyRange range = schema::PiecesOf(pack);
  return store_.EstimateBytes(schema::Family::kFrames, range) +
         store_.EstimateBytes(schema::Family::kParts, range);
}

absl::Status RocksFrameStore::Drop(const crypto::PackId& pack) {
  const schema::KeyRange range = schema::PiecesOf(pack);
  StoreBatch batch;
  batch.DeleteRange(schema::Family::kFrames, range);
  batch.DeleteRange(schema::Family::kParts, range);
  RETURN_IF_ERROR(store_.Apply(batch, Durability::kUnsynced));
  store_.Reclaim(schema::Family::kFrames, range);
  store_.Reclaim(schema::Family::kParts, range);
  return absl::OkStatus();
}

}  // namespace tidemark::vault
