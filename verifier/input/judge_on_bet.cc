#include "verifier/input/judge_on_bet.h"

namespace tidemark::verifier {

Judged JudgeOnBet(const CheckOptions& options, const ReadOnce& read) {
  Judged judged;
  for (const bool on_bet : {true, false}) {
    judged.checker = std::make_unique<DepositChecker>(options);
    judged.status = read({.on_bet = on_bet}, *judged.checker);
    if (!absl::IsAborted(judged.status)) break;
  }
  return judged;
}

}  // namespace tidemark::verifier
