// Private to vault/replica/: pieces put in place of damaged ones. See Healing in replica.h.
//
// What proves a piece is that its digest and the others' give what the manifest commits to. Each of
// them may come from either side, for each may have lost another piece of the same pack: tried are
// the sender's, with ours where it has none; and ours, with the sender's where ours are damaged.
//
// Memory: 64 bytes for each piece of the pack. Threat: the sender may be anybody; what it sends is
// compared with the digest that the signed manifest commits to before a byte is written, and what
// is whole is never touched.
#ifndef TIDEMARK_VAULT_REPLICA_HEALING_H_
#define TIDEMARK_VAULT_REPLICA_HEALING_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
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
  absl::Status Prove(const std::function<absl::Status()>& pulse) override;
  absl::Status TakePiece(uint32_t number, absl::string_view ciphertext) override;
  absl::StatusOr<tidemark::v1::HealReply> Finish() override;

 private:
  // One choice of digests, and what they come to.
  struct Choice {
    std::string digests;
    crypto::Blake2bStream proof;
    bool is_whole = true;  // false: of some piece neither side has anything
  };

  HealingImpl(ReplicationImpl& replication, PieceKind kind, const crypto::PackId& pack)
      : replication_(replication), parts_(replication.parts()), kind_(kind), pack_(pack) {}
  absl::Status ReadDamaged();
  // Digests of frames, for a choice; kUnknownDigest if neither side has one.
  std::string FrameDigest(uint32_t number, bool prefer_own) const;
  absl::Status ChooseFrames(bool prefer_own, const std::function<absl::Status()>& pulse,
                            Choice& choice) const;
  static void AddPart(const std::optional<absl::string_view>& ciphertext, Choice& choice);
  // True: the choice is what was committed to, and its digests are from now on what counts.
  bool Settle(Choice& choice);
  // Whether the stored piece is the one that was committed to.
  bool IsWhole(const PieceName& name, const crypto::Blake2bDigest& digest) const;

  ReplicationImpl& replication_;
  const ReplicationParts& parts_;
  const PieceKind kind_;
  const crypto::PackId pack_;
  uint32_t count_ = 0;          // pieces that the pack has
  std::string committed_;       // frames_digest or manifest_digest
  std::set<uint32_t> damaged_;  // of the pack, here, as far as it is known
  std::string theirs_;          // of frames: digests as they came
  Choice by_theirs_;            // of parts: digested as they come
  Choice by_ours_;
  uint32_t parts_due_ = 0;
  std::string digests_;  // once they are proven
  bool is_proven_ = false;
  bool is_refuted_ = false;
  std::set<std::string> healed_;  // keys of pieces that were damaged and are whole
  tidemark::v1::HealReply reply_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_HEALING_H_
