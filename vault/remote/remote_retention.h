// Holds and the retention plan, seen from a client: operators and auditors.
//
// What it gives is the server's word: the acts behind it stand in the log.
// Threads: safe for concurrent use. Errors are the server's, plus UNAVAILABLE and
// DEADLINE_EXCEEDED; every call has a deadline. Threat: a server that says what is not so; lists
// are bounded.
#ifndef TIDEMARK_VAULT_REMOTE_REMOTE_RETENTION_H_
#define TIDEMARK_VAULT_REMOTE_REMOTE_RETENTION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/service.pb.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::vault {

class RemoteRetention {
 public:
  static absl::StatusOr<std::unique_ptr<RemoteRetention>> Connect(const AgentConnection& agent);
  virtual ~RemoteRetention() = default;

  // The index of the log leaf. See proto/service.proto for what is refused.
  virtual absl::StatusOr<uint64_t> PlaceHold(const tidemark::v1::HoldRequest& request) = 0;
  virtual absl::StatusOr<uint64_t> LiftHold(const tidemark::v1::HoldRequest& request) = 0;
  // `tld` "": all that the role may see.
  virtual absl::StatusOr<std::vector<tidemark::v1::RetentionEntry>> Plan(absl::string_view tld) = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REMOTE_REMOTE_RETENTION_H_
