#include "escrow_agent/server/custody_service.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/grpc_status.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/pack_id.h"
#include "escrow_agent/server/answers.h"
#include "vault/manifest.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::DepositIdentity;
using tidemark::v1::DepositSummary;
using vault::Role;

// The deposit that a request names, if the peer may touch its TLD.
absl::StatusOr<vault::DepositId> Named(const Admission& admission,
                                       const DepositIdentity& identity) {
  ASSIGN_OR_RETURN(vault::DepositId id, vault::IdOf(identity));
  RETURN_IF_ERROR(admission.RequireTld(id.tld()));
  return id;
}

// An empty TLD asks for all that the caller may see; answers are filtered.
absl::Status CheckTldFilter(const Admission& admission, const std::string& tld) {
  if (tld.empty()) return absl::OkStatus();
  return admission.RequireTld(tld);
}

// Sends one message of a stream.
template <typename Message>
absl::Status Send(const grpc::ServerContext& context, const Admission& admission,
                  const Message& message, grpc::ServerWriter<Message>& writer) {
  if (!writer.Write(message)) return absl::CancelledError("the client is gone");
  return admission.Pulse(context);
}

absl::Status SendManifest(const grpc::ServerContext& context, const Admission& admission,
                          const vault::Vault& vault, const vault::DepositId& id,
                          grpc::ServerWriter<tidemark::v1::SealedPart>& writer) {
  tidemark::v1::SealedPart part;
  for (uint32_t number = 0; number <= base::kManifestPartsMax; ++number) {
    absl::StatusOr<std::string> ciphertext = vault.ManifestPart(id, number);
    if (absl::IsOutOfRange(ciphertext.status())) return absl::OkStatus();
    RETURN_IF_ERROR(ciphertext.status());
    part.set_number(number);
    part.set_ciphertext(*std::move(ciphertext));
    RETURN_IF_ERROR(Send(context, admission, part, writer));
  }
  return absl::OkStatus();
}

absl::Status SendFrames(const grpc::ServerContext& context, const Admission& admission,
                        const vault::Vault& vault, const tidemark::v1::ReadFramesRequest& request,
                        grpc::ServerWriter<tidemark::v1::StoredFrame>& writer) {
  ASSIGN_OR_RETURN(const vault::DepositId id, Named(admission, request.identity()));
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(request.pack_id()));
  ASSIGN_OR_RETURN(const tidemark::v1::SignedManifest manifest, vault.Manifest(id));
  const absl::StatusOr<tidemark::v1::ClearManifest> clear =
      vault::ParseClearManifest(manifest.body());
  if (!clear.ok()) return absl::DataLossError("the stored manifest is not one");
  const tidemark::v1::PackRef* const used = vault::FindPack(*clear, pack.bytes());
  if (used == nullptr) {
    return absl::NotFoundError(absl::StrCat(id.ToString(), " does not use pack ", pack.ToHex()));
  }
  const uint64_t end =
      std::min<uint64_t>(uint64_t{request.first()} + request.count(), used->frame_count());
  tidemark::v1::StoredFrame frame;
  for (uint64_t number = request.first(); number < end; ++number) {
    const auto frame_number = static_cast<uint32_t>(number);
    if (!vault::UsesFrame(*used, frame_number)) continue;
    ASSIGN_OR_RETURN(std::string ciphertext, vault.Frame(id, pack, frame_number));
    frame.set_number(frame_number);
    frame.set_ciphertext(std::move(ciphertext));
    RETURN_IF_ERROR(Send(context, admission, frame, writer));
  }
  return absl::OkStatus();
}

}  // namespace

grpc::Status CustodyService::List(grpc::ServerContext* context,
                                  const tidemark::v1::ListRequest* request,
                                  grpc::ServerWriter<DepositSummary>* writer) {
  const auto list = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission,
                     door_.Admit(*context, {Role::kOperator, Role::kAuditor, Role::kVerifier,
                                            Role::kSuccessor}));
    RETURN_IF_ERROR(CheckTldFilter(admission, request->tld()));
    ASSIGN_OR_RETURN(const std::vector<vault::CatalogueEntry> entries, vault_.List(request->tld()));
    for (const vault::CatalogueEntry& entry : entries) {
      if (!admission.who.peer.MayTouch(entry.deposit.tld())) continue;
      // What policy deleted is not waiting for anybody.
      if (request->without_verdict() &&
          (entry.latest_verdict != tidemark::v1::VERDICT_OUTCOME_UNSPECIFIED ||
           entry.shredded_log_index != 0)) {
        continue;
      }
      RETURN_IF_ERROR(Send(*context, admission, ToSummary(entry), *writer));
    }
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(list());
}

grpc::Status CustodyService::Show(grpc::ServerContext* context, const DepositIdentity* request,
                                  tidemark::v1::DepositRecord* reply) {
  const auto show = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission,
                     door_.Admit(*context, {Role::kOperator, Role::kAuditor, Role::kVerifier,
                                            Role::kSuccessor, Role::kCustodian}));
    ASSIGN_OR_RETURN(const vault::DepositId id, Named(admission, *request));
    ASSIGN_OR_RETURN(*reply, ToRecord(vault_, id));
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(show());
}

grpc::Status CustodyService::Status(grpc::ServerContext* context,
                                    const tidemark::v1::StatusRequest* request,
                                    tidemark::v1::StatusReply* reply) {
  const auto status = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission,
                     door_.Admit(*context, {Role::kOperator, Role::kAuditor, Role::kVerifier}));
    RETURN_IF_ERROR(CheckTldFilter(admission, request->tld()));
    ASSIGN_OR_RETURN(*reply, ToStatus(vault_, admission.who.peer, request->tld()));
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(status());
}

grpc::Status CustodyService::ReadManifest(grpc::ServerContext* context,
                                          const DepositIdentity* request,
                                          grpc::ServerWriter<tidemark::v1::SealedPart>* writer) {
  const auto read = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission,
                     door_.Admit(*context, {Role::kVerifier, Role::kSuccessor}));
    ASSIGN_OR_RETURN(const vault::DepositId id, Named(admission, *request));
    return SendManifest(*context, admission, vault_, id, *writer);
  };
  return base::ToGrpcStatus(read());
}

grpc::Status CustodyService::ReadFrames(grpc::ServerContext* context,
                                        const tidemark::v1::ReadFramesRequest* request,
                                        grpc::ServerWriter<tidemark::v1::StoredFrame>* writer) {
  const auto read = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission,
                     door_.Admit(*context, {Role::kVerifier, Role::kSuccessor}));
    return SendFrames(*context, admission, vault_, *request, *writer);
  };
  return base::ToGrpcStatus(read());
}

grpc::Status CustodyService::AppendVerdict(grpc::ServerContext* context,
                                           const tidemark::v1::SignedVerdict* request,
                                           tidemark::v1::AppendVerdictReply* reply) {
  const auto append = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, door_.Admit(*context, {Role::kVerifier}));
    tidemark::v1::VerdictBody body;
    if (!body.ParseFromString(request->body())) {
      return absl::InvalidArgumentError("verdict: the body is not a VerdictBody message");
    }
    RETURN_IF_ERROR(Named(admission, body.identity()).status());
    ASSIGN_OR_RETURN(const uint64_t index, vault_.AppendVerdict(*request, verdict_key_));
    reply->set_log_index(index);
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(append());
}

}  // namespace tidemark::escrow_agent
