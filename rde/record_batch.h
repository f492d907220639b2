// What reading a part of a document delivers, kept to be delivered later. Private to rde/.
//
// Everything in it is reused: after some parts nothing is allocated any more. Bounded, whatever the
// part holds: a batch that would hold more is spoilt, and what it holds must not be used.
//
// Threads: one at a time.
#ifndef TIDEMARK_RDE_RECORD_BATCH_H_
#define TIDEMARK_RDE_RECORD_BATCH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/strings/string_view.h"
#include "rde/object_builder.h"
#include "rde/reader.h"
#include "rde/records.h"
#include "rde/structure.h"

namespace tidemark::rde {

class RecordBatch final : public RecordSink, public RecordRoom {
 public:
  // Objects and flaws: an object of a real deposit is some hundred bytes of a part.
  static constexpr size_t kEventsMax = 4096;

  void Clear();
  bool spoilt() const { return spoilt_; }

  Record& Take(ObjectKind kind) override;
  void OnDeposit(const DepositInfo& info, const Position& at) override;
  void OnRecord(const Record& record, const Position& at) override;
  void OnFlaw(const Flaw& flaw) override;

  // Delivers everything in order, with `lines` added to every line.
  void Deliver(int64_t lines, RecordSink& sink);

 private:
  struct Event {
    const Record* record = nullptr;  // null: the next flaw
    Position at;
  };
  template <typename T>
  struct Reused {
    std::deque<T> items;  // which stay where they are
    size_t used = 0;
  };

  std::array<Reused<Record>, kObjectKinds> records_;
  Reused<Record> unknown_objects_;
  Reused<Flaw> flaws_;
  std::vector<Event> events_;
  bool spoilt_ = false;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_RECORD_BATCH_H_
