// Private to vault/replica/: pieces put in place of damaged ones. See Healing in replica.h.
//
// Memory: 32 bytes for each piece of the pack. Threat: the sender may be anybody; what it sends is
// compared with the digest that the signed manifest commits to before a byte is written, and what
// is whole is never touched.
#ifndef TIDEMARK_VAULT_REPLICA_HEALING_H_
#define TIDEMARK_VAULT_REPLICA_HEALING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "crypto/digest.h"
#include "crypto/pack_id.h"
#include "proto/stored.pb.h"
#include "vault/frame_store.h"
#include "vault/replica/replication_impl.h"
#include "vault/schema.h"

namespace tidemark::vault {

class HealingImpl final : public Healing {
 public:
  // NOT_FOUND: no such pack in custody. FAILED_PRECONDITION: its digests cannot be proven any more.
  static absl::StatusOr<std::unique_ptr<Healing>> Begin(ReplicationImpl& replication,
                                                        PieceKind kind, const crypto::PackId& pack);

  absl::Status TakeDigests(absl::string_view digests) override;
  absl::Status TakeProof(uint32_t number, absl::string_view ciphertext) override;
  absl::Status TakePiece(uint32_t number, absl::string_view ciphertext) override;
  absl::StatusOr<tidemark::v1::HealReply> Finish() override;

 private:
  HealingImpl(const ReplicationParts& parts, PieceKind kind, const crypto::PackId& pack)
      : parts_(parts), kind_(kind), pack_(pack) {}
  // That the digests which came are those that were committed to.
  absl::Status Prove();
  // Whether the stored piece is the one that was committed to.
  bool IsWhole(const PieceName& name, const crypto::Blake2bDigest& digest) const;

  const ReplicationParts& parts_;
  const PieceKind kind_;
  const crypto::PackId pack_;
  uint32_t count_ = 0;     // pieces that the pack has
  std::string committed_;  // frames_digest or manifest_digest
  std::string digests_;    // 32 bytes each
  crypto::Blake2bStream proof_;
  bool is_proven_ = false;
  StoreBatch mended_;  // rows of damage that go
  std::vector<schema::KeyRange> mended_keys_;
  tidemark::v1::HealReply reply_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_HEALING_H_
