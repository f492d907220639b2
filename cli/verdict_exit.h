// The exit status that a verdict stands for.
#ifndef TIDEMARK_CLI_VERDICT_EXIT_H_
#define TIDEMARK_CLI_VERDICT_EXIT_H_

#include "cli/command.h"
#include "verifier/check.h"

namespace tidemark::cli {

inline Exit ExitOf(verifier::Verdict verdict) {
  switch (verdict) {
    case verifier::Verdict::kPass:
      return Exit::kGood;
    case verifier::Verdict::kFail:
      return Exit::kNo;
    case verifier::Verdict::kUndecided:
      return Exit::kUndecided;
  }
  return Exit::kUndecided;
}

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_VERDICT_EXIT_H_
