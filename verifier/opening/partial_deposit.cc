#include "verifier/opening/partial_deposit.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/scratch.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "verifier/opening/frame_spool.h"
#include "verifier/opening/lost_counts.h"
#include "verifier/opening/manifest_header.h"
#include "verifier/opening/manifest_reader.h"
#include "verifier/opening/pack_set.h"
#include "verifier/opening/run_columns.h"

namespace tidemark::verifier {
namespace {

using tidemark::v1::ManifestRecord;
using tidemark::v1::ManifestTrailer;
using tidemark::v1::Run;
using tidemark::v1::RunBatch;
using tidemark::v1::RunColumns;

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

class PartialDepositImpl final : public PartialDeposit {
 public:
  explicit PartialDepositImpl(SealedDeposit deposit)
      : deposit_(std::move(deposit)), has_columns_(deposit_.manifest.format() >= 2) {}

  absl::Status Init(vault::RemoteVault& vault, const crypto::DepositKey& key,
                    const FindBirth& find_birth, const std::string& scratch_dir) {
    ASSIGN_OR_RETURN(records_,
                     ManifestReader::OpenDamaged(
                         vault, deposit_, key,
                         vault::SealingContext(deposit_.manifest.vault_id(), deposit_.id)));
    ASSIGN_OR_RETURN(const std::optional<ManifestRecord> first, records_->Next());
    if (!first.has_value() || !first->has_header()) {
      return ContentMismatch("it does not begin with a header");
    }
    RETURN_IF_ERROR(CheckManifestHeader(first->header(), deposit_.id));
    for (const std::string& gap : first->header().gaps()) RETURN_IF_ERROR(gaps_.Add(gap));
    file_name_ = first->header().file_name();
    ASSIGN_OR_RETURN(packs_, PackSet::Create(vault, deposit_, first->header()));
    ASSIGN_OR_RETURN(first_record_,
                     TakeFrameCounts(deposit_.manifest.format(), *records_, *packs_));
    cursors_.emplace(packs_->packs());
    is_adrift_.resize(packs_->packs());
    for (uint32_t pack = 0; pack < packs_->packs(); ++pack) {
      used_.emplace_back(packs_->frames(pack), false);
    }
    std::vector<UnreadableFrame> unreadable;
    ASSIGN_OR_RETURN(spool_, FrameSpool::Fill(*packs_, base::ScratchOptions{.dir = scratch_dir},
                                              &unreadable));
    return NoteLost(vault, key, find_birth, unreadable);
  }

  const std::string& file_name() const override { return file_name_; }
  uint64_t bytes_read() const override { return bytes_read_; }
  const Losses& losses() const override { return losses_; }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (status_.ok() && is_checked_) return 0;
    size_t done = 0;
    while (status_.ok() && done < buffer.size() && !at_end_) {
      if (pending_.empty()) {
        status_ = Advance();
        produced_ += pending_.size();
        continue;
      }
      const size_t n = std::min(buffer.size() - done, pending_.size());
      std::memcpy(buffer.data() + done, pending_.data(), n);
      pending_.remove_prefix(n);
      done += n;
    }
    if (!status_.ok()) return status_;
    digest_.Update(absl::string_view(buffer.data(), done));
    bytes_read_ += done;
    if (bytes_read_ > base::kDepositBytesMax) status_ = ContentMismatch("over the limit of bytes");
    if (status_.ok() && at_end_ && !is_checked_) status_ = CheckEnd();
    if (!status_.ok()) return status_;
    return done;
  }

  absl::Status Close() override {
    if (!status_.ok()) return status_;
    if (!is_checked_) return absl::FailedPreconditionError("the deposit was not read to its end");
    return absl::OkStatus();
  }

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
      const bool is_own = packs_->id(pack).bytes() == deposit_.manifest.new_pack_id();
      absl::StatusOr<std::optional<LostFrames>> count = std::optional<LostFrames>();
      if (is_own) {
        count = CountLostObjects(vault, deposit_, key);
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

  // Makes the next bytes pending, leaves something out, or finds the end.
  absl::Status Advance() {
    if (!gap_.empty()) {
      pending_ = std::exchange(gap_, {});
      return absl::OkStatus();
    }
    if (run_.count > 0) return NextObject();
    if (next_run_ < batch_.runs_size()) return BeginRun(batch_.runs(next_run_++));
    if (next_run_ < columns_.pack_size()) return BeginRunOfColumns();
    return NextRecord();
  }

  absl::Status BeginRun(const Run& run) {
    if (run.count() == 0) return ContentMismatch("an empty run");
    if (run.pack() >= packs_->packs()) return ContentMismatch("a run in a pack that is not there");
    // Its place is its own, wherever the one before it got to.
    is_adrift_[run.pack()] = false;
    run_ = {run.pack(), {run.frame(), run.ordinal()}, run.count(), run.gap()};
    ASSIGN_OR_RETURN(run_gap_, gaps_.Get(run_.gap));
    return absl::OkStatus();
  }

  absl::Status BeginRunOfColumns() {
    const int index = next_run_++;
    const uint32_t pack = columns_.pack(index);
    if (pack < packs_->packs() && is_adrift_[pack]) {
      run_ = {pack, cursors_->of(pack), columns_.count(index), columns_.gap(index)};
    } else {
      absl::StatusOr<ObjectRun> run = ReadRun(columns_, index, *cursors_);
      if (!run.ok()) return ContentMismatch(run.status().message());
      run_ = *run;
    }
    ASSIGN_OR_RETURN(run_gap_, gaps_.Get(run_.gap));
    return absl::OkStatus();
  }

  // run_ is what is left of the run.
  absl::Status NextObject() {
    if (is_adrift_[run_.pack]) {
      LeaveOut(run_.count);
      return absl::OkStatus();
    }
    const PlaceInPack place = run_.begin;
    if (!packs_->Uses(run_.pack, place.frame)) {
      return ContentMismatch(absl::StrCat("a run in frame ", place.frame,
                                          ", which the clear manifest does not name"));
    }
    used_[run_.pack][place.frame] = true;
    if (lost_.Has(run_.pack, place.frame)) return PassLostFrame();
    const uint32_t count = spool_->Objects(run_.pack, place.frame);
    if (place.ordinal >= count) {
      return ContentMismatch(absl::StrCat("object ", place.ordinal, " of frame ", place.frame,
                                          ", which has ", count));
    }
    ASSIGN_OR_RETURN(pending_, spool_->Read(run_.pack, place));
    gap_ = run_gap_;
    ++losses_.objects_restored;
    --run_.count;
    run_.begin = place.ordinal + 1 == count ? PlaceInPack{place.frame + 1, 0}
                                            : PlaceInPack{place.frame, place.ordinal + 1};
    cursors_->of(run_.pack) = run_.begin;
    return absl::OkStatus();
  }

  // Leaves out what the run has in a lost frame. Where its end is not known, all that follows of
  // the pack is left out: an object in a place that is not its own would be a lie.
  absl::Status PassLostFrame() {
    const std::optional<uint64_t> objects = lost_.Objects(run_.pack, run_.begin.frame);
    if (!objects.has_value() || run_.begin.ordinal > *objects) {
      is_adrift_[run_.pack] = true;
      return absl::OkStatus();
    }
    const uint64_t left = *objects - run_.begin.ordinal;
    const auto taken = static_cast<uint32_t>(std::min<uint64_t>(run_.count, left));
    PlaceInPack behind = {run_.begin.frame, run_.begin.ordinal + taken};
    if (taken == left) behind = {run_.begin.frame + 1, 0};
    if (taken > 0) LeaveOut(taken);
    run_.begin = behind;
    cursors_->of(run_.pack) = behind;
    return absl::OkStatus();
  }

  // The next `count` objects of the run.
  void LeaveOut(uint32_t count) {
    const uint64_t first = losses_.objects_restored + losses_.objects_lost;
    const std::string pack = packs_->id(run_.pack).ToHex();
    std::vector<LostStretch>& stretches = losses_.stretches;
    const bool goes_on = !stretches.empty() && stretches.back().at_byte == produced_ &&
                         stretches.back().first_object + stretches.back().objects == first &&
                         stretches.back().pack == pack;
    if (goes_on) {
      stretches.back().objects += count;
    } else if (stretches.size() < kLostStretchesMax) {
      stretches.push_back({produced_, first, count, std::nullopt, pack, run_.begin.frame});
    } else {
      ++losses_.stretches_omitted;
    }
    losses_.objects_lost += count;
    run_.count -= count;
  }

  absl::Status NextRecord() {
    RecordBehindCounts record = first_record_.has_value() ? *std::exchange(first_record_, {})
                                                          : records_->Next();
    if (!record.ok() && records_->is_damaged()) {
      losses_.lost_from_part = records_->opened_parts();
      at_end_ = true;
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(record.status());
    if (!record->has_value()) {
      if (!trailer_.has_value()) return ContentMismatch("it has no trailer");
      at_end_ = true;
      return absl::OkStatus();
    }
    if (trailer_.has_value()) return ContentMismatch("a record follows its trailer");
    return TakeRecord(**record);
  }

  absl::Status TakeRecord(ManifestRecord& record) {
    switch (record.record_case()) {
      case ManifestRecord::kLiteral:
        literal_ = std::move(*record.mutable_literal());
        if (literal_.empty() || literal_.size() > base::kManifestLiteralBytesMax) {
          return ContentMismatch(absl::StrCat("a literal of ", literal_.size(), " bytes"));
        }
        pending_ = literal_;
        return absl::OkStatus();
      case ManifestRecord::kRuns:
        if (has_columns_) return ContentMismatch("runs of another format");
        batch_ = std::move(*record.mutable_runs());
        next_run_ = 0;
        if (batch_.runs_size() == 0) return ContentMismatch("a batch without runs");
        return absl::OkStatus();
      case ManifestRecord::kColumns: {
        if (!has_columns_) return ContentMismatch("runs of another format");
        columns_ = std::move(*record.mutable_columns());
        next_run_ = 0;
        const absl::Status columns = CheckColumns(columns_);
        return columns.ok() ? columns : ContentMismatch(columns.message());
      }
      case ManifestRecord::kGap:
        return gaps_.Add(record.gap());
      case ManifestRecord::kTrailer:
        trailer_ = record.trailer();
        return absl::OkStatus();
      default:
        return ContentMismatch("a record of an unknown kind, or a second header");
    }
  }

  absl::Status CheckEnd() {
    is_checked_ = true;
    losses_.bytes_restored = bytes_read_;
    if (!trailer_.has_value()) return absl::OkStatus();  // its part is lost
    losses_.file_bytes = trailer_->file_bytes();
    losses_.file_objects = trailer_->objects();
    if (trailer_->objects() != losses_.objects_restored + losses_.objects_lost ||
        trailer_->file_bytes() < bytes_read_) {
      return ContentMismatch("length or number of objects differ from its trailer's");
    }
    if (losses_.any()) {
      if (losses_.stretches.size() == 1 && losses_.stretches_omitted == 0) {
        losses_.stretches[0].bytes = trailer_->file_bytes() - bytes_read_;
      }
      return absl::OkStatus();
    }
    if (trailer_->file_bytes() != bytes_read_ ||
        trailer_->file_sha256() != digest_.Finish().bytes()) {
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

  const SealedDeposit deposit_;
  const bool has_columns_;  // formats 2 and 3; else runs
  std::string file_name_;
  std::unique_ptr<ManifestReader> records_;
  std::optional<RecordBehindCounts> first_record_;  // read already, and not taken yet
  std::unique_ptr<PackSet> packs_;
  std::unique_ptr<FrameSpool> spool_;
  LostPlaces lost_;
  std::vector<bool> is_adrift_;  // by pack: where the next relative run begins is not known
  std::vector<std::vector<bool>> used_;
  GapTable gaps_;
  RunBatch batch_;      // of format 1
  RunColumns columns_;  // of formats 2 and 3
  int next_run_ = 0;
  ObjectRun run_;
  std::optional<RunCursors> cursors_;
  absl::string_view run_gap_;
  absl::string_view gap_;      // follows what is pending
  absl::string_view pending_;  // into literal_, a gap, or the spool's last object
  std::string literal_;
  uint64_t produced_ = 0;  // bytes_read_ and what is pending of it
  uint64_t bytes_read_ = 0;
  crypto::Sha256Stream digest_;
  Losses losses_;
  std::optional<ManifestTrailer> trailer_;
  bool at_end_ = false;
  bool is_checked_ = false;
  absl::Status status_;
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
