// For tests: a small good deposit of .test as text, to be spoiled one place at a time.
#ifndef TIDEMARK_VERIFIER_TESTING_DEPOSIT_TEXT_H_
#define TIDEMARK_VERIFIER_TESTING_DEPOSIT_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "verifier/check.h"

namespace tidemark::verifier {

struct Edit {
  absl::string_view from;  // must occur; its first occurrence is meant
  absl::string_view to;
};

// The good deposit with edits applied in order. FULL, two domains, two hosts, two contacts, one
// registrar, one IDN table, one NNDN, EPP parameters, one policy; watermark 2026-11-22T00:00:00Z.
std::string DepositText(const std::vector<Edit>& edits = {});

// `deposit` with the good one's EPP parameters for "{eppParams}".
std::string WithEppParams(absl::string_view deposit);

// `text` with edits applied in order.
std::string Edited(std::string text, const std::vector<Edit>& edits);

// Options under which it passes without any finding; now is two hours after the watermark.
CheckOptions GoodOptions();

// Judges `text`.
Report CheckText(absl::string_view text, CheckOptions options);

// Judges `text` on bases, which are named base1.xml, base2.xml ...
Report CheckOnBases(absl::string_view text, const std::vector<std::string>& bases,
                    CheckOptions options);

// The codes of a report's findings in order, each once; with severity ERROR or worse only, or all.
std::vector<std::string> CodesOf(const Report& report);
std::vector<std::string> ErrorCodesOf(const Report& report);

// Fails the test unless the report has a finding of this code. For codes that no text of a deposit
// raises by itself: verifier/coverage_test.cc looks for this very call in the test that says so.
void ExpectRaised(const Report& report, absl::string_view code);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_TESTING_DEPOSIT_TEXT_H_
