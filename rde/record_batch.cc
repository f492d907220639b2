#include "rde/record_batch.h"

#include <utility>

namespace tidemark::rde {

void RecordBatch::Clear() {
  for (Reused<Record>& records : records_) records.used = 0;
  unknown_objects_.used = 0;
  flaws_.used = 0;
  events_.clear();
  spoilt_ = false;
}

Record& RecordBatch::Take(ObjectKind kind) {
  Reused<Record>& records = records_[static_cast<size_t>(kind)];
  if (records.used == kEventsMax) {
    spoilt_ = true;
    return records.items.back();
  }
  if (records.used < records.items.size()) return records.items[records.used++];
  ++records.used;
  return records.items.emplace_back(NewRecord(kind));
}

// A part begins and ends between two objects, after the deposit element was delivered.
void RecordBatch::OnDeposit(const DepositInfo&, const Position&) { spoilt_ = true; }

void RecordBatch::OnRecord(const Record& record, const Position& at) {
  spoilt_ = spoilt_ || events_.size() == kEventsMax;
  if (spoilt_) return;
  const Record* kept = &record;
  // The only one that is not from Take().
  if (std::holds_alternative<UnknownObject>(record)) {
    Reused<Record>& unknown = unknown_objects_;
    if (unknown.used == unknown.items.size()) unknown.items.emplace_back(UnknownObject());
    Record& copy = unknown.items[unknown.used++];
    copy = record;
    kept = &copy;
  }
  events_.push_back({kept, at});
}

void RecordBatch::OnFlaw(const Flaw& flaw) {
  spoilt_ = spoilt_ || events_.size() == kEventsMax;
  if (spoilt_) return;
  if (flaws_.used == flaws_.items.size()) flaws_.items.emplace_back();
  flaws_.items[flaws_.used++] = flaw;
  events_.push_back({nullptr, flaw.position});
}

void RecordBatch::Deliver(int64_t lines, RecordSink& sink) {
  size_t flaw = 0;
  for (const Event& event : events_) {
    Position at = event.at;
    at.line += lines;
    if (event.record != nullptr) {
      sink.OnRecord(*event.record, at);
    } else {
      flaws_.items[flaw].position = at;
      sink.OnFlaw(flaws_.items[flaw++]);
    }
  }
}

}  // namespace tidemark::rde
