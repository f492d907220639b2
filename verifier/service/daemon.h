// tidemark-verifier: asks the vault for deposits without a verdict, judges each, appends verdicts.
//
// It reads frames and appends; the vault gives its certificate no other right. One deposit at a
// time. Ends on SIGTERM or SIGINT, also in the middle of a deposit: nothing is recorded of that.
//
// It is a witness of the vault's log, too: before each round it holds the newest tree head against
// the one that it has kept. A vault that was set back, or whose log was rewritten, is not judged
// any further: verdicts would be about what nobody can say is whole. The process ends and says why.
#ifndef TIDEMARK_VERIFIER_SERVICE_DAEMON_H_
#define TIDEMARK_VERIFIER_SERVICE_DAEMON_H_

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "verifier/service/judge.h"
#include "verifier/service/queue.h"
#include "verifier/service/standards.h"

namespace tidemark::verifier {

// How one round went.
struct Round {
  int passed = 0;
  int failed = 0;
  int undecided = 0;
};

// What the daemon does, without process matters: a round asks the vault and judges all that is due.
class VerifierLoop {
 public:
  // Borrowed peers must outlive the loop. `stop` is asked between and within deposits.
  VerifierLoop(const JudgePeers& peers, Standards standards, Resources resources,
               std::function<bool()> stop)
      : peers_(peers),
        standards_(std::move(standards)),
        resources_(std::move(resources)),
        stop_(std::move(stop)) {}

  // An error is the vault's that could not be asked, or CANCELLED.
  absl::StatusOr<Round> RunRound();

 private:
  absl::Status FindWork();
  absl::StatusOr<Verdict> JudgeOne(const vault::DepositId& id);

  const JudgePeers peers_;
  const Standards standards_;
  const Resources resources_;
  const std::function<bool()> stop_;
  JudgingQueue queue_;
  bool found_undecided_ = false;
};

struct DaemonOptions {
  std::string config_path;
  enum class Mode { kForEver, kOnce } mode = Mode::kForEver;
};

// The whole process. kForEver: 0 stopped by a signal, 2 could not start, or the vault's log does
// not go on from what was seen before. kOnce: 0 all pass, 1 some fail, 2 some undecided, or as
// above.
int RunVerifier(const DaemonOptions& options);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_DAEMON_H_
