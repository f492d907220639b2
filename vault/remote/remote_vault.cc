#include "vault/remote/remote_vault.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/limits.h"
#include "base/status.h"
#include "proto/service.grpc.pb.h"
#include "vault/remote/channel.h"
#include "vault/remote/listing.h"

namespace tidemark::vault {
namespace {

using tidemark::v1::DepositIdentity;

DepositIdentity IdentityOf(const DepositId& id) {
  DepositIdentity identity;
  identity.set_tld(id.tld());
  identity.set_id(id.id());
  identity.set_resend(id.resend());
  return identity;
}

class GrpcRemoteVault final : public RemoteVault {
 public:
  explicit GrpcRemoteVault(const AgentConnection& agent)
      : address_(agent.address),
        stub_(tidemark::v1::Custody::NewStub(CreateAgentChannel(ChannelOptionsOf(agent)))) {}

  absl::StatusOr<std::vector<tidemark::v1::DepositSummary>> List(
      const tidemark::v1::ListRequest& request) override {
    grpc::ClientContext context;
    SetTimeout(context, kStreamTimeout);
    auto reader = stub_->List(&context, request);
    return ReadListing(context, reader, address_);
  }

  absl::StatusOr<tidemark::v1::DepositRecord> Show(const DepositId& id) override {
    ASSIGN_OR_RETURN(tidemark::v1::DepositRecord record, ShowEvenDeleted(id));
    if (!record.has_shredded()) return record;
    tidemark::v1::LogLeaf leaf;
    if (!leaf.ParseFromString(record.shredded().leaf())) {
      return absl::DataLossError("the server sent a log leaf that is not one");
    }
    return absl::NotFoundError(absl::StrCat(
        id.ToString(), " was deleted by the retention policy at ",
        absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(leaf.time_unix_micros()),
                         absl::UTCTimeZone()),
        " (log entry ", record.shredded().log_index(), "); its receipt and verdicts stay"));
  }

  absl::StatusOr<tidemark::v1::DepositRecord> ShowEvenDeleted(const DepositId& id) override {
    grpc::ClientContext context;
    SetTimeout(context, kCallTimeout);
    tidemark::v1::DepositRecord record;
    RETURN_IF_ERROR(Map(stub_->Show(&context, IdentityOf(id), &record)));
    return record;
  }

  absl::StatusOr<tidemark::v1::StatusReply> Status(absl::string_view tld) override {
    grpc::ClientContext context;
    SetTimeout(context, kCallTimeout);
    tidemark::v1::StatusRequest request;
    request.set_tld(std::string(tld));
    tidemark::v1::StatusReply reply;
    RETURN_IF_ERROR(Map(stub_->Status(&context, request, &reply)));
    return reply;
  }

  absl::Status ReadManifest(const DepositId& id,
                            std::function<absl::Status(absl::string_view)> sink) override {
    grpc::ClientContext context;
    SetTimeout(context, kStreamTimeout);
    auto reader = stub_->ReadManifest(&context, IdentityOf(id));
    tidemark::v1::SealedPart part;
    uint32_t expected = 0;
    absl::Status status;
    while (status.ok() && reader->Read(&part)) {
      if (part.number() != expected || expected == base::kManifestPartsMax) {
        status = absl::DataLossError(absl::StrCat("manifest part ", part.number(),
                                                  " where part ", expected, " was expected"));
      } else {
        ++expected;
        status = sink(part.ciphertext());
      }
    }
    return Finish(context, *reader, status);
  }

  absl::Status ReadFrames(
      const DepositId& id, const crypto::PackId& pack, uint32_t first, uint32_t count,
      std::function<absl::Status(uint32_t number, absl::string_view ciphertext)> sink) override {
    grpc::ClientContext context;
    SetTimeout(context, kStreamTimeout);
    tidemark::v1::ReadFramesRequest request;
    *request.mutable_identity() = IdentityOf(id);
    request.set_pack_id(std::string(pack.bytes()));
    request.set_first(first);
    request.set_count(count);
    auto reader = stub_->ReadFrames(&context, request);
    tidemark::v1::StoredFrame frame;
    uint64_t next = first;
    absl::Status status;
    while (status.ok() && reader->Read(&frame)) {
      // Each frame once, in order, of those asked for: whatever else comes is not an answer.
      if (frame.number() < next || frame.number() - first >= count) {
        status = absl::DataLossError(
            absl::StrCat("the server sent frame ", frame.number(), " out of order"));
      } else {
        next = uint64_t{frame.number()} + 1;
        status = sink(frame.number(), frame.ciphertext());
      }
    }
    return Finish(context, *reader, status);
  }

  absl::StatusOr<uint64_t> AppendVerdict(const tidemark::v1::SignedVerdict& verdict) override {
    grpc::ClientContext context;
    SetTimeout(context, kCallTimeout);
    tidemark::v1::AppendVerdictReply reply;
    RETURN_IF_ERROR(Map(stub_->AppendVerdict(&context, verdict, &reply)));
    return reply.log_index();
  }

 private:
  absl::Status Map(const grpc::Status& status) const { return StatusFrom(address_, status); }

  // Our own reason to stop comes before the server's.
  template <typename Reader>
  absl::Status Finish(grpc::ClientContext& context, Reader& reader, const absl::Status& ours) {
    if (!ours.ok()) context.TryCancel();
    const absl::Status theirs = Map(reader.Finish());
    return ours.ok() ? theirs : ours;
  }

  const std::string address_;
  const std::unique_ptr<tidemark::v1::Custody::Stub> stub_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RemoteVault>> RemoteVault::Connect(const AgentConnection& agent) {
  RETURN_IF_ERROR(CheckComplete(ChannelOptionsOf(agent)));
  return std::make_unique<GrpcRemoteVault>(agent);
}

}  // namespace tidemark::vault
