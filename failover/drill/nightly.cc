#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/status.h"
#include "failover/drill/drill.h"
#include "failover/drill/history/history.h"
#include "failover/drill/network.h"
#include "failover/drill/scene.h"
#include "failover/drill/tld_name.h"
#include "failover/run_dir/run_dir.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

// Those of one history are named for it: what a drill that was killed left behind is known by it.
absl::StatusOr<std::string> WorkPrefix(const std::string& history_dir) {
  struct stat info;
  if (stat(history_dir.c_str(), &info) != 0) return base::ErrnoStatus(errno, history_dir);
  return absl::StrCat("tidemark-nightly-", info.st_dev, "-", info.st_ino, "-");
}

std::string WorkDir(const DrillConfig& config) {
  if (!config.work_dir.empty()) return config.work_dir;
  std::error_code error;
  const fs::path temp = fs::temp_directory_path(error);
  return error ? "/tmp" : temp.string();
}

absl::Status MakeStage(const DrillConfig& config, const NightlyOptions& options, Scene& scene) {
  ASSIGN_OR_RETURN(const std::string prefix, WorkPrefix(config.history_dir));
  ASSIGN_OR_RETURN(scene.stage, StageDirectory::Create({.programs_dir = options.programs_dir,
                                                        .parent_dir = WorkDir(config),
                                                        .prefix = prefix,
                                                        .role_users = RoleUsers::kNone,
                                                        .should_stop = options.hooks.should_stop}));
  return scene.stage->MakeFor(Role::kSuccessor, "successor");
}

absl::Status Isolate(Scene& scene) {
  const absl::Status status = EnterOwnNetwork();
  scene.report.network_namespace = status.ok();
  scene.report.network_namespace_why = std::string(status.message());  // "": it is one of its own
  if (status.ok()) return absl::OkStatus();
  return absl::IsPermissionDenied(status) ? absl::OkStatus() : status;
}

void SetCast(const DrillConfig& config, Scene& scene) {
  const bool by_release = config.opening_config.empty();
  scene.opening = by_release ? Opening::kRelease : Opening::kOpeningKey;
  scene.cast = {.operator_config = config.operator_config,
                .assembler_config = config.operator_config,
                .custodian_configs = config.custodian_configs,
                .successor_public = config.successor_public,
                .rebuilder_config = by_release ? config.successor_config : config.opening_config};
  if (!by_release) scene.report.opened_by = "an opening key: no custodian was asked";
  scene.zone_policy = config.zone_policy;
  scene.disclosure = config.disclosure;
  scene.verify_zone = config.verify_zone;
  scene.verify_timeout = config.verify_timeout;
}

std::vector<Stage> StagesOf(Scene& scene) {
  const auto shared = [&scene](absl::Status (*step)(Scene&)) {
    return [&scene, step] { return step(scene); };
  };
  constexpr auto kWayBack = Stage::Part::kWayBack;
  std::vector<Stage> stages = {{"find", shared(FindDeposit)}};
  if (scene.opening == Opening::kRelease) stages.push_back({"release", shared(Release), kWayBack});
  stages.push_back({"observe", shared(Observe)});
  stages.push_back({"rebuild", shared(Rebuild), kWayBack});
  stages.push_back({"isolate", shared(Isolate)});
  stages.push_back({"serve", shared(Serve), kWayBack});
  stages.push_back({"probe", shared(ProbeNames)});
  stages.push_back({"validate", shared(ValidateAnswers)});
  stages.push_back({"registrations", shared(ProbeRegistrationData)});
  stages.push_back({"compare", shared(CompareCounts)});
  return stages;
}

std::vector<std::string> NotKnown(const DrillReport& report) {
  std::vector<std::string> list = {
      "what was registered, renewed or changed after the watermark",
      "whether the registry's data were true: only the deposit was there to compare with",
      "how long the parent takes to publish new DS and NS records, and caches to forget old ones",
      "how the servers do under load, or from another network: they were asked over a loopback",
      "EPP and the next deposit: they are not part of this drill",
      "the serial of the zone's SOA, and which keys it has besides those of its trust anchor: "
      "nobody told the observer",
      "whether deposits are read rightly: rebuild and observer read them by the same code",
      "whether the configuration is as the successor wants it: the observer was told of "
      "orphan_glue, publish_pending_delete, TTLs, the SOA, the zone's own servers and "
      "[rdds.redaction] (compared.told)",
      "what the observer does not ask of RDAP and WHOIS or does not judge: U-labels, variants, "
      "links, remarks, notices but those of reserved names, zoneSigned, maxSigLife, abuse "
      "contacts, statuses and dates of contacts, which hosts are linked, WHOIS about registrars, "
      "searches; name servers and contacts that no domain of the sample names",
      "whether what no answer shows was restored as the deposit has it, besides how many objects "
      "there are of each type: who created or changed an object and asked for a transfer (crRr, "
      "upRr, trnData), contacts' sponsors (clID), U-labels (uName), IDN tables, EPP parameters, "
      "policies"};
  for (std::string& unknown : ZoneNotKnown(report)) list.push_back(std::move(unknown));
  if (!report.bases.empty()) {
    list.emplace_back(
        "whether the chain was put together rightly: rebuild and observer do it by the same code; "
        "by itself the observer only counted how many objects it leaves, without policies and EPP "
        "parameters");
  }
  if (report.limits_lifted) {
    list.emplace_back(
        "whether strangers are held to the limits of RDAP and WHOIS: the drill lifted those on "
        "questions and connections for its observer");
  }
  if (report.sample != 0) {
    list.push_back(
        absl::StrCat("what is answered about names outside of the sample of ", report.sample,
                     " of each kind that seed ", report.seed, " chose",
                     report.whole_zone.has_value()
                         ? ": of all of them what the zone has was compared, as it was transferred"
                         : ", and what the zone has of them: it was not transferred"));
  }
  if (report.opened_by.empty() || absl::StrContains(report.opened_by, "opening key")) {
    list.emplace_back("whether the custodians would release it: they were not asked");
  }
  return list;
}

// As the operator's file has it; without one that can be read no vault can be asked either.
std::optional<DrilledVault> VaultOf(const std::string& operator_config) {
  const absl::StatusOr<base::Config> config = base::Config::Load(operator_config);
  if (!config.ok()) return std::nullopt;
  const absl::StatusOr<vault::AgentConnection> agent = vault::LoadPublicAgent(*config);
  if (!agent.ok()) return std::nullopt;
  return DrilledVault{base::HexEncode(agent->vault_id), agent->receipt_key_hex, agent->address};
}

DrillReport PlayStages(const DrillConfig& config, const NightlyOptions& options,
                       std::optional<FoundDeposit> last_found, const std::string& logs_dir) {
  Scene scene(options.hooks);
  DrillReport& report = scene.report;
  report.vault = VaultOf(config.operator_config);
  report.last_found = std::move(last_found);
  report.kind = DrillKind::kNightly;
  report.tld = options.tld;
  report.seed = options.seed;
  report.sample = config.sample;
  report.thresholds = config.thresholds;
  report.network_namespace_why = "not run";
  SetCast(config, scene);
  const std::vector<Stage> stages = StagesOf(scene);
  absl::Status status = MakeStage(config, options, scene);
  if (status.ok()) {
    status = Play(scene, stages);
  } else {
    for (const Stage& stage : stages) report.stages_not_run.emplace_back(stage.name);
  }
  return Conclude(scene, status, logs_dir);
}

}  // namespace

absl::StatusOr<PlayedNight> PlayNightly(const DrillConfig& config, const NightlyOptions& options) {
  RETURN_IF_ERROR(CheckTldName(options.tld));
  // First: a drill whose report nobody could keep or believe is not worth its while.
  ASSIGN_OR_RETURN(const crypto::SigningKey key, crypto::SigningKey::Load(config.report_key));
  ASSIGN_OR_RETURN(const DrillHistory history, OpenHistory(config));
  ASSIGN_OR_RETURN(std::optional<FoundDeposit> last_found,
                   history.LastFound(options.tld, absl::Now()));
  const std::string of_tld = absl::StrCat(config.history_dir, "/", options.tld);
  // Before the logs in it, which are for nobody else, make it private on their way.
  RETURN_IF_ERROR(base::MakeDirs(of_tld, base::FileMode::kPublic));
  const std::string logs = of_tld + "/last-logs";
  RETURN_IF_ERROR(base::RemoveTree(logs));
  PlayedNight night{PlayStages(config, options, std::move(last_found), logs), KeptDrill()};
  night.report.not_known = NotKnown(night.report);
  absl::StatusOr<DrillTrend> trend = history.Trend(options.tld);
  if (trend.ok()) {
    night.report.trend = *std::move(trend);
    night.kept = history.Keep(night.report, key);
  } else {
    night.kept = trend.status();
  }
  return night;
}

DrillDemands DemandsOf(const DrillConfig& config) {
  const std::optional<DrilledVault> vault = VaultOf(config.operator_config);
  return {.vault_id = vault.has_value() ? vault->id : "",
          .thresholds = config.thresholds,
          .sample = config.sample,
          .by_release = config.opening_config.empty()};
}

absl::Status RemoveLeftDrills(const DrillConfig& config) {
  ASSIGN_OR_RETURN(const std::string prefix, WorkPrefix(config.history_dir));
  return RemoveLeftRunDirs(WorkDir(config), prefix);
}

}  // namespace tidemark::failover
