// Private to server/: tidemarkd's configuration file, read whole and checked before anything opens.
// docs/configuration.md has every key. Files that it names are read here too, after the process
// has taken on the user that it serves as.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_DAEMON_CONFIG_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_DAEMON_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "crypto/sign.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {

struct DaemonConfig {
  std::string listen;
  std::string data_dir;
  std::string certificate_path;
  std::string key_path;
  std::string authority_path;
  std::string receipt_key_path;
  std::string vault_id;  // 16 bytes, or empty: that of the data directory, or a new one
  crypto::VerifyKey verdict_key;
  std::vector<std::string> refused_serials;
  std::string ready_file;  // empty: none
  std::optional<uint32_t> run_as_uid;
  std::optional<uint32_t> run_as_gid;
  vault::UploadLimits uploads;
  int begins_per_minute_max;
  int calls_max;
  int calls_per_certificate_max;
  absl::Duration idle_max;
  absl::Duration call_max;
  vault::retention::Policy retention;
  absl::Duration retention_every;
};

// INVALID_ARGUMENT names the file, the line and the key.
absl::StatusOr<DaemonConfig> LoadDaemonConfig(const std::string& path);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_DAEMON_CONFIG_H_
