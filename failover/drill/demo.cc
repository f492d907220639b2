#include "failover/drill/demo.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/file.h"
#include "base/net.h"
#include "base/status.h"
#include "rde/reader.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kStartTimeout = absl::Seconds(60);
constexpr absl::Duration kVerdictPollMin = absl::Milliseconds(100);
constexpr absl::Duration kVerdictPollMax = absl::Seconds(2);
// Of larger registries RDAP and WHOIS are asked about a sample.
constexpr uint64_t kAllRegistrationsMax = 5000;
constexpr uint64_t kRegistrationSample = 1000;
// The DIFF of an exercise is on the night before, which was never deposited.
constexpr int kOrphanNight = 2;

// What the observer notes while the registry still exists: the deposit's id and every name that is
// registered. Those that the generator's zone does not have must not be delegated.
class NoteTaker final : public rde::RecordSink {
 public:
  void OnDeposit(const rde::DepositInfo& info, const rde::Position&) override { info_ = info; }
  void OnRecord(const rde::Record& record, const rde::Position&) override {
    if (const auto* domain = std::get_if<rde::Domain>(&record)) names_.push_back(domain->name);
  }
  void OnFlaw(const rde::Flaw&) override {}

  const rde::DepositInfo& info() const { return info_; }
  std::vector<std::string>& names() { return names_; }

 private:
  rde::DepositInfo info_;
  std::vector<std::string> names_;
};

absl::Status ReadFile(const std::string& path, rde::RecordSink& sink) {
  ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> source, base::FileSource::Open(path));
  return rde::ReadDeposit(*source, sink);
}

uint64_t TreeBytes(const std::string& dir) {
  uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(dir, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_regular_file(ignored)) bytes += entry->file_size(ignored);
  }
  return bytes;
}

bool IsGone(const std::string& path) {
  struct stat info;
  return lstat(path.c_str(), &info) != 0 && errno == ENOENT;
}

absl::Status Note(DemoScene& scene, const std::string& path) {
  NoteTaker notes;
  RETURN_IF_ERROR(ReadFile(path, notes));
  scene.deposits.push_back({path, absl::StrCat(scene.report.tld, "/", notes.info().id, "/",
                                               notes.info().resend.value_or(0))});
  if (scene.deposits.size() > 1) return absl::OkStatus();
  scene.registered_names = std::move(notes.names());
  return ReadWitnesses(scene, [&path](rde::RecordSink& sink) { return ReadFile(path, sink); });
}

absl::Status EnrolOne(DemoScene& scene, const std::string& role, const std::string& below,
                      Role player) {
  StageDirectory& stage = *scene.stage;
  RETURN_IF_ERROR(stage.RunOk(Role::kObserver, "enroll",
                              {"enroll", "--agent", stage.path("agent"), "--role", role, "--tld",
                               scene.report.tld, "--out", stage.path(below)},
                              kVerbTimeout));
  return stage.GiveTo(player, below);
}

// It looks for new deposits every ten seconds; a drill need not wait for that. keygen's file ends
// with the verifier's own section.
absl::Status HurryVerifier(const std::string& config) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(config));
  return base::WriteFile(config, text + "poll_seconds = 1\n", base::FileMode::kPublic);
}

absl::Status StillRuns(const Scene& scene, base::Subprocess& process, const std::string& name,
                       absl::Duration wait) {
  const absl::StatusOr<int> ended = process.Wait(wait);
  if (absl::IsDeadlineExceeded(ended.status())) return absl::OkStatus();
  RETURN_IF_ERROR(ended.status());
  return absl::UnavailableError(
      absl::StrCat(name, " ended with status ", *ended, ": ", scene.stage->LastLine(name)));
}

absl::Status DepositOne(DemoScene& scene, const std::string& path) {
  StageDirectory& stage = *scene.stage;
  const std::string receipt = stage.path("registry/receipt");
  ASSIGN_OR_RETURN(
      const base::RunResult result,
      stage.Run(Role::kRegistry, "deposit",
                {"deposit", path, "--config", stage.path("registry/depositor/depositor.toml"),
                 "--receipt", receipt},
                kVerbTimeout));
  if (result.exit_status != 0) {
    return absl::UnavailableError(absl::StrCat("the deposit was not taken: ", result.err));
  }
  // The observer keeps the receipt, as the registry would keep a copy off its premises.
  RETURN_IF_ERROR(stage.HandOver(receipt, Role::kObserver, "observer/receipt"));
  ASSIGN_OR_RETURN(const base::RunResult verify,
                   stage.Run(Role::kObserver, "receipt",
                             {"receipt", "verify", stage.path("observer/receipt"), "--agent",
                              stage.path("agent/agent.toml")},
                             kVerbTimeout));
  scene.report.receipt_verified = verify.exit_status == 0;
  if (verify.exit_status != 0) {
    scene.No(absl::StrCat("the receipt does not verify: ", verify.err));
  }
  return absl::OkStatus();
}

// `tidemark verdict` checks the verifier's signature itself: status 0 is a genuine pass, 1 a
// genuine fail, 2 that there is none yet, that it is undecided, or not genuine.
absl::Status VerifyOne(DemoScene& scene, const std::string& id) {
  const absl::Time deadline = absl::Now() + kVerbTimeout;
  absl::Duration poll = kVerdictPollMin;
  while (true) {
    ASSIGN_OR_RETURN(
        const base::RunResult result,
        scene.stage->Run(Role::kOperator, "verdict",
                         {"verdict", id, "--config", scene.cast.operator_config}, kVerbTimeout));
    if (result.exit_status == 0 || result.exit_status == 1) {
      scene.report.verdict_signature_verified = true;
      if (result.exit_status == 1) {
        scene.No(absl::StrCat("the verifier says fail of ", id, ": ", FindingsIn(result.out)));
      }
      return absl::OkStatus();
    }
    if (absl::StrContains(result.out, "UNDECIDED")) {
      return absl::UnavailableError("the verifier could not decide");
    }
    RETURN_IF_ERROR(StillRuns(scene, scene.verifier(), "tidemark-verifier", poll));
    RETURN_IF_ERROR(StillRuns(scene, scene.server(), "tidemarkd", absl::ZeroDuration()));
    poll = std::min(poll * 1.5, kVerdictPollMax);
    if (absl::Now() > deadline) {
      return absl::DeadlineExceededError(absl::StrCat("no verdict: ", result.err));
    }
  }
}

absl::Status Generate(DemoScene& scene) {
  StageDirectory& stage = *scene.stage;
  RETURN_IF_ERROR(stage.MakeFor(Role::kRegistry, "registry"));
  RETURN_IF_ERROR(stage.MakeFor(Role::kObserver, "observer"));
  scene.master_file = stage.path(absl::StrCat("observer/", scene.report.tld, ".zone"));
  std::vector<MadeDeposit> nights = {{0, stage.path("registry"), scene.master_file}};
  if (scene.options.fault == DrillFault::kChainBroken) {
    nights.push_back({kOrphanNight, stage.path("registry"), stage.path("observer/orphan.zone")});
  }
  for (const MadeDeposit& night : nights) {
    ASSIGN_OR_RETURN(const std::string path, scene.options.generate(night));
    if (scene.options.fault == DrillFault::kRegistrarUnknown) {
      RETURN_IF_ERROR(RemoveARegistrar(path));
    }
    RETURN_IF_ERROR(Note(scene, path));
  }
  std::error_code error;
  scene.report.deposit_bytes = fs::file_size(scene.deposits[0].path, error);
  scene.report.deposit_id = scene.deposits[0].id;
  scene.chain = {scene.deposits[0].id};
  return stage.GiveTo(Role::kRegistry, "registry");
}

absl::Status Enrol(DemoScene& scene) {
  StageDirectory& stage = *scene.stage;
  ASSIGN_OR_RETURN(const int port, base::FreeLoopbackPort());
  const std::string agent = stage.path("agent");
  RETURN_IF_ERROR(stage.RunOk(
      Role::kObserver, "keygen",
      {"keygen", "--out", agent, "--listen", absl::StrCat("127.0.0.1:", port)}, kVerbTimeout));
  RETURN_IF_ERROR(stage.MakeFor(Role::kOperator, "operator"));
  RETURN_IF_ERROR(stage.MakeFor(Role::kSuccessor, "successor"));
  RETURN_IF_ERROR(EnrolOne(scene, "depositor", "registry/depositor", Role::kRegistry));
  RETURN_IF_ERROR(EnrolOne(scene, "operator", "operator/operator", Role::kOperator));
  RETURN_IF_ERROR(EnrolOne(scene, "successor", "successor/successor", Role::kSuccessor));
  RETURN_IF_ERROR(HurryVerifier(agent + "/verifier/verifier.toml"));
  RETURN_IF_ERROR(stage.GiveTo(Role::kServer, "agent/server"));
  RETURN_IF_ERROR(stage.GiveTo(Role::kVerifier, "agent/verifier"));
  RETURN_IF_ERROR(stage.GiveTo(Role::kCustodian, "agent/custodian"));
  scene.cast = {.operator_config = stage.path("operator/operator/operator.toml"),
                .assembler_config = agent + "/agent.toml",
                .custodian_configs = {agent + "/custodian/custodian.toml"},
                .successor_public = stage.path("successor/successor/successor.pub.toml"),
                .rebuilder_config = stage.path("successor/successor/successor.toml")};
  scene.others.resize(2);
  RETURN_IF_ERROR(StartAgent(scene));
  ASSIGN_OR_RETURN(scene.others[1],
                   stage.Start(Role::kVerifier, "tidemark-verifier", "tidemark-verifier",
                               {"--config", agent + "/verifier/verifier.toml"}));
  return absl::OkStatus();
}

absl::Status Deposit(DemoScene& scene) {
  for (const auto& deposit : scene.deposits) RETURN_IF_ERROR(DepositOne(scene, deposit.path));
  scene.report.vault_bytes = TreeBytes(scene.stage->path("agent/server/data"));
  return absl::OkStatus();
}

absl::Status Verify(DemoScene& scene) {
  for (const auto& deposit : scene.deposits) RETURN_IF_ERROR(VerifyOne(scene, deposit.id));
  return absl::OkStatus();
}

absl::Status DeleteSource(DemoScene& scene) {
  const std::string registry = scene.stage->path("registry");
  RETURN_IF_ERROR(base::RemoveTree(registry));
  scene.report.source_deleted = IsGone(scene.deposits[0].path) && IsGone(registry);
  if (!*scene.report.source_deleted) scene.No("the registry's files are still there");
  return absl::OkStatus();
}

absl::Status ProbeAll(DemoScene& scene) {
  RETURN_IF_ERROR(ProbeNames(scene));
  return ProbeRegistrationData(scene);
}

std::vector<Stage> StagesOf(DemoScene& scene) {
  const auto play = [&scene](absl::Status (*step)(DemoScene&)) {
    return [&scene, step] { return step(scene); };
  };
  const auto shared = [&scene](absl::Status (*step)(Scene&)) {
    return [&scene, step] { return step(scene); };
  };
  const DrillFault fault = scene.options.fault;
  std::vector<Stage> stages = {{"generate", play(Generate)},
                               {"enrol", play(Enrol)},
                               {"deposit", play(Deposit)},
                               {"verify", play(Verify)},
                               {"delete-source", play(DeleteSource)}};
  if (fault == DrillFault::kOperatorGone) std::swap(stages[3], stages[4]);
  if (fault == DrillFault::kChainBroken) stages.push_back({"find", shared(FindDeposit)});
  if (fault == DrillFault::kFrameDamaged) stages.push_back({"damage", play(DamageCustody)});
  stages.push_back({"release", shared(Release), Stage::Part::kWayBack});
  stages.push_back({"rebuild", shared(Rebuild), Stage::Part::kWayBack});
  stages.push_back({"serve", shared(Serve), Stage::Part::kWayBack});
  if (fault == DrillFault::kSigningKeyLost) stages.push_back({"lose-key", play(LoseSigningKey)});
  stages.push_back({"probe", play(ProbeAll)});
  stages.push_back({"validate", shared(ValidateAnswers)});
  return stages;
}

}  // namespace

absl::Status StartAgent(DemoScene& scene) {
  StageDirectory& stage = *scene.stage;
  const std::string ready = stage.path("agent/server/drill.ready");
  ASSIGN_OR_RETURN(
      scene.others[0],
      stage.Start(Role::kServer, "tidemarkd", "tidemarkd",
                  {"--config", stage.path("agent/server/tidemarkd.toml"), "--ready-file", ready}));
  return stage.WaitForFile(ready, scene.server(), "tidemarkd", kStartTimeout);
}

DrillReport PlayDemo(const DemoOptions& options) {
  DemoScene scene(options);
  DrillReport& report = scene.report;
  report.kind = DrillKind::kDemo;
  report.tld = options.tld;
  report.domains = options.domains;
  report.seed = options.seed;
  report.sample = options.domains <= kAllRegistrationsMax ? 0 : kRegistrationSample;
  report.network_namespace_why = "a demo's escrow agent is reached over this machine's loopback";
  report.not_known = {"whether a real registry's deposit would come back as well",
                      "how long the parent takes to publish new DS and NS records"};
  const std::vector<Stage> stages = StagesOf(scene);
  auto stage = StageDirectory::Create(
      {.programs_dir = options.programs_dir, .should_stop = options.hooks.should_stop});
  absl::Status status = stage.status();
  if (stage.ok()) {
    scene.stage = *std::move(stage);
    report.separate_users = scene.stage->separate_users();
    status = Play(scene, stages);
  } else {
    for (const Stage& entry : stages) report.stages_not_run.emplace_back(entry.name);
  }
  return Conclude(scene, status, options.logs_dir);
}

}  // namespace tidemark::failover
