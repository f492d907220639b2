#include "cli/agent_session.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/status.h"
#include "proto/service.pb.h"
#include "verifier/service/config.h"

namespace tidemark::cli {

absl::StatusOr<AgentSession> ConnectAs(const std::string& config_path) {
  ASSIGN_OR_RETURN(base::Config config, base::Config::Load(config_path));
  if (config.Has("depositor.signing_key")) {
    return absl::PermissionDeniedError(
        absl::StrCat(config_path,
                     " is a depositor's, and depositors may not read the vault; what they hold is "
                     "the receipt: tidemark receipt verify"));
  }
  AgentSession session;
  ASSIGN_OR_RETURN(session.agent, vault::LoadAgentConnection(config));
  // Sections of other roles are known, so that one file serves all of a role's verbs.
  RETURN_IF_ERROR(config.PathOr("successor.opening_key", "").status());
  RETURN_IF_ERROR(verifier::IgnoreVerifierKeys(config));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  ASSIGN_OR_RETURN(session.vault, vault::RemoteVault::Connect(session.agent));
  return session;
}

absl::StatusOr<vault::DepositId> ResolveId(vault::RemoteVault& vault, const std::string& text) {
  if (std::count(text.begin(), text.end(), '/') != 1) return vault::DepositId::Parse(text);
  ASSIGN_OR_RETURN(const vault::DepositId wanted,
                   vault::DepositId::Parse(absl::StrCat(text, "/0")));
  tidemark::v1::ListRequest request;
  request.set_tld(wanted.tld());
  ASSIGN_OR_RETURN(const auto entries, vault.List(request));
  std::optional<uint32_t> highest;
  for (const tidemark::v1::DepositSummary& entry : entries) {
    if (entry.identity().tld() != wanted.tld() || entry.identity().id() != wanted.id()) continue;
    highest = std::max(highest.value_or(0), entry.identity().resend());
  }
  if (!highest.has_value()) {
    return absl::NotFoundError(absl::StrCat("the vault has no deposit ", text));
  }
  return vault::DepositId::Create(wanted.tld(), wanted.id(), *highest);
}

void FailFromServer(Session& session, absl::string_view verb, const absl::Status& status) {
  Fail(session, verb, status);
  if (absl::IsPermissionDenied(status) || absl::IsNotFound(status)) session.exit = Exit::kNo;
}

}  // namespace tidemark::cli
