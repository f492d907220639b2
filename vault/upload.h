// Private to vault/: one upload on its way in.
#ifndef TIDEMARK_VAULT_UPLOAD_H_
#define TIDEMARK_VAULT_UPLOAD_H_

#include <cstdint>

#include "crypto/digest.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {

class UploadImpl final : public Upload {
 public:
  // `vault` must outlive this object. The pack's row is durable already.
  UploadImpl(VaultImpl& vault, const UploadRequest& request) : vault_(vault), request_(request) {}
  ~UploadImpl() override;
  UploadImpl(const UploadImpl&) = delete;
  UploadImpl& operator=(const UploadImpl&) = delete;

  absl::Status PutFrame(uint32_t number, absl::string_view ciphertext) override;
  absl::Status PutManifestPart(uint32_t number, absl::string_view ciphertext) override;
  absl::StatusOr<uint32_t> Sync() override;
  absl::StatusOr<tidemark::v1::Receipt> Commit(
      const tidemark::v1::SignedManifest& manifest) override;

 private:
  struct Count {
    uint32_t pieces = 0;
    uint64_t bytes = 0;
  };
  absl::Status CheckPiece(PieceKind kind, uint32_t number, size_t bytes) const;
  absl::Status CheckDisk(size_t bytes);
  absl::Status TryPut(PieceKind kind, uint32_t number, absl::string_view ciphertext);
  absl::Status TrySync();
  absl::StatusOr<tidemark::v1::Receipt> TryCommit(const tidemark::v1::SignedManifest& manifest);

  VaultImpl& vault_;
  const UploadRequest request_;
  absl::Status status_;  // the first error, or that the upload is over
  bool is_committed_ = false;
  Count frames_;
  Count parts_;
  crypto::Blake2bStream frame_digests_;  // over the digests of all frames
  crypto::Blake2bStream part_bytes_;     // over all parts
  uint64_t bytes_since_disk_check_ = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_UPLOAD_H_
