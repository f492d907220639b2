// What the verbs that ask a vault share: the connection from a configuration file, deposit ids as
// people write them, and the exit status of a server's answer.
#ifndef TIDEMARK_CLI_AGENT_SESSION_H_
#define TIDEMARK_CLI_AGENT_SESSION_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/command.h"
#include "vault/deposit_id.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::cli {

struct AgentSession {
  vault::AgentConnection agent;
  std::unique_ptr<vault::RemoteVault> vault;
};

// From the configuration of an operator, auditor, successor or verifier.
absl::StatusOr<AgentSession> ConnectAs(const std::string& config_path);

// "TLD/ID/RESEND", or "TLD/ID" for the highest resend that the vault lists. NOT_FOUND.
absl::StatusOr<vault::DepositId> ResolveId(vault::RemoteVault& vault, const std::string& text);

// Fail(), and Exit::kNo where the server refused or has no such thing.
void FailFromServer(Session& session, absl::string_view verb, const absl::Status& status);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_AGENT_SESSION_H_
