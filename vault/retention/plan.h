// Private to retention/: what policy says of each deposit of a TLD, and why.
//
// A pure function of catalogue rows, holds, verdicts and witnessed time: no clock, no disk. Every
// doubt keeps: a chain that cannot be followed keeps what it reaches, a TLD without a FULL keeps
// everything that no resend superseded.
//
// Threads: pure functions. Threat: ids and prevIds are a depositor's to choose; cycles end.
#ifndef TIDEMARK_VAULT_RETENTION_PLAN_H_
#define TIDEMARK_VAULT_RETENTION_PLAN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "vault/retention/retention.h"
#include "vault/retention/witnessed_time.h"

namespace tidemark::vault::retention {

// What the plan looks at of one deposit.
struct DepositFacts {
  DepositId deposit;
  tidemark::v1::DepositKind kind;
  int64_t watermark_unix_seconds;
  std::string prev_id;
  int64_t received_at_unix_micros;
  tidemark::v1::VerdictOutcome latest_verdict;
  uint64_t shredded_log_index = 0;      // not 0: it is gone
  std::vector<std::string> holds = {};  // cases
};

struct Fate {
  // By age alone, with the margin and the time that nobody witnessed.
  int64_t keep_until_unix_micros = 0;
  bool is_old = false;  // that moment has passed, by witnessed time
  // Why it stays although it is old, or would if it were.
  std::vector<std::string> kept_by = {};
  bool is_due = false;  // to be shredded
};

// `facts` are all deposits of one TLD in order of identity, shredded ones among them; fate i is
// that of facts[i]. Fates of shredded ones are empty.
std::vector<Fate> MakePlan(const Policy& policy, const WitnessedTime& time,
                           absl::Span<const DepositFacts> facts);

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_PLAN_H_
