#include "cli/vault_source.h"

#include <cstdint>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "cli/agent_session.h"
#include "crypto/deposit_key.h"
#include "crypto/sign.h"
#include "vault/deposit_id.h"
#include "verifier/service/config.h"

namespace tidemark::cli {
namespace {

// What a verifier's or a successor's file may hold besides what is needed here.
absl::Status IgnoreRest(const base::Config& config) {
  RETURN_IF_ERROR(config.PathOr("successor.opening_key", "").status());
  RETURN_IF_ERROR(verifier::IgnoreVerifierKeys(config));
  return config.CheckAllKeysKnown();
}

absl::StatusOr<crypto::DepositKey> UnwrapWithRelease(const std::string& release_path,
                                                     const std::string& key_path,
                                                     const verifier::SealedDeposit& sealed,
                                                     const vault::AgentConnection& agent) {
  ASSIGN_OR_RETURN(const std::string bytes, base::ReadSmallFile(release_path));
  tidemark::v1::ReleasePackage package;
  if (!package.ParseFromString(bytes)) {
    return absl::DataLossError(absl::StrCat(release_path, ": not a release package"));
  }
  ASSIGN_OR_RETURN(const crypto::VerifyKey custodian,
                   crypto::VerifyKey::FromHex(agent.custodian_key_hex));
  ASSIGN_OR_RETURN(const crypto::OpeningKey key, crypto::OpeningKey::Load(key_path));
  return verifier::UnwrapForSuccessor(sealed, package, key, custodian);
}

}  // namespace

absl::StatusOr<std::unique_ptr<VaultSource>> VaultSource::Open(base::Config& config,
                                                               const std::string& id,
                                                               const std::string& release_path) {
  ASSIGN_OR_RETURN(const vault::AgentConnection agent, vault::LoadAgentConnection(config));
  const bool by_release = !release_path.empty();
  if (!by_release && !config.Has("verifier.opening_key")) {
    return absl::InvalidArgumentError(
        "this configuration has no key that opens deposits: a verifier's has one; a successor "
        "needs --release");
  }
  ASSIGN_OR_RETURN(
      const std::string key_path,
      config.RequiredPath(by_release ? "successor.opening_key" : "verifier.opening_key"));
  RETURN_IF_ERROR(IgnoreRest(config));

  auto source = absl::WrapUnique(new VaultSource);
  ASSIGN_OR_RETURN(source->vault_, vault::RemoteVault::Connect(agent));
  ASSIGN_OR_RETURN(const vault::DepositId deposit_id, ResolveId(*source->vault_, id));
  source->tld_ = deposit_id.tld();
  ASSIGN_OR_RETURN(const verifier::SealedDeposit sealed,
                   verifier::FetchSealedDeposit(*source->vault_, agent, deposit_id));
  const auto unwrap = [&]() -> absl::StatusOr<crypto::DepositKey> {
    if (by_release) return UnwrapWithRelease(release_path, key_path, sealed, agent);
    ASSIGN_OR_RETURN(const crypto::OpeningKey key, crypto::OpeningKey::Load(key_path));
    return verifier::UnwrapForVerifier(sealed, key, agent);
  };
  ASSIGN_OR_RETURN(crypto::DepositKey key, unwrap());
  ASSIGN_OR_RETURN(source->opened_,
                   verifier::OpenDeposit(*source->vault_, sealed, agent, std::move(key)));
  return source;
}

absl::Status IgnoreVaultSections(const base::Config& config) {
  for (const char* key :
       {"agent.address", "agent.server_name", "agent.authority", "agent.vault_id",
        "agent.receipt_key", "agent.verdict_key", "agent.opening_key", "agent.release_key",
        "agent.custodian_key", "tls.certificate", "tls.key"}) {
    RETURN_IF_ERROR(config.StringOr(key, "").status());
  }
  return IgnoreRest(config);
}

}  // namespace tidemark::cli
