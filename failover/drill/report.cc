#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "failover/drill/drill.h"

namespace tidemark::failover {
namespace {

using Json = nlohmann::ordered_json;

const char* VerdictText(DrillVerdict verdict) {
  switch (verdict) {
    case DrillVerdict::kPass:
      return "pass";
    case DrillVerdict::kFail:
      return "fail";
    case DrillVerdict::kUndecided:
      break;
  }
  return "undecided";
}

// Milliseconds are what the clock is good for.
double Rounded(double seconds) {
  return static_cast<double>(static_cast<int64_t>(seconds * 1000 + 0.5)) / 1000;
}

Json ProbeJson(const ProbeResult& probe) {
  Json differences = Json::array();
  for (const ProbeDifference& difference : probe.differences) {
    differences.push_back({{"name", difference.name}, {"what", difference.what}});
  }
  return {{"absent_asked", probe.absent_asked},
          {"absent_equal", probe.absent_equal},
          {"asked_by_tcp", probe.asked_by_tcp},
          {"difference_count", probe.difference_count},
          {"differences", std::move(differences)}};
}

}  // namespace

std::string ToJson(const DrillReport& report) {
  Json stages = Json::array();
  Json timeline = Json::array();
  for (const DrillStage& stage : report.stages) {
    stages.push_back({{"name", stage.name}, {"seconds", Rounded(stage.seconds)}});
    timeline.push_back({{"name", stage.name},
                        {"begin_seconds", Rounded(stage.begin_seconds)},
                        {"end_seconds", Rounded(stage.begin_seconds + stage.seconds)}});
  }
  const Json json = {
      {"verdict", VerdictText(report.verdict)},
      {"tld", report.tld},
      {"domains", report.domains},
      {"stages", std::move(stages)},
      {"receipt_verified", report.receipt_verified},
      {"verdict_signature_verified", report.verdict_signature_verified},
      {"source_deleted", report.source_deleted},
      {"delegations",
       {{"expected", report.probe.expected},
        {"asked", report.probe.asked},
        {"equal", report.probe.equal}}},
      {"dnssec",
       {{"tool", report.validation.tool},
        {"validated", report.validation.validated},
        {"sampled", report.validation.sampled}}},
      {"rto_seconds", report.rto_seconds > 0 ? Json(Rounded(report.rto_seconds)) : Json(nullptr)},
      {"rto_definition",
       "from the beginning of the release until delv has validated the new server's first answer"},
      {"reasons", report.reasons},
      {"deposit", {{"id", report.deposit_id}, {"bytes", report.deposit_bytes}}},
      {"vault", {{"bytes", report.vault_bytes}}},
      {"rebuilt",
       {{"whole", report.rebuilt_whole},
        {"delegations", report.rebuilt_delegations},
        {"zone_bytes", report.zone_bytes}}},
      {"probe", ProbeJson(report.probe)},
      {"validation_failures", report.validation.failures},
      {"separate_users", report.separate_users},
      {"seed", report.seed},
      {"started_at",
       absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", report.started_at, absl::UTCTimeZone())},
      {"timeline", std::move(timeline)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string ToText(const DrillReport& report) {
  std::string out = absl::StrFormat("drill of .%s, %d domains: %s\n", report.tld, report.domains,
                                    VerdictText(report.verdict));
  for (const std::string& reason : report.reasons) absl::StrAppend(&out, "  ", reason, "\n");
  for (const DrillStage& stage : report.stages) {
    absl::StrAppendFormat(&out, "  %-14s %8.2f s\n", stage.name, stage.seconds);
  }
  absl::StrAppendFormat(&out, "  delegations: %d expected, %d asked, %d equal\n",
                        report.probe.expected, report.probe.asked, report.probe.equal);
  absl::StrAppendFormat(&out, "  DNSSEC: %d of %d sampled answers validated by %s\n",
                        report.validation.validated, report.validation.sampled,
                        report.validation.tool);
  if (report.rto_seconds > 0) {
    absl::StrAppendFormat(&out, "  back in %.2f s, from release to first validated answer\n",
                          report.rto_seconds);
  }
  return out;
}

}  // namespace tidemark::failover
