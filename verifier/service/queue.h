// Which deposits are to be judged now: each once, undecided ones again after a growing pause.
//
// Pure bookkeeping of one process; what is judged is the vault's to say. After a restart, deposits
// whose latest verdict is undecided are found through the vault's list and tried again at once.
#ifndef TIDEMARK_VERIFIER_SERVICE_QUEUE_H_
#define TIDEMARK_VERIFIER_SERVICE_QUEUE_H_

#include <map>
#include <vector>

#include "absl/time/time.h"
#include "vault/deposit_id.h"
#include "verifier/check.h"

namespace tidemark::verifier {

class JudgingQueue {
 public:
  static constexpr absl::Duration kFirstPause = absl::Minutes(1);
  static constexpr absl::Duration kLongestPause = absl::Hours(6);

  // The vault says that these have no verdict that decides. Known ones keep their pause.
  void Add(const std::vector<vault::DepositId>& deposits, absl::Time now);
  // Those whose time has come, in order of identity.
  std::vector<vault::DepositId> Due(absl::Time now) const;
  // True if an undecided verdict was recorded for it in this run, so that another one adds nothing.
  bool HasRecorded(const vault::DepositId& deposit) const;

  // It was judged: done with, unless undecided.
  void Settle(const vault::DepositId& deposit, Verdict verdict, absl::Time now);
  // There is no verdict at all: the vault did not answer. Tried again like an undecided one.
  void Postpone(const vault::DepositId& deposit, absl::Time now);

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    absl::Time next;
    absl::Duration pause = kFirstPause;
    bool recorded = false;
  };
  std::map<vault::DepositId, Entry> entries_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_QUEUE_H_
