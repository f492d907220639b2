#include "escrow_agent/server/intake_session.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/pack_id.h"
#include "crypto/sign.h"
#include "vault/manifest.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::BeginBody;
using tidemark::v1::DepositReply;
using tidemark::v1::DepositRequest;

constexpr uint32_t kFormat = 1;
// A client stops at kUnackedFramesMax and kUnackedPartsMax; acknowledging at half of them keeps it
// from ever waiting for a piece that would not come.
constexpr uint32_t kSyncEveryFrames = base::kUnackedFramesMax / 2;
constexpr uint32_t kSyncEveryParts = base::kUnackedPartsMax / 2;

absl::Status OutOfOrder(absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat(what, " out of order: the order is begin, frames and manifest parts, commit"));
}

absl::StatusOr<vault::UploadRequest> ParseBegin(const BeginBody& body) {
  absl::StatusOr<vault::DepositId> deposit = vault::IdOf(body.identity());
  if (!deposit.ok()) return base::Annotate(deposit.status(), "begin");
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(body.new_pack_id()));
  vault::UploadRequest request = {*std::move(deposit), pack};
  if (static_cast<size_t>(body.relied_on_pack_ids_size()) >= base::kManifestPacksMax) {
    return absl::ResourceExhaustedError(absl::StrCat("begin: ", body.relied_on_pack_ids_size(),
                                                     " packs relied on, limit ",
                                                     base::kManifestPacksMax - 1));
  }
  for (const std::string& id : body.relied_on_pack_ids()) {
    ASSIGN_OR_RETURN(const crypto::PackId relied_on, crypto::PackId::FromBytes(id));
    request.relied_on.push_back(relied_on);
  }
  if (body.file_bytes() > base::kDepositBytesMax) {
    return absl::ResourceExhaustedError(absl::StrCat("begin: a file of ", body.file_bytes(),
                                                     " bytes, limit ", base::kDepositBytesMax));
  }
  return request;
}

}  // namespace

absl::StatusOr<std::vector<DepositReply>> IntakeSession::Take(const DepositRequest& request) {
  Replies replies;
  const absl::Status status = TryTake(request, replies);
  if (status.ok()) return replies;
  // What a peer did wrong, or what has no room, is not kept for it.
  if (upload_ != nullptr) upload_->Discard();
  return status;
}

absl::Status IntakeSession::TryTake(const DepositRequest& request, Replies& replies) {
  switch (request.request_case()) {
    case DepositRequest::kBegin:
      return Begin(request.begin(), replies);
    case DepositRequest::kFrame:
      return Frame(request.frame(), replies);
    case DepositRequest::kManifestPart:
      return ManifestPart(request.manifest_part(), replies);
    case DepositRequest::kCommit:
      return Commit(request.commit(), replies);
    case DepositRequest::REQUEST_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("a message that this server does not know");
}

absl::Status IntakeSession::Begin(const DepositRequest::Begin& begin, Replies& replies) {
  if (stage_ != Stage::kBegin) return OutOfOrder("begin");
  // Before anything is computed or looked up for it.
  RETURN_IF_ERROR(begin_rate_.Take(who_.peer.serial_hex));
  BeginBody body;
  if (!body.ParseFromString(begin.body()) || body.format() != kFormat) {
    return absl::InvalidArgumentError("begin: the body is not a BeginBody of format 1");
  }
  if (!who_.peer.signer.has_value() ||
      !who_.peer.signer->Verify(crypto::SignaturePurpose::kBegin, begin.body(), begin.signature())
           .ok()) {
    return absl::PermissionDeniedError(
        "begin: not signed by the key that the client certificate names");
  }
  if (body.vault_id() != vault_.vault_id()) {
    return absl::FailedPreconditionError("begin: meant for another vault");
  }
  ASSIGN_OR_RETURN(vault::UploadRequest request, ParseBegin(body));
  if (!who_.peer.MayTouch(request.deposit.tld())) {
    return absl::PermissionDeniedError("begin: the client certificate is not for this TLD");
  }
  request.begin_digest = std::string(crypto::Blake2b(begin.body()).bytes());
  request.signer = std::string(who_.peer.signer->bytes());
  request.serial = who_.peer.serial_hex;
  request.on_taken_over = on_taken_over_;
  ASSIGN_OR_RETURN(upload_, vault_.Begin(request));
  stage_ = Stage::kUploading;
  const vault::PiecesHeld held = upload_->held();
  auto& accepted = *replies.emplace_back().mutable_accepted();
  accepted.set_frames_received(held.frames);
  accepted.set_parts_received(held.parts);
  return absl::OkStatus();
}

absl::Status IntakeSession::Frame(const DepositRequest::Frame& frame, Replies& replies) {
  if (stage_ != Stage::kUploading) return OutOfOrder("frame");
  RETURN_IF_ERROR(upload_->PutFrame(frame.number(), frame.ciphertext()));
  ++unsynced_frames_;
  return CountUnsynced(frame.ciphertext().size(), replies);
}

absl::Status IntakeSession::ManifestPart(const DepositRequest::ManifestPart& part,
                                         Replies& replies) {
  if (stage_ != Stage::kUploading) return OutOfOrder("manifest part");
  RETURN_IF_ERROR(upload_->PutManifestPart(part.number(), part.ciphertext()));
  ++unsynced_parts_;
  return CountUnsynced(part.ciphertext().size(), replies);
}

absl::Status IntakeSession::CountUnsynced(size_t bytes, Replies& replies) {
  unsynced_bytes_ += bytes;
  if (unsynced_frames_ < kSyncEveryFrames && unsynced_parts_ < kSyncEveryParts &&
      unsynced_bytes_ < base::kSyncEveryBytes) {
    return absl::OkStatus();
  }
  return Acknowledge(replies);
}

absl::Status IntakeSession::Commit(const DepositRequest::Commit& commit, Replies& replies) {
  if (stage_ != Stage::kUploading) return OutOfOrder("commit");
  RETURN_IF_ERROR(Acknowledge(replies));
  tidemark::v1::SignedManifest manifest;
  manifest.set_body(commit.manifest());
  manifest.set_signature(commit.signature());
  manifest.set_certificate_pem(who_.certificate_pem);
  ASSIGN_OR_RETURN(*replies.emplace_back().mutable_receipt(), upload_->Commit(manifest));
  stage_ = Stage::kDone;
  return absl::OkStatus();
}

absl::Status IntakeSession::Acknowledge(Replies& replies) {
  ASSIGN_OR_RETURN(const vault::PiecesHeld durable, upload_->Sync());
  unsynced_frames_ = 0;
  unsynced_parts_ = 0;
  unsynced_bytes_ = 0;
  auto& acked = *replies.emplace_back().mutable_acked();
  acked.set_frames_durable(durable.frames);
  acked.set_parts_durable(durable.parts);
  return absl::OkStatus();
}

}  // namespace tidemark::escrow_agent
