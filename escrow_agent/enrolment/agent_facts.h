// What everybody may know of an agent: the sections [agent] and [release] of every configuration
// file.
#ifndef TIDEMARK_ESCROW_AGENT_ENROLMENT_AGENT_FACTS_H_
#define TIDEMARK_ESCROW_AGENT_ENROLMENT_AGENT_FACTS_H_

#include <string>
#include <vector>

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
  // By custodian. One of one: a single key, and no commitments but release_key.
  std::vector<std::string> custodian_keys;
  std::vector<std::string> release_commitments;
};

// The sections as TOML text, [release] only where there are several custodians; the authority's
// certificate is "authority.pem" beside it.
std::string AgentSection(const AgentFacts& facts);

// Reads agent.toml. Every value is checked to be what it should be before it goes on into others'
// configuration.
absl::StatusOr<AgentFacts> LoadAgentFacts(const std::string& agent_toml);

// The authority's certificate and key, from the agent's directory.
absl::StatusOr<crypto::CertificateAndKey> LoadAuthority(const std::string& agent_dir);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_ENROLMENT_AGENT_FACTS_H_
