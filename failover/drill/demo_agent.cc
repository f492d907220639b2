// The escrow agent of a demo: founded, given the deposits, asked for its verdicts.
#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/net.h"
#include "base/status.h"
#include "failover/drill/demo.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kStartTimeout = absl::Seconds(60);
constexpr absl::Duration kVerdictPollMin = absl::Milliseconds(100);
constexpr absl::Duration kVerdictPollMax = absl::Seconds(2);

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
  const base::SteadyClock clock;
  const absl::Time deadline = clock.Now() + kVerbTimeout;
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
    if (clock.Now() > deadline) {
      return absl::DeadlineExceededError(absl::StrCat("no verdict: ", result.err));
    }
  }
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

}  // namespace tidemark::failover
