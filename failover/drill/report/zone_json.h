// What the report's JSON says of the zone, and what its parts share.
#ifndef TIDEMARK_FAILOVER_DRILL_REPORT_ZONE_JSON_H_
#define TIDEMARK_FAILOVER_DRILL_REPORT_ZONE_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "failover/probe/probe.h"
#include "failover/probe/whole_zone.h"
#include "failover/probe/zone_verification.h"

namespace tidemark::failover {

using ReportJson = nlohmann::ordered_json;

// Milliseconds are what the clock is good for.
inline double Rounded(double seconds) {
  return static_cast<double>(static_cast<int64_t>(seconds * 1000 + 0.5)) / 1000;
}

template <typename T>
ReportJson OrNull(const std::optional<T>& value) {
  return value.has_value() ? ReportJson(*value) : ReportJson(nullptr);
}
inline ReportJson OrNull(const std::string& text) {
  return text.empty() ? ReportJson(nullptr) : ReportJson(text);
}

ReportJson DifferencesJson(const std::vector<ProbeDifference>& differences);
ReportJson WholeZoneJson(const std::optional<WholeZoneResult>& zone);
ReportJson ZoneVerificationJson(const std::optional<ZoneVerification>& verification);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_REPORT_ZONE_JSON_H_
