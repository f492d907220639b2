// Judges a deposit whose CSV files are read once, on the bet that nothing is wrong with their form.
//
// A bet that is lost is forgotten with all that the checker was told, and the deposit is read again
// from its start, without one. So the report is the same, and what it says is of one reading.
//
// Threads: one. Errors: those of the reading that counted. Threat: a hostile deposit is read twice
// and its CSV files three times, no more.
#ifndef TIDEMARK_VERIFIER_INPUT_JUDGE_ON_BET_H_
#define TIDEMARK_VERIFIER_INPUT_JUDGE_ON_BET_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "verifier/check.h"
#include "verifier/input/deposit_input.h"

namespace tidemark::verifier {

struct Judged {
  std::unique_ptr<DepositChecker> checker;  // that was told of the deposit; not finished
  absl::Status status;                      // of reading it
};

// Reads all of a deposit into `checker`, as often as it is called. ABORTED: `reading` says to bet,
// and the bet is lost.
using ReadOnce = std::function<absl::Status(const CsvReading& reading, DepositChecker& checker)>;
Judged JudgeOnBet(const CheckOptions& options, const ReadOnce& read);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_INPUT_JUDGE_ON_BET_H_
