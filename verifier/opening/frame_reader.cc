#include "verifier/opening/frame_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "verifier/opening/manifest_reader.h"

namespace tidemark::verifier {
namespace {

// Frames that one call fetches ahead, and those that may wait to be asked for.
constexpr uint32_t kFramesAheadMax = 4;
constexpr int kUntakenMax = 16;
// A pack of so many frames more is fetched one frame further ahead: the small ones, of which there
// may be hundreds, would otherwise push each other out.
constexpr uint32_t kFramesPerFrameAhead = 16;

}  // namespace

FrameReader::FrameReader(std::unique_ptr<PackSet> packs, base::ScratchOptions scratch,
                         size_t opened_bytes_max)
    : packs_(std::move(packs)),
      scratch_(std::move(scratch)),
      opened_bytes_max_(opened_bytes_max),
      ahead_(packs_->packs()),
      thread_([this] { Work(); }) {
  for (uint32_t pack = 0; pack < packs_->packs(); ++pack) {
    used_.emplace_back(packs_->frames(pack), false);
  }
}

FrameReader::~FrameReader() { StopWorking(); }

void FrameReader::StopWorking() {
  if (!thread_.joinable()) return;
  {
    absl::MutexLock lock(&mutex_);
    is_stopping_ = true;
  }
  thread_.join();
}

absl::StatusOr<FrameObject> FrameReader::Get(uint32_t pack, const PlaceInPack& place) {
  const Key key = {pack, place.frame};
  if (current_key_ != key) {
    RETURN_IF_ERROR(Use(key));
    if (spool_ == nullptr) {
      current_key_.reset();
      ASSIGN_OR_RETURN(current_, Take(key));
    }
    current_key_ = key;
  }
  const uint32_t count =
      spool_ == nullptr ? current_->count() : spool_->Objects(pack, place.frame);
  if (place.ordinal >= count) {
    return ContentMismatch(absl::StrCat("object ", place.ordinal, " of frame ", place.frame,
                                        ", which has ", count));
  }
  FrameObject object = {.bytes = {}, .is_last_of_frame = place.ordinal + 1 == count};
  if (spool_ == nullptr) {
    object.bytes = current_->object(place.ordinal);
  } else {
    ASSIGN_OR_RETURN(object.bytes, spool_->Read(pack, place));
  }
  return object;
}

absl::Status FrameReader::Use(const Key& key) {
  if (key.pack >= packs_->packs()) {
    return ContentMismatch(absl::StrCat("a run in pack ", key.pack, " of ", packs_->packs()));
  }
  if (!packs_->Uses(key.pack, key.frame)) {
    return ContentMismatch(
        absl::StrCat("a run in frame ", key.frame, ", which the clear manifest does not name"));
  }
  used_[key.pack][key.frame] = true;
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const FrameContent>> FrameReader::Take(const Key& key) {
  bool must_spool = false;
  {
    absl::MutexLock lock(&mutex_);
    Ahead& ahead = ahead_[key.pack];
    if (!opened_.contains(key)) {
      if (ahead.last_taken != UINT32_MAX && key.frame < ahead.last_taken) ++steps_back_;
      demand_ = key;
      mutex_.Await(absl::Condition(this, &FrameReader::IsAnswered));
      demand_.reset();
      RETURN_IF_ERROR(std::exchange(failure_, absl::OkStatus()));
    }
    Opened& opened = opened_.find(key)->second;
    if (!std::exchange(opened.was_taken, true)) --untaken_;
    ages_.splice(ages_.end(), ages_, opened.age);
    std::shared_ptr<const FrameContent> content = opened.content;
    PlanAhead(key);
    ahead.last_taken = key.frame;
    // In order nothing steps back further than what is kept; at random every second does.
    must_spool = steps_back_ > 32 + packs_->used_frames() / 64 ||
                 openings_ > 64 + 3 * packs_->used_frames();
    if (!must_spool) return content;
  }
  RETURN_IF_ERROR(ChangeToSpool());
  return nullptr;
}

bool FrameReader::GoesOn(const Key& key) const {
  const uint32_t last = ahead_[key.pack].last_taken;
  return last == UINT32_MAX || key.frame == last + 1;
}

void FrameReader::PlanAhead(const Key& key) {
  Ahead& ahead = ahead_[key.pack];
  ahead.limit = 0;
  if (GoesOn(key)) {
    const uint32_t window = 2 * FramesAhead(key.pack);
    ahead.limit = std::min(packs_->frames(key.pack), key.frame + 1 + window);
    // Behind, or left over from before a jump.
    if (ahead.next <= key.frame || ahead.next > ahead.limit) ahead.next = key.frame + 1;
  }
  Queue(key.pack);
}

// Keeps its turn, if it has one: a pack that is read much must not wait behind the others anew.
void FrameReader::Queue(uint32_t pack) {
  const auto turn = std::find(packs_ahead_.begin(), packs_ahead_.end(), pack);
  const bool is_wanted = ahead_[pack].next < ahead_[pack].limit;
  if (is_wanted && turn == packs_ahead_.end()) packs_ahead_.push_back(pack);
  if (!is_wanted && turn != packs_ahead_.end()) packs_ahead_.erase(turn);
}

uint32_t FrameReader::FramesAhead(uint32_t pack) const {
  return std::clamp(packs_->frames(pack) / kFramesPerFrameAhead, 1u, kFramesAheadMax);
}

bool FrameReader::HasWork() const {
  if (is_stopping_) return true;
  if (demand_.has_value() && !IsAnswered()) return true;
  return !packs_ahead_.empty() && untaken_ < kUntakenMax;
}

bool FrameReader::IsAnswered() const {
  return !failure_.ok() || (demand_.has_value() && opened_.contains(*demand_));
}

// What is waited for comes first. It takes along what follows, if the pack is read in order.
std::optional<FrameReader::Job> FrameReader::NextJob() {
  if (is_stopping_) return std::nullopt;
  if (demand_.has_value() && !IsAnswered()) {
    const bool goes_on = GoesOn(*demand_);
    return Job{demand_->pack, demand_->frame, goes_on ? FramesAhead(demand_->pack) : 1, goes_on};
  }
  const uint32_t pack = packs_ahead_.front();
  packs_ahead_.pop_front();
  const Ahead& ahead = ahead_[pack];
  return Job{pack, ahead.next, std::min(ahead.limit - ahead.next, FramesAhead(pack)), true};
}

void FrameReader::Insert(const Key& key, FrameContent content) {
  ++openings_;
  if (opened_.contains(key)) return;
  opened_bytes_ += content.bytes();
  ++untaken_;
  opened_.emplace(key, Opened{.content = std::make_shared<FrameContent>(std::move(content)),
                              .age = ages_.insert(ages_.end(), key)});
  while (opened_bytes_ > opened_bytes_max_ && ages_.size() > 1) {
    const auto oldest = opened_.find(ages_.front());
    opened_bytes_ -= oldest->second.content->bytes();
    if (!oldest->second.was_taken) --untaken_;
    opened_.erase(oldest);
    ages_.pop_front();
  }
}

void FrameReader::Work() {
  while (true) {
    std::optional<Job> job;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &FrameReader::HasWork));
      job = NextJob();
    }
    if (!job.has_value()) return;
    const absl::Status status = packs_->Open(
        job->pack, job->first, job->count, [&](uint32_t frame, FrameContent content) {
          absl::MutexLock lock(&mutex_);
          if (is_stopping_) return absl::CancelledError("the reader is closed");
          Insert({job->pack, frame}, std::move(content));
          return absl::OkStatus();
        });
    absl::MutexLock lock(&mutex_);
    Finish(*job, status);
  }
}

void FrameReader::Finish(const Job& job, const absl::Status& status) {
  const bool was_demanded = demand_ == Key{job.pack, job.first};
  if (!status.ok() && was_demanded && !IsAnswered()) failure_ = status;
  if (!job.is_in_order) return;
  Ahead& ahead = ahead_[job.pack];
  ahead.next = job.first + job.count;
  // What failed and nobody waits for will be asked for, and fail again.
  if (!status.ok()) ahead.limit = ahead.next;
  Queue(job.pack);
}

absl::Status FrameReader::ChangeToSpool() {
  StopWorking();
  {
    absl::MutexLock lock(&mutex_);
    opened_.clear();
    ages_.clear();
  }
  ASSIGN_OR_RETURN(spool_, FrameSpool::Fill(*packs_, scratch_));
  return absl::OkStatus();
}

absl::Status FrameReader::CheckAllUsed() const {
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

}  // namespace tidemark::verifier
