#include "verifier/opening/frame_spool.h"

#include <utility>

#include "absl/memory/memory.h"
#include "base/status.h"
#include "crypto/sealed_scratch.h"

namespace tidemark::verifier {

absl::StatusOr<std::unique_ptr<FrameSpool>> FrameSpool::Fill(
    PackSet& packs, const base::ScratchOptions& scratch,
    std::vector<UnreadableFrame>* unreadable) {
  ASSIGN_OR_RETURN(const std::unique_ptr<base::ScratchSpace> space,
                   crypto::NewSealedScratchSpace(scratch));
  ASSIGN_OR_RETURN(std::unique_ptr<base::ScratchFile> file, space->NewFile());
  auto spool = absl::WrapUnique(new FrameSpool(std::move(file)));
  for (uint32_t pack = 0; pack < packs.packs(); ++pack) {
    std::vector<Frame>& frames = spool->frames_.emplace_back(packs.frames(pack));
    RETURN_IF_ERROR(packs.OpenAll(
        pack,
        [&](uint32_t number, const FrameContent& content) {
          frames[number] = {.offset = spool->file_->size_bytes(), .ends = content.ends()};
          return spool->file_->Append(content.objects());
        },
        unreadable));
  }
  return spool;
}

uint32_t FrameSpool::Objects(uint32_t pack, uint32_t frame) const {
  return static_cast<uint32_t>(frames_[pack][frame].ends.size());
}

absl::StatusOr<absl::string_view> FrameSpool::Read(uint32_t pack, const PlaceInPack& place) {
  const Frame& frame = frames_[pack][place.frame];
  const uint32_t begin = place.ordinal == 0 ? 0 : frame.ends[place.ordinal - 1];
  object_.resize(frame.ends[place.ordinal] - begin);
  RETURN_IF_ERROR(
      file_->ReadAt(frame.offset + begin, absl::MakeSpan(object_.data(), object_.size())));
  return absl::string_view(object_);
}

}  // namespace tidemark::verifier
