// Private to server/: the Custody service. It translates; front door and vault decide. Its calls
// are spread over custody_service.cc and custody_acts.cc.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_CUSTODY_SERVICE_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_CUSTODY_SERVICE_H_

#include "crypto/sign.h"
#include "escrow_agent/server/front_door.h"
#include "proto/service.grpc.pb.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {

class CustodyService final : public tidemark::v1::Custody::Service {
 public:
  // Borrowed objects must outlive the service. `verdict_key` is the verifier's.
  CustodyService(vault::Vault& vault, FrontDoor& door, const crypto::VerifyKey& verdict_key)
      : vault_(vault), door_(door), verdict_key_(verdict_key) {}

  grpc::Status List(grpc::ServerContext* context, const tidemark::v1::ListRequest* request,
                    grpc::ServerWriter<tidemark::v1::DepositSummary>* writer) override;
  grpc::Status Show(grpc::ServerContext* context, const tidemark::v1::DepositIdentity* request,
                    tidemark::v1::DepositRecord* reply) override;
  grpc::Status Status(grpc::ServerContext* context, const tidemark::v1::StatusRequest* request,
                      tidemark::v1::StatusReply* reply) override;
  grpc::Status ReadManifest(grpc::ServerContext* context,
                            const tidemark::v1::DepositIdentity* request,
                            grpc::ServerWriter<tidemark::v1::SealedPart>* writer) override;
  grpc::Status ReadFrames(grpc::ServerContext* context,
                          const tidemark::v1::ReadFramesRequest* request,
                          grpc::ServerWriter<tidemark::v1::StoredFrame>* writer) override;
  grpc::Status AppendVerdict(grpc::ServerContext* context,
                             const tidemark::v1::SignedVerdict* request,
                             tidemark::v1::AppendVerdictReply* reply) override;
  grpc::Status PlaceHold(grpc::ServerContext* context, const tidemark::v1::HoldRequest* request,
                         tidemark::v1::HoldReply* reply) override;
  grpc::Status LiftHold(grpc::ServerContext* context, const tidemark::v1::HoldRequest* request,
                        tidemark::v1::HoldReply* reply) override;
  grpc::Status RetentionPlan(grpc::ServerContext* context,
                             const tidemark::v1::RetentionRequest* request,
                             grpc::ServerWriter<tidemark::v1::RetentionEntry>* writer) override;

 private:
  vault::Vault& vault_;
  FrontDoor& door_;
  const crypto::VerifyKey verdict_key_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_CUSTODY_SERVICE_H_
