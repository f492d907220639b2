#include "vault/remote/remote_retention.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <utility>

#include "base/status.h"
#include "proto/service.grpc.pb.h"
#include "vault/remote/channel.h"
#include "vault/remote/listing.h"

namespace tidemark::vault {
namespace {

class GrpcRemoteRetention final : public RemoteRetention {
 public:
  explicit GrpcRemoteRetention(const AgentConnection& agent)
      : address_(agent.address),
        stub_(tidemark::v1::Custody::NewStub(CreateAgentChannel(ChannelOptionsOf(agent)))) {}

  absl::StatusOr<uint64_t> PlaceHold(const tidemark::v1::HoldRequest& request) override {
    grpc::ClientContext context;
    SetTimeout(context, kCallTimeout);
    tidemark::v1::HoldReply reply;
    RETURN_IF_ERROR(Map(stub_->PlaceHold(&context, request, &reply)));
    return reply.log_index();
  }

  absl::StatusOr<uint64_t> LiftHold(const tidemark::v1::HoldRequest& request) override {
    grpc::ClientContext context;
    SetTimeout(context, kCallTimeout);
    tidemark::v1::HoldReply reply;
    RETURN_IF_ERROR(Map(stub_->LiftHold(&context, request, &reply)));
    return reply.log_index();
  }

  absl::StatusOr<std::vector<tidemark::v1::RetentionEntry>> Plan(absl::string_view tld) override {
    grpc::ClientContext context;
    SetTimeout(context, kStreamTimeout);  // it reads the catalogue of every TLD
    tidemark::v1::RetentionRequest request;
    request.set_tld(std::string(tld));
    const auto reader = stub_->RetentionPlan(&context, request);
    return ReadListing(context, reader, address_);
  }

 private:
  absl::Status Map(const grpc::Status& status) const { return StatusFrom(address_, status); }

  const std::string address_;
  const std::unique_ptr<tidemark::v1::Custody::Stub> stub_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RemoteRetention>> RemoteRetention::Connect(
    const AgentConnection& agent) {
  RETURN_IF_ERROR(CheckComplete(ChannelOptionsOf(agent)));
  return std::make_unique<GrpcRemoteRetention>(agent);
}

}  // namespace tidemark::vault
