// Private to vault/: which frames of which packs, as bitmaps: frame n is bit n%8 of byte n/8.
//
// Memory: one bit a frame, for the packs of one TLD. Threads: a value.
#ifndef TIDEMARK_VAULT_RETENTION_FRAME_MARKS_H_
#define TIDEMARK_VAULT_RETENTION_FRAME_MARKS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "crypto/pack_id.h"
#include "proto/custody.pb.h"
#include "proto/stored.pb.h"
#include "vault/frame_bits.h"

namespace tidemark::vault::retention {

// Bitmaps may be of different lengths: what is missing is zero.
void AddBits(absl::string_view more, std::string& bits);
uint32_t CountBits(absl::string_view bits);
// Each longest run of ones. `visit` returning an error ends it and is returned.
absl::Status ForEachRun(absl::string_view bits,
                        const std::function<absl::Status(uint32_t first, uint32_t count)>& visit);

// FAILED_PRECONDITION if the deposit uses a frame of this pack that was removed: as for a pack that
// is not held, it has to be sent in full.
absl::Status CheckNoneRemoved(const tidemark::v1::PackRef& ref, const tidemark::v1::PackRow& row);

class FrameMarks final {
 public:
  // What a deposit uses.
  absl::Status Add(const tidemark::v1::ClearManifest& manifest);
  // Frames 0 to count-1 of the pack that are neither marked here nor in `removed`; empty if none
  // is.
  std::string Unmarked(const crypto::PackId& pack, uint32_t count, absl::string_view removed) const;

 private:
  std::map<crypto::PackId, std::string> bits_;
};

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_FRAME_MARKS_H_
