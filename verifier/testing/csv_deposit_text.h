// For tests: the good deposit of deposit_text.h in the CSV model, as one text to be spoiled one
// place at a time.
#ifndef TIDEMARK_VERIFIER_TESTING_CSV_DEPOSIT_TEXT_H_
#define TIDEMARK_VERIFIER_TESTING_CSV_DEPOSIT_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "verifier/check.h"
#include "verifier/testing/deposit_text.h"

namespace tidemark::verifier {

// The XML, then each CSV file after a line "=== NAME". Everything is in the CSV model but header,
// EPP parameters and policy.
std::string CsvDepositText(const std::vector<Edit>& edits = {});

// The files of such a text in a tar; its XML is called `xml_name`.
std::string CsvTar(absl::string_view text, const std::string& xml_name);

// Judges such a text.
Report CheckCsvText(absl::string_view text, CheckOptions options);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_TESTING_CSV_DEPOSIT_TEXT_H_
