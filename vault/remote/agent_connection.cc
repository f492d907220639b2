#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::vault {
namespace {

constexpr size_t kVaultIdBytes = 16;

absl::Status CheckPrivate(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return base::ErrnoStatus(errno, path);
  if ((info.st_mode & 077) == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat(path, " can be read by others; it is a private key: chmod 600 it"));
}

// Who shares the release key. Whether the strings are keys is for who uses them to check.
absl::Status LoadCustodians(const base::Config& config, AgentConnection& agent) {
  ASSIGN_OR_RETURN(agent.release_commitments_hex, config.StringListOr("release.commitments", {}));
  ASSIGN_OR_RETURN(agent.custodian_keys_hex, config.StringListOr("release.custodian_keys", {}));
  if (!config.Has("release.commitments") && !config.Has("release.custodian_keys")) {
    ASSIGN_OR_RETURN(std::string only, config.RequiredString("agent.custodian_key"));
    agent.release_commitments_hex = {agent.release_key_hex};
    agent.custodian_keys_hex = {std::move(only)};
    return absl::OkStatus();
  }
  if (config.Has("agent.custodian_key")) {
    return absl::InvalidArgumentError(
        "agent.custodian_key is for one custodian, and [release] names several: remove one");
  }
  if (agent.release_commitments_hex.empty() ||
      agent.release_commitments_hex.size() > agent.custodian_keys_hex.size() ||
      agent.custodian_keys_hex.size() > static_cast<size_t>(base::kCustodiansMax)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "[release]: ", agent.release_commitments_hex.size(), " commitments and ",
        agent.custodian_keys_hex.size(), " custodian_keys; want as many commitments as custodians ",
        "have to answer, and at most ", base::kCustodiansMax, " custodians"));
  }
  if (agent.release_commitments_hex.front() != agent.release_key_hex) {
    return absl::InvalidArgumentError(
        "the first of release.commitments is not agent.release_key: they are of different keys");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AgentConnection> LoadPublicAgent(const base::Config& config) {
  AgentConnection agent;
  ASSIGN_OR_RETURN(agent.address, config.RequiredString("agent.address"));
  ASSIGN_OR_RETURN(agent.server_name, config.RequiredString("agent.server_name"));
  ASSIGN_OR_RETURN(const std::string vault_id_hex, config.RequiredString("agent.vault_id"));
  ASSIGN_OR_RETURN(agent.receipt_key_hex, config.RequiredString("agent.receipt_key"));
  ASSIGN_OR_RETURN(agent.verdict_key_hex, config.RequiredString("agent.verdict_key"));
  ASSIGN_OR_RETURN(agent.opening_key_hex, config.RequiredString("agent.opening_key"));
  ASSIGN_OR_RETURN(agent.release_key_hex, config.RequiredString("agent.release_key"));
  RETURN_IF_ERROR(LoadCustodians(config, agent));
  absl::StatusOr<std::string> vault_id = base::HexDecode(vault_id_hex);
  if (!vault_id.ok()) return base::Annotate(vault_id.status(), "agent.vault_id");
  if (vault_id->size() != kVaultIdBytes) {
    return absl::InvalidArgumentError(absl::StrCat("agent.vault_id: ", vault_id->size(),
                                                   " bytes, want ", kVaultIdBytes, " in hex"));
  }
  agent.vault_id = *std::move(vault_id);
  return agent;
}

absl::StatusOr<AgentConnection> LoadAgentConnection(base::Config& config) {
  ASSIGN_OR_RETURN(AgentConnection agent, LoadPublicAgent(config));
  ASSIGN_OR_RETURN(const std::string authority, config.RequiredPath("agent.authority"));
  ASSIGN_OR_RETURN(const std::string certificate, config.RequiredPath("tls.certificate"));
  ASSIGN_OR_RETURN(const std::string key, config.RequiredPath("tls.key"));
  ASSIGN_OR_RETURN(agent.authority_pem, base::ReadSmallFile(authority));
  ASSIGN_OR_RETURN(agent.certificate_pem, base::ReadSmallFile(certificate));
  RETURN_IF_ERROR(CheckPrivate(key));
  ASSIGN_OR_RETURN(agent.key_pem, base::ReadSmallFile(key));
  return agent;
}

ChannelOptions ChannelOptionsOf(const AgentConnection& agent) {
  return {.address = agent.address,
          .server_name = agent.server_name,
          .authority_pem = agent.authority_pem,
          .certificate_pem = agent.certificate_pem,
          .key_pem = agent.key_pem};
}

}  // namespace tidemark::vault
