// The agent's receipt key, for verbs that need nothing else of it.
#ifndef TIDEMARK_CLI_RECEIPT_KEY_H_
#define TIDEMARK_CLI_RECEIPT_KEY_H_

#include <string>

#include "absl/status/statusor.h"
#include "crypto/sign.h"

namespace tidemark::cli {

// Where it may come from: the first that is not "".
struct ReceiptKeySource {
  std::string key;     // in hex
  std::string agent;   // agent.toml
  std::string config;  // any configuration of the agent's peers
};

// Only agent.receipt_key is read of a file: an auditor's copy of agent.toml is enough.
absl::StatusOr<crypto::VerifyKey> LoadReceiptKey(const ReceiptKeySource& source);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_RECEIPT_KEY_H_
