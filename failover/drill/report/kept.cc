#include <nlohmann/json.hpp>

#include "failover/drill/report/report.h"

namespace tidemark::failover {
namespace {

using Json = nlohmann::json;

absl::Status NotOurs() { return absl::InvalidArgumentError("not a drill's report"); }

std::optional<double> SecondsAt(const Json& object, const char* key) {
  if (!object.contains(key) || !object[key].is_number()) return std::nullopt;
  const double seconds = object[key].get<double>();
  // A time that no drill takes is not drawn.
  if (!(seconds >= 0) || seconds > 1e9) return std::nullopt;
  return seconds;
}

std::optional<double> FunctionSeconds(const Json& rto, const char* function) {
  if (!rto.contains(function) || !rto[function].is_object()) return std::nullopt;
  return SecondsAt(rto[function], "seconds");
}

bool HasText(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string();
}

}  // namespace

std::optional<DrillVerdict> ParseDrillVerdict(absl::string_view name) {
  for (const DrillVerdict verdict :
       {DrillVerdict::kPass, DrillVerdict::kFail, DrillVerdict::kUndecided}) {
    if (name == DrillVerdictName(verdict)) return verdict;
  }
  return std::nullopt;
}

absl::StatusOr<KeptReport> ParseKeptReport(absl::string_view text) {
  const Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !HasText(json, "verdict") || !HasText(json, "tld") ||
      !HasText(json, "started_at") || !json.contains("rto") || !json["rto"].is_object()) {
    return NotOurs();
  }
  KeptReport kept;
  kept.tld = json["tld"].get<std::string>();
  const auto verdict = ParseDrillVerdict(json["verdict"].get<std::string>());
  std::string error;
  if (!verdict.has_value() ||
      !absl::ParseTime(absl::RFC3339_full, json["started_at"].get<std::string>(), &kept.point.at,
                       &error)) {
    return NotOurs();
  }
  kept.point.verdict = *verdict;
  const Json& rto = json["rto"];
  kept.point.rto = {.dns = FunctionSeconds(rto, "dns"),
                    .dnssec = FunctionSeconds(rto, "dnssec"),
                    .rdap = FunctionSeconds(rto, "rdap"),
                    .whois = FunctionSeconds(rto, "whois")};
  kept.rpo_seconds = SecondsAt(json, "rpo_seconds");
  if (json.contains("deposit") && json["deposit"].is_object() && HasText(json["deposit"], "id")) {
    kept.deposit_id = json["deposit"]["id"].get<std::string>();
  }
  return kept;
}

}  // namespace tidemark::failover
