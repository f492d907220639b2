#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
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

RecoveryTimes TimesIn(const Json& rto) {
  RecoveryTimes times;
  for (const RecoveredFunction& function : kRecoveredFunctions) {
    if (function.seconds == nullptr) continue;
    if (!rto.contains(function.key) || !rto[function.key].is_object()) continue;
    times.*function.seconds = SecondsAt(rto[function.key], "seconds");
  }
  return times;
}

bool HasText(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string();
}

std::optional<absl::Time> TimeAt(const Json& object, const char* key) {
  absl::Time time;
  std::string error;
  if (!HasText(object, key) ||
      !absl::ParseTime(absl::RFC3339_full, object[key].get<std::string>(), &time, &error)) {
    return std::nullopt;
  }
  return time;
}

// 0: all.
std::optional<uint64_t> SampleIn(const Json& json) {
  if (!json.contains("compared") || !json["compared"].is_object()) return std::nullopt;
  const Json& compared = json["compared"];
  if (!HasText(compared, "names")) return std::nullopt;
  if (compared["names"] == "all") return 0;
  if (compared["names"] != "sample" || !compared.contains("sample") ||
      !compared["sample"].is_number_unsigned() || compared["sample"] == 0) {
    return std::nullopt;
  }
  return compared["sample"].get<uint64_t>();
}

std::optional<FoundDeposit> FoundIn(const Json& json) {
  if (!json.contains("history") || !json["history"].is_object()) return std::nullopt;
  const Json& history = json["history"];
  if (!history.contains("last_found") || !history["last_found"].is_object()) return std::nullopt;
  const Json& found = history["last_found"];
  const std::optional<absl::Time> at = TimeAt(found, "drilled_at");
  if (!at.has_value() || !HasText(found, "deposit")) return std::nullopt;
  return FoundDeposit{found["deposit"].get<std::string>(), *at};
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
      !json.contains("rto") || !json["rto"].is_object()) {
    return NotOurs();
  }
  KeptReport kept;
  kept.tld = json["tld"].get<std::string>();
  const auto verdict = ParseDrillVerdict(json["verdict"].get<std::string>());
  const std::optional<absl::Time> at = TimeAt(json, "started_at");
  if (!verdict.has_value() || !at.has_value()) return NotOurs();
  kept.point.at = *at;
  kept.point.verdict = *verdict;
  kept.point.rto = TimesIn(json["rto"]);
  kept.rpo_seconds = SecondsAt(json, "rpo_seconds");
  if (json.contains("deposit") && json["deposit"].is_object() && HasText(json["deposit"], "id")) {
    kept.deposit_id = json["deposit"]["id"].get<std::string>();
    kept.by_release =
        HasText(json["deposit"], "opened_by") &&
        absl::StartsWith(json["deposit"]["opened_by"].get<std::string>(), kOpenedByRelease);
  }
  if (json.contains("vault") && json["vault"].is_object() && HasText(json["vault"], "id")) {
    kept.vault_id = json["vault"]["id"].get<std::string>();
  }
  kept.sample = SampleIn(json);
  kept.last_found = FoundIn(json);
  return kept;
}

}  // namespace tidemark::failover
