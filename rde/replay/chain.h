// Which deposits give a registry's state together, and in which order: RFC 8909 sections 5.1 and
// 5.2. Decided by what their deposit elements say, before anything else of them is read, so that
// the order in which a person names files does not matter.
//
// Rules. A FULL needs nothing before it; a prevId in it is accepted and means nothing. A DIFF needs
// the deposit of any kind that its prevId names. An INCR needs a FULL alone, and supersedes what
// came between: the FULL to which its prevId leads, over other deposits or at once; without prevId,
// which is optional there, the newest FULL that is not later than it. Of several resends of one id
// the highest counts (identity is TLD, id and resend: registries use the id again when they send
// again). Equal watermarks are in order; prevId decides.
//
// What it is not: a search for a chain that might do. Where the predecessor that is named is not
// there, there is no chain, since what the missing deposit said cannot be known.
#ifndef TIDEMARK_RDE_REPLAY_CHAIN_H_
#define TIDEMARK_RDE_REPLAY_CHAIN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "rde/records.h"

namespace tidemark::rde {

enum class ChainFlawKind {
  kBroken,             // `deposit` needs one that is not there, or one that can stand before it
  kWatermarkBackward,  // `deposit` is earlier than its predecessor
  kRepeated,           // `deposit` has the id and resend of another; the first one counts
  kUnused,             // `deposit` is not needed: superseded, or of no matter to the last one
};

struct ChainFlaw {
  ChainFlawKind kind = ChainFlawKind::kBroken;
  size_t deposit = 0;  // as in ChainPlan::order
  std::string detail;  // for a person; ids are escaped and cut
};

struct ChainPlan {
  // Oldest first: numbers of bases, then the last one's, which is the number of all bases. Empty
  // where the chain is broken.
  std::vector<size_t> order;
  std::vector<ChainFlaw> flaws;
};

// Bases in any order; `last` is the deposit whose state is wanted.
ChainPlan PlanChain(absl::Span<const DepositInfo> bases, const DepositInfo& last);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_REPLAY_CHAIN_H_
