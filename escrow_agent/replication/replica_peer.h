// Private to replication/: one of the two copies, seen over gRPC.
//
// Threads: one at a time. Errors: the server's, with its address where that helps. Threat: either
// server may send anything; what is not what was asked for is DATA_LOSS, and everything is bounded.
#ifndef TIDEMARK_ESCROW_AGENT_REPLICATION_REPLICA_PEER_H_
#define TIDEMARK_ESCROW_AGENT_REPLICATION_REPLICA_PEER_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/service.grpc.pb.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::escrow_agent {

// Pieces first .. first+count-1 of one pack.
struct PieceRange {
  tidemark::v1::PieceType type;
  std::string pack_id;
  uint32_t first;
  uint32_t count;
};

class ReplicaPeer final {
 public:
  explicit ReplicaPeer(const vault::AgentConnection& agent);

  absl::StatusOr<tidemark::v1::ReplicaState> State();
  // The one that was signed when the log had `tree_size` leaves; 0: the newest.
  absl::StatusOr<tidemark::v1::SignedTreeHead> TreeHead(uint64_t tree_size);
  // At least one, at most `count`, and not many megabytes: the call is not left open while they are
  // written elsewhere, for the server would take it for idle.
  absl::StatusOr<std::vector<tidemark::v1::ReplicatedLeaf>> ReadLeaves(uint64_t first,
                                                                       uint32_t count);
  absl::Status ReadPieces(const PieceRange& range,
                          const std::function<absl::Status(tidemark::v1::SealedPiece&)>& sink);
  absl::Status ReadDigests(const std::string& pack_id,
                           const std::function<absl::Status(tidemark::v1::PieceDigests&)>& sink);
  absl::StatusOr<std::vector<tidemark::v1::PieceIdentity>> Damaged();
  absl::StatusOr<tidemark::v1::FinishHealingReply> FinishHealing();
  absl::StatusOr<tidemark::v1::EraseReply> Erase();
  absl::StatusOr<uint32_t> ConfirmErased(const tidemark::v1::EraseReply& erased);

  // Calls that the caller converses on; `context` is its own.
  using ApplyStream =
      grpc::ClientReaderWriter<tidemark::v1::ApplyRequest, tidemark::v1::ApplyReply>;
  std::unique_ptr<ApplyStream> Apply(grpc::ClientContext& context);
  std::unique_ptr<grpc::ClientWriter<tidemark::v1::HealRequest>> Heal(
      grpc::ClientContext& context, tidemark::v1::HealReply& reply);

  // A server's status as ours.
  absl::Status Map(const grpc::Status& status) const;
  const std::string& address() const { return address_; }

 private:
  template <typename Message>
  absl::Status ReadAll(grpc::ClientContext& context, grpc::ClientReader<Message>& reader,
                       const std::function<absl::Status(Message&)>& sink);

  const std::string address_;
  const std::unique_ptr<tidemark::v1::Replica::Stub> replica_;
  const std::unique_ptr<tidemark::v1::Log::Stub> log_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_REPLICATION_REPLICA_PEER_H_
