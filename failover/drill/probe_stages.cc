#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "failover/drill/scene.h"
#include "failover/probe/zone_verification.h"

namespace tidemark::failover {
namespace {

constexpr int kValidationSample = 25;

// By the rebuild's names of the types.
std::vector<std::pair<absl::string_view, uint64_t>> Witnessed(const WitnessCounts& counts) {
  return {{"domain", counts.domains},         {"host", counts.hosts},
          {"contact", counts.contacts},       {"registrar", counts.registrars},
          {"idnTableRef", counts.idn_tables}, {"NNDN", counts.nndns},
          {"eppParams", counts.epp_params},   {"policy", counts.policies}};
}

void CompareObjects(const WitnessCounts& counts, Scene& scene) {
  for (const auto& [type, count] : Witnessed(counts)) {
    const auto tally = std::find_if(scene.report.objects.begin(), scene.report.objects.end(),
                                    [type = type](const ObjectTally& t) { return t.type == type; });
    if (tally != scene.report.objects.end()) {
      tally->witnessed = count;
      if (tally->restored == count) continue;
      scene.No(absl::StrCat(type, ": the observer counted ", count, ", ", tally->restored,
                            " were restored"));
    } else if (count > 0) {
      // What the rebuild does not speak of it restored none of.
      scene.No(
          absl::StrCat(type, ": the observer counted ", count, ", the rebuild speaks of none"));
    }
  }
}

void CheckThreshold(Scene& scene, const char* function, const std::optional<double>& seconds,
                    absl::Duration threshold) {
  if (!seconds.has_value() || *seconds <= absl::ToDoubleSeconds(threshold)) return;
  scene.No(absl::StrCat(
      function, " was back after ",
      absl::FormatDuration(absl::Trunc(absl::Seconds(*seconds), absl::Milliseconds(10))),
      "; the threshold is ", absl::FormatDuration(threshold)));
}

absl::Status LookAtWholeZone(Scene& scene) {
  WholeZoneOptions options;
  options.target = scene.target;
  options.key_name = kTransferKeyName;
  options.key_secret_base64 = scene.transfer_secret;
  options.witness = &*scene.witness;
  options.now = absl::Now();
  options.should_stop = scene.hooks.should_stop;
  if (scene.verify_zone) options.zone_path = scene.stage->path("observer/transferred.zone");
  ASSIGN_OR_RETURN(scene.report.whole_zone, ProbeWholeZone(options));
  scene.transferred_zone = options.zone_path;
  if (!scene.report.whole_zone->good()) {
    scene.No(absl::StrCat(scene.report.whole_zone->difference_count,
                          " differences between the whole zone and what the deposit wants in it"));
  }
  return absl::OkStatus();
}

// All of what was transferred. A validator that is not there, or does not come to an end, is no
// answer: ZoneNotKnown() says so.
absl::Status VerifyWholeZone(Scene& scene) {
  std::optional<ZoneVerification>& result = scene.report.zone_verification;
  if (!scene.verify_zone) {
    result.emplace().why_not = "drill.verify_zone is false";
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(result, VerifyZone({.zone_path = scene.transferred_zone,
                                       .tld = scene.report.tld,
                                       .timeout = scene.verify_timeout,
                                       .should_stop = scene.hooks.should_stop}));
  std::error_code error;
  std::filesystem::remove(scene.transferred_zone, error);
  if (error) return base::ErrnoStatus(error.value(), scene.transferred_zone);
  if (result->valid.has_value() && !*result->valid) {
    scene.No(absl::StrCat(result->tool, " does not accept the whole zone: ",
                          result->lines.empty() ? "it does not say why" : result->lines[0]));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::string> ZoneNotKnown(const DrillReport& report) {
  if (!report.zone_verification.has_value()) {
    return {"whether the whole zone validates: it did not come to that"};
  }
  if (report.zone_verification->valid.has_value()) return {};
  return {
      absl::StrCat("whether signatures outside of delv's sample validate, and whether the chain of "
                   "NSEC3 records "
                   "is complete: ",
                   report.zone_verification->why_not)};
}

absl::Status ProbeNames(Scene& scene) {
  ProbeOptions options;
  options.target = scene.target;
  options.master_file = scene.master_file;
  options.absent_names = std::move(scene.registered_names);
  if (scene.master_file.empty()) options.witness = &*scene.witness;
  options.on_progress = scene.hooks.on_probe;
  options.should_stop = scene.hooks.should_stop;
  ASSIGN_OR_RETURN(scene.report.probe, ProbeDelegations(options));
  const ProbeResult& probe = scene.report.probe;
  if (!probe.good()) {
    scene.No(absl::StrCat(probe.difference_count, " answers are not as ",
                          scene.master_file.empty() ? "the deposit" : "the old zone", " has them"));
  }
  RETURN_IF_ERROR(LookAtWholeZone(scene));
  if (scene.master_file.empty()) return absl::OkStatus();
  if (scene.report.rebuilt_delegations != probe.expected) {
    scene.No(absl::StrCat("the rebuilt zone has ", scene.report.rebuilt_delegations,
                          " delegations, the old one ", probe.expected));
  }
  return absl::OkStatus();
}

absl::Status ValidateAnswers(Scene& scene) {
  ASSIGN_OR_RETURN(scene.report.validation,
                   ValidateSample({.target = scene.target,
                                   .master_file = scene.master_file,
                                   .witness = scene.master_file.empty() ? &*scene.witness : nullptr,
                                   .trust_anchor_path = scene.trust_anchor,
                                   .sample_max = kValidationSample,
                                   .seed = scene.report.seed}));
  if (!scene.report.validation.good()) {
    scene.No(absl::StrCat(scene.report.validation.sampled - scene.report.validation.validated,
                          " sampled answers do not validate"));
  }
  return VerifyWholeZone(scene);
}

absl::Status ProbeRegistrationData(Scene& scene) {
  if (scene.registration_target.rdap_url.empty()) {
    return absl::UnavailableError("serve offers no RDAP: it was not asked for anything");
  }
  RegistrationProbeOptions options;
  options.target = scene.registration_target;
  options.witness = &*scene.witness;
  options.on_progress = scene.hooks.on_probe;
  options.should_stop = scene.hooks.should_stop;
  ASSIGN_OR_RETURN(scene.report.registrations, ProbeRegistrations(options));
  const RegistrationProbeResult& result = *scene.report.registrations;
  if (!result.good()) {
    scene.No(absl::StrCat(result.asked - result.right, " of ", result.asked,
                          " RDAP and WHOIS answers are not as the deposit has them"));
  }
  if (!scene.report.rto.rdap.has_value()) scene.No("the first RDAP answer was not right");
  if (!scene.report.rto.whois.has_value()) scene.No("the first WHOIS answer was not right");
  return absl::OkStatus();
}

absl::Status CompareCounts(Scene& scene) {
  DrillReport& report = scene.report;
  WitnessCounts counts = scene.witness->counts();
  if (scene.chain_count.has_value()) scene.chain_count->SetCounts(counts);
  report.witness = counts;
  CompareObjects(counts, scene);
  for (const ObjectTally& tally : report.objects) {
    if (tally.announced.has_value() && *tally.announced != static_cast<int64_t>(tally.restored)) {
      scene.No(absl::StrCat(tally.type, ": the deposit announces ", *tally.announced, ", ",
                            tally.restored, " were restored"));
    }
  }
  if (report.rebuilt_delegations != counts.delegations) {
    scene.No(absl::StrCat("the rebuilt zone has ", report.rebuilt_delegations,
                          " delegations; by the deposit it must have ", counts.delegations));
  }
  for (const RecoveredFunction& function : kRecoveredFunctions) {
    CheckThreshold(scene, function.name, function.SecondsIn(report.rto),
                   report.thresholds.*function.threshold);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover
