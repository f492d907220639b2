// Private to server/: what the vault says, as messages of the Custody service. No gRPC here.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_ANSWERS_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_ANSWERS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/service.pb.h"
#include "vault/access.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {

tidemark::v1::DepositSummary ToSummary(const vault::CatalogueEntry& entry);

// Of what policy deleted: the leaf that says so, receipt and verdicts. Leaves the oldest verdicts
// out, and says how many, rather than exceed a message's limit.
absl::StatusOr<tidemark::v1::DepositRecord> ToRecord(const vault::Vault& vault,
                                                     const vault::DepositId& id);

// `tld` "": all that `peer` may touch. A TLD's latest deposit is the one received last.
absl::StatusOr<tidemark::v1::StatusReply> ToStatus(vault::Vault& vault, const vault::Peer& peer,
                                                   absl::string_view tld);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_ANSWERS_H_
