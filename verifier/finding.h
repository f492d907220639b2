// A finding: one flaw of a deposit, placed, explained, and free of personal data.
//
// A flaw in a deposit is a Finding, never a Status: Status is for what could not be judged.
// Threat: labels and messages quote the deposit, which is hostile. Quote through Printable()
// (bounded, no control characters) what names objects, and through Masked() anything else; contact
// data is never quoted.
#ifndef TIDEMARK_VERIFIER_FINDING_H_
#define TIDEMARK_VERIFIER_FINDING_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "rde/records.h"
#include "verifier/code.h"

namespace tidemark::verifier {

enum class Severity { kInfo, kWarning, kError, kCritical };

// "INFO", "WARNING", "ERROR", "CRITICAL".
absl::string_view SeverityName(Severity severity);

// A row of the catalogue.
struct CodeInfo {
  Code code;
  absl::string_view name;
  Severity severity;
  absl::string_view clause;  // what asks for it
  absl::string_view title;   // what it means, a sentence without its full stop
  absl::string_view hint;    // what to do
};

// The row of `code`; severity, clause, title and hint of a finding are its row's.
const CodeInfo& InfoOf(Code code);

struct Finding {
  Code code = Code::kXmlParseError;
  std::string object;  // "domain NAME", "contact ROID", "header"; "" for the file as a whole
  std::optional<rde::Position> at;
  std::string message;
  std::string sample;  // masked; "" if there is none
  // How often the deposit has this flaw, that is, this code: findings are kept up to
  // base::kFindingsPerCodeMax a code, the count goes on.
  int64_t count = 0;
  // RST would have ended at it: the first CRITICAL in the order of its cases.
  bool rst_stops_here = false;
};

// Something that was not judged, and why. Never guessed instead.
struct Skip {
  Code code = Code::kXmlParseError;
  std::string why;
  auto operator<=>(const Skip&) const = default;
};

// What a finding is about. Borrowed views: for the length of a call.
struct Subject {
  absl::string_view kind;  // "domain", "header", ...
  absl::string_view key;   // its name, ROID or id; may be empty
  std::optional<rde::Position> at;
};
std::string LabelOf(const Subject& subject);

// `text` cut to `bytes_max`, with everything but printable ASCII escaped.
std::string Printable(absl::string_view text, size_t bytes_max = 128);
// The first character and the length.
std::string Masked(absl::string_view text);
// An id or ROID of a contact, registrar or IDN table, where it looks like one: letters, digits,
// '-', '_' and '.', at most 89 (the longest ROID). Anything else may be contact data in the wrong
// place, and is masked.
std::string Handle(absl::string_view text);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_FINDING_H_
