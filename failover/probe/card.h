// What an answer says of a person or a company, field by field, and what it should say. Pure
// functions. Threat: what a deposit has of contacts is personal data and stays in memory.
#ifndef TIDEMARK_FAILOVER_PROBE_CARD_H_
#define TIDEMARK_FAILOVER_PROBE_CARD_H_

#include <array>
#include <string>

#include "absl/strings/string_view.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/expectations.h"

namespace tidemark::failover::probe {

// Values that are not empty; a telephone number with " x" and its extension behind it. An address
// may come in two forms.
using Card = std::array<TextSet, kContactValues>;

struct ExpectedValues {
  TextSet must;
  TextSet may;              // beyond what an answer has room for (docs/formats/rdds.md, "Bounds")
  bool is_hidden = false;   // nothing may stand there, or a word that says so
  bool is_unclear = false;  // a server has to cut or replace it: nothing to compare
};
using ExpectedCard = std::array<ExpectedValues, kContactValues>;

// Of an answer in WHOIS one form is shown, of several.
enum class Forms { kAll, kOne };

// The value that is not as expected; kContactValues: all are.
size_t FirstMisfit(const ExpectedCard& expected, const Card& card, Forms forms);

// How a text is compared: a country's code in upper case.
std::string Comparable(ContactValue field, absl::string_view text);
// Adds what a deposit has. `is_extra`: beyond what an answer has room for.
void AddExpected(ContactValue field, absl::string_view text, bool is_extra, ExpectedCard& card);

// RFC 5733 section 2.4: lines of a street that there is room for.
inline constexpr size_t kStreetLines = 3;
inline constexpr size_t kPlainBytesMax = 1024;
// Whether a server can say it as it is: no characters that a terminal obeys, no more than
// kPlainBytesMax bytes.
bool IsSayable(absl::string_view text);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_CARD_H_
