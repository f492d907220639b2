// Private to server/: the Replica service, on a primary and on a second copy. It translates; front
// door and vault decide.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_REPLICA_SERVICE_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_REPLICA_SERVICE_H_

#include <atomic>

#include "escrow_agent/server/front_door.h"
#include "proto/service.grpc.pb.h"
#include "vault/replica/replica.h"

namespace tidemark::escrow_agent {

class ReplicaService final : public tidemark::v1::Replica::Service {
 public:
  // Borrowed objects must outlive the service.
  ReplicaService(vault::Replication& replication, FrontDoor& door)
      : replication_(replication), door_(door) {}

  // Ends a compaction that is going on.
  void Stop() { is_stopping_ = true; }

  grpc::Status State(grpc::ServerContext* context, const tidemark::v1::ReplicaStateRequest* request,
                     tidemark::v1::ReplicaState* reply) override;
  grpc::Status ReadLeaves(grpc::ServerContext* context, const tidemark::v1::LeavesRequest* request,
                          grpc::ServerWriter<tidemark::v1::ReplicatedLeaf>* writer) override;
  grpc::Status ReadPieces(grpc::ServerContext* context,
                          const tidemark::v1::ReadPiecesRequest* request,
                          grpc::ServerWriter<tidemark::v1::SealedPiece>* writer) override;
  grpc::Status ReadDigests(grpc::ServerContext* context,
                           const tidemark::v1::ReadDigestsRequest* request,
                           grpc::ServerWriter<tidemark::v1::PieceDigests>* writer) override;
  grpc::Status Damaged(grpc::ServerContext* context, const tidemark::v1::DamagedRequest* request,
                       grpc::ServerWriter<tidemark::v1::PieceIdentity>* writer) override;
  grpc::Status Heal(grpc::ServerContext* context,
                    grpc::ServerReader<tidemark::v1::HealRequest>* reader,
                    tidemark::v1::HealReply* reply) override;
  grpc::Status FinishHealing(grpc::ServerContext* context,
                             const tidemark::v1::FinishHealingRequest* request,
                             tidemark::v1::FinishHealingReply* reply) override;
  grpc::Status Apply(grpc::ServerContext* context,
                     grpc::ServerReaderWriter<tidemark::v1::ApplyReply, tidemark::v1::ApplyRequest>*
                         stream) override;
  grpc::Status Erase(grpc::ServerContext* context, const tidemark::v1::EraseRequest* request,
                     tidemark::v1::EraseReply* reply) override;
  grpc::Status ConfirmErased(grpc::ServerContext* context, const tidemark::v1::EraseReply* request,
                             tidemark::v1::ConfirmErasedReply* reply) override;

 private:
  // A replicator's certificate is for all TLDs or for nothing: a log has no gaps.
  absl::StatusOr<Admission> Admit(grpc::ServerContext& context);

  vault::Replication& replication_;
  FrontDoor& door_;
  std::atomic<bool> is_stopping_ = false;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_REPLICA_SERVICE_H_
