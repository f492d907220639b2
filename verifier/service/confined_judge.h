// Judging a deposit's content in a process that has nothing worth stealing: no key, no network, no
// file, bounded memory and time (verifier/sandbox). This process opens the deposit and streams the
// plain text there; what comes back is a report, parsed as a stranger's.
//
// A reader that dies, hangs, is cut off or answers nonsense leaves the deposit undecided, and this
// process goes on: a hostile deposit cannot pass by it, nor make the registry fail by our crash.
// What a reader under a deposit's control can still do: lie about that one deposit, or, if it is a
// base of a DIFF or INCR, about that one.
//
// Which bases are opened follows from what the vault lists and the depositors signed; a reader
// cannot ask for any. They go the same way as the deposit, before it.
//
// Threads: one at a time, and that thread must live as long as the call (base/subprocess.h).
#ifndef TIDEMARK_VERIFIER_SERVICE_CONFINED_JUDGE_H_
#define TIDEMARK_VERIFIER_SERVICE_CONFINED_JUDGE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "proto/custody.pb.h"
#include "verifier/sandbox/confinement.h"
#include "verifier/service/judge.h"

namespace tidemark::verifier {

struct ConfinedJudgeOptions {
  std::string program;  // judge_program.h
  ConfinementLimits limits;
};

class ConfinedJudge final : public ContentJudge {
 public:
  explicit ConfinedJudge(ConfinedJudgeOptions options) : options_(std::move(options)) {}

  absl::StatusOr<Report> Judge(const Content& content, const tidemark::v1::ClearManifest& manifest,
                               absl::Time now, const JudgeOptions& options) const override;

 private:
  // The reader's own word, if it gives one.
  absl::StatusOr<Report> Ask(const Content& content, const tidemark::v1::ClearManifest& manifest,
                             absl::Time now, const JudgeOptions& options) const;

  const ConfinedJudgeOptions options_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SERVICE_CONFINED_JUDGE_H_
