// What somebody should know before a cut-over, or look at. Private to the package.
#ifndef TIDEMARK_FAILOVER_CUTOVER_WARNINGS_H_
#define TIDEMARK_FAILOVER_CUTOVER_WARNINGS_H_

#include "failover/cutover/plan.h"

namespace tidemark::failover {

// To a plan whose case is decided.
void AddWarnings(const CutoverFacts& facts, CutoverPlan& plan);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_CUTOVER_WARNINGS_H_
