// Private to server/: the order of one Deposit stream, without gRPC.
//
// begin, then frames and manifest parts as they come, then commit; anything else is
// FAILED_PRECONDITION. A frame is acknowledged only when it is synced. The first error is the
// session's end, and a session that ends without a receipt drops its upload (vault/vault.h).
//
// Threads: one. Threat: `who` was authenticated; every message is a hostile peer's to choose.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_INTAKE_SESSION_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_INTAKE_SESSION_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "escrow_agent/server/front_door.h"
#include "proto/service.pb.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {

class IntakeSession final {
 public:
  // Both must outlive the session.
  IntakeSession(vault::Vault& vault, const AuthenticatedPeer& who) : vault_(vault), who_(who) {}

  // What to answer to one request, in order.
  absl::StatusOr<std::vector<tidemark::v1::DepositReply>> Take(
      const tidemark::v1::DepositRequest& request);

 private:
  using Replies = std::vector<tidemark::v1::DepositReply>;
  enum class Stage { kBegin, kUploading, kDone };

  absl::Status Begin(const tidemark::v1::DepositRequest::Begin& begin, Replies& replies);
  absl::Status Frame(const tidemark::v1::DepositRequest::Frame& frame, Replies& replies);
  absl::Status ManifestPart(const tidemark::v1::DepositRequest::ManifestPart& part,
                            Replies& replies);
  absl::Status Commit(const tidemark::v1::DepositRequest::Commit& commit, Replies& replies);
  // Syncs and acknowledges if enough came since the last time.
  absl::Status CountUnsynced(size_t bytes, Replies& replies);
  absl::Status Acknowledge(Replies& replies);

  vault::Vault& vault_;
  const AuthenticatedPeer& who_;
  Stage stage_ = Stage::kBegin;
  std::unique_ptr<vault::Upload> upload_;
  uint64_t unsynced_bytes_ = 0;
  uint32_t unsynced_frames_ = 0;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_INTAKE_SESSION_H_
