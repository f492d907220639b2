// Private to vault/: whether policy allows a shredding that somebody else has logged.
//
// For a second copy: the primary's signature says that it deleted a deposit, not that it might.
// What is looked at is this copy's own: rows and holds as of the leaves before that one, and the
// time that these leaves bear witness to. The clock of this machine is not asked, nor is there a
// margin for jumps that nobody saw: whoever shredded has kept to its own, and one side's
// retention.trust_clock is not the other's.
//
// Threads: a pure read. Errors: FAILED_PRECONDITION: the deposit must stay, and why; DATA_LOSS.
#ifndef TIDEMARK_VAULT_RETENTION_JUDGEMENT_H_
#define TIDEMARK_VAULT_RETENTION_JUDGEMENT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "vault/deposit_id.h"
#include "vault/retention/retention.h"
#include "vault/rocks_store.h"

namespace tidemark::vault::retention {

// That of leaf `log_index`, the next one that `store` will have, with its time.
struct LoggedShredding {
  DepositId deposit;
  uint64_t log_index;  // from 1
  int64_t time_unix_micros;
};

absl::Status JudgeShredding(const RocksStore& store, const Policy& policy,
                            const LoggedShredding& shredding);

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_JUDGEMENT_H_
