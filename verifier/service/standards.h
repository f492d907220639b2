// What the deposits of each TLD are judged by: the part of verifier.toml that decides verdicts.
//
//   [verifier]        profile or ruleset, data_model, host_model, idn_tables   of every TLD
//                     repository_ids, registrar_ids                            files: IANA's lists
//   [verifier.drift]  as DriftLimits
//   [[verifier.tld]]  name, and profile or ruleset, data_model, host_model, idn_tables of that TLD
//
// The same facts as the options of `tidemark check`, so that a registry hears before what it will
// hear after. Read once; any thread then. Errors: INVALID_ARGUMENT with the key.
#ifndef TIDEMARK_VERIFIER_SERVICE_STANDARDS_H_
#define TIDEMARK_VERIFIER_SERVICE_STANDARDS_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/config.h"
#include "verifier/service/judge.h"

namespace tidemark::verifier {

struct Standards {
  Standard general;
  std::map<std::string, Standard, std::less<>> by_tld;

  // Of the TLD, or the general one.
  const Standard& Of(absl::string_view tld) const;
};

absl::StatusOr<Standards> LoadStandards(const base::Config& config);

// For verbs that judge nothing, and meet the keys in the same file.
absl::Status IgnoreStandards(const base::Config& config);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_STANDARDS_H_
