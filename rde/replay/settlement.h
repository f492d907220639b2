// Decides which objects of a chain of deposits remain: a sort of keys, without the objects.
//
// Deposits and objects are numbered in the order in which they come; `ordinal` is an object's.
// Threads, errors, memory: as base/external_sort.h.
#ifndef TIDEMARK_RDE_REPLAY_SETTLEMENT_H_
#define TIDEMARK_RDE_REPLAY_SETTLEMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/external_sort.h"
#include "rde/records.h"
#include "rde/replay/flaw_tally.h"
#include "rde/replay/host_names.h"
#include "rde/replay/key.h"

namespace tidemark::rde {

class Settlement {
 public:
  // `space` and `flaws` must outlive it.
  Settlement(base::ScratchSpace& space, uint64_t memory_bytes_max, FlawTally& flaws);

  absl::Status AddObject(const Record& object, uint64_t ordinal, uint16_t deposit,
                         const Position& at);
  absl::Status AddDelete(const Delete& deletion, uint16_t deposit, const Position& at);

  // What a deposit is in the chain.
  struct Deposit {
    bool is_full = false;
    bool counts = true;  // false: superseded by a later FULL or INCR
  };
  // Once, after the last object.
  absl::Status Settle(const std::vector<Deposit>& deposits);

  // Whether the object was replaced or deleted. Ordinals must be asked for in order. Objects of
  // deposits that do not count are not answered for.
  absl::StatusOr<bool> IsGone(uint64_t ordinal);

 private:
  // An entry of the main sort.
  struct Event {
    uint64_t ordinal = 0;
    Position at;
  };
  // The deposit whose events of one key are being seen; newest deposits come first.
  struct Block {
    uint16_t deposit = kNoDeposit;
    int64_t contents = 0;
    int64_t deletes = 0;
    Position delete_at;
    Event last;        // of contents
    std::string name;  // of that host, as a key text
  };

  absl::Status Take(uint16_t deposit, bool is_delete, const Event& event, absl::string_view name);
  absl::Status TakeContent(const Event& event, absl::string_view name);
  absl::Status EndContent();
  absl::Status EndBlock();
  absl::Status EndKey();
  absl::Status Gone(uint64_t ordinal);

  FlawTally& flaws_;
  base::ExternalSorter events_;
  base::ExternalSorter gone_;
  HostNames host_names_;
  std::vector<Deposit> deposits_;

  // Of one key.
  ObjectKey key_;
  Block block_;
  bool settled_ = false;                    // a newer deposit said what becomes of the object
  std::optional<Position> pending_delete_;  // which must find something in an older deposit
  uint16_t newer_ = kNoDeposit;             // the next newer deposit with an event
  std::optional<Position> newer_delete_;    // which begins with a delete

  bool has_gone_ = false;
  bool asked_ = false;
};

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_REPLAY_SETTLEMENT_H_
