#include "escrow_agent/client/sealing_stage.h"

#include <utility>

#include "base/status.h"

namespace tidemark::escrow_agent {
namespace {

// Enough to bridge the moments in which one side is slower; each item is up to 256 KiB.
constexpr size_t kQueueItemsMax = 8;

}  // namespace

SealingStage::SealingStage(Pack pack, IntakeStream& stream)
    : pack_(std::move(pack)), stream_(stream), thread_([this] { Run(); }) {}

SealingStage::~SealingStage() {
  if (!thread_.joinable()) return;
  stream_.Cancel();
  {
    absl::MutexLock lock(&mutex_);
    if (status_.ok()) status_ = absl::CancelledError("the upload was given up");
    is_closed_ = true;
  }
  thread_.join();
}

absl::Status SealingStage::PushFrame(uint32_t number, std::string content) {
  return Push({Item::Kind::kFrame, number, std::move(content)});
}

absl::Status SealingStage::PushPart(uint32_t number, std::string ciphertext) {
  return Push({Item::Kind::kPart, number, std::move(ciphertext)});
}

bool SealingStage::CanPush() const { return queue_.size() < kQueueItemsMax || !status_.ok(); }
bool SealingStage::CanPop() const { return !queue_.empty() || is_closed_ || !status_.ok(); }

absl::Status SealingStage::Push(Item item) {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &SealingStage::CanPush));
  if (status_.ok()) queue_.push_back(std::move(item));
  return status_;
}

absl::StatusOr<SealingStage::Totals> SealingStage::Finish() {
  {
    absl::MutexLock lock(&mutex_);
    is_closed_ = true;
  }
  thread_.join();
  {
    absl::MutexLock lock(&mutex_);
    RETURN_IF_ERROR(status_);
  }
  totals_.frames_digest = std::string(digests_.Finish().bytes());
  return totals_;
}

void SealingStage::Run() {
  while (true) {
    Item item;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &SealingStage::CanPop));
      if (!status_.ok() || queue_.empty()) return;
      item = std::move(queue_.front());
      queue_.pop_front();
    }
    const absl::Status status = Handle(std::move(item));
    if (!status.ok()) {
      absl::MutexLock lock(&mutex_);
      if (status_.ok()) status_ = status;
      return;
    }
  }
}

absl::Status SealingStage::Handle(Item item) {
  if (item.kind == Item::Kind::kPart) return stream_.SendPart(item.number, std::move(item.bytes));
  ASSIGN_OR_RETURN(const std::string compressed, compressor_.Compress(item.bytes));
  ASSIGN_OR_RETURN(std::string sealed,
                   pack_.secret.SealFrame(pack_.label, pack_.id, item.number, compressed));
  digests_.Update(crypto::Blake2b(sealed).bytes());
  ++totals_.frames;
  totals_.frame_bytes += sealed.size();
  return stream_.SendFrame(item.number, std::move(sealed));
}

}  // namespace tidemark::escrow_agent
