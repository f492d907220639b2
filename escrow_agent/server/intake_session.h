// Private to server/: the order of one Deposit stream, without gRPC.
//
// begin, then frames and manifest parts as they come, then commit; anything else is
// FAILED_PRECONDITION. A piece is acknowledged only when it is synced. The first error is the
// session's end, and its upload's; a session that merely ends parks its upload, to be resumed by
// the same begin on another stream (vault/vault.h).
//
// Threads: one. Threat: `who` was authenticated; every message is a hostile peer's to choose.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_INTAKE_SESSION_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_INTAKE_SESSION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "escrow_agent/server/begin_rate.h"
#include "escrow_agent/server/front_door.h"
#include "proto/service.pb.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {

class IntakeSession final {
 public:
  // Borrowed objects must outlive the session. `on_taken_over` ends its stream; see
  // vault::UploadRequest.
  IntakeSession(vault::Vault& vault, BeginRate& begin_rate, const AuthenticatedPeer& who,
                std::function<void()> on_taken_over)
      : vault_(vault),
        begin_rate_(begin_rate),
        who_(who),
        on_taken_over_(std::move(on_taken_over)) {}

  // What to answer to one request, in order.
  absl::StatusOr<std::vector<tidemark::v1::DepositReply>> Take(
      const tidemark::v1::DepositRequest& request);

 private:
  using Replies = std::vector<tidemark::v1::DepositReply>;
  enum class Stage { kBegin, kUploading, kDone };

  absl::Status TryTake(const tidemark::v1::DepositRequest& request, Replies& replies);
  absl::Status Begin(const tidemark::v1::DepositRequest::Begin& begin, Replies& replies);
  absl::Status Frame(const tidemark::v1::DepositRequest::Frame& frame, Replies& replies);
  absl::Status ManifestPart(const tidemark::v1::DepositRequest::ManifestPart& part,
                            Replies& replies);
  absl::Status Commit(const tidemark::v1::DepositRequest::Commit& commit, Replies& replies);
  // Syncs and acknowledges if enough came since the last time.
  absl::Status CountUnsynced(size_t bytes, Replies& replies);
  absl::Status Acknowledge(Replies& replies);

  vault::Vault& vault_;
  BeginRate& begin_rate_;
  const AuthenticatedPeer& who_;
  const std::function<void()> on_taken_over_;
  Stage stage_ = Stage::kBegin;
  std::unique_ptr<vault::Upload> upload_;
  uint64_t unsynced_bytes_ = 0;
  uint32_t unsynced_frames_ = 0;
  uint32_t unsynced_parts_ = 0;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_INTAKE_SESSION_H_
