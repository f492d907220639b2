// Where sealed pieces lie: frames of packs and parts of sealed manifests, by pack and number.
//
// The seam below which a vault may change its engine. The embedded default keeps pieces in the
// vault's own RocksDB (rocks_frame_store.h); an engine for those who outgrow one machine keeps them
// elsewhere, while catalogue and log stay where commits are synced. The contract that both keep:
// pieces are durable after Sync(), and Sync() comes before the commit that makes them visible.
//
// A piece is stored once and never altered. Each carries the BLAKE2b-256 digest that was computed
// at intake; Get() checks it, so damage is DATA_LOSS and never an answer.
//
// Threads: safe for concurrent use; one pack is written by one thread. Errors: NOT_FOUND,
// DATA_LOSS naming the piece, UNAVAILABLE the disk failed or is full.
#ifndef TIDEMARK_VAULT_FRAME_STORE_H_
#define TIDEMARK_VAULT_FRAME_STORE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/digest.h"
#include "crypto/pack_id.h"

namespace tidemark::vault {

// Frames hold objects; parts make up the sealed manifest of the deposit that brought the pack.
enum class PieceKind { kFrame, kManifestPart };

struct PieceName {
  PieceKind kind;
  crypto::PackId pack;
  uint32_t number;
};

class FrameStore {
 public:
  virtual ~FrameStore() = default;
  // Not durable until Sync().
  virtual absl::Status Put(const PieceName& name, const crypto::Blake2bDigest& digest,
                           absl::string_view ciphertext) = 0;
  // Everything put so far survives a power cut.
  virtual absl::Status Sync() = 0;
  virtual absl::StatusOr<std::string> Get(const PieceName& name) const = 0;
  // All pieces of one kind, in order of number, as they are stored: nobody compares bytes and
  // digest. `visit` returning an error ends it and is returned.
  virtual absl::Status Scan(
      PieceKind kind, const crypto::PackId& pack,
      const std::function<absl::Status(uint32_t number, const crypto::Blake2bDigest& digest,
                                       absl::string_view ciphertext)>& visit) const = 0;
  // About what a pack takes, without reading it.
  virtual uint64_t EstimateBytes(const crypto::PackId& pack) const = 0;
  // Removes all pieces of a pack. Idempotent; need not be durable: whoever drops a pack does so
  // again if a crash forgot it.
  virtual absl::Status Drop(const crypto::PackId& pack) = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_FRAME_STORE_H_
