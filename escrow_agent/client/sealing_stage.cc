#include "escrow_agent/client/sealing_stage.h"

#include <utility>

#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

// Enough to bridge the moments in which one side is slower; each item is up to 1.5 MiB.
constexpr size_t kQueueItemsMax = 8;
constexpr int kSealers = 2;

}  // namespace

SealingStage::SealingStage(Pack pack, IntakeStream& stream)
    : pack_(std::move(pack)), stream_(stream) {
  for (int i = 0; i < kSealers; ++i) threads_.emplace_back([this] { RunSealer(); });
  threads_.emplace_back([this] { RunSender(); });
}

SealingStage::~SealingStage() {
  if (threads_.empty()) return;
  stream_.Cancel();
  Fail(absl::CancelledError("the upload was given up"));
  Join();
}

void SealingStage::Join() {
  {
    absl::MutexLock lock(&mutex_);
    is_closed_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void SealingStage::Fail(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (status_.ok()) status_ = status;
}

absl::Status SealingStage::PushFrame(uint32_t number, verifier::FrameContentBuilder& frame) {
  verifier::FrameContentBuilder empty;
  {
    absl::MutexLock lock(&mutex_);
    if (!spent_.empty()) {
      empty = std::move(spent_.back());
      spent_.pop_back();
    }
  }
  return Push({.kind = Item::Kind::kFrame,
               .number = number,
               .frame = std::exchange(frame, std::move(empty))});
}

absl::Status SealingStage::PushPart(uint32_t number, std::string ciphertext) {
  return Push({.kind = Item::Kind::kPart,
               .number = number,
               .bytes = std::move(ciphertext),
               .is_sealed = true});
}

bool SealingStage::CanPush() const { return queue_.size() < kQueueItemsMax || !status_.ok(); }
bool SealingStage::CanSeal() const { return !to_seal_.empty() || is_closed_ || !status_.ok(); }
bool SealingStage::CanSend() const {
  if (!status_.ok()) return true;
  return queue_.empty() ? is_closed_ : queue_.front()->is_sealed;
}

absl::Status SealingStage::Push(Item item) {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &SealingStage::CanPush));
  RETURN_IF_ERROR(status_);
  queue_.push_back(std::make_unique<Item>(std::move(item)));
  if (!queue_.back()->is_sealed) to_seal_.push_back(queue_.back().get());
  return absl::OkStatus();
}

absl::StatusOr<SealingStage::Totals> SealingStage::Finish() {
  Join();
  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(status_);
  totals_.frames_digest = std::string(digests_.Finish().bytes());
  return totals_;
}

void SealingStage::RunSealer() {
  base::Compressor compressor(pack_.tuning);
  while (true) {
    Item* item;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &SealingStage::CanSeal));
      if (!status_.ok() || to_seal_.empty()) return;
      item = to_seal_.front();
      to_seal_.pop_front();
    }
    absl::StatusOr<std::string> sealed = compressor.Compress(item->frame.Encode());
    if (sealed.ok()) {
      sealed = pack_.secret.SealFrame(pack_.label, pack_.id, item->number, *sealed);
    }
    if (!sealed.ok()) return Fail(sealed.status());
    item->bytes = *std::move(sealed);
    item->digest = std::string(crypto::Blake2b(item->bytes).bytes());
    item->frame.Clear();
    absl::MutexLock lock(&mutex_);
    spent_.push_back(std::move(item->frame));
    item->is_sealed = true;
  }
}

void SealingStage::RunSender() {
  while (true) {
    std::unique_ptr<Item> item;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &SealingStage::CanSend));
      if (!status_.ok() || queue_.empty()) return;
      item = std::move(queue_.front());
      queue_.pop_front();
    }
    const absl::Status status = Send(*std::move(item));
    if (!status.ok()) return Fail(status);
  }
}

absl::Status SealingStage::Send(Item item) {
  if (item.kind == Item::Kind::kPart) return stream_.SendPart(item.number, std::move(item.bytes));
  digests_.Update(item.digest);
  ++totals_.frames;
  totals_.frame_bytes += item.bytes.size();
  return stream_.SendFrame(item.number, std::move(item.bytes));
}

}  // namespace tidemark::escrow_agent
