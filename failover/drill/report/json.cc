#include <utility>

#include "absl/strings/str_cat.h"
#include "failover/drill/report/report.h"
#include "failover/drill/report/zone_json.h"

namespace tidemark::failover {
namespace {

using Json = ReportJson;

constexpr char kTimeFormat[] = "%Y-%m-%dT%H:%M:%SZ";

// In a demo these are promises to keep, and false until kept; elsewhere nobody asked.
Json Answer(const DrillReport& report, const std::optional<bool>& value) {
  return report.kind == DrillKind::kDemo ? Json(value.value_or(false)) : OrNull(value);
}

Json StageOutcomesJson(const DrillReport& report) {
  Json outcomes = Json::array();
  for (const DrillStage& stage : report.stages) {
    outcomes.push_back(
        {{"name", stage.name}, {"outcome", std::string(StageOutcomeName(stage.outcome))}});
  }
  for (const std::string& name : report.stages_not_run) {
    outcomes.push_back({{"name", name}, {"outcome", "not run"}});
  }
  return outcomes;
}

Json ProbeJson(const DrillReport& report) {
  const ProbeResult& probe = report.probe;
  return {{"absent_asked", probe.absent_asked},
          {"absent_equal", probe.absent_equal},
          {"asked_by_tcp", probe.asked_by_tcp},
          {"difference_count", probe.difference_count},
          {"differences", DifferencesJson(probe.differences)},
          {"whole_zone", WholeZoneJson(report.whole_zone)}};
}

Json RegistrationsJson(const std::optional<RegistrationProbeResult>& result) {
  if (!result.has_value()) return nullptr;
  Json questions = Json::object();
  for (size_t i = 0; i < kRegistrationQuestions; ++i) {
    questions[std::string(RegistrationQuestionName(static_cast<RegistrationQuestion>(i)))] = {
        {"asked", result->by_question[i].asked}, {"right", result->by_question[i].right}};
  }
  Json flaws = Json::object();
  for (size_t i = 0; i < kRegistrationFlaws; ++i) {
    if (result->by_flaw[i] == 0) continue;
    flaws[std::string(RegistrationFlawName(static_cast<RegistrationFlaw>(i)))] = result->by_flaw[i];
  }
  Json differences = Json::array();
  for (const RegistrationDifference& difference : result->differences) {
    differences.push_back({{"question", std::string(RegistrationQuestionName(difference.question))},
                           {"flaw", std::string(RegistrationFlawName(difference.flaw))},
                           {"name", difference.name},
                           {"what", difference.what}});
  }
  return {{"asked", result->asked},
          {"right", result->right},
          {"questions", std::move(questions)},
          {"flaws", std::move(flaws)},
          {"difference_count", result->difference_count},
          {"differences", std::move(differences)},
          {"deadline_passed", result->deadline_passed}};
}

Json FunctionJson(const std::optional<double>& seconds, absl::Duration threshold) {
  const double limit = absl::ToDoubleSeconds(threshold);
  return {{"seconds", seconds.has_value() ? Json(Rounded(*seconds)) : Json(nullptr)},
          {"threshold_seconds", limit},
          {"within", seconds.has_value() ? Json(*seconds <= limit) : Json(nullptr)}};
}

Json RtoJson(const DrillReport& report) {
  Json rto = Json::object();
  for (const RecoveredFunction& function : kRecoveredFunctions) {
    rto[function.key] =
        FunctionJson(function.SecondsIn(report.rto), report.thresholds.*function.threshold);
  }
  return rto;
}

Json RpoJson(const DrillReport& report) {
  if (report.kind == DrillKind::kDemo) return nullptr;
  Json rpo = FunctionJson(report.rpo_seconds, report.thresholds.rpo);
  if (const std::optional<bool> within = IsAgeWithin(report); within.has_value()) {
    rpo["within"] = *within;
  }
  return rpo;
}

Json NamedSeconds(const std::vector<std::pair<std::string, double>>& stages) {
  Json json = Json::array();
  for (const auto& [name, seconds] : stages) {
    json.push_back({{"name", name}, {"seconds", Rounded(seconds)}});
  }
  return json;
}

Json DisclosureJson(const DisclosurePolicy& told) {
  Json json = {{"roles", told.roles}, {"domain_id", told.domain_id}};
  for (size_t i = 0; i < kContactValues; ++i) {
    json[kContactValueKeys[i]] = kShownKeys[static_cast<size_t>(told.values[i])];
  }
  return json;
}

Json ToldJson(const DrillReport& report) {
  const std::optional<ZonePolicy>& told = report.zone_told;
  if (!told.has_value()) return nullptr;
  Json servers = Json::array();
  for (const OwnServer& server : told->own_servers) {
    servers.push_back({{"name", server.name}, {"addresses", server.addresses}});
  }
  return {{"publish_pending_delete", told->publish_pending_delete},
          {"orphan_glue", told->orphan_glue},
          {"nameservers", std::move(servers)},
          {"apex_ttl_seconds", told->apex_ttl_seconds},
          {"delegation_ttl_seconds", told->delegation_ttl_seconds},
          {"ds_ttl_seconds", told->ds_ttl_seconds},
          {"minimum_seconds", told->minimum_seconds},
          {"redaction", report.disclosure_told.has_value() ? DisclosureJson(*report.disclosure_told)
                                                           : Json(nullptr)}};
}

Json ComparedJson(const DrillReport& report) {
  Json objects = Json::object();
  for (const ObjectTally& tally : report.objects) {
    objects[tally.type] = {{"announced", OrNull(tally.announced)},
                           {"read", tally.read},
                           {"restored", tally.restored},
                           {"witnessed", OrNull(tally.witnessed)}};
  }
  Json witness = nullptr;
  if (report.witness.has_value()) {
    witness = {{"delegations", report.witness->delegations},
               {"withheld", report.witness->withheld},
               {"impossible", report.witness->impossible}};
  }
  return {{"names", report.sample == 0 ? Json("all") : Json("sample")},
          {"sample", report.sample == 0 ? Json(nullptr) : Json(report.sample)},
          {"seed", report.seed},
          {"objects", std::move(objects)},
          {"witness", std::move(witness)},
          {"told", ToldJson(report)}};
}

Json DepositJson(const DrillReport& report) {
  Json passed_over = Json::array();
  for (const PassedOver& deposit : report.passed_over) {
    passed_over.push_back({{"id", deposit.id}, {"why", deposit.why}});
  }
  return {{"id", report.deposit_id},
          {"bytes", report.deposit_bytes},
          {"kind", OrNull(report.deposit_kind)},
          {"watermark", OrNull(report.watermark)},
          {"bases", report.bases},
          {"passed_over", std::move(passed_over)},
          {"opened_by", OrNull(report.opened_by)}};
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime(kTimeFormat, time, absl::UTCTimeZone());
}

Json VaultJson(const DrillReport& report) {
  const DrilledVault vault = report.vault.value_or(DrilledVault{});
  return {{"bytes", report.vault_bytes},
          {"id", OrNull(vault.id)},
          {"receipt_key", OrNull(vault.receipt_key)},
          {"address", OrNull(vault.address)}};
}

Json HistoryJson(const DrillReport& report) {
  Json refused = Json::array();
  for (const auto& [name, why] : report.trend.refused) {
    refused.push_back({{"name", name}, {"why", why}});
  }
  Json found = nullptr;
  if (report.last_found.has_value()) {
    found = {{"deposit", report.last_found->id},
             {"drilled_at", TimeText(report.last_found->drilled_at)}};
  }
  return {{"used", report.trend.earlier.size()},
          {"refused_count", report.trend.refused_count},
          {"refused", std::move(refused)},
          {"last_found", std::move(found)}};
}

}  // namespace

absl::string_view DrillVerdictName(DrillVerdict verdict) {
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

absl::string_view StageOutcomeName(StageOutcome outcome) {
  switch (outcome) {
    case StageOutcome::kPassed:
      return "passed";
    case StageOutcome::kFailed:
      return "failed";
    case StageOutcome::kBrokenOff:
      break;
  }
  return "broken off";
}

std::optional<bool> IsAgeWithin(const DrillReport& report) {
  if (!report.rpo_seconds.has_value()) return std::nullopt;
  return *report.rpo_seconds >= -absl::ToDoubleSeconds(kClockSkewMax) &&
         *report.rpo_seconds <= absl::ToDoubleSeconds(report.thresholds.rpo);
}

std::string ToJson(const DrillReport& report) {
  Json stages = Json::array();
  Json timeline = Json::array();
  for (const DrillStage& stage : report.stages) {
    stages.push_back({{"name", stage.name}, {"seconds", Rounded(stage.seconds)}});
    timeline.push_back({{"name", stage.name},
                        {"begin_seconds", Rounded(stage.begin_seconds)},
                        {"end_seconds", Rounded(stage.begin_seconds + stage.seconds)}});
  }
  const auto& back = report.rto.dnssec;
  const Json json = {
      {"verdict", std::string(DrillVerdictName(report.verdict))},
      {"tld", report.tld},
      {"domains", report.domains},
      {"stages", std::move(stages)},
      {"receipt_verified", Answer(report, report.receipt_verified)},
      {"verdict_signature_verified", Answer(report, report.verdict_signature_verified)},
      {"source_deleted", Answer(report, report.source_deleted)},
      {"delegations",
       {{"expected", report.probe.expected},
        {"asked", report.probe.asked},
        {"equal", report.probe.equal}}},
      {"dnssec",
       {{"tool", report.validation.tool},
        {"validated", report.validation.validated},
        {"sampled", report.validation.sampled}}},
      {"rto_seconds", back.has_value() ? Json(Rounded(*back)) : Json(nullptr)},
      {"rto_definition",
       "from the beginning of the release, or of the rebuild where none is needed, until delv has "
       "validated the new server's first answer; without the observer's own fetching"},
      {"reasons", report.reasons},
      {"deposit", DepositJson(report)},
      {"vault", VaultJson(report)},
      {"rebuilt",
       {{"whole", Answer(report, report.rebuilt_whole)},
        {"delegations", report.rebuilt_delegations},
        {"zone_bytes", report.zone_bytes}}},
      {"probe", ProbeJson(report)},
      {"validation_failures", report.validation.failures},
      {"zone_verification", ZoneVerificationJson(report.zone_verification)},
      {"separate_users", report.separate_users},
      {"seed", report.seed},
      {"started_at", TimeText(report.started_at)},
      {"timeline", std::move(timeline)},
      {"format", 4},
      {"id", OrNull(report.id)},
      {"kind", report.kind == DrillKind::kDemo ? "demo" : "nightly"},
      {"stage_outcomes", StageOutcomesJson(report)},
      {"rto", RtoJson(report)},
      {"rto_by_stage", NamedSeconds(report.rto_stages)},
      {"rpo_seconds", OrNull(report.rpo_seconds)},
      {"rpo", RpoJson(report)},
      {"limits_lifted", report.limits_lifted},
      {"registrations", RegistrationsJson(report.registrations)},
      {"compared", ComparedJson(report)},
      {"notices", report.notices},
      {"not_known", report.not_known},
      {"network_namespace",
       {{"own", report.network_namespace}, {"why_not", OrNull(report.network_namespace_why)}}},
      {"torn_down", OrNull(report.torn_down)},
      {"history", HistoryJson(report)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tidemark::failover
