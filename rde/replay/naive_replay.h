// For tests only: RFC 8909 section 5.2 done the obvious way, in memory, deposit after deposit. Owes
// nothing to the replayer.
#ifndef TIDEMARK_RDE_REPLAY_NAIVE_REPLAY_H_
#define TIDEMARK_RDE_REPLAY_NAIVE_REPLAY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "rde/records.h"

namespace tidemark::rde {

struct NaiveDeposit {
  DepositInfo info;
  std::vector<Record> records;  // deletes anywhere among the contents
};

struct NaiveRepository {
  std::vector<Record> objects;  // without headers
  int64_t deletes_in_full = 0;
  int64_t deletes_of_nothing = 0;
  int64_t repeated = 0;
};

NaiveRepository NaiveReplay(const std::vector<NaiveDeposit>& chain);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_REPLAY_NAIVE_REPLAY_H_
