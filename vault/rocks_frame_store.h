// Private to vault/: the embedded engine behind FrameStore, families frames and parts.
#ifndef TIDEMARK_VAULT_ROCKS_FRAME_STORE_H_
#define TIDEMARK_VAULT_ROCKS_FRAME_STORE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "vault/frame_store.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

class RocksFrameStore final : public FrameStore {
 public:
  // Hears of each piece that Get() did not give.
  using AtError = std::function<void(const PieceName& name, const absl::Status& error)>;
  // `store` must outlive this object.
  explicit RocksFrameStore(RocksStore& store, AtError at_error = nullptr)
      : store_(store), at_error_(std::move(at_error)) {}

  absl::Status Put(const PieceName& name, const crypto::Blake2bDigest& digest,
                   absl::string_view ciphertext) override;
  absl::Status Sync() override { return store_.Sync(); }
  absl::StatusOr<std::string> Get(const PieceName& name) const override;
  absl::Status Scan(
      PieceKind kind, const crypto::PackId& pack,
      const std::function<absl::Status(uint32_t number, const crypto::Blake2bDigest& digest,
                                       absl::string_view ciphertext)>& visit) const override;
  uint64_t EstimateBytes(const crypto::PackId& pack) const override;
  absl::Status Drop(const crypto::PackId& pack) override;

 private:
  absl::StatusOr<std::string> Read(const PieceName& name) const;

  RocksStore& store_;
  const AtError at_error_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ROCKS_FRAME_STORE_H_
