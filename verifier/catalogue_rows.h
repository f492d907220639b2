// The catalogue in five files, joined by finding.cc. Not for others: ask InfoOf().
#ifndef TIDEMARK_VERIFIER_CATALOGUE_ROWS_H_
#define TIDEMARK_VERIFIER_CATALOGUE_ROWS_H_

#include "absl/types/span.h"
#include "verifier/finding.h"

namespace tidemark::verifier {

absl::Span<const CodeInfo> DepositRows();
absl::Span<const CodeInfo> DomainAndHostRows();
absl::Span<const CodeInfo> ObjectRows();
absl::Span<const CodeInfo> TidemarkRows();
absl::Span<const CodeInfo> SanityRows();

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_CATALOGUE_ROWS_H_
