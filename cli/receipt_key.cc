#include "cli/receipt_key.h"

#include "base/config.h"
#include "base/status.h"

namespace tidemark::cli {

absl::StatusOr<crypto::VerifyKey> LoadReceiptKey(const ReceiptKeySource& source) {
  if (!source.key.empty()) return crypto::VerifyKey::FromHex(source.key);
  const std::string& path = source.agent.empty() ? source.config : source.agent;
  if (path.empty()) {
    return absl::InvalidArgumentError("one of --config, --agent and --key is needed");
  }
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(path));
  ASSIGN_OR_RETURN(const std::string hex, config.RequiredString("agent.receipt_key"));
  return crypto::VerifyKey::FromHex(hex);
}

}  // namespace tidemark::cli
