// Private to server/: the Log service. It translates; front door and vault decide.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_LOG_SERVICE_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_LOG_SERVICE_H_

#include "escrow_agent/server/front_door.h"
#include "proto/service.grpc.pb.h"
#include "vault/log/log_reader.h"

namespace tidemark::escrow_agent {

class LogService final : public tidemark::v1::Log::Service {
 public:
  // Borrowed objects must outlive the service.
  LogService(const vault::LogReader& log, FrontDoor& door) : log_(log), door_(door) {}

  grpc::Status TreeHead(grpc::ServerContext* context, const tidemark::v1::TreeHeadRequest* request,
                        tidemark::v1::SignedTreeHead* reply) override;
  grpc::Status Consistency(grpc::ServerContext* context,
                           const tidemark::v1::ConsistencyRequest* request,
                           tidemark::v1::HashPath* reply) override;
  grpc::Status Inclusion(grpc::ServerContext* context,
                         const tidemark::v1::InclusionRequest* request,
                         tidemark::v1::HashPath* reply) override;
  grpc::Status Leaves(grpc::ServerContext* context, const tidemark::v1::LeavesRequest* request,
                      grpc::ServerWriter<tidemark::v1::StoredLeaf>* writer) override;

 private:
  const vault::LogReader& log_;
  FrontDoor& door_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_LOG_SERVICE_H_
