#include "vault/replica/piece_names.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace tidemark::vault {

absl::StatusOr<PieceKind> KindOf(tidemark::v1::PieceType type) {
  if (type == tidemark::v1::PIECE_TYPE_FRAME) return PieceKind::kFrame;
  if (type == tidemark::v1::PIECE_TYPE_MANIFEST_PART) return PieceKind::kManifestPart;
  return absl::InvalidArgumentError("a piece is a frame or a manifest part");
}

absl::StatusOr<PieceName> NameOf(const tidemark::v1::PieceIdentity& piece) {
  ASSIGN_OR_RETURN(const PieceKind kind, KindOf(piece.type()));
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(piece.pack_id()));
  return PieceName{kind, pack, piece.number()};
}

std::string Describe(const PieceName& name) {
  return absl::StrCat(name.kind == PieceKind::kFrame ? "frame " : "manifest part ", name.number,
                      " of pack ", name.pack.ToHex());
}

}  // namespace tidemark::vault
