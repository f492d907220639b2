#include "escrow_agent/server/log_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/grpc_status.h"
#include "base/status.h"
#include "crypto/digest.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::HashPath;
using vault::Role;

HashPath ToPath(const std::vector<crypto::Sha256Digest>& hashes) {
  HashPath path;
  for (const crypto::Sha256Digest& hash : hashes) path.add_hashes(std::string(hash.bytes()));
  return path;
}

// A leaf names a deposit, and not everybody's deposits are everybody's. What is left out shows as a
// gap in the numbers; what was created is the vault's own and names nobody.
absl::StatusOr<bool> MaySee(const vault::Peer& peer, const vault::StoredLogLeaf& leaf) {
  tidemark::v1::LogLeaf parsed;
  if (!parsed.ParseFromString(leaf.leaf)) {
    return absl::DataLossError("a stored log leaf is not one");
  }
  return !parsed.has_identity() || peer.MayTouch(parsed.identity().tld());
}

}  // namespace

grpc::Status LogService::TreeHead(grpc::ServerContext* context,
                                  const tidemark::v1::TreeHeadRequest* request,
                                  tidemark::v1::SignedTreeHead* reply) {
  const auto head = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, door_.AdmitAnyRole(*context));
    ASSIGN_OR_RETURN(*reply, log_.Head(request->tree_size()));
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(head());
}

grpc::Status LogService::Consistency(grpc::ServerContext* context,
                                     const tidemark::v1::ConsistencyRequest* request,
                                     HashPath* reply) {
  const auto prove = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, door_.AdmitAnyRole(*context));
    ASSIGN_OR_RETURN(const auto proof, log_.Consistency(request->old_size(), request->new_size()));
    *reply = ToPath(proof);
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(prove());
}

grpc::Status LogService::Inclusion(grpc::ServerContext* context,
                                   const tidemark::v1::InclusionRequest* request, HashPath* reply) {
  const auto prove = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, door_.AdmitAnyRole(*context));
    ASSIGN_OR_RETURN(const auto proof, log_.Inclusion(request->log_index(), request->tree_size()));
    *reply = ToPath(proof);
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(prove());
}

grpc::Status LogService::Leaves(grpc::ServerContext* context,
                                const tidemark::v1::LeavesRequest* request,
                                grpc::ServerWriter<tidemark::v1::StoredLeaf>* writer) {
  const auto send = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission,
                     door_.Admit(*context, {Role::kOperator, Role::kAuditor, Role::kVerifier,
                                            Role::kReplicator}));
    ASSIGN_OR_RETURN(std::vector<vault::StoredLogLeaf> leaves,
                     log_.Leaves(request->first(), request->count()));
    tidemark::v1::StoredLeaf message;
    for (vault::StoredLogLeaf& leaf : leaves) {
      ASSIGN_OR_RETURN(const bool may_see, MaySee(admission.who.peer, leaf));
      if (!may_see) continue;
      message.set_log_index(leaf.index);
      message.set_leaf(std::move(leaf.leaf));
      message.set_act(std::move(leaf.act));
      if (!writer->Write(message)) return absl::CancelledError("the client is gone");
      RETURN_IF_ERROR(admission.Pulse(*context));
    }
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(send());
}

}  // namespace tidemark::escrow_agent
