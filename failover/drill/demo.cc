#include "failover/drill/demo.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "rde/reader.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

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
  for (std::string& unknown : ZoneNotKnown(report)) report.not_known.push_back(std::move(unknown));
  return Conclude(scene, status, options.logs_dir);
}

}  // namespace tidemark::failover
