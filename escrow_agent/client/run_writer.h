// Writes the runs of a sealed manifest: which objects, in which order, with what between them.
//
// Objects that follow each other in a pack and in the file are one run. Runs go into records of
// columns (verifier/opening/run_columns.h), as many as fit, since columns compress the better the
// longer they are.
//
// Threads: one at a time. Memory: one record, and a place a pack.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_RUN_WRITER_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_RUN_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "escrow_agent/client/manifest_writer.h"
#include "proto/custody.pb.h"
#include "verifier/opening/run_columns.h"

namespace tidemark::escrow_agent {

class RunWriter final {
 public:
  // By pack, in the order of the manifest's header: the number of objects of each of its frames.
  // The last pack may grow while runs are written. All must outlive the writer.
  using FrameObjects = std::vector<const std::vector<uint32_t>*>;

  RunWriter(ManifestWriter& manifest, FrameObjects frame_objects)
      : manifest_(manifest),
        frame_objects_(std::move(frame_objects)),
        last_(frame_objects_.size()),
        cursors_(frame_objects_.size()) {}

  // The object at `place` of pack number `pack`, followed by gap number `gap`.
  absl::Status Add(uint32_t pack, const verifier::PlaceInPack& place, uint32_t gap);
  // Ends the run and the record: what is written to the manifest next comes after them.
  absl::Status Flush();

 private:
  // The place behind `place`, as far as the frame's end is known.
  verifier::PlaceInPack Behind(uint32_t pack, const verifier::PlaceInPack& place) const;
  absl::Status EndRun();
  absl::Status WriteRecord();

  ManifestWriter& manifest_;
  const FrameObjects frame_objects_;
  std::vector<std::optional<verifier::PlaceInPack>> last_;  // the last object used of each pack
  verifier::RunCursors cursors_;
  verifier::ObjectRun run_;  // count 0: none
  tidemark::v1::ManifestRecord record_;
  size_t record_bytes_ = 0;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_RUN_WRITER_H_
