#include "escrow_agent/enrolment/agent_facts.h"

#include "absl/strings/str_cat.h"
#include "base/config.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/status.h"
#include "crypto/deposit_key.h"
#include "crypto/sign.h"

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

}  // namespace

std::string AgentSection(const AgentFacts& facts) {
  return absl::StrCat(
      "# The escrow agent: public facts, the same for everybody.\n[agent]\naddress = \"",
      facts.address, "\"\nserver_name = \"", facts.server_name,
      "\"\nauthority = \"authority.pem\"\nvault_id = \"", facts.vault_id, "\"\nreceipt_key = \"",
      facts.receipt_key, "\"\nverdict_key = \"", facts.verdict_key, "\"\nopening_key = \"",
      facts.opening_key, "\"\nrelease_key = \"", facts.release_key, "\"\ncustodian_key = \"",
      facts.custodian_key, "\"\n");
}

absl::StatusOr<AgentFacts> LoadAgentFacts(const std::string& agent_toml) {
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(agent_toml));
  AgentFacts facts;
  struct Field {
    const char* key;
    std::string* value;
  };
  const Field fields[] = {
      {"agent.address", &facts.address},         {"agent.server_name", &facts.server_name},
      {"agent.vault_id", &facts.vault_id},       {"agent.receipt_key", &facts.receipt_key},
      {"agent.verdict_key", &facts.verdict_key}, {"agent.opening_key", &facts.opening_key},
      {"agent.release_key", &facts.release_key}, {"agent.custodian_key", &facts.custodian_key},
  };
  for (const Field& field : fields) {
    ASSIGN_OR_RETURN(*field.value, config.RequiredString(field.key));
    RETURN_IF_ERROR(CheckPlain(field.key, *field.value));
  }
  RETURN_IF_ERROR(config.RequiredPath("agent.authority").status());
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  for (const std::string* key : {&facts.receipt_key, &facts.verdict_key, &facts.custodian_key}) {
    RETURN_IF_ERROR(crypto::VerifyKey::FromHex(*key).status());
  }
  RETURN_IF_ERROR(crypto::OpeningPublicKey::FromHex(facts.opening_key).status());
  RETURN_IF_ERROR(crypto::ReleasePublicKey::FromHex(facts.release_key).status());
  RETURN_IF_ERROR(base::HexDecode(facts.vault_id).status());
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
