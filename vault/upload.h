// Private to vault/: one upload on its way in, and one that has arrived already.
#ifndef TIDEMARK_VAULT_UPLOAD_H_
#define TIDEMARK_VAULT_UPLOAD_H_

#include <cstdint>
#include <memory>

#include "vault/upload_progress.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {

class UploadImpl final : public Upload {
 public:
  // `vault` must outlive this object. The pack's row is durable already, and the ledger has the
  // upload as open with what `progress` says.
  UploadImpl(VaultImpl& vault, const UploadRequest& request,
             std::unique_ptr<UploadProgress> progress)
      : vault_(vault), request_(request), progress_(std::move(progress)) {}
  ~UploadImpl() override;
  UploadImpl(const UploadImpl&) = delete;
  UploadImpl& operator=(const UploadImpl&) = delete;

  PiecesHeld held() const override;
  absl::Status PutFrame(uint32_t number, absl::string_view ciphertext) override;
  absl::Status PutManifestPart(uint32_t number, absl::string_view ciphertext) override;
  absl::StatusOr<PiecesHeld> Sync() override;
  absl::StatusOr<tidemark::v1::Receipt> Commit(
      const tidemark::v1::SignedManifest& manifest) override;
  void Discard() override;

 private:
  absl::Status CheckPiece(PieceKind kind, uint32_t number, size_t bytes) const;
  absl::Status CheckDisk(size_t bytes);
  absl::Status TryPut(PieceKind kind, uint32_t number, absl::string_view ciphertext);
  absl::StatusOr<tidemark::v1::Receipt> TryCommit(const tidemark::v1::SignedManifest& manifest);

  VaultImpl& vault_;
  const UploadRequest request_;
  absl::Status status_;  // the first error, or that the upload is over
  bool is_committed_ = false;
  std::unique_ptr<UploadProgress> progress_;
  uint64_t bytes_since_disk_check_ = 0;
};

// An upload that is committed, begun again by who did not get its receipt. It holds no place in the
// ledger, and nothing that happens to it touches what is stored.
class CommittedUpload final : public Upload {
 public:
  // `vault` must outlive this object.
  CommittedUpload(VaultImpl& vault, const DepositId& deposit, PiecesHeld held)
      : vault_(vault), deposit_(deposit), held_(held) {}

  PiecesHeld held() const override { return held_; }
  absl::Status PutFrame(uint32_t number, absl::string_view ciphertext) override;
  absl::Status PutManifestPart(uint32_t number, absl::string_view ciphertext) override;
  absl::StatusOr<PiecesHeld> Sync() override { return held_; }
  absl::StatusOr<tidemark::v1::Receipt> Commit(
      const tidemark::v1::SignedManifest& manifest) override;
  void Discard() override {}

 private:
  VaultImpl& vault_;
  const DepositId deposit_;
  const PiecesHeld held_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_UPLOAD_H_
