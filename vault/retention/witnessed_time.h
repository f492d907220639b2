// Private to retention/: how long ago something was, as far as the audit log bears witness.
//
// A clock that jumped ahead must not make old what is not. The log's leaf times never decrease, and
// a vault in use has a leaf every night; so a step from one leaf to the next (or from the last one
// to now) that is longer than kStepMax is not believed at all. A shorter jump goes unseen, and is
// covered by a margin of the same length (MarginOf). Time that was really spent switched off is
// not counted either: deposits are kept for longer, never for less.
//
// Threads: a value. Errors: DATA_LOSS: leaf times that decrease.
#ifndef TIDEMARK_VAULT_RETENTION_WITNESSED_TIME_H_
#define TIDEMARK_VAULT_RETENTION_WITNESSED_TIME_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace tidemark::vault::retention {

// The longest silence of a registrar that deposits weekly, and a day.
inline constexpr absl::Duration kStepMax = absl::Hours(8 * 24);

class WitnessedTime final {
 public:
  // `time_of` gives the time of a leaf, in microseconds since 1970; `leaves` is at least 1. Looks
  // at few of them: a stretch that is not longer than a step needs no look inside.
  static absl::StatusOr<WitnessedTime> Read(
      uint64_t leaves, const std::function<absl::StatusOr<int64_t>(uint64_t index)>& time_of,
      absl::Time now);

  // From a leaf's time to now, without the steps that are not believed. Negative, if now is before.
  absl::Duration Since(int64_t unix_micros) const;
  // Those steps since then, together.
  absl::Duration UnwitnessedSince(int64_t unix_micros) const;
  // The clock stands before the last leaf's time: it is wrong now, or was wrong then.
  bool IsBehind() const { return is_behind_; }

 private:
  struct Step {
    int64_t begin;
    int64_t end;
  };
  absl::Status Look(uint64_t first, int64_t first_time, uint64_t last, int64_t last_time,
                    const std::function<absl::StatusOr<int64_t>(uint64_t index)>& time_of);

  int64_t now_ = 0;
  bool is_behind_ = false;
  std::vector<Step> steps_;  // those that are too long
};

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_WITNESSED_TIME_H_
