// A deposit as its server shows it: also one that policy deleted, of which receipt and verdicts are
// kept. Threads: the caller's. Errors: those of FetchSealedDeposit.
#ifndef TIDEMARK_CLI_SHOWN_DEPOSIT_H_
#define TIDEMARK_CLI_SHOWN_DEPOSIT_H_

#include <string>

#include "absl/status/statusor.h"
#include "cli/agent_session.h"
#include "proto/service.pb.h"
#include "vault/deposit_id.h"
#include "verifier/opening/sealed_deposit.h"

namespace tidemark::cli {

struct ShownDeposit {
  // Checked. Of a deleted one only id, receipt and the manifest's digest; the manifest is empty.
  verifier::SealedDeposit deposit;
  tidemark::v1::DepositRecord record;  // its verdicts are still to be checked (CheckVerdict)
  std::string deletion;                // "shredded on ... because ..."; "": it is in custody
};

absl::StatusOr<ShownDeposit> FetchShown(const AgentSession& peer, const vault::DepositId& id);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_SHOWN_DEPOSIT_H_
