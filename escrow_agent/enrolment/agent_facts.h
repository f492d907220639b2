// What everybody may know of an agent: the [agent] section of every configuration file.
#ifndef TIDEMARK_ESCROW_AGENT_ENROLMENT_AGENT_FACTS_H_
#define TIDEMARK_ESCROW_AGENT_ENROLMENT_AGENT_FACTS_H_

#include <string>

#include "absl/status/statusor.h"
#include "crypto/pki.h"

namespace tidemark::escrow_agent {

struct AgentFacts {
  std::string address;      // "host:port"
  std::string server_name;  // in the server's certificate
  // All in hex.
  std::string vault_id;
  std::string receipt_key;
  std::string verdict_key;
  std::string opening_key;
  std::string release_key;
  std::string custodian_key;
};

// The section as TOML text; the authority's certificate is "authority.pem" beside it.
std::string AgentSection(const AgentFacts& facts);

// Reads agent.toml. Every value is checked to be what it should be before it goes on into others'
// configuration.
absl::StatusOr<AgentFacts> LoadAgentFacts(const std::string& agent_toml);

// The authority's certificate and key, from the agent's directory.
absl::StatusOr<crypto::CertificateAndKey> LoadAuthority(const std::string& agent_dir);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_ENROLMENT_AGENT_FACTS_H_
