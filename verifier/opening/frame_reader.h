// The frames of the packs that one deposit names, fetched in ranges, opened one at a time.
//
// Marks each frame that was used, so that the deposit's bitmaps can be compared in the end, and
// keeps a budget, so that a manifest that jumps to and fro cannot make us fetch for ever.
// Threads: one at a time. Memory: kReadFramesMax ciphertexts and one plaintext.
#ifndef TIDEMARK_VERIFIER_OPENING_FRAME_READER_H_
#define TIDEMARK_VERIFIER_OPENING_FRAME_READER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/compress.h"
#include "crypto/frame.h"
#include "proto/custody.pb.h"
#include "verifier/opening/frame_content.h"
#include "verifier/opening/opening.h"

namespace tidemark::verifier {

class FrameReader final {
 public:
  // `vault` and `deposit` must outlive the reader. FAILED_PRECONDITION if the sealed header's packs
  // are not exactly those of the clear manifest.
  static absl::StatusOr<std::unique_ptr<FrameReader>> Create(
      vault::RemoteVault& vault, const SealedDeposit& deposit,
      const tidemark::v1::ManifestHeader& header);

  // The content of one frame; valid until the next call. FAILED_PRECONDITION: the manifest names a
  // frame that is not there, or the depositor sealed rubbish. DATA_LOSS: the vault's bytes are not
  // what the depositor sealed.
  absl::StatusOr<const FrameContent*> Get(uint32_t pack, uint32_t frame);

  // OK if and only if the frames used are exactly those of the clear manifest's bitmaps.
  absl::Status CheckAllUsed() const;

 private:
  struct Pack {
    crypto::PackId id;
    crypto::PackSecret secret;
    const tidemark::v1::PackRef* ref;
    std::vector<bool> used;
  };

  FrameReader(vault::RemoteVault& vault, const SealedDeposit& deposit)
      : vault_(vault), deposit_(deposit) {}
  absl::StatusOr<std::string> Fetch(const Pack& pack, uint32_t pack_index, uint32_t frame);
  absl::Status Blame(const Pack& pack, uint32_t frame);

  vault::RemoteVault& vault_;
  const SealedDeposit& deposit_;
  std::vector<Pack> packs_;
  uint64_t fetches_left_ = 0;
  uint32_t window_pack_ = UINT32_MAX;
  std::map<uint32_t, std::string> window_;  // frame number, ciphertext: of window_pack_
  base::Decompressor decompressor_;
  uint32_t current_pack_ = UINT32_MAX;
  uint32_t current_frame_ = UINT32_MAX;
  FrameContent current_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_FRAME_READER_H_
