// Puts the objects of a file into frames, or finds them in frames of earlier nights, and writes
// down how the file is put together from them.
//
// New objects fill frames of tonight's pack in file order. What stands between objects is usually
// the same few bytes over and over: a gap of the gap table, so that a whole file of equally spaced
// objects is one run. Unusual gaps are literals of the manifest while those are few.
// Threads: one at a time. Memory: one frame, the gap table (bounded), 4 bytes a frame.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_PACKER_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_PACKER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "escrow_agent/client/manifest_writer.h"
#include "escrow_agent/client/run_writer.h"
#include "proto/custody.pb.h"
#include "verifier/opening/frame_content.h"
#include "verifier/opening/run_columns.h"

namespace tidemark::escrow_agent {

class Packer final {
 public:
  // Takes a frame's content, and leaves an empty frame to be filled.
  using FrameSink =
      std::function<absl::Status(uint32_t number, verifier::FrameContentBuilder& frame)>;

  // `known` are the packs of earlier nights, by their number in the manifest: how many objects each
  // of their frames has. Tonight's pack is the one after them. `manifest` and what is pointed at
  // must outlive the packer.
  Packer(ManifestWriter& manifest, FrameSink frames, RunWriter::FrameObjects known);

  // Writes the manifest's header, completed with the gap table that every file starts from.
  absl::Status Begin(tidemark::v1::ManifestHeader header);
  // An object that no earlier night has, of 1 to kFrameObjectBytesMax bytes; where it is kept.
  absl::StatusOr<verifier::PlaceInPack> AddNew(absl::string_view object);
  // An object of an earlier pack. REQUIRES: it is there.
  absl::Status AddKnown(uint32_t pack, const verifier::PlaceInPack& place);
  // Bytes between objects; false if there are too many or too various of them, and they are to be
  // added as an object.
  absl::StatusOr<bool> AddGap(absl::string_view bytes);
  // Gives out the last frame and the last runs. The trailer is the caller's.
  absl::Status Finish();

  uint64_t objects() const { return objects_; }
  // Tonight's pack: how many objects each of its frames has. Complete after Finish().
  const std::vector<uint32_t>& frame_objects() const { return frame_objects_; }
  // Of an earlier pack: which of its frames are used. One bit a frame, as PackRef.used has them.
  const std::string& used(uint32_t pack) const { return used_[pack]; }

 private:
  struct OpenObject {
    uint32_t pack;
    verifier::PlaceInPack place;
  };

  absl::Status Place(const OpenObject& object);
  absl::Status EndObject(uint32_t gap);
  absl::StatusOr<bool> TryGapTable(absl::string_view bytes);
  absl::Status WriteLiteral(absl::string_view bytes);
  absl::Status FlushFrame();
  absl::Status WriteFrameCounts(uint32_t pack, const std::vector<uint32_t>& objects);

  ManifestWriter& manifest_;
  const FrameSink frames_;
  const RunWriter::FrameObjects known_;
  const uint32_t new_pack_;  // its number
  std::vector<uint32_t> frame_objects_;
  std::vector<std::string> used_;
  verifier::FrameContentBuilder frame_;
  RunWriter runs_;
  uint64_t objects_ = 0;
  std::optional<OpenObject> open_object_;  // the last one, whose gap is not known yet
  absl::flat_hash_map<std::string, uint32_t> gaps_;
  uint64_t literal_bytes_ = 0;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_PACKER_H_
