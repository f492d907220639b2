// What the reader says about form, as findings: the schema's code and RST's own for the element.
#ifndef TIDEMARK_VERIFIER_RULES_SCHEMA_FLAWS_H_
#define TIDEMARK_VERIFIER_RULES_SCHEMA_FLAWS_H_

#include "rde/reader.h"
#include "verifier/rules/judgement.h"

namespace tidemark::verifier {

void RaiseFlaw(const rde::Flaw& flaw, Judgement& judgement);

// "domain", "host", ... for a namespace of RFC 9022; "object" for others, "deposit" for none.
absl::string_view KindOf(absl::string_view uri);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_SCHEMA_FLAWS_H_
