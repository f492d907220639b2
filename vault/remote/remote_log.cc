#include "vault/remote/remote_log.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "proto/service.grpc.pb.h"
#include "vault/remote/channel.h"

namespace tidemark::vault {
namespace {

absl::StatusOr<std::vector<crypto::Sha256Digest>> ParsePath(const tidemark::v1::HashPath& path) {
  if (path.hashes_size() > base::kLogProofHashesMax) {
    return absl::DataLossError(absl::StrCat("the server sent a proof of ", path.hashes_size(),
                                            " hashes, the longest has ", base::kLogProofHashesMax));
  }
  std::vector<crypto::Sha256Digest> hashes;
  for (const std::string& bytes : path.hashes()) {
    const absl::StatusOr<crypto::Sha256Digest> hash = crypto::Sha256Digest::FromBytes(bytes);
    if (!hash.ok()) return absl::DataLossError("the server sent a proof with what is no digest");
    hashes.push_back(*hash);
  }
  return hashes;
}

class GrpcRemoteLog final : public RemoteLog {
 public:
  explicit GrpcRemoteLog(const AgentConnection& agent)
      : address_(agent.address),
        stub_(tidemark::v1::Log::NewStub(CreateAgentChannel(ChannelOptionsOf(agent)))) {}

  absl::StatusOr<tidemark::v1::SignedTreeHead> TreeHead(uint64_t tree_size) override {
    grpc::ClientContext context;
    SetTimeout(context, kCallTimeout);
    tidemark::v1::TreeHeadRequest request;
    request.set_tree_size(tree_size);
    tidemark::v1::SignedTreeHead head;
    RETURN_IF_ERROR(Map(stub_->TreeHead(&context, request, &head)));
    return head;
  }

  absl::StatusOr<std::vector<crypto::Sha256Digest>> Consistency(uint64_t old_size,
                                                                uint64_t new_size) override {
    grpc::ClientContext context;
    SetTimeout(context, kCallTimeout);
    tidemark::v1::ConsistencyRequest request;
    request.set_old_size(old_size);
    request.set_new_size(new_size);
    tidemark::v1::HashPath path;
    RETURN_IF_ERROR(Map(stub_->Consistency(&context, request, &path)));
    return ParsePath(path);
  }

  absl::StatusOr<std::vector<crypto::Sha256Digest>> Inclusion(uint64_t log_index,
                                                              uint64_t tree_size) override {
    grpc::ClientContext context;
    SetTimeout(context, kCallTimeout);
    tidemark::v1::InclusionRequest request;
    request.set_log_index(log_index);
    request.set_tree_size(tree_size);
    tidemark::v1::HashPath path;
    RETURN_IF_ERROR(Map(stub_->Inclusion(&context, request, &path)));
    return ParsePath(path);
  }

  absl::Status Leaves(
      uint64_t first, uint32_t count,
      const std::function<absl::Status(const tidemark::v1::StoredLeaf&)>& sink) override {
    grpc::ClientContext context;
    SetTimeout(context, kStreamTimeout);
    tidemark::v1::LeavesRequest request;
    request.set_first(first);
    request.set_count(count);
    auto reader = stub_->Leaves(&context, request);
    tidemark::v1::StoredLeaf leaf;
    uint64_t next = first;
    absl::Status status;
    while (status.ok() && reader->Read(&leaf)) {
      // Each leaf once, in order, of those asked for: whatever else comes is not an answer.
      if (leaf.log_index() < next || leaf.log_index() - first >= count) {
        status = absl::DataLossError(
            absl::StrCat("the server sent log leaf ", leaf.log_index(), " out of order"));
      } else {
        next = leaf.log_index() + 1;
        status = sink(leaf);
      }
    }
    if (!status.ok()) context.TryCancel();
    const absl::Status theirs = Map(reader->Finish());
    return status.ok() ? theirs : status;
  }

 private:
  absl::Status Map(const grpc::Status& status) const { return StatusFrom(address_, status); }

  const std::string address_;
  const std::unique_ptr<tidemark::v1::Log::Stub> stub_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RemoteLog>> RemoteLog::Connect(const AgentConnection& agent) {
  RETURN_IF_ERROR(CheckComplete(ChannelOptionsOf(agent)));
  return std::make_unique<GrpcRemoteLog>(agent);
}

}  // namespace tidemark::vault
