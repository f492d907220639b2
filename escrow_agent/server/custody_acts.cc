// The calls about holds and retention; see custody_service.h.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/grpc_status.h"
#include "base/status.h"
#include "crypto/pki.h"
#include "escrow_agent/server/custody_service.h"
#include "vault/manifest.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::HoldReply;
using tidemark::v1::HoldRequest;
using tidemark::v1::RetentionEntry;
using vault::Role;

// What the peer asks for, in its certificate's name.
absl::StatusOr<vault::retention::HoldOrder> OrderOf(const Admission& admission,
                                                    const HoldRequest& request) {
  ASSIGN_OR_RETURN(vault::DepositId deposit, vault::IdOf(request.identity()));
  RETURN_IF_ERROR(admission.RequireTld(deposit.tld()));
  ASSIGN_OR_RETURN(const crypto::CertificateInfo certificate,
                   crypto::ParseCertificate(admission.who.certificate_pem));
  return vault::retention::HoldOrder{
      .deposit = std::move(deposit),
      .case_id = request.case_id(),
      .reason = request.reason(),
      .ordered_by = absl::StrCat(certificate.common_name, " ", certificate.serial_hex)};
}

RetentionEntry ToMessage(const vault::retention::PlanEntry& entry) {
  RetentionEntry message;
  *message.mutable_identity() = vault::ToProto(entry.deposit);
  message.set_received_at_unix_micros(entry.received_at_unix_micros);
  message.set_keep_until_unix_micros(entry.keep_until_unix_micros);
  for (const std::string& reason : entry.kept_by) message.add_kept_by(reason);
  message.set_shredded_log_index(entry.shredded_log_index);
  for (const std::string& where : entry.erased) message.add_erased(where);
  message.set_is_due(entry.is_due);
  message.set_clock_objection(entry.clock_objection);
  return message;
}

}  // namespace

grpc::Status CustodyService::PlaceHold(grpc::ServerContext* context, const HoldRequest* request,
                                       HoldReply* reply) {
  const auto place = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission,
                     door_.Admit(*context, {Role::kOperator, Role::kAuditor}));
    ASSIGN_OR_RETURN(const vault::retention::HoldOrder order, OrderOf(admission, *request));
    ASSIGN_OR_RETURN(const uint64_t index, vault_.Retained().PlaceHold(order));
    reply->set_log_index(index);
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(place());
}

grpc::Status CustodyService::LiftHold(grpc::ServerContext* context, const HoldRequest* request,
                                      HoldReply* reply) {
  const auto lift = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission,
                     door_.Admit(*context, {Role::kOperator, Role::kAuditor}));
    ASSIGN_OR_RETURN(const vault::retention::HoldOrder order, OrderOf(admission, *request));
    ASSIGN_OR_RETURN(const uint64_t index, vault_.Retained().LiftHold(order));
    reply->set_log_index(index);
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(lift());
}

grpc::Status CustodyService::RetentionPlan(grpc::ServerContext* context,
                                           const tidemark::v1::RetentionRequest* request,
                                           grpc::ServerWriter<RetentionEntry>* writer) {
  const auto plan = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission,
                     door_.Admit(*context, {Role::kOperator, Role::kAuditor}));
    if (!request->tld().empty()) RETURN_IF_ERROR(admission.RequireTld(request->tld()));
    ASSIGN_OR_RETURN(const std::vector<vault::retention::PlanEntry> entries,
                     vault_.Retained().Plan(request->tld()));
    for (const vault::retention::PlanEntry& entry : entries) {
      if (!admission.who.peer.MayTouch(entry.deposit.tld())) continue;
      if (!writer->Write(ToMessage(entry))) return absl::CancelledError("the client is gone");
      RETURN_IF_ERROR(admission.Pulse(*context));
    }
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(plan());
}

}  // namespace tidemark::escrow_agent
