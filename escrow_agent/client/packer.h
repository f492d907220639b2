// Puts the pieces of a file into frames, and writes down how they were put together.
//
// Objects and opaque pieces fill frames in file order. What stands between them is usually the same
// few bytes over and over: a gap of the gap table, so that a whole file of equally spaced objects
// is one run. Unusual gaps are literals of the manifest while those are few, then pieces in frames.
// Threads: one at a time. Memory: one frame, and the gap table (bounded).
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_PACKER_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_PACKER_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "escrow_agent/client/manifest_writer.h"
#include "proto/custody.pb.h"
#include "rde/split/object_splitter.h"
#include "verifier/opening/frame_content.h"

namespace tidemark::escrow_agent {

class Packer final {
 public:
  using FrameSink = std::function<absl::Status(uint32_t number, std::string content)>;

  // `manifest` must outlive the packer.
  Packer(ManifestWriter& manifest, FrameSink frames)
      : manifest_(manifest), frames_(std::move(frames)) {}

  // Writes the manifest's header, completed with the gap table that every file starts from.
  absl::Status Begin(tidemark::v1::ManifestHeader header);
  absl::Status OnPiece(rde::PieceKind kind, absl::string_view bytes);
  // Gives out the last frame and the last runs. The trailer is the caller's.
  absl::Status Finish();

  uint64_t objects() const { return objects_; }
  uint32_t frames() const { return frame_number_; }

 private:
  absl::Status AddObject(absl::string_view bytes);
  absl::Status AddGap(absl::string_view bytes);
  absl::StatusOr<bool> TryGapTable(absl::string_view bytes);
  absl::Status WriteLiteral(absl::string_view bytes);
  absl::Status EndObject(uint32_t gap);
  absl::Status FlushRuns();
  absl::Status FlushFrame();

  ManifestWriter& manifest_;
  const FrameSink frames_;
  verifier::FrameContentBuilder frame_;
  uint32_t frame_number_ = 0;
  uint64_t objects_ = 0;
  // The last object, whose gap is not known yet.
  bool has_open_object_ = false;
  uint32_t open_frame_ = 0;
  uint32_t open_ordinal_ = 0;
  tidemark::v1::Run run_;  // count 0: none
  tidemark::v1::ManifestRecord batch_;
  absl::flat_hash_map<std::string, uint32_t> gaps_;
  uint64_t literal_bytes_ = 0;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_PACKER_H_
