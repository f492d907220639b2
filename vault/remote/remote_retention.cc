#include "vault/remote/remote_retention.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/grpc_status.h"
#include "base/limits.h"
#include "base/status.h"
#include "proto/service.grpc.pb.h"
#include "vault/remote/channel.h"

namespace tidemark::vault {
namespace {

constexpr std::chrono::seconds kCallTimeout{30};
// A plan reads the catalogue of every TLD.
constexpr std::chrono::seconds kPlanTimeout{300};

class GrpcRemoteRetention final : public RemoteRetention {
 public:
  explicit GrpcRemoteRetention(const AgentConnection& agent)
      : address_(agent.address),
        stub_(tidemark::v1::Custody::NewStub(CreateAgentChannel({
            .address = agent.address,
            .server_name = agent.server_name,
            .authority_pem = agent.authority_pem,
            .certificate_pem = agent.certificate_pem,
            .key_pem = agent.key_pem,
        }))) {}

  absl::StatusOr<uint64_t> PlaceHold(const tidemark::v1::HoldRequest& request) override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kCallTimeout);
    tidemark::v1::HoldReply reply;
    RETURN_IF_ERROR(Map(stub_->PlaceHold(&context, request, &reply)));
    return reply.log_index();
  }

  absl::StatusOr<uint64_t> LiftHold(const tidemark::v1::HoldRequest& request) override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kCallTimeout);
    tidemark::v1::HoldReply reply;
    RETURN_IF_ERROR(Map(stub_->LiftHold(&context, request, &reply)));
    return reply.log_index();
  }

  absl::StatusOr<std::vector<tidemark::v1::RetentionEntry>> Plan(absl::string_view tld) override {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kPlanTimeout);
    tidemark::v1::RetentionRequest request;
    request.set_tld(std::string(tld));
    const auto reader = stub_->RetentionPlan(&context, request);
    std::vector<tidemark::v1::RetentionEntry> entries;
    tidemark::v1::RetentionEntry entry;
    while (reader->Read(&entry)) {
      if (entries.size() == base::kListEntriesMax) {
        context.TryCancel();
        reader->Finish();
        return absl::ResourceExhaustedError(
            absl::StrCat("the server lists more than ", base::kListEntriesMax, " deposits"));
      }
      entries.push_back(std::move(entry));
    }
    RETURN_IF_ERROR(Map(reader->Finish()));
    return entries;
  }

 private:
  // UNAVAILABLE without the address helps nobody.
  absl::Status Map(const grpc::Status& status) const {
    const absl::Status mapped = base::FromGrpcStatus(status);
    if (absl::IsUnavailable(mapped) || absl::IsDeadlineExceeded(mapped)) {
      return base::Annotate(mapped, absl::StrCat("tidemarkd at ", address_));
    }
    return mapped;
  }

  const std::string address_;
  const std::unique_ptr<tidemark::v1::Custody::Stub> stub_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RemoteRetention>> RemoteRetention::Connect(
    const AgentConnection& agent) {
  if (agent.address.empty() || agent.server_name.empty() || agent.authority_pem.empty() ||
      agent.certificate_pem.empty() || agent.key_pem.empty()) {
    return absl::InvalidArgumentError(
        "the connection to the agent lacks an address, a server name, a certificate or a key");
  }
  return std::make_unique<GrpcRemoteRetention>(agent);
}

}  // namespace tidemark::vault
