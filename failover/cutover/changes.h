// What to ask the parent zone for: the records that come, stay and go. Private to the package.
#ifndef TIDEMARK_FAILOVER_CUTOVER_CHANGES_H_
#define TIDEMARK_FAILOVER_CUTOVER_CHANGES_H_

#include <optional>
#include <string>
#include <vector>

#include "failover/cutover/plan.h"

namespace tidemark::failover {

bool Has(const std::vector<std::string>& texts, const std::string& text);

// The DS that the parent shows; if that is not known, what the keys of a signed old zone would have
// there; else nothing.
std::optional<std::vector<std::string>> ShownDs(const CutoverFacts& facts);

// Whether a DS is of a key of ours. Of a digest that is not computed here only the key tag and the
// algorithm can be compared.
enum class Fit { kNo, kByTag, kYes };
Fit FitOf(const CutoverFacts& facts, const std::string& ds);

// By what the parent shows, as far as that is known.
KeyCase CaseOf(const CutoverFacts& facts);

// NS and glue: from the old servers to the new ones.
void AddServerChanges(const CutoverFacts& facts, std::vector<RecordChange>& changes);
// Whether the parent shows a DS that fits no key of ours.
bool HasStaleDs(const CutoverFacts& facts);
// All DS that the parent shows stay.
void AddKeptDs(const CutoverFacts& facts, std::vector<RecordChange>& changes);
// Of the DS that the parent shows: those that fit a key of ours stay.
void AddDsRemoval(const CutoverFacts& facts, std::vector<RecordChange>& changes);
void AddNewDs(const CutoverFacts& facts, std::vector<RecordChange>& changes);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_CUTOVER_CHANGES_H_
