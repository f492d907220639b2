// Private to vault/: the damaged table files that were not made anew, why, and when each may be
// tried again.
//
// An attempt that comes to nothing can make everybody else wait for seconds, so a table for which
// that happened waits two seconds, then twice as long each time, an hour at most. Once any table
// was made anew nothing waits: what was hidden by it is seen now.
//
// It remembers nothing over a restart, after which everything may be tried at once. Memory: a few
// hundred bytes for each table that the database has, and some for each of its damaged blocks.
// Threads: safe for concurrent use.
#ifndef TIDEMARK_VAULT_REMAKE_REFUSALS_H_
#define TIDEMARK_VAULT_REMAKE_REFUSALS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "vault/schema.h"

namespace tidemark::vault {

// A table that stays as it is, as it was last told.
struct RefusedTable {
  std::string name;
  std::string why = "";
  uint64_t times = 0;                            // refused so far
  absl::Time not_before = absl::InfinitePast();  // whoever comes by often asks again
  std::vector<schema::KeyRange> gaps = {};       // where it could not be read then
};

class RemakeRefusals final {
 public:
  // What the attempt cost: reading alone, or that everybody else waited.
  enum class Cost { kReading, kOthersWaited };

  // nullptr: the machine's. `clock` must outlive it.
  explicit RemakeRefusals(const base::Clock* clock) : clock_(clock) {}

  // Logs it (table-not-remade): the first time, later once an hour, and after a minute if the
  // reason is another one; with how often it was by then.
  void Note(const std::string& table, const absl::Status& why, Cost cost,
            const std::vector<schema::KeyRange>& gaps = {}) ABSL_LOCKS_EXCLUDED(mutex_);
  // Whether it is time to look at the table again, for somebody who comes by often.
  bool IsDue(const std::string& table) const ABSL_LOCKS_EXCLUDED(mutex_);
  // What was last told of a table that is not due; of another one its name alone.
  RefusedTable Last(const std::string& table) const ABSL_LOCKS_EXCLUDED(mutex_);
  // UNAVAILABLE: others waited for this table in vain, and it is too early to let them wait again.
  absl::Status CheckMayLetOthersWait(const std::string& table) const ABSL_LOCKS_EXCLUDED(mutex_);
  // `table` was made anew.
  void Remade(const std::string& table) ABSL_LOCKS_EXCLUDED(mutex_);
  // Forgets those that are none of the database's any more, and gives the others by name.
  std::vector<RefusedTable> Among(const std::set<std::string>& live) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Wait {
    int failures = 0;
    absl::Time from = absl::InfinitePast();
    absl::Time until = absl::InfinitePast();

    void Fail(absl::Time now);
    // A clock that was set back must not prolong it.
    bool IsOver(absl::Time now) const { return now >= until || now < from; }
  };
  struct State {
    std::string why;
    std::vector<schema::KeyRange> gaps;
    uint64_t times = 0;
    Wait asking;
    Wait others;
    std::string logged_why;
    absl::Time logged = absl::InfinitePast();
  };

  static RefusedTable Told(const std::string& table, const State& state) {
    return {table, state.why, state.times, state.asking.until, state.gaps};
  }
  absl::Time Now() const { return clock_ != nullptr ? clock_->Now() : absl::Now(); }

  const base::Clock* const clock_;
  mutable absl::Mutex mutex_;
  std::map<std::string, State> tables_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REMAKE_REFUSALS_H_
