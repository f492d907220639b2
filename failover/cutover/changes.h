// What to ask the parent zone for: the records that come, stay and go. Private to the package.
#ifndef TIDEMARK_FAILOVER_CUTOVER_CHANGES_H_
#define TIDEMARK_FAILOVER_CUTOVER_CHANGES_H_

#include <string>
#include <vector>

#include "failover/cutover/plan.h"

namespace tidemark::failover {

// The DS that the parent shows; if that is not known, what the old keys would have there.
std::vector<std::string> ShownDs(const CutoverFacts& facts);

// NS and glue: from the old servers to the new ones.
void AddServerChanges(const CutoverFacts& facts, std::vector<RecordChange>& changes);
// Of the DS that the parent shows: those that fit a key of ours stay.
void AddDsRemoval(const CutoverFacts& facts, std::vector<RecordChange>& changes);
void AddNewDs(const CutoverFacts& facts, std::vector<RecordChange>& changes);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_CUTOVER_CHANGES_H_
