// Statistics and recoverability as parts of a report's JSON (report_json.h). Key order is fixed.
#ifndef TIDEMARK_VERIFIER_STATISTICS_JSON_H_
#define TIDEMARK_VERIFIER_STATISTICS_JSON_H_

#include <nlohmann/json.hpp>

#include "verifier/recoverability.h"
#include "verifier/statistics.h"

namespace tidemark::verifier {

// {"domain": {"objects": n, "fields": {name: n, ...}, "statuses": {name: n, ...}}, ...}; fields
// that no object has are 0, statuses that no object has are left out.
nlohmann::ordered_json ToJson(const Statistics& statistics);
nlohmann::ordered_json ToJson(const Recoverability& recoverability);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_STATISTICS_JSON_H_
