#include "escrow_agent/replication/replica_peer.h"

#include <grpcpp/channel.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/grpc_status.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/remote/channel.h"

namespace tidemark::escrow_agent {
namespace {

// A pack of the largest deposit, or a compaction over years of deposits. A peer that is gone is
// noticed before that (vault/remote/channel.h).
constexpr std::chrono::hours kCarryTimeout{6};
// Rows of leaves that are held at once.
constexpr size_t kLeavesBytesMax = 4 * base::kGrpcMessageBytesMax;

std::shared_ptr<grpc::Channel> Connect(const vault::AgentConnection& agent) {
  return vault::CreateAgentChannel(vault::ChannelOptionsOf(agent));
}

}  // namespace

ReplicaPeer::ReplicaPeer(const vault::AgentConnection& agent)
    : address_(agent.address),
      replica_(tidemark::v1::Replica::NewStub(Connect(agent))),
      log_(tidemark::v1::Log::NewStub(Connect(agent))) {}

absl::Status ReplicaPeer::Map(const grpc::Status& status) const {
  return base::Annotate(base::FromGrpcStatus(status), absl::StrCat("tidemarkd at ", address_));
}

template <typename Message>
absl::Status ReplicaPeer::ReadAll(grpc::ClientContext& context, grpc::ClientReader<Message>& reader,
                                  const std::function<absl::Status(Message&)>& sink) {
  Message message;
  absl::Status ours;
  while (ours.ok() && reader.Read(&message)) ours = sink(message);
  if (!ours.ok()) context.TryCancel();
  const absl::Status theirs = Map(reader.Finish());
  return ours.ok() ? theirs : ours;
}

absl::StatusOr<tidemark::v1::ReplicaState> ReplicaPeer::State() {
  grpc::ClientContext context;
  vault::SetTimeout(context, vault::kCallTimeout);
  tidemark::v1::ReplicaState state;
  RETURN_IF_ERROR(Map(replica_->State(&context, {}, &state)));
  return state;
}

absl::StatusOr<tidemark::v1::SignedTreeHead> ReplicaPeer::TreeHead(uint64_t tree_size) {
  grpc::ClientContext context;
  vault::SetTimeout(context, vault::kCallTimeout);
  tidemark::v1::TreeHeadRequest request;
  request.set_tree_size(tree_size);
  tidemark::v1::SignedTreeHead head;
  RETURN_IF_ERROR(Map(log_->TreeHead(&context, request, &head)));
  return head;
}

absl::StatusOr<std::vector<tidemark::v1::ReplicatedLeaf>> ReplicaPeer::ReadLeaves(uint64_t first,
                                                                                  uint32_t count) {
  grpc::ClientContext context;
  vault::SetTimeout(context, vault::kCallTimeout);
  tidemark::v1::LeavesRequest request;
  request.set_first(first);
  request.set_count(count);
  const auto reader = replica_->ReadLeaves(&context, request);
  std::vector<tidemark::v1::ReplicatedLeaf> leaves;
  size_t bytes = 0;
  tidemark::v1::ReplicatedLeaf leaf;
  while (leaves.size() < count && bytes < kLeavesBytesMax && reader->Read(&leaf)) {
    if (leaf.log_index() != first + leaves.size()) {
      context.TryCancel();
      reader->Finish().IgnoreError();
      return absl::DataLossError(absl::StrCat("tidemarkd at ", address_, " sent leaf ",
                                              leaf.log_index(), " where ", first + leaves.size(),
                                              " was due"));
    }
    bytes += leaf.ByteSizeLong();
    leaves.push_back(std::move(leaf));
  }
  const bool is_enough = leaves.size() == count || bytes >= kLeavesBytesMax;
  if (is_enough) context.TryCancel();
  const absl::Status status = Map(reader->Finish());
  // What came before an error is good; the next call meets the error again.
  if (!leaves.empty()) return leaves;
  RETURN_IF_ERROR(status);
  return absl::DataLossError(
      absl::StrCat("tidemarkd at ", address_, " did not give leaf ", first, " of its log"));
}

absl::Status ReplicaPeer::ReadPieces(
    const PieceRange& range, const std::function<absl::Status(tidemark::v1::SealedPiece&)>& sink) {
  grpc::ClientContext context;
  vault::SetTimeout(context, kCarryTimeout);
  tidemark::v1::ReadPiecesRequest request;
  request.set_type(range.type);
  request.set_pack_id(range.pack_id);
  request.set_first(range.first);
  request.set_count(range.count);
  const auto reader = replica_->ReadPieces(&context, request);
  uint64_t next = range.first;
  return ReadAll<tidemark::v1::SealedPiece>(
      context, *reader, [&](tidemark::v1::SealedPiece& piece) -> absl::Status {
        if (piece.type() != range.type || piece.number() < next ||
            piece.number() - range.first >= range.count) {
          return absl::DataLossError(
              absl::StrCat("tidemarkd at ", address_, " sent a piece that was not asked for"));
        }
        next = uint64_t{piece.number()} + 1;
        return sink(piece);
      });
}

absl::Status ReplicaPeer::ReadDigests(
    const std::string& pack_id,
    const std::function<absl::Status(tidemark::v1::PieceDigests&)>& sink) {
  grpc::ClientContext context;
  vault::SetTimeout(context, kCarryTimeout);
  tidemark::v1::ReadDigestsRequest request;
  request.set_pack_id(pack_id);
  const auto reader = replica_->ReadDigests(&context, request);
  return ReadAll<tidemark::v1::PieceDigests>(context, *reader, sink);
}

absl::StatusOr<std::vector<tidemark::v1::PieceIdentity>> ReplicaPeer::Damaged() {
  grpc::ClientContext context;
  vault::SetTimeout(context, kCarryTimeout);
  const auto reader = replica_->Damaged(&context, {});
  std::vector<tidemark::v1::PieceIdentity> damaged;
  RETURN_IF_ERROR(ReadAll<tidemark::v1::PieceIdentity>(
      context, *reader, [&](tidemark::v1::PieceIdentity& piece) -> absl::Status {
        if (damaged.size() >= base::kListEntriesMax) {
          return absl::ResourceExhaustedError(
              absl::StrCat("tidemarkd at ", address_, " names more than ", base::kListEntriesMax,
                           " damaged pieces"));
        }
        damaged.push_back(std::move(piece));
        return absl::OkStatus();
      }));
  return damaged;
}

absl::StatusOr<tidemark::v1::FinishHealingReply> ReplicaPeer::FinishHealing() {
  grpc::ClientContext context;
  vault::SetTimeout(context, kCarryTimeout);
  tidemark::v1::FinishHealingReply finished;
  RETURN_IF_ERROR(Map(replica_->FinishHealing(&context, {}, &finished)));
  return finished;
}

absl::StatusOr<tidemark::v1::EraseReply> ReplicaPeer::Erase() {
  grpc::ClientContext context;
  vault::SetTimeout(context, kCarryTimeout);
  tidemark::v1::EraseReply erased;
  RETURN_IF_ERROR(Map(replica_->Erase(&context, {}, &erased)));
  return erased;
}

absl::StatusOr<uint32_t> ReplicaPeer::ConfirmErased(const tidemark::v1::EraseReply& erased) {
  grpc::ClientContext context;
  vault::SetTimeout(context, kCarryTimeout);
  tidemark::v1::ConfirmErasedReply reply;
  RETURN_IF_ERROR(Map(replica_->ConfirmErased(&context, erased, &reply)));
  return reply.confirmed();
}

std::unique_ptr<ReplicaPeer::ApplyStream> ReplicaPeer::Apply(grpc::ClientContext& context) {
  vault::SetTimeout(context, kCarryTimeout);
  return replica_->Apply(&context);
}

std::unique_ptr<grpc::ClientWriter<tidemark::v1::HealRequest>> ReplicaPeer::Heal(
    grpc::ClientContext& context, tidemark::v1::HealReply& reply) {
  vault::SetTimeout(context, kCarryTimeout);
  return replica_->Heal(&context, &reply);
}

}  // namespace tidemark::escrow_agent
