// All frames of a deposit in a scratch file, for a deposit that goes through them in no order.
//
// Threads: one at a time. Memory: 4 bytes an object, and the longest object. Threat: a deposit's
// plaintext on a disk; the file has no name and is encrypted (crypto/sealed_scratch.h). That it
// comes back unaltered shows in the digest of the whole deposit.
#ifndef TIDEMARK_VERIFIER_OPENING_FRAME_SPOOL_H_
#define TIDEMARK_VERIFIER_OPENING_FRAME_SPOOL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/scratch.h"
#include "verifier/opening/pack_set.h"
#include "verifier/opening/run_columns.h"

namespace tidemark::verifier {

class FrameSpool final {
 public:
  // Opens every frame that the deposit uses. Errors of PackSet::Open, and of scratch files. With
  // `unreadable` frames that cannot be had are no error: they are added there, in order.
  static absl::StatusOr<std::unique_ptr<FrameSpool>> Fill(
      PackSet& packs, const base::ScratchOptions& scratch,
      std::vector<UnreadableFrame>* unreadable = nullptr);

  // REQUIRES of both: a frame that the deposit uses; of Read(): an object that it has. One that
  // could not be read has 0 objects.
  uint32_t Objects(uint32_t pack, uint32_t frame) const;
  // Valid until the next call.
  absl::StatusOr<absl::string_view> Read(uint32_t pack, const PlaceInPack& place);

 private:
  struct Frame {
    uint64_t offset = 0;           // in the file, of its first object
    std::vector<uint32_t> ends{};  // of its objects, from there
  };

  explicit FrameSpool(std::unique_ptr<base::ScratchFile> file) : file_(std::move(file)) {}

  const std::unique_ptr<base::ScratchFile> file_;
  std::vector<std::vector<Frame>> frames_;  // by pack and frame
  std::string object_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_FRAME_SPOOL_H_
