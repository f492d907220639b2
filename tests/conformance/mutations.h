// For tests: small random changes to good deposits, of which a schema allows some.
//
// A kind is one idea of what may go wrong in an exporter; see the table in mutations.cc.
//
// What no kind makes, because the reader is stricter by design:
//   - a DOCTYPE, XML 1.1, encodings other than UTF-8, and anything over a bound of base/limits.h;
//   - in an element without a type (xs:anyType: contact:disclose's voice, epp:dcp's leaves), an
//     object of RFC 9022 or a command of EPP that is as it should be, or one below an element that
//     no schema knows: schemas allow it, but nobody would look for data there;
//   - xsi:type with a type derived from the declared one: likewise.
// And because Xerces-C++ 3.2.4 departs from the specification there, in addition to XercesErrs():
//   - characters above U+FFFF where a length or a pattern counts: it counts UTF-16 code units;
//   - white space as CDATA where only elements may stand: XML Schema allows it, DTDs did not;
//   - garbage after 1.0 in the XML declaration's version.
#ifndef TIDEMARK_TESTS_CONFORMANCE_MUTATIONS_H_
#define TIDEMARK_TESTS_CONFORMANCE_MUTATIONS_H_

#include <optional>
#include <ostream>
#include <string>

#include "absl/types/span.h"
#include "tests/conformance/values.h"
#include "tests/conformance/xml_tree.h"

namespace tidemark::conformance {

// Which verdicts a kind's mutants get.
enum class Verdicts { kBoth, kAllValid, kAllInvalid };

struct Mutation {
  const char* name;
  Verdicts verdicts;
  // Changes the document; false if it has no place for this change.
  bool (*change)(Node& root, Dice& dice);
  // Instead, for changes to bytes.
  bool (*spoil)(std::string& xml, Dice& dice);
};

// For gtest's messages.
inline void PrintTo(const Mutation& mutation, std::ostream* out) { *out << mutation.name; }

absl::Span<const Mutation> Mutations();

// A changed copy of `seed`; nothing if the dice found no place in it.
std::optional<std::string> Mutant(const Mutation& mutation, const Node& seed, Dice& dice);

}  // namespace tidemark::conformance

#endif  // TIDEMARK_TESTS_CONFORMANCE_MUTATIONS_H_
