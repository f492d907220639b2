#include "verifier/opening/partial_deposit.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/scratch.h"
#include "base/status.h"
#include "verifier/opening/deposit_reading.h"
#include "verifier/opening/frame_spool.h"
#include "verifier/opening/lost_counts.h"
#include "verifier/opening/manifest_reader.h"
#include "verifier/opening/pack_set.h"
#include "verifier/opening/run_columns.h"

namespace tidemark::verifier {
namespace {

// What is known of frames that are lost: objects of each, 0 for those that are counted with the
// first of their stretch; nothing where that could not be worked out.
class LostPlaces final {
 public:
  void Add(uint32_t pack, uint32_t frame, std::optional<uint64_t> objects) {
    frames_[{pack, frame}] = objects;
  }
  bool Has(uint32_t pack, uint32_t frame) const { return frames_.contains({pack, frame}); }
  std::optional<uint64_t> Objects(uint32_t pack, uint32_t frame) const {
    return frames_.at({pack, frame});
  }

 private:
  std::map<std::pair<uint32_t, uint32_t>, std::optional<uint64_t>> frames_;
};

class PartialDepositImpl final : public PartialDeposit, private DepositReading {
 public:
  explicit PartialDepositImpl(SealedDeposit deposit) : DepositReading(std::move(deposit)) {}

  absl::Status Init(vault::RemoteVault& vault, const crypto::DepositKey& key,
                    const FindBirth& find_birth, const std::string& scratch_dir) {
    ASSIGN_OR_RETURN(std::unique_ptr<ManifestReader> records,
                     ManifestReader::OpenDamaged(
                         vault, deposit(), key,
                         vault::SealingContext(deposit().manifest.vault_id(), deposit().id)));
    ASSIGN_OR_RETURN(packs_, Begin(vault, std::move(records)));
    is_adrift_.resize(packs_->packs());
    for (uint32_t pack = 0; pack < packs_->packs(); ++pack) {
      used_.emplace_back(packs_->frames(pack), false);
    }
    std::vector<UnreadableFrame> unreadable;
    ASSIGN_OR_RETURN(spool_, FrameSpool::Fill(*packs_, base::ScratchOptions{.dir = scratch_dir},
                                              &unreadable));
    return NoteLost(vault, key, find_birth, unreadable);
  }

  const std::string& file_name() const override { return header_file_name(); }
  uint64_t bytes_read() const override { return bytes_given(); }
  const Losses& losses() const override { return losses_; }
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override { return ReadOn(buffer); }
  absl::Status Close() override { return CloseReading(); }

 private:
  absl::Status NoteLost(vault::RemoteVault& vault, const crypto::DepositKey& key,
                        const FindBirth& find_birth,
                        const std::vector<UnreadableFrame>& unreadable) {
    for (size_t i = 0; i < unreadable.size();) {
      const uint32_t pack = unreadable[i].pack;
      size_t end = i;
      while (end < unreadable.size() && unreadable[end].pack == pack) ++end;
      if (!packs_->counts(pack).empty()) {
        for (; i < end; ++i) {
          const uint32_t objects = packs_->counts(pack)[unreadable[i].frame];
          losses_.frames.push_back(
              {packs_->id(pack).ToHex(), unreadable[i].frame, objects, unreadable[i].why});
          lost_.Add(pack, unreadable[i].frame, objects);
        }
        continue;
      }
      const bool is_own = packs_->id(pack).bytes() == deposit().manifest.new_pack_id();
      absl::StatusOr<std::optional<LostFrames>> count = std::optional<LostFrames>();
      if (is_own) {
        count = CountLostObjects(vault, deposit(), key);
      } else {
        const absl::StatusOr<OpenableDeposit> birth = find_birth(packs_->id(pack));
        if (birth.ok()) count = CountLostObjects(vault, birth->sealed, birth->key);
      }
      // That night's manifest may be wrong; then it says nothing of this pack.
      const bool says_nothing = absl::IsFailedPrecondition(count.status());
      if (!says_nothing) RETURN_IF_ERROR(count.status());
      const LostFrames* const counted =
          says_nothing || !count->has_value() ? nullptr : &**count;
      // Of an older pack runs may begin anywhere, also inside a stretch of several frames.
      const bool is_of_use =
          counted != nullptr && counted->first == unreadable[i].frame &&
          counted->last == unreadable[end - 1].frame && (is_own || end == i + 1);
      for (size_t frame = i; frame < end; ++frame) {
        std::optional<uint64_t> objects;
        if (is_of_use && end == i + 1) objects = counted->objects;
        losses_.frames.push_back({packs_->id(pack).ToHex(), unreadable[frame].frame, objects,
                                  unreadable[frame].why});
        lost_.Add(pack, unreadable[frame].frame, std::nullopt);
      }
      if (is_of_use) {
        for (uint32_t frame = counted->first; frame <= counted->last; ++frame) {
          lost_.Add(pack, frame, frame == counted->first ? counted->objects : 0);
        }
      }
      i = end;
    }
    return absl::OkStatus();
  }

  absl::Status AtOwnPlace(uint32_t pack) override {
    is_adrift_[pack] = false;
    return absl::OkStatus();
  }

  absl::StatusOr<ObjectRun> PlaceRun(int index) override {
    const uint32_t pack = columns().pack(index);
    if (pack >= packs_->packs() || !is_adrift_[pack]) return ReadPlacedRun(index);
    return ObjectRun{pack, cursors().of(pack), columns().count(index), columns().gap(index)};
  }

  absl::Status AtLostRecord(const absl::Status& error) override {
    if (!records().is_damaged()) return error;
    losses_.lost_from_part = records().opened_parts();
    return absl::OkStatus();
  }

  absl::Status TakeFromRun(ObjectRun& run) override {
    if (is_adrift_[run.pack]) {
      LeaveOut(run.count, run);
      return absl::OkStatus();
    }
    const PlaceInPack place = run.begin;
    if (!packs_->Uses(run.pack, place.frame)) {
      return ContentMismatch(absl::StrCat("a run in frame ", place.frame,
                                          ", which the clear manifest does not name"));
    }
    used_[run.pack][place.frame] = true;
    if (lost_.Has(run.pack, place.frame)) return PassLostFrame(run);
    const uint32_t count = spool_->Objects(run.pack, place.frame);
    if (place.ordinal >= count) {
      return ContentMismatch(absl::StrCat("object ", place.ordinal, " of frame ", place.frame,
                                          ", which has ", count));
    }
    ASSIGN_OR_RETURN(const absl::string_view object, spool_->Read(run.pack, place));
    Give(object);
    ++losses_.objects_restored;
    --run.count;
    run.begin = place.ordinal + 1 == count ? PlaceInPack{place.frame + 1, 0}
                                           : PlaceInPack{place.frame, place.ordinal + 1};
    cursors().of(run.pack) = run.begin;
    return absl::OkStatus();
  }

  // Leaves out what the run has in a lost frame. Where its end is not known, all that follows of
  // the pack is left out: an object in a place that is not its own would be a lie.
  absl::Status PassLostFrame(ObjectRun& run) {
    const std::optional<uint64_t> objects = lost_.Objects(run.pack, run.begin.frame);
    if (!objects.has_value() || run.begin.ordinal > *objects) {
      is_adrift_[run.pack] = true;
      return absl::OkStatus();
    }
    const uint64_t left = *objects - run.begin.ordinal;
    const auto taken = static_cast<uint32_t>(std::min<uint64_t>(run.count, left));
    PlaceInPack behind = {run.begin.frame, run.begin.ordinal + taken};
    if (taken == left) behind = {run.begin.frame + 1, 0};
    if (taken > 0) LeaveOut(taken, run);
    run.begin = behind;
    cursors().of(run.pack) = behind;
    return absl::OkStatus();
  }

  // The next `count` objects of the run.
  void LeaveOut(uint32_t count, ObjectRun& run) {
    const uint64_t first = losses_.objects_restored + losses_.objects_lost;
    const std::string pack = packs_->id(run.pack).ToHex();
    std::vector<LostStretch>& stretches = losses_.stretches;
    const bool goes_on = !stretches.empty() && stretches.back().at_byte == bytes_produced() &&
                         stretches.back().first_object + stretches.back().objects == first &&
                         stretches.back().pack == pack;
    if (goes_on) {
      stretches.back().objects += count;
    } else if (stretches.size() < kLostStretchesMax) {
      stretches.push_back({bytes_produced(), first, count, std::nullopt, pack, run.begin.frame});
    } else {
      ++losses_.stretches_omitted;
    }
    losses_.objects_lost += count;
    run.count -= count;
  }

  absl::Status CheckEnd(const tidemark::v1::ManifestTrailer* trailer) override {
    losses_.bytes_restored = bytes_given();
    if (trailer == nullptr) return absl::OkStatus();  // its part is lost
    losses_.file_bytes = trailer->file_bytes();
    losses_.file_objects = trailer->objects();
    if (trailer->objects() != losses_.objects_restored + losses_.objects_lost ||
        trailer->file_bytes() < bytes_given()) {
      return ContentMismatch("length or number of objects differ from its trailer's");
    }
    if (losses_.any()) {
      if (losses_.stretches.size() == 1 && losses_.stretches_omitted == 0) {
        losses_.stretches[0].bytes = trailer->file_bytes() - bytes_given();
      }
      return absl::OkStatus();
    }
    if (trailer->file_bytes() != bytes_given() ||
        trailer->file_sha256() != FinishDigest().bytes()) {
      return ContentMismatch("the file's length or SHA-256 differs from its trailer's");
    }
    for (uint32_t pack = 0; pack < packs_->packs(); ++pack) {
      for (uint32_t frame = 0; frame < packs_->frames(pack); ++frame) {
        if (used_[pack][frame] != packs_->Uses(pack, frame)) {
          return ContentMismatch(absl::StrCat("the clear manifest names frame ", frame,
                                              " and the deposit does not use it"));
        }
      }
    }
    return absl::OkStatus();
  }

  std::unique_ptr<PackSet> packs_;
  std::unique_ptr<FrameSpool> spool_;
  LostPlaces lost_;
  std::vector<bool> is_adrift_;  // by pack: where the next relative run begins is not known
  std::vector<std::vector<bool>> used_;
  Losses losses_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<PartialDeposit>> OpenPartialDeposit(
    vault::RemoteVault& vault, const SealedDeposit& deposit, const vault::AgentConnection& agent,
    crypto::DepositKey key, const FindBirth& find_birth, const std::string& scratch_dir) {
  if (deposit.manifest.vault_id() != agent.vault_id) {
    return absl::DataLossError("the deposit is another vault's");
  }
  auto opened = std::make_unique<PartialDepositImpl>(deposit);
  RETURN_IF_ERROR(opened->Init(vault, key, find_birth, scratch_dir));
  return opened;
}

}  // namespace tidemark::verifier
