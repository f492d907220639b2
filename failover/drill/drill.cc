#include "failover/drill/drill.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/net.h"
#include "base/status.h"
#include "failover/drill/stage_directory.h"
#include "rde/reader.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kVerbTimeout = absl::Hours(2);
constexpr absl::Duration kStartTimeout = absl::Seconds(60);
constexpr absl::Duration kServeTimeout = absl::Minutes(15);
constexpr absl::Duration kVerdictPollMin = absl::Milliseconds(100);
constexpr absl::Duration kVerdictPollMax = absl::Seconds(2);
constexpr int kValidationSample = 25;

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

class Drill {
 public:
  explicit Drill(const DrillOptions& options) : options_(options) {
    report_.tld = options.tld;
    report_.domains = options.domains;
    report_.seed = options.seed;
    report_.started_at = absl::Now();
  }

  DrillReport Run() {
    const absl::Status status = Play();
    if (!status.ok()) {
      report_.verdict = DrillVerdict::kUndecided;
      report_.reasons.push_back(absl::StrCat(stage_name_, ": ", status.message()));
    } else {
      report_.verdict = report_.reasons.empty() ? DrillVerdict::kPass : DrillVerdict::kFail;
    }
    if (report_.verdict != DrillVerdict::kPass && stage_ != nullptr) {
      const absl::Status kept = stage_->KeepLogs(options_.logs_dir);
      if (!kept.ok()) report_.reasons.push_back(absl::StrCat("logs: ", kept.message()));
    }
    return std::move(report_);
  }

 private:
  using Step = absl::Status (Drill::*)();

  absl::Status Play() {
    ASSIGN_OR_RETURN(stage_, StageDirectory::Create(options_.programs_dir, options_.should_stop));
    report_.separate_users = stage_->separate_users();
    struct Entry {
      const char* name;
      Step step;
    };
    for (const Entry& entry :
         {Entry{"generate", &Drill::Generate}, Entry{"enrol", &Drill::Enrol},
          Entry{"deposit", &Drill::Deposit}, Entry{"verify", &Drill::Verify},
          Entry{"delete-source", &Drill::DeleteSource}, Entry{"release", &Drill::Release},
          Entry{"rebuild", &Drill::Rebuild}, Entry{"serve", &Drill::Serve},
          Entry{"probe", &Drill::Probe}, Entry{"validate", &Drill::Validate}}) {
      if (options_.should_stop && options_.should_stop()) {
        return absl::CancelledError("told to stop");
      }
      stage_name_ = entry.name;
      if (options_.on_stage_begin) options_.on_stage_begin(stage_name_);
      stage_begin_ = Seconds();
      const absl::Status status = (this->*entry.step)();
      report_.stages.push_back({stage_name_, stage_begin_, Seconds() - stage_begin_});
      if (options_.on_stage_end) options_.on_stage_end(stage_name_, report_.stages.back().seconds);
      RETURN_IF_ERROR(status);
    }
    return absl::OkStatus();
  }

  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

  void No(std::string reason) { report_.reasons.push_back(stage_name_ + ": " + reason); }

  std::string DepositPath() const { return stage_->path("registry/" + options_.deposit_name); }
  std::string ZonePath() const {
    return stage_->path(absl::StrCat("observer/", options_.tld, ".zone"));
  }

  absl::Status Generate() {
    RETURN_IF_ERROR(stage_->MakeFor(Role::kRegistry, "registry"));
    RETURN_IF_ERROR(stage_->MakeFor(Role::kObserver, "observer"));
    RETURN_IF_ERROR(options_.generate(DepositPath(), ZonePath()));
    RETURN_IF_ERROR(stage_->GiveTo(Role::kRegistry, "registry"));
    NoteTaker notes;
    ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> source,
                     base::FileSource::Open(DepositPath()));
    report_.deposit_bytes = source->size_bytes();
    RETURN_IF_ERROR(rde::ReadDeposit(*source, notes));
    registered_names_ = std::move(notes.names());
    report_.deposit_id =
        absl::StrCat(options_.tld, "/", notes.info().id, "/", notes.info().resend.value_or(0));
    return absl::OkStatus();
  }

  absl::Status Enrol() {
    ASSIGN_OR_RETURN(const int port, base::FreeLoopbackPort());
    const std::string agent = stage_->path("agent");
    RETURN_IF_ERROR(stage_->RunOk(
        Role::kObserver, "keygen",
        {"keygen", "--out", agent, "--listen", absl::StrCat("127.0.0.1:", port)}, kVerbTimeout));
    RETURN_IF_ERROR(stage_->MakeFor(Role::kOperator, "operator"));
    RETURN_IF_ERROR(stage_->MakeFor(Role::kSuccessor, "successor"));
    RETURN_IF_ERROR(EnrolOne("depositor", "registry/depositor", Role::kRegistry));
    RETURN_IF_ERROR(EnrolOne("operator", "operator/operator", Role::kOperator));
    RETURN_IF_ERROR(EnrolOne("successor", "successor/successor", Role::kSuccessor));
    RETURN_IF_ERROR(HurryVerifier(agent + "/verifier/verifier.toml"));
    RETURN_IF_ERROR(stage_->GiveTo(Role::kServer, "agent/server"));
    RETURN_IF_ERROR(stage_->GiveTo(Role::kVerifier, "agent/verifier"));
    RETURN_IF_ERROR(stage_->GiveTo(Role::kCustodian, "agent/custodian"));

    const std::string ready = agent + "/server/drill.ready";
    ASSIGN_OR_RETURN(server_, stage_->Start(Role::kServer, "tidemarkd", "tidemarkd",
                                            {"--config", agent + "/server/tidemarkd.toml",
                                             "--ready-file", ready}));
    RETURN_IF_ERROR(stage_->WaitForFile(ready, *server_, "tidemarkd", kStartTimeout));
    ASSIGN_OR_RETURN(verifier_,
                     stage_->Start(Role::kVerifier, "tidemark-verifier", "tidemark-verifier",
                                   {"--config", agent + "/verifier/verifier.toml"}));
    return absl::OkStatus();
  }

  // It looks for new deposits every ten seconds; a drill need not wait for that. keygen's file ends
  // with the verifier's own section.
  absl::Status HurryVerifier(const std::string& config) {
    ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(config));
    return base::WriteFile(config, text + "poll_seconds = 1\n", base::FileMode::kPublic);
  }

  absl::Status EnrolOne(const std::string& role, const std::string& below, Role player) {
    RETURN_IF_ERROR(stage_->RunOk(Role::kObserver, "enroll",
                                  {"enroll", "--agent", stage_->path("agent"), "--role", role,
                                   "--tld", options_.tld, "--out", stage_->path(below)},
                                  kVerbTimeout));
    return stage_->GiveTo(player, below);
  }

  absl::Status Deposit() {
    const std::string receipt = stage_->path("registry/receipt");
    ASSIGN_OR_RETURN(
        const base::RunResult result,
        stage_->Run(Role::kRegistry, "deposit",
                    {"deposit", DepositPath(), "--config",
                     stage_->path("registry/depositor/depositor.toml"), "--receipt", receipt},
                    kVerbTimeout));
    if (result.exit_status != 0) {
      return absl::UnavailableError(absl::StrCat("the deposit was not taken: ", result.err));
    }
    // The observer keeps the receipt, as the registry would keep a copy off its premises.
    const std::string kept = stage_->path("observer/receipt");
    std::error_code error;
    fs::copy_file(receipt, kept, error);
    if (error) return base::ErrnoStatus(error.value(), receipt);
    ASSIGN_OR_RETURN(
        const base::RunResult verify,
        stage_->Run(Role::kObserver, "receipt",
                    {"receipt", "verify", kept, "--agent", stage_->path("agent/agent.toml")},
                    kVerbTimeout));
    report_.receipt_verified = verify.exit_status == 0;
    if (!report_.receipt_verified) No(absl::StrCat("the receipt does not verify: ", verify.err));
    report_.vault_bytes = TreeBytes(stage_->path("agent/server/data"));
    return absl::OkStatus();
  }

  // `tidemark verdict` checks the verifier's signature itself: status 0 is a genuine pass, 1 a
  // genuine fail, 2 that there is none yet, that it is undecided, or not genuine.
  absl::Status Verify() {
    const absl::Time deadline = absl::Now() + kVerbTimeout;
    absl::Duration poll = kVerdictPollMin;
    while (true) {
      ASSIGN_OR_RETURN(const base::RunResult result,
                       stage_->Run(Role::kOperator, "verdict",
                                   {"verdict", report_.deposit_id, "--config",
                                    stage_->path("operator/operator/operator.toml")},
                                   kVerbTimeout));
      if (result.exit_status == 0 || result.exit_status == 1) {
        report_.verdict_signature_verified = true;
        if (result.exit_status == 1) No("the verifier says fail");
        return absl::OkStatus();
      }
      if (absl::StrContains(result.out, "UNDECIDED")) {
        return absl::UnavailableError("the verifier could not decide");
      }
      RETURN_IF_ERROR(StillRuns(*verifier_, "tidemark-verifier", poll));
      RETURN_IF_ERROR(StillRuns(*server_, "tidemarkd", absl::ZeroDuration()));
      poll = std::min(poll * 1.5, kVerdictPollMax);
      if (absl::Now() > deadline) {
        return absl::DeadlineExceededError(absl::StrCat("no verdict: ", result.err));
      }
    }
  }

  absl::Status StillRuns(base::Subprocess& process, const std::string& name,
                         absl::Duration wait) const {
    const absl::StatusOr<int> ended = process.Wait(wait);
    if (absl::IsDeadlineExceeded(ended.status())) return absl::OkStatus();
    RETURN_IF_ERROR(ended.status());
    return absl::UnavailableError(
        absl::StrCat(name, " ended with status ", *ended, ": ", stage_->LastLine(name)));
  }

  absl::Status DeleteSource() {
    const std::string deposit = DepositPath();
    RETURN_IF_ERROR(base::RemoveTree(stage_->path("registry")));
    report_.source_deleted = IsGone(deposit) && IsGone(stage_->path("registry"));
    if (!report_.source_deleted) No("the registry's files are still there");
    return absl::OkStatus();
  }

  absl::Status Release() {
    rto_begin_ = Seconds();
    RETURN_IF_ERROR(stage_->MakeFor(Role::kCustodian, "custody"));
    const std::string package = stage_->path("custody/release.pkg");
    // The successor shows its public key; nothing secret changes hands.
    const std::string key = stage_->path("custody/successor.pub.toml");
    std::error_code error;
    fs::copy_file(stage_->path("successor/successor/successor.pub.toml"), key, error);
    if (error) return base::ErrnoStatus(error.value(), key);
    RETURN_IF_ERROR(stage_->GiveTo(Role::kCustodian, "custody"));
    RETURN_IF_ERROR(stage_->RunOk(Role::kCustodian, "release",
                                  {"release", "execute", report_.deposit_id, "--config",
                                   stage_->path("agent/custodian/custodian.toml"), "--to", key,
                                   "--reason", "drill: the registry is gone", "--out", package},
                                  kVerbTimeout));
    const std::string handed = stage_->path("successor/release.pkg");
    fs::copy_file(package, handed, error);
    if (error) return base::ErrnoStatus(error.value(), handed);
    return stage_->GiveTo(Role::kSuccessor, "successor/release.pkg");
  }

  absl::Status Rebuild() {
    ASSIGN_OR_RETURN(const base::RunResult result,
                     stage_->Run(Role::kSuccessor, "rebuild",
                                 {"rebuild", report_.deposit_id, "--release",
                                  stage_->path("successor/release.pkg"), "--config",
                                  stage_->path("successor/successor/successor.toml"), "--out",
                                  stage_->path("successor/rebuilt"), "--format", "json"},
                                 kVerbTimeout));
    if (result.exit_status != 0 && result.exit_status != 1) {
      return absl::UnavailableError(absl::StrCat("nothing was rebuilt: ", result.err));
    }
    report_.rebuilt_whole = result.exit_status == 0;
    if (!report_.rebuilt_whole) No("not every object came back");
    const auto json = nlohmann::json::parse(result.out, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("zone") || !json["zone"].is_object()) {
      return absl::InternalError("rebuild printed no report");
    }
    report_.rebuilt_delegations = json["zone"].value("delegations", uint64_t{0});
    report_.zone_bytes = json["zone"].value("bytes", uint64_t{0});
    return absl::OkStatus();
  }

  absl::Status Serve() {
    const std::string ready = stage_->path("successor/serving.json");
    ASSIGN_OR_RETURN(
        dns_, stage_->Start(Role::kSuccessor, "serve", "tidemark",
                            {"serve", stage_->path("successor/rebuilt"), "--port", "0",
                             "--rdap-port", "0", "--whois-port", "0", "--ready-file", ready}));
    RETURN_IF_ERROR(stage_->WaitForFile(ready, *dns_, "serve", kServeTimeout));
    ASSIGN_OR_RETURN(const std::string text, base::ReadSmallFile(ready));
    const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object() || !json.contains("port") || !json["port"].is_number_integer() ||
        !json.contains("trust_anchor") || !json["trust_anchor"].is_string()) {
      return absl::InternalError("serve wrote no ready file that can be read");
    }
    target_ = {.address = "127.0.0.1", .port = json["port"].get<int>(), .tld = options_.tld};
    trust_anchor_ = json["trust_anchor"].get<std::string>();
    ASSIGN_OR_RETURN(const ValidationResult first, Validation(/*sample_max=*/1));
    if (first.good()) {
      report_.rto_seconds = Seconds() - rto_begin_;
    } else {
      No("the first answer does not validate");
    }
    return absl::OkStatus();
  }

  absl::Status Probe() {
    ProbeOptions options;
    options.target = target_;
    options.master_file = ZonePath();
    options.absent_names = std::move(registered_names_);
    options.on_progress = options_.on_probe;
    ASSIGN_OR_RETURN(report_.probe, ProbeDelegations(options));
    const ProbeResult& probe = report_.probe;
    if (!probe.good()) {
      No(absl::StrCat(probe.difference_count, " answers are not as the old zone has them"));
    }
    if (report_.rebuilt_delegations != probe.expected) {
      No(absl::StrCat("the rebuilt zone has ", report_.rebuilt_delegations,
                      " delegations, the old one ", probe.expected));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<ValidationResult> Validation(int sample_max) const {
    return ValidateSample({.target = target_,
                           .master_file = ZonePath(),
                           .trust_anchor_path = trust_anchor_,
                           .sample_max = sample_max,
                           .seed = options_.seed});
  }

  absl::Status Validate() {
    ASSIGN_OR_RETURN(report_.validation, Validation(kValidationSample));
    if (!report_.validation.good()) {
      No(absl::StrCat(report_.validation.sampled - report_.validation.validated,
                      " sampled answers do not validate"));
    }
    return absl::OkStatus();
  }

  const DrillOptions& options_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  DrillReport report_;
  std::string stage_name_ = "prepare";
  double stage_begin_ = 0;
  double rto_begin_ = 0;
  std::vector<std::string> registered_names_;
  ProbeTarget target_;
  std::string trust_anchor_;
  // The processes end before their directory does.
  std::unique_ptr<StageDirectory> stage_;
  std::unique_ptr<base::Subprocess> server_;
  std::unique_ptr<base::Subprocess> verifier_;
  std::unique_ptr<base::Subprocess> dns_;
};

}  // namespace

DrillReport RunDrill(const DrillOptions& options) { return Drill(options).Run(); }

}  // namespace tidemark::failover
