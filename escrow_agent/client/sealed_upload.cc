#include "escrow_agent/client/sealed_upload.h"

#include <optional>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/compress.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/object_id.h"
#include "escrow_agent/client/deduplicator.h"
#include "escrow_agent/client/manifest_writer.h"
#include "escrow_agent/client/packer.h"
#include "escrow_agent/client/sealing_stage.h"
#include "proto/service.pb.h"
#include "vault/manifest.h"
#include "vault/receipt.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::ClearManifest;
using tidemark::v1::ManifestRecord;

constexpr uint32_t kBeginFormat = 1;
constexpr uint32_t kManifestFormat = 3;

absl::Status WriteTrailer(const FileTotals& totals, uint64_t objects, ManifestWriter& manifest) {
  ManifestRecord record;
  record.mutable_trailer()->set_file_bytes(totals.bytes);
  record.mutable_trailer()->set_file_sha256(std::string(totals.sha256.bytes()));
  record.mutable_trailer()->set_objects(objects);
  RETURN_IF_ERROR(manifest.Write(record));
  return manifest.Close();
}

// Every frame of a new pack is used by the deposit that brings it.
std::string FullBitmap(uint32_t frames) {
  std::string bitmap((frames + size_t{7}) / 8, '\xff');
  if (frames % 8 != 0) bitmap.back() = static_cast<char>((1u << frames % 8) - 1);
  return bitmap;
}

// The receipt is the agent's word that it keeps this content under this identity; it may be one of
// an earlier upload of the same content, with another manifest.
absl::StatusOr<tidemark::v1::ReceiptBody> CheckReceipt(const DepositorConfig& config,
                                                       const vault::DepositId& id,
                                                       const ClearManifest& manifest,
                                                       const tidemark::v1::Receipt& receipt) {
  absl::StatusOr<crypto::VerifyKey> key =
      crypto::VerifyKey::FromHex(config.agent.receipt_key_hex);
  if (!key.ok()) return absl::FailedPreconditionError("agent.receipt_key is not a key");
  absl::StatusOr<tidemark::v1::ReceiptBody> body = vault::VerifyReceipt(receipt, *key);
  if (!body.ok()) {
    return absl::DataLossError(absl::StrCat(
        "the server's answer is not a receipt of this agent: ", body.status().message()));
  }
  const absl::StatusOr<vault::DepositId> receipt_id = vault::IdOf(body->identity());
  if (body->vault_id() != config.agent.vault_id || !receipt_id.ok() || *receipt_id != id ||
      body->content_commitment() != manifest.content_commitment()) {
    return absl::DataLossError("the server's receipt is not for what was sent");
  }
  return body;
}

// A FULL forgets what it does not name, so one that was cut short or of an older day leaves little
// that the next can refer to. The index knows only how much that was.
std::string WhyMostlyNew(tidemark::v1::DepositKind kind, uint64_t objects, uint64_t unknown,
                         uint64_t indexed) {
  if (kind != tidemark::v1::DEPOSIT_KIND_FULL || indexed == 0 || unknown <= objects / 2) return "";
  return absl::StrCat(unknown, " of ", objects, " objects are not among the ", indexed,
                      " of the deposits before this one: was the last FULL cut short, or of an "
                      "older day, or do exports differ in form from day to day?");
}

IndexMode ModeOf(tidemark::v1::DepositKind kind) {
  return kind == tidemark::v1::DEPOSIT_KIND_FULL ? IndexMode::kReplace : IndexMode::kExtend;
}

}  // namespace

// What the clear manifest says of the file and of what was sent.
struct SealedUpload::Sent {
  FileTotals file;
  SealingStage::Totals frames;
  std::vector<std::string> used;  // frames of the known packs, by their number
  uint32_t manifest_parts;
  uint64_t manifest_bytes;
  std::string manifest_digest;
};

SealedUpload::SealedUpload(const DepositorConfig& config, const DepositHead& head,
                           ObjectIndex& index, const DepositOptions& options)
    : config_(config),
      head_(head),
      index_(index),
      options_(options),
      object_secret_(config.object_secrets.at(head.id.tld())),
      context_(vault::SealingContext(config.agent.vault_id, head.id)) {
  for (const std::optional<IndexedPack>& pack : index.packs()) {
    pack_of_slot_.push_back(static_cast<uint32_t>(known_.size()));
    if (pack.has_value()) known_.push_back(&*pack);
  }
}

absl::StatusOr<std::unique_ptr<SealedUpload>> SealedUpload::Begin(const DepositorConfig& config,
                                                                  const DepositHead& head,
                                                                  ObjectIndex& index,
                                                                  const DepositOptions& options) {
  auto upload = absl::WrapUnique(new SealedUpload(config, head, index, options));
  RETURN_IF_ERROR(upload->SetWraps());
  tidemark::v1::BeginBody begin;
  begin.set_format(kBeginFormat);
  begin.set_vault_id(config.agent.vault_id);
  *begin.mutable_identity() = vault::ToProto(head.id);
  begin.set_new_pack_id(std::string(upload->pack_id_.bytes()));
  for (const IndexedPack* pack : upload->known_) {
    begin.add_relied_on_pack_ids(std::string(pack->id.bytes()));
  }
  std::string body = begin.SerializeAsString();
  std::string signature = config.signing_key.Sign(crypto::SignaturePurpose::kBegin, body);
  ASSIGN_OR_RETURN(upload->stream_, IntakeStream::Begin(config.agent, std::move(body),
                                                        std::move(signature), options.deadline));
  return upload;
}

absl::Status SealedUpload::SetWraps() {
  ASSIGN_OR_RETURN(const crypto::OpeningPublicKey opening_key,
                   crypto::OpeningPublicKey::FromHex(config_.agent.opening_key_hex));
  ASSIGN_OR_RETURN(const crypto::ReleasePublicKey release_key,
                   crypto::ReleasePublicKey::FromHex(config_.agent.release_key_hex));
  manifest_.set_key_commitment(deposit_key_.Commitment(context_));
  manifest_.set_verifier_wrap(opening_key.Wrap(deposit_key_, context_));
  manifest_.set_verifier_key_id(opening_key.key_id());
  manifest_.set_release_wrap(release_key.Wrap(deposit_key_, context_));
  manifest_.set_release_key_id(release_key.key_id());
  return absl::OkStatus();
}

tidemark::v1::ManifestHeader SealedUpload::SealedHeader(absl::string_view file_name) const {
  tidemark::v1::ManifestHeader header;
  *header.mutable_identity() = vault::ToProto(head_.id);
  header.set_file_name(std::string(file_name));
  const auto add = [&header](const crypto::PackId& id, const crypto::PackSecret& secret) {
    auto* pack = header.add_packs();
    pack->set_pack_id(std::string(id.bytes()));
    pack->set_secret(secret.ForManifest());
  };
  for (const IndexedPack* pack : known_) add(pack->id, pack->secret);
  add(pack_id_, pack_secret_);
  return header;
}

void SealedUpload::Describe(const Sent& sent) {
  manifest_.set_format(kManifestFormat);
  manifest_.set_vault_id(config_.agent.vault_id);
  *manifest_.mutable_identity() = vault::ToProto(head_.id);
  manifest_.set_kind(head_.kind);
  manifest_.set_watermark_unix_seconds(head_.watermark_unix_seconds);
  manifest_.set_prev_id(head_.prev_id);
  for (size_t i = 0; i < known_.size(); ++i) {
    auto* pack = manifest_.add_packs();
    pack->set_pack_id(std::string(known_[i]->id.bytes()));
    pack->set_frame_count(static_cast<uint32_t>(known_[i]->frame_objects.size()));
    pack->set_used(sent.used[i]);
    pack->set_frames_digest(known_[i]->frames_digest);
  }
  auto* pack = manifest_.add_packs();
  pack->set_pack_id(std::string(pack_id_.bytes()));
  pack->set_frame_count(sent.frames.frames);
  pack->set_used(FullBitmap(sent.frames.frames));
  pack->set_frames_digest(sent.frames.frames_digest);
  manifest_.set_new_pack_id(std::string(pack_id_.bytes()));
  manifest_.set_frame_bytes(sent.frames.frame_bytes);
  manifest_.set_manifest_parts(sent.manifest_parts);
  manifest_.set_manifest_bytes(sent.manifest_bytes);
  manifest_.set_manifest_digest(sent.manifest_digest);
  manifest_.set_content_commitment(
      object_secret_.ContentCommitment(absl::StrCat(sent.file.sha256.bytes(), context_)));
}

absl::StatusOr<DepositResult> SealedUpload::Run(base::ByteSource& file,
                                                absl::string_view file_name) {
  SealingStage stage({.label = head_.id.tld(),
                      .id = pack_id_,
                      .secret = pack_secret_,
                      .tuning = head_.is_archive ? base::ZstdTuning::kLevel3
                                                 : base::ZstdTuning::kMarkup},
                     *stream_);
  ManifestWriter sealed_manifest(deposit_key_, context_,
                                 [&stage](uint32_t number, std::string ciphertext) {
                                   return stage.PushPart(number, std::move(ciphertext));
                                 });
  RunWriter::FrameObjects frame_objects;
  for (const IndexedPack* pack : known_) frame_objects.push_back(&pack->frame_objects);
  Packer packer(
      sealed_manifest,
      [&stage](uint32_t number, verifier::FrameContentBuilder& frame) {
        return stage.PushFrame(number, frame);
      },
      frame_objects);
  RETURN_IF_ERROR(packer.Begin(SealedHeader(file_name)));
  const uint64_t indexed_objects = index_.objects();
  crypto::ObjectHasher hasher(object_secret_);
  Deduplicator deduplicator(hasher, index_, index_.BeginUpdate(ModeOf(head_.kind)), packer,
                            pack_of_slot_);
  ASSIGN_OR_RETURN(const FileTotals totals,
                   CutFile(head_.bytes, file,
                           [&](absl::string_view bytes, absl::Span<const rde::Piece> pieces) {
                             return deduplicator.Take(bytes, pieces);
                           },
                           options_.on_progress));
  RETURN_IF_ERROR(packer.Finish());
  RETURN_IF_ERROR(WriteTrailer(totals, packer.objects(), sealed_manifest));
  ASSIGN_OR_RETURN(const SealingStage::Totals frames, stage.Finish());
  Sent sent = {.file = totals,
               .frames = frames,
               .used = {},
               .manifest_parts = sealed_manifest.parts(),
               .manifest_bytes = sealed_manifest.bytes(),
               .manifest_digest = sealed_manifest.Digest()};
  for (uint32_t pack = 0; pack < known_.size(); ++pack) sent.used.push_back(packer.used(pack));
  Describe(sent);

  const std::string body = manifest_.SerializeAsString();
  ASSIGN_OR_RETURN(
      tidemark::v1::Receipt receipt,
      stream_->Commit(body,
                      config_.signing_key.Sign(crypto::SignaturePurpose::kClearManifest, body)));
  ASSIGN_OR_RETURN(tidemark::v1::ReceiptBody receipt_body,
                   CheckReceipt(config_, head_.id, manifest_, receipt));
  const bool is_repeated = receipt_body.manifest_digest() != crypto::Blake2b(body).bytes();
  // A repeated upload was dropped, and its pack with it.
  absl::Status indexed;
  if (!is_repeated) {
    ASSIGN_OR_RETURN(crypto::PackSecret secret,
                     crypto::PackSecret::FromManifest(pack_secret_.ForManifest()));
    indexed = deduplicator.CommitIndex({.id = pack_id_,
                                        .secret = std::move(secret),
                                        .frames_digest = sent.frames.frames_digest,
                                        .frame_objects = packer.frame_objects(),
                                        .is_to_renew = {}});
  }
  return DepositResult{
      .id = head_.id,
      .receipt = std::move(receipt),
      .body = std::move(receipt_body),
      .is_repeated = is_repeated,
      .left_out_csv_files = head_.names_csv_files && !head_.is_archive,
      .why_full = index_.why_empty(),
      .why_mostly_new =
          WhyMostlyNew(head_.kind, packer.objects(),
                       deduplicator.new_objects() - deduplicator.renewed_objects(),
                       indexed_objects),
      .why_more = index_.damage(),
      .index_status = std::move(indexed),
      .stats = {.bytes_read = sent.file.bytes,
                .objects = packer.objects(),
                .new_objects = deduplicator.new_objects(),
                .renewed_objects = deduplicator.renewed_objects(),
                .frames = sent.frames.frames,
                .manifest_bytes = sent.manifest_bytes,
                .bytes_sent = sent.frames.frame_bytes + sent.manifest_bytes},
  };
}

}  // namespace tidemark::escrow_agent
