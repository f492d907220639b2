#include "verifier/service/daemon.h"

#include <errno.h>
#include <signal.h>

#include <cstdio>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "vault/remote/remote_log.h"
#include "vault/witness/witness.h"
#include "verifier/service/config.h"

namespace tidemark::verifier {
namespace {

constexpr int kExitGood = 0;
constexpr int kExitNo = 1;
constexpr int kExitUndecided = 2;

// SIGTERM and SIGINT, blocked in this thread and every later one, and asked for.
class EndSignals {
 public:
  static absl::StatusOr<EndSignals> Block() {
    EndSignals signals;
    sigemptyset(&signals.set_);
    sigaddset(&signals.set_, SIGTERM);
    sigaddset(&signals.set_, SIGINT);
    const int error = pthread_sigmask(SIG_BLOCK, &signals.set_, nullptr);
    if (error != 0) return base::ErrnoStatus(error, "blocking signals");
    signal(SIGPIPE, SIG_IGN);
    return signals;
  }

  // Whether one came; it stays pending.
  bool Pending() const {
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1);
  }

  // Waits for one at most so long; true if it came.
  bool Wait(absl::Duration at_most) const {
    const timespec time = absl::ToTimespec(at_most);
    return sigtimedwait(&set_, nullptr, &time) > 0;
  }

 private:
  EndSignals() = default;
  sigset_t set_;
};

int ExitOf(const Round& round) {
  if (round.undecided > 0) return kExitUndecided;
  return round.failed > 0 ? kExitNo : kExitGood;
}

absl::Status NotJudged(const absl::Status& seen) {
  return base::Annotate(seen, "nothing is judged");
}

absl::StatusOr<int> Serve(const DaemonOptions& options) {
  ASSIGN_OR_RETURN(const EndSignals signals, EndSignals::Block());
  ASSIGN_OR_RETURN(const VerifierConfig config, LoadVerifierConfig(options.config_path));
  ASSIGN_OR_RETURN(const std::unique_ptr<vault::RemoteVault> vault,
                   vault::RemoteVault::Connect(config.agent));
  const base::SystemClock clock;
  const ConfinedJudge content_judge(config.judge);
  VerifierLoop loop(JudgePeers{*vault, config.agent, config.opening_key, config.signing_key, clock,
                               content_judge, config.resources.scratch_dir},
                    config.standards, config.resources, [&signals] { return signals.Pending(); });
  ASSIGN_OR_RETURN(const crypto::VerifyKey receipt_key,
                   crypto::VerifyKey::FromHex(config.agent.receipt_key_hex));
  ASSIGN_OR_RETURN(const std::unique_ptr<vault::RemoteLog> log,
                   vault::RemoteLog::Connect(config.agent));
  const vault::Witness witness(absl::StrCat(config.state_dir, "/witness"), config.agent.vault_id,
                               receipt_key);
  if (options.mode == DaemonOptions::Mode::kOnce) {
    RETURN_IF_ERROR(NotJudged(witness.ObserveNewest(*log)));
    ASSIGN_OR_RETURN(const Round round, loop.RunRound());
    return ExitOf(round);
  }
  base::Log(base::LogLevel::kInfo, "judging",
            {{"address", config.agent.address},
             {"profile", ProfileName(config.standards.general.profile)}});
  do {
    const absl::Status seen = witness.ObserveNewest(*log);
    if (absl::IsDataLoss(seen)) {
      base::Log(base::LogLevel::kError, "log-set-back", {{"why", seen.message()}});
      return NotJudged(seen);
    }
    const absl::StatusOr<Round> round = seen.ok() ? loop.RunRound() : seen;
    if (!round.ok() && !absl::IsCancelled(round.status())) {
      base::Log(base::LogLevel::kWarning, "round-failed", {{"why", round.status().message()}});
    }
  } while (!signals.Wait(config.poll));
  base::Log(base::LogLevel::kInfo, "stopping");
  return kExitGood;
}

}  // namespace

absl::Status VerifierLoop::FindWork() {
  // Undecided verdicts of earlier runs count as verdicts in a list "without"; look once at all.
  tidemark::v1::ListRequest request;
  request.set_without_verdict(found_undecided_);
  ASSIGN_OR_RETURN(const auto deposits, peers_.vault.List(request));
  std::vector<vault::DepositId> work;
  for (const tidemark::v1::DepositSummary& deposit : deposits) {
    if (deposit.latest_verdict() == tidemark::v1::VERDICT_OUTCOME_PASS ||
        deposit.latest_verdict() == tidemark::v1::VERDICT_OUTCOME_FAIL ||
        deposit.shredded_log_index() != 0) {
      continue;
    }
    auto id = vault::DepositId::Create(deposit.identity().tld(), deposit.identity().id(),
                                       deposit.identity().resend());
    if (!id.ok()) return absl::DataLossError("the vault lists a deposit without an identity");
    work.push_back(*std::move(id));
  }
  found_undecided_ = true;
  queue_.Add(work, peers_.clock.Now());
  return absl::OkStatus();
}

absl::StatusOr<Verdict> VerifierLoop::JudgeOne(const vault::DepositId& id) {
  JudgeOptions options;
  options.standard = standards_.Of(id.tld());
  options.resources = resources_;
  options.on_progress = [this](uint64_t) { return !stop_(); };
  const absl::StatusOr<Judged> judged = JudgeDeposit(peers_, id, options);
  if (!judged.ok()) return judged.status();
  const Verdict verdict = judged->report.verdict;
  // One undecided verdict is a record; one a minute would be a flood.
  if (verdict != Verdict::kUndecided || !queue_.HasRecorded(id)) {
    RETURN_IF_ERROR(peers_.vault.AppendVerdict(judged->verdict).status());
  }
  base::Log(base::LogLevel::kInfo, "verdict",
            {{"deposit", id.ToString()},
             {"verdict", VerdictName(verdict)},
             {"findings", judged->report.findings.size()}});
  return verdict;
}

absl::StatusOr<Round> VerifierLoop::RunRound() {
  RETURN_IF_ERROR(FindWork());
  Round round;
  const std::vector<vault::DepositId> due = queue_.Due(peers_.clock.Now());
  if (!due.empty()) {
    RETURN_IF_ERROR(CheckTakesVerdicts(peers_.vault, peers_.agent.address, due.front().tld()));
  }
  for (const vault::DepositId& id : due) {
    if (stop_()) return absl::CancelledError("stopped");
    const absl::StatusOr<Verdict> verdict = JudgeOne(id);
    if (absl::IsCancelled(verdict.status())) return verdict.status();
    if (!verdict.ok()) {
      base::Log(base::LogLevel::kWarning, "not-judged",
                {{"deposit", id.ToString()}, {"why", verdict.status().message()}});
      queue_.Postpone(id, peers_.clock.Now());
      ++round.undecided;
      continue;
    }
    queue_.Settle(id, *verdict, peers_.clock.Now());
    (*verdict == Verdict::kPass   ? round.passed
     : *verdict == Verdict::kFail ? round.failed
                                  : round.undecided) += 1;
  }
  return round;
}

int RunVerifier(const DaemonOptions& options) {
  const absl::StatusOr<int> exit = Serve(options);
  if (exit.ok()) return *exit;
  std::fprintf(stderr, "tidemark-verifier: %s\n", std::string(exit.status().message()).c_str());
  return kExitUndecided;
}

}  // namespace tidemark::verifier
