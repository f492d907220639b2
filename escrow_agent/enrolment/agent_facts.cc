#include "escrow_agent/enrolment/agent_facts.h"

#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/status.h"
#include "crypto/deposit_key.h"
#include "crypto/release_sharing.h"
#include "crypto/sign.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::escrow_agent {
namespace {

// These go into TOML strings between quotes.
absl::Status CheckPlain(absl::string_view key, absl::string_view value) {
  for (const char c : value) {
    if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
      return absl::InvalidArgumentError(absl::StrCat(key, " has a character that it can't have"));
    }
  }
  return absl::OkStatus();
}

// One a line, so that it can be read and compared.
std::string TomlList(const std::vector<std::string>& values) {
  std::string text = "\n";
  for (const std::string& value : values) absl::StrAppend(&text, "  \"", value, "\",\n");
  return text;
}

}  // namespace

std::string AgentSection(const AgentFacts& facts) {
  std::string text = absl::StrCat(
      "# The escrow agent: public facts, the same for everybody.\n[agent]\naddress = \"",
      facts.address, "\"\nserver_name = \"", facts.server_name,
      "\"\nauthority = \"authority.pem\"\nvault_id = \"", facts.vault_id, "\"\nreceipt_key = \"",
      facts.receipt_key, "\"\nverdict_key = \"", facts.verdict_key, "\"\nopening_key = \"",
      facts.opening_key, "\"\nrelease_key = \"", facts.release_key, "\"\n");
  if (facts.custodian_keys.size() == 1) {
    absl::StrAppend(&text, "custodian_key = \"", facts.custodian_keys[0], "\"\n");
    return text;
  }
  absl::StrAppend(&text, "\n# ", facts.release_commitments.size(), " of ",
                  facts.custodian_keys.size(), " custodians release a deposit.\n[release]\n",
                  "commitments = [", TomlList(facts.release_commitments), "]\n",
                  "custodian_keys = [", TomlList(facts.custodian_keys), "]\n");
  return text;
}

absl::StatusOr<AgentFacts> LoadAgentFacts(const std::string& agent_toml) {
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(agent_toml));
  ASSIGN_OR_RETURN(const vault::AgentConnection agent, vault::LoadPublicAgent(config));
  RETURN_IF_ERROR(config.RequiredPath("agent.authority").status());
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  AgentFacts facts{
      .address = agent.address,
      .server_name = agent.server_name,
      .vault_id = base::HexEncode(agent.vault_id),
      .receipt_key = agent.receipt_key_hex,
      .verdict_key = agent.verdict_key_hex,
      .opening_key = agent.opening_key_hex,
      .release_key = agent.release_key_hex,
      .custodian_keys = agent.custodian_keys_hex,
      .release_commitments = agent.release_commitments_hex,
  };
  RETURN_IF_ERROR(CheckPlain("agent.address", facts.address));
  RETURN_IF_ERROR(CheckPlain("agent.server_name", facts.server_name));
  for (const std::string* key : {&facts.receipt_key, &facts.verdict_key}) {
    RETURN_IF_ERROR(crypto::VerifyKey::FromHex(*key).status());
  }
  RETURN_IF_ERROR(crypto::OpeningPublicKey::FromHex(facts.opening_key).status());
  for (const std::string& key : facts.custodian_keys) {
    RETURN_IF_ERROR(crypto::VerifyKey::FromHex(key).status());
  }
  RETURN_IF_ERROR(crypto::ReleaseSharing::Create(facts.release_commitments,
                                                 static_cast<int>(facts.custodian_keys.size()))
                      .status());
  return facts;
}

absl::StatusOr<crypto::CertificateAndKey> LoadAuthority(const std::string& agent_dir) {
  crypto::CertificateAndKey authority;
  ASSIGN_OR_RETURN(authority.certificate_pem,
                   base::ReadSmallFile(agent_dir + "/authority/authority.pem"));
  ASSIGN_OR_RETURN(authority.key_pem, base::ReadSmallFile(agent_dir + "/authority/authority.key"));
  return authority;
}

}  // namespace tidemark::escrow_agent
