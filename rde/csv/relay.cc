#include "rde/csv/relay.h"

#include <array>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/status.h"

namespace tidemark::rde::csv {
namespace {

// One record of each kind, used again and again.
class SingleRoom final : public RecordRoom {
 public:
  Record& Take(ObjectKind kind) override {
    std::optional<Record>& record = records_[static_cast<size_t>(kind)];
    if (!record.has_value()) record = NewRecord(kind);
    return *record;
  }

 private:
  std::array<std::optional<Record>, kObjectKinds> records_;
};

struct Event {
  std::unique_ptr<Record> record;  // null: the flaw
  ObjectKind kind = ObjectKind::kHeader;
  Position at;
  Flaw flaw;
};

struct Batch {
  std::array<Event, kRelayEvents> events;
  size_t used = 0;
};

// Batches go around: the reader fills them one after the other, and the others are delivered.
class Ring {
 public:
  // ---- The reader's thread

  Batch& Empty() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return filled_ - delivered_ < kRelayBatches; });
    return batches_[filled_ % kRelayBatches];
  }
  // The one of Empty().
  void PutFilled() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++filled_;
    changed_.notify_one();
  }
  void End() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
    changed_.notify_one();
  }

  // ---- The calling thread

  // Null after the last.
  Batch* Filled() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return delivered_ < filled_ || ended_; });
    return delivered_ < filled_ ? &batches_[delivered_ % kRelayBatches] : nullptr;
  }
  void PutEmpty() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++delivered_;
    changed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;  // one thread waits at a time, the other one being awaited
  // By number, around and around: from delivered_ up to filled_ they are the calling thread's.
  std::array<Batch, kRelayBatches> batches_;
  size_t filled_ = 0;
  size_t delivered_ = 0;
  bool ended_ = false;
};

// The reader's end.
class Filler final : public RecordSink, public RecordRoom {
 public:
  explicit Filler(Ring& ring) : ring_(ring) {}

  Record& Take(ObjectKind kind) override {
    std::vector<std::unique_ptr<Record>>& kept = kept_[static_cast<size_t>(kind)];
    kind_ = kind;
    if (kept.empty()) {
      taken_ = std::make_unique<Record>(NewRecord(kind));
    } else {
      taken_ = std::move(kept.back());
      kept.pop_back();
    }
    return *taken_;
  }

  void OnDeposit(const DepositInfo&, const Position&) override {
    CHECK(false);  // it is in the XML
  }
  void OnRecord(const Record& record, const Position& at) override {
    CHECK(&record == taken_.get());
    Event& event = NewEvent();
    event.record = std::move(taken_);
    event.kind = kind_;
    event.at = at;
  }
  void OnFlaw(const Flaw& flaw) override { NewEvent().flaw = flaw; }

  void End() {
    if (batch_ != nullptr) ring_.PutFilled();
    ring_.End();
  }

 private:
  Event& NewEvent() {
    if (batch_ != nullptr && batch_->used == kRelayEvents) {
      ring_.PutFilled();
      batch_ = nullptr;
    }
    if (batch_ == nullptr) {
      batch_ = &ring_.Empty();
      for (size_t i = 0; i < batch_->used; ++i) Keep(batch_->events[i]);
      batch_->used = 0;
    }
    return batch_->events[batch_->used++];
  }

  void Keep(Event& event) {
    if (event.record == nullptr) return;
    kept_[static_cast<size_t>(event.kind)].push_back(std::move(event.record));
  }

  Ring& ring_;
  Batch* batch_ = nullptr;
  std::unique_ptr<Record> taken_;
  ObjectKind kind_ = ObjectKind::kHeader;
  std::array<std::vector<std::unique_ptr<Record>>, kObjectKinds> kept_;
};

void DeliverAll(Ring& ring, RecordSink& sink) {
  while (Batch* const batch = ring.Filled()) {
    for (size_t i = 0; i < batch->used; ++i) {
      const Event& event = batch->events[i];
      if (event.record != nullptr) {
        sink.OnRecord(*event.record, event.at);
      } else {
        sink.OnFlaw(event.flaw);
      }
    }
    ring.PutEmpty();
  }
}

}  // namespace

absl::Status ReadAndDeliver(const ReadInto& read, int threads, RecordSink& sink) {
  if (threads > 1) {
    Ring ring;
    absl::Status status;
    std::thread reader;
    try {
      reader = std::thread([&] {
        Filler filler(ring);
        status = read(filler, filler);
        filler.End();
      });
    } catch (const std::system_error&) {
      // A thread fewer reads the same.
    }
    if (reader.joinable()) {
      DeliverAll(ring, sink);
      reader.join();
      return status;
    }
  }
  SingleRoom room;
  return read(sink, room);
}

}  // namespace tidemark::rde::csv
