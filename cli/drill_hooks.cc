#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "base/progress.h"
#include "cli/drill_modes.h"

namespace tidemark::cli {
namespace {

volatile sig_atomic_t stop_requested = 0;
void RequestStop(int) { stop_requested = 1; }

}  // namespace

void CatchStopSignals() {
  struct sigaction action = {};
  action.sa_handler = RequestStop;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

bool StopRequested() { return stop_requested != 0; }

failover::DrillHooks HooksFor(const Session& session) {
  const bool quiet = session.quiet;
  const bool is_talking = !quiet && isatty(STDERR_FILENO) == 1;
  const auto asking = std::make_shared<std::unique_ptr<base::Progress>>();
  failover::DrillHooks hooks;
  hooks.on_stage_begin = [is_talking](const std::string& stage) {
    if (is_talking) std::fprintf(stderr, "%-14s ...\r", stage.c_str());
  };
  hooks.on_stage_end = [is_talking, asking](const std::string& stage, double seconds) {
    asking->reset();
    if (is_talking) std::fprintf(stderr, "%-14s %8.2f s\033[K\n", stage.c_str(), seconds);
  };
  hooks.on_probe = [quiet, asking](uint64_t done, uint64_t total) {
    if (*asking == nullptr) {
      *asking = std::make_unique<base::Progress>(base::ProgressOptions{
          .label = "  asking", .total = total, .unit = base::ProgressUnit::kItems, .quiet = quiet});
    }
    (*asking)->Update(done);
  };
  hooks.should_stop = StopRequested;
  return hooks;
}

Exit ExitOf(failover::DrillVerdict verdict) {
  switch (verdict) {
    case failover::DrillVerdict::kPass:
      return Exit::kGood;
    case failover::DrillVerdict::kFail:
      return Exit::kNo;
    case failover::DrillVerdict::kUndecided:
      break;
  }
  return Exit::kUndecided;
}

}  // namespace tidemark::cli
