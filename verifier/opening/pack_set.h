// The packs that one deposit names, and how frames of them are fetched and opened.
//
// Threads: Open() belongs to one thread at a time; the rest is const and safe beside it.
// Threat: the sealed header is the depositor's word and the frames are custody's; who of the two is
// to blame for a frame that does not open decides between FAILED_PRECONDITION and DATA_LOSS.
#ifndef TIDEMARK_VERIFIER_OPENING_PACK_SET_H_
#define TIDEMARK_VERIFIER_OPENING_PACK_SET_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/compress.h"
#include "crypto/frame.h"
#include "proto/custody.pb.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/frame_content.h"
#include "verifier/opening/sealed_deposit.h"

namespace tidemark::verifier {

// A frame that custody does not give back, or that does not open.
struct UnreadableFrame {
  uint32_t pack;
  uint32_t frame;
  std::string why;
};

class PackSet final {
 public:
  // `vault` and `deposit` must outlive the set. FAILED_PRECONDITION if the sealed header's packs
  // are not exactly those of the clear manifest.
  static absl::StatusOr<std::unique_ptr<PackSet>> Create(
      vault::RemoteVault& vault, const SealedDeposit& deposit,
      const tidemark::v1::ManifestHeader& header);

  size_t packs() const { return packs_.size(); }
  // REQUIRES of all: pack < packs().
  uint32_t frames(uint32_t pack) const { return packs_[pack].ref->frame_count(); }
  // Whether the clear manifest's bitmap names the frame.
  bool Uses(uint32_t pack, uint32_t frame) const;
  // Of all packs together.
  uint64_t used_frames() const { return used_frames_; }

  // Fetches the used frames among first .. first+count-1 (at most kReadFramesMax), and hands each
  // on as soon as it is opened. FAILED_PRECONDITION: the depositor sealed rubbish. DATA_LOSS: the
  // vault's bytes are not what the depositor sealed. `take` failing ends it.
  using TakeFrame = std::function<absl::Status(uint32_t frame, FrameContent content)>;
  absl::Status Open(uint32_t pack, uint32_t first, uint32_t count, const TakeFrame& take);
  // All used frames of a pack, in order. With `unreadable` those that cannot be had are no error:
  // they are added there, and the vault is asked again behind each.
  absl::Status OpenAll(uint32_t pack, const TakeFrame& take,
                       std::vector<UnreadableFrame>* unreadable);
  const crypto::PackId& id(uint32_t pack) const { return packs_[pack].id; }
  // Objects of each frame, as the sealed manifest says; empty if it does not.
  const std::vector<uint32_t>& counts(uint32_t pack) const { return packs_[pack].counts; }
  // FAILED_PRECONDITION: of a pack that is not there, or of too many frames, or of none in one.
  absl::Status AddCounts(const tidemark::v1::FrameCounts& counts);
  // That those packs of which some were added have them of all their frames. Every frame that is
  // opened from then on is compared.
  absl::Status CheckCounts() const;

 private:
  struct Pack {
    crypto::PackId id;
    crypto::PackSecret secret;
    const tidemark::v1::PackRef* ref;
    std::vector<uint32_t> counts = {};
  };

  PackSet(vault::RemoteVault& vault, const SealedDeposit& deposit)
      : vault_(vault), deposit_(deposit) {}
  absl::StatusOr<FrameContent> OpenFrame(const Pack& pack, uint32_t frame,
                                         absl::string_view ciphertext);
  absl::Status Blame(const Pack& pack, uint32_t frame);

  vault::RemoteVault& vault_;
  const SealedDeposit& deposit_;
  std::vector<Pack> packs_;
  uint64_t used_frames_ = 0;
  base::Decompressor decompressor_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_PACK_SET_H_
