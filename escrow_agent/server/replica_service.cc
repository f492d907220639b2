#include "escrow_agent/server/replica_service.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/grpc_status.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/status.h"
#include "crypto/pki.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::ApplyReply;
using tidemark::v1::ApplyRequest;
using tidemark::v1::HealRequest;
using vault::Role;

// Pieces that are looked for between two looks at whether the client is still there.
constexpr uint64_t kNumbersPerPulse = 256;

template <typename Message>
absl::Status Send(const grpc::ServerContext& context, const Admission& admission,
                  const Message& message, grpc::ServerWriter<Message>& writer) {
  if (!writer.Write(message)) return absl::CancelledError("the client is gone");
  return admission.Pulse(context);
}

// One message of a copier after the other, and what is answered. Pieces are synced every
// kSyncEveryBytes: a crash costs no more than that.
class ApplySession final {
 public:
  explicit ApplySession(vault::Replication& replication) : replication_(replication) {}

  // False: there is nothing to answer.
  absl::StatusOr<bool> Take(const ApplyRequest& request, ApplyReply& reply) {
    if ((applying_ == nullptr) != request.has_head()) {
      return absl::FailedPreconditionError("apply: the primary's head comes first, and once");
    }
    switch (request.request_case()) {
      case ApplyRequest::kHead: {
        ASSIGN_OR_RETURN(applying_, replication_.Apply(request.head()));
        reply.mutable_continue_from()->set_log_index(applying_->next_leaf());
        return true;
      }
      case ApplyRequest::kLeaf: {
        ASSIGN_OR_RETURN(const vault::PiecesDue due, applying_->Begin(request.leaf()));
        reply.mutable_wanted()->set_next_frame(due.next_frame);
        reply.mutable_wanted()->set_next_part(due.next_part);
        return true;
      }
      case ApplyRequest::kPiece: {
        RETURN_IF_ERROR(applying_->Put(request.piece()));
        unsynced_bytes_ += request.piece().ciphertext().size();
        if (unsynced_bytes_ >= base::kSyncEveryBytes) {
          RETURN_IF_ERROR(applying_->Sync().status());
          unsynced_bytes_ = 0;
        }
        return false;
      }
      case ApplyRequest::kCommit: {
        ASSIGN_OR_RETURN(const uint64_t size, applying_->Commit());
        unsynced_bytes_ = 0;
        reply.mutable_applied()->set_tree_size(size);
        return true;
      }
      case ApplyRequest::REQUEST_NOT_SET:
        break;
    }
    return absl::InvalidArgumentError("a message that this server does not know");
  }

 private:
  vault::Replication& replication_;
  std::unique_ptr<vault::Applying> applying_;
  uint64_t unsynced_bytes_ = 0;
};

// A piece that does not fit is named in the answer; the others go on.
absl::Status TakePiece(const tidemark::v1::SealedPiece& piece,
                       const std::function<absl::Status()>& pulse, vault::Healing& healing,
                       std::vector<uint32_t>& unfit) {
  RETURN_IF_ERROR(healing.Prove(pulse));
  const absl::Status taken = healing.TakePiece(piece.number(), piece.ciphertext());
  if (!absl::IsDataLoss(taken)) return taken;
  if (unfit.size() >= base::kListEntriesMax) return taken;
  unfit.push_back(piece.number());
  return absl::OkStatus();
}

absl::Status TakeHealing(const HealRequest& request, const std::function<absl::Status()>& pulse,
                         vault::Healing& healing, std::vector<uint32_t>& unfit) {
  switch (request.request_case()) {
    case HealRequest::kDigests:
      return healing.TakeDigests(request.digests().digests());
    case HealRequest::kProof:
      return healing.TakeProof(request.proof().number(), request.proof().ciphertext());
    case HealRequest::kPiece:
      return TakePiece(request.piece(), pulse, healing, unfit);
    default:
      return absl::FailedPreconditionError("heal: the subject comes first, and once");
  }
}

}  // namespace

absl::StatusOr<Admission> ReplicaService::Admit(grpc::ServerContext& context) {
  ASSIGN_OR_RETURN(Admission admission, door_.Admit(context, {Role::kReplicator}));
  RETURN_IF_ERROR(admission.RequireTld("*"));
  return admission;
}

grpc::Status ReplicaService::State(grpc::ServerContext* context,
                                   const tidemark::v1::ReplicaStateRequest*,
                                   tidemark::v1::ReplicaState* reply) {
  const auto state = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, Admit(*context));
    ASSIGN_OR_RETURN(*reply, replication_.State());
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(state());
}

grpc::Status ReplicaService::ReadLeaves(grpc::ServerContext* context,
                                        const tidemark::v1::LeavesRequest* request,
                                        grpc::ServerWriter<tidemark::v1::ReplicatedLeaf>* writer) {
  const auto read = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, Admit(*context));
    const uint32_t count = std::min(request->count(), base::kLogLeavesMax);
    for (uint32_t i = 0; i < count; ++i) {
      ASSIGN_OR_RETURN(const tidemark::v1::ReplicatedLeaf leaf,
                       replication_.Leaf(request->first() + i));
      RETURN_IF_ERROR(Send(*context, admission, leaf, *writer));
    }
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(read());
}

grpc::Status ReplicaService::ReadPieces(grpc::ServerContext* context,
                                        const tidemark::v1::ReadPiecesRequest* request,
                                        grpc::ServerWriter<tidemark::v1::SealedPiece>* writer) {
  const auto read = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, Admit(*context));
    tidemark::v1::PieceIdentity name;
    name.set_type(request->type());
    name.set_pack_id(request->pack_id());
    tidemark::v1::SealedPiece piece;
    piece.set_type(request->type());
    const uint64_t end =
        std::min<uint64_t>(uint64_t{request->first()} + request->count(), base::kPackFramesMax);
    for (uint64_t number = request->first(); number < end; ++number) {
      name.set_number(static_cast<uint32_t>(number));
      // Also where a long run of pieces was removed, and nothing is sent.
      if (number % kNumbersPerPulse == 0) RETURN_IF_ERROR(admission.Pulse(*context));
      absl::StatusOr<std::string> ciphertext = replication_.Piece(name);
      if (absl::IsNotFound(ciphertext.status())) continue;
      RETURN_IF_ERROR(ciphertext.status());
      piece.set_number(name.number());
      piece.set_ciphertext(*std::move(ciphertext));
      RETURN_IF_ERROR(Send(*context, admission, piece, *writer));
    }
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(read());
}

grpc::Status ReplicaService::ReadDigests(grpc::ServerContext* context,
                                         const tidemark::v1::ReadDigestsRequest* request,
                                         grpc::ServerWriter<tidemark::v1::PieceDigests>* writer) {
  const auto read = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, Admit(*context));
    return replication_.Digests(request->pack_id(), [&](absl::string_view digests) {
      tidemark::v1::PieceDigests message;
      message.set_digests(std::string(digests));
      return Send(*context, admission, message, *writer);
    });
  };
  return base::ToGrpcStatus(read());
}

grpc::Status ReplicaService::Damaged(grpc::ServerContext* context,
                                     const tidemark::v1::DamagedRequest*,
                                     grpc::ServerWriter<tidemark::v1::PieceIdentity>* writer) {
  const auto list = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, Admit(*context));
    ASSIGN_OR_RETURN(const std::vector<tidemark::v1::PieceIdentity> damaged,
                     replication_.Damaged());
    for (const tidemark::v1::PieceIdentity& piece : damaged) {
      RETURN_IF_ERROR(Send(*context, admission, piece, *writer));
    }
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(list());
}

grpc::Status ReplicaService::Heal(grpc::ServerContext* context,
                                  grpc::ServerReader<HealRequest>* reader,
                                  tidemark::v1::HealReply* reply) {
  const auto heal = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, Admit(*context));
    HealRequest request;
    if (!reader->Read(&request) || !request.has_subject()) {
      return absl::FailedPreconditionError("heal: the subject comes first, and once");
    }
    ASSIGN_OR_RETURN(const std::unique_ptr<vault::Healing> healing,
                     replication_.Heal(request.subject().type(), request.subject().pack_id()));
    const auto pulse = [&] { return admission.Pulse(*context); };
    std::vector<uint32_t> unfit;
    while (reader->Read(&request)) {
      RETURN_IF_ERROR(pulse());
      RETURN_IF_ERROR(TakeHealing(request, pulse, *healing, unfit));
    }
    ASSIGN_OR_RETURN(*reply, healing->Finish());
    for (const uint32_t number : unfit) reply->add_unfit(number);
    base::Log(base::LogLevel::kInfo, "healed",
              {{"serial", admission.who.peer.serial_hex},
               {"pieces", static_cast<int64_t>(reply->healed())}});
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(heal());
}

grpc::Status ReplicaService::FinishHealing(grpc::ServerContext* context,
                                           const tidemark::v1::FinishHealingRequest*,
                                           tidemark::v1::FinishHealingReply* reply) {
  const auto finish = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, Admit(*context));
    ASSIGN_OR_RETURN(*reply, replication_.FinishHealing());
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(finish());
}

grpc::Status ReplicaService::Apply(grpc::ServerContext* context,
                                   grpc::ServerReaderWriter<ApplyReply, ApplyRequest>* stream) {
  const auto apply = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, Admit(*context));
    ApplySession session(replication_);
    ApplyRequest request;
    while (stream->Read(&request)) {
      RETURN_IF_ERROR(admission.Pulse(*context));
      ApplyReply reply;
      ASSIGN_OR_RETURN(const bool has_reply, session.Take(request, reply));
      if (has_reply && !stream->Write(reply)) return absl::CancelledError("the copier is gone");
    }
    return absl::OkStatus();
  };
  const absl::Status applied = apply();
  if (!applied.ok()) {
    base::Log(base::LogLevel::kWarning, "apply", {{"status", applied.ToString()}});
  }
  return base::ToGrpcStatus(applied);
}

grpc::Status ReplicaService::Erase(grpc::ServerContext* context, const tidemark::v1::EraseRequest*,
                                   tidemark::v1::EraseReply* reply) {
  const auto erase = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, Admit(*context));
    ASSIGN_OR_RETURN(const std::vector<uint64_t> gone, replication_.Erase(is_stopping_));
    for (const uint64_t index : gone) reply->add_shredded_log_index(index);
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(erase());
}

grpc::Status ReplicaService::ConfirmErased(grpc::ServerContext* context,
                                           const tidemark::v1::EraseReply* request,
                                           tidemark::v1::ConfirmErasedReply* reply) {
  const auto confirm = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admission admission, Admit(*context));
    ASSIGN_OR_RETURN(const crypto::CertificateInfo certificate,
                     crypto::ParseCertificate(admission.who.certificate_pem));
    if (request->shredded_log_index_size() > static_cast<int>(vault::kErasedLeavesMax)) {
      return absl::InvalidArgumentError(absl::StrCat("more than ", vault::kErasedLeavesMax,
                                                     " deposits at once"));
    }
    const std::string detail =
        absl::StrCat(certificate.common_name, ", serial ", certificate.serial_hex);
    for (const uint64_t index : request->shredded_log_index()) {
      RETURN_IF_ERROR(admission.Pulse(*context));
      ASSIGN_OR_RETURN(const bool is_new, replication_.ConfirmErased(index, detail));
      if (is_new) reply->set_confirmed(reply->confirmed() + 1);
    }
    return absl::OkStatus();
  };
  return base::ToGrpcStatus(confirm());
}

}  // namespace tidemark::escrow_agent
