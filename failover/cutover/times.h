// How long what the old side said lives on in caches. Private to the package.
#ifndef TIDEMARK_FAILOVER_CUTOVER_TIMES_H_
#define TIDEMARK_FAILOVER_CUTOVER_TIMES_H_

#include "absl/time/time.h"
#include "failover/cutover/plan.h"

namespace tidemark::failover {

struct OldTimes {
  // After the parent began to name the new servers, nobody asks the old ones: its own last servers
  // follow, their answers expire, and silent servers gave their own NS and addresses out before.
  // Servers that answer give them out until the parent's NS expire, so these TTLs add up.
  absl::Duration servers_gone;
  absl::Duration ds_gone;  // after the parent began to remove it
  // Since the change of servers, until when the old ones say anything, and how long it lives then.
  absl::Duration served_until;
  absl::Duration keys_live;
  absl::Duration data_lives;
};
OldTimes TimesOf(const CutoverFacts& facts, KeyCase key_case);

// Whether a name server keeps its name and loses an address, so that the address in a cache leads
// to the old one though the NS are the new ones. If the old zone is not known, it may be so.
bool KeepsNameNotAddress(const CutoverFacts& facts);

// What is counted with: as told, or as it was seen if that is more.
absl::Duration ParentDsTtl(const CutoverFacts& facts);
absl::Duration ParentNegativeTtl(const CutoverFacts& facts);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_CUTOVER_TIMES_H_
