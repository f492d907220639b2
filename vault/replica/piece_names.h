// Private to vault/replica/: the names of pieces as they cross the wire.
// Threads: pure functions. Threat: the names are a peer's to choose.
#ifndef TIDEMARK_VAULT_REPLICA_PIECE_NAMES_H_
#define TIDEMARK_VAULT_REPLICA_PIECE_NAMES_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "proto/service.pb.h"
#include "vault/frame_store.h"

namespace tidemark::vault {

absl::StatusOr<PieceKind> KindOf(tidemark::v1::PieceType type);
absl::StatusOr<PieceName> NameOf(const tidemark::v1::PieceIdentity& piece);
std::string Describe(const PieceName& name);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_PIECE_NAMES_H_
