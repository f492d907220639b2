// How long what the old side said lives on in caches. Private to the package.
#ifndef TIDEMARK_FAILOVER_CUTOVER_TIMES_H_
#define TIDEMARK_FAILOVER_CUTOVER_TIMES_H_

#include "absl/time/time.h"
#include "failover/cutover/plan.h"

namespace tidemark::failover {

struct OldTimes {
  // After the parent began to name the new servers, the old NS are in no cache: its own last
  // servers follow, their answers expire, and silent servers gave their own NS out before. One that
  // answers gives them out until the parent's expire, so both TTLs count.
  absl::Duration servers_gone;
  absl::Duration ds_gone;  // after the parent began to remove it
  // Since the change of servers, until when the old ones say anything, and how long it lives then.
  absl::Duration served_until;
  absl::Duration keys_live;
  absl::Duration data_lives;
};
OldTimes TimesOf(const CutoverFacts& facts, KeyCase key_case);

// What is counted with: as told, or as it was seen if that is more.
absl::Duration ParentDsTtl(const CutoverFacts& facts);
absl::Duration ParentNegativeTtl(const CutoverFacts& facts);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_CUTOVER_TIMES_H_
