#include "escrow_agent/server/intake_service.h"

#include <vector>

#include "base/grpc_status.h"
#include "base/log.h"
#include "base/status.h"
#include "escrow_agent/server/intake_session.h"
#include "vault/replica/replica.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::DepositReply;
using tidemark::v1::DepositRequest;
using Stream = grpc::ServerReaderWriter<DepositReply, DepositRequest>;
using AtPoint = std::function<void(absl::string_view)>;

// One reply out; with the receipt, the call is done.
absl::Status Send(const DepositReply& reply, const AtPoint& at_point, Stream& stream) {
  if (reply.has_receipt() && at_point) at_point("before-receipt");
  if (!stream.Write(reply)) return absl::CancelledError("the client is gone");
  if (reply.has_receipt() && at_point) at_point("after-receipt");
  return absl::OkStatus();
}

absl::Status Converse(const grpc::ServerContext& context, const Admission& admission,
                      const AtPoint& at_point, IntakeSession& session, Stream& stream) {
  DepositRequest request;
  while (stream.Read(&request)) {
    RETURN_IF_ERROR(admission.Pulse(context));
    ASSIGN_OR_RETURN(const std::vector<DepositReply> replies, session.Take(request));
    for (const DepositReply& reply : replies) {
      RETURN_IF_ERROR(Send(reply, at_point, stream));
      RETURN_IF_ERROR(admission.Pulse(context));
      if (reply.has_receipt()) return absl::OkStatus();
    }
  }
  return absl::CancelledError("the stream ended before a commit; the same begin resumes it");
}

}  // namespace

grpc::Status IntakeService::Deposit(grpc::ServerContext* context, Stream* stream) {
  const absl::StatusOr<Admission> admission = door_.Admit(*context, {vault::Role::kDepositor});
  if (!admission.ok()) return base::ToGrpcStatus(admission.status());
  // Not FAILED_PRECONDITION, which tells a client that its index is of no use.
  if (vault_.replication().is_replica()) {
    return base::ToGrpcStatus(absl::UnimplementedError(
        "this is a second copy, and takes no deposits: set agent.address to the primary's; if that "
        "is gone for good, the agent makes this copy the primary (tidemark replica promote)"));
  }
  IntakeSession session(vault_, begin_rate_, admission->who, [context] { context->TryCancel(); });
  const absl::Status status = Converse(*context, *admission, at_point_, session, *stream);
  base::Log(status.ok() ? base::LogLevel::kInfo : base::LogLevel::kWarning, "deposit",
            {{"serial", admission->who.peer.serial_hex}, {"status", status.ToString()}});
  return base::ToGrpcStatus(status);
}

}  // namespace tidemark::escrow_agent
