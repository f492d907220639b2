#include "escrow_agent/client/deposit_client.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/frame.h"
#include "escrow_agent/client/deposit_head.h"
#include "escrow_agent/client/intake_stream.h"
#include "escrow_agent/client/manifest_writer.h"
#include "escrow_agent/client/packer.h"
#include "escrow_agent/client/sealing_stage.h"
#include "proto/service.pb.h"
#include "rde/split/object_splitter.h"
#include "vault/manifest.h"
#include "vault/receipt.h"

namespace tidemark::escrow_agent {
namespace {

using tidemark::v1::ClearManifest;
using tidemark::v1::ManifestRecord;

constexpr uint32_t kFormat = 1;

// Everything that one upload is sealed under; new each time, and forgotten with it.
struct Seals {
  crypto::PackId pack_id = crypto::PackId::Random();
  crypto::PackSecret pack_secret = crypto::PackSecret::Generate();
  crypto::DepositKey deposit_key = crypto::DepositKey::Generate();
};

// What is known of the file when it was read to its end.
struct FileTotals {
  uint64_t bytes = 0;
  crypto::Sha256Digest sha256;
};

// Whether it can stand in a sealed manifest: what the reader refuses is not sealed in the first
// place. Bytes outside ASCII are refused although UTF-8 would do: deposit files have ASCII names
// (Specification 2), and a name that cannot be shown is not worth a deposit that cannot be opened.
absl::Status CheckFileName(absl::string_view name) {
  const bool is_printable = std::all_of(name.begin(), name.end(),
                                        [](char c) { return c >= 0x20 && c < 0x7f && c != '/'; });
  if (is_printable && !name.empty() && name.size() <= 255 && name != "." && name != "..") {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      "the file's name has to be 1 to 255 printable ASCII characters; rename it");
}

absl::StatusOr<std::unique_ptr<IntakeStream>> BeginUpload(const DepositorConfig& config,
                                                          const DepositHead& head,
                                                          const Seals& seals,
                                                          absl::Duration deadline) {
  tidemark::v1::BeginBody begin;
  begin.set_format(kFormat);
  begin.set_vault_id(config.agent.vault_id);
  *begin.mutable_identity() = vault::ToProto(head.id);
  begin.set_new_pack_id(std::string(seals.pack_id.bytes()));
  std::string body = begin.SerializeAsString();
  std::string signature = config.signing_key.Sign(crypto::SignaturePurpose::kBegin, body);
  return IntakeStream::Begin(config.agent, std::move(body), std::move(signature), deadline);
}

tidemark::v1::ManifestHeader SealedHeader(const DepositHead& head, absl::string_view file_name,
                                          const Seals& seals) {
  tidemark::v1::ManifestHeader header;
  *header.mutable_identity() = vault::ToProto(head.id);
  header.set_file_name(std::string(file_name));
  auto* pack = header.add_packs();
  pack->set_pack_id(std::string(seals.pack_id.bytes()));
  pack->set_secret(seals.pack_secret.ForManifest());
  return header;
}

// Reads the whole file, its head again first, through digest and splitter into `packer`.
absl::StatusOr<FileTotals> ReadThrough(const DepositHead& head, base::ByteSource& file,
                                       Packer& packer, const DepositOptions& options) {
  rde::ObjectSplitter splitter;
  crypto::Sha256Stream digest;
  uint64_t bytes = 0;
  std::string data;  // from the first byte that is in no piece yet
  std::vector<rde::Piece> pieces;
  absl::string_view chunk = head.bytes;
  std::vector<char> buffer(base::kCopyBufferBytes);
  for (bool at_end = false; !at_end;) {
    bytes += chunk.size();
    if (bytes > base::kDepositBytesMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the file is longer than ", base::kDepositBytesMax, " bytes"));
    }
    digest.Update(chunk);
    data.append(chunk.data(), chunk.size());
    if (options.on_progress && !chunk.empty()) options.on_progress(bytes);
    ASSIGN_OR_RETURN(const size_t n, file.Read(absl::MakeSpan(buffer)));
    chunk = absl::string_view(buffer.data(), n);
    at_end = n == 0;
    pieces.clear();
    const size_t done = splitter.Split(data, at_end, pieces);
    const char* piece_start = data.data();
    for (const rde::Piece& piece : pieces) {
      RETURN_IF_ERROR(packer.OnPiece(piece.kind, {piece_start, piece.bytes}));
      piece_start += piece.bytes;
    }
    data.erase(0, done);
  }
  RETURN_IF_ERROR(file.Close());
  RETURN_IF_ERROR(packer.Finish());
  return FileTotals{.bytes = bytes, .sha256 = digest.Finish()};
}

absl::Status WriteTrailer(const FileTotals& totals, const Packer& packer,
                          ManifestWriter& manifest) {
  ManifestRecord record;
  record.mutable_trailer()->set_file_bytes(totals.bytes);
  record.mutable_trailer()->set_file_sha256(std::string(totals.sha256.bytes()));
  record.mutable_trailer()->set_objects(packer.objects());
  RETURN_IF_ERROR(manifest.Write(record));
  return manifest.Close();
}

// Every frame of a new pack is used by the deposit that brings it.
std::string FullBitmap(uint32_t frames) {
  std::string bitmap((frames + size_t{7}) / 8, '\xff');
  if (frames % 8 != 0) bitmap.back() = static_cast<char>((1u << frames % 8) - 1);
  return bitmap;
}

absl::Status SetWraps(const DepositorConfig& config, const Seals& seals,
                      absl::string_view context, ClearManifest& manifest) {
  ASSIGN_OR_RETURN(const crypto::OpeningPublicKey opening_key,
                   crypto::OpeningPublicKey::FromHex(config.agent.opening_key_hex));
  ASSIGN_OR_RETURN(const crypto::ReleasePublicKey release_key,
                   crypto::ReleasePublicKey::FromHex(config.agent.release_key_hex));
  manifest.set_key_commitment(seals.deposit_key.Commitment(context));
  manifest.set_verifier_wrap(opening_key.Wrap(seals.deposit_key, context));
  manifest.set_verifier_key_id(opening_key.key_id());
  manifest.set_release_wrap(release_key.Wrap(seals.deposit_key, context));
  manifest.set_release_key_id(release_key.key_id());
  return absl::OkStatus();
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

}  // namespace

absl::StatusOr<DepositResult> Deposit(const DepositorConfig& config, base::ByteSource& file,
                                      absl::string_view file_name,
                                      const DepositOptions& options) {
  const absl::Time start = absl::Now();
  RETURN_IF_ERROR(CheckFileName(file_name));
  const std::string only_tld =
      config.object_secrets.size() == 1 ? config.object_secrets.begin()->first : "";
  ASSIGN_OR_RETURN(const DepositHead head, ReadDepositHead(file, "", only_tld));
  const auto secret = config.object_secrets.find(head.id.tld());
  if (secret == config.object_secrets.end()) {
    return absl::PermissionDeniedError(absl::StrCat(
        "the deposit is of TLD ", head.id.tld(), ", for which this configuration has no secret"));
  }
  if (head.names_csv_files && !head.is_archive && options.csv_files == CsvFiles::kRefuse) {
    return absl::FailedPreconditionError(
        "has objects in CSV files, which custody does not take: deposit them in the XML model, or "
        "the XML alone with --without-csv-files");
  }
  const std::string context = vault::SealingContext(config.agent.vault_id, head.id);
  const Seals seals;
  ClearManifest manifest;
  RETURN_IF_ERROR(SetWraps(config, seals, context, manifest));

  ASSIGN_OR_RETURN(const std::unique_ptr<IntakeStream> stream,
                   BeginUpload(config, head, seals, options.deadline));
  SealingStage stage({.label = head.id.tld(), .id = seals.pack_id, .secret = seals.pack_secret},
                     *stream);
  ManifestWriter sealed_manifest(seals.deposit_key, context,
                                 [&stage](uint32_t number, std::string ciphertext) {
                                   return stage.PushPart(number, std::move(ciphertext));
                                 });
  Packer packer(sealed_manifest, [&stage](uint32_t number, std::string content) {
    return stage.PushFrame(number, std::move(content));
  });
  RETURN_IF_ERROR(packer.Begin(SealedHeader(head, file_name, seals)));
  ASSIGN_OR_RETURN(const FileTotals file_totals, ReadThrough(head, file, packer, options));
  RETURN_IF_ERROR(WriteTrailer(file_totals, packer, sealed_manifest));
  ASSIGN_OR_RETURN(const SealingStage::Totals sent, stage.Finish());

  manifest.set_format(kFormat);
  manifest.set_vault_id(config.agent.vault_id);
  *manifest.mutable_identity() = vault::ToProto(head.id);
  manifest.set_kind(head.kind);
  manifest.set_watermark_unix_seconds(head.watermark_unix_seconds);
  manifest.set_prev_id(head.prev_id);
  auto* pack = manifest.add_packs();
  pack->set_pack_id(std::string(seals.pack_id.bytes()));
  pack->set_frame_count(sent.frames);
  pack->set_used(FullBitmap(sent.frames));
  pack->set_frames_digest(sent.frames_digest);
  manifest.set_new_pack_id(std::string(seals.pack_id.bytes()));
  manifest.set_frame_bytes(sent.frame_bytes);
  manifest.set_manifest_parts(sealed_manifest.parts());
  manifest.set_manifest_bytes(sealed_manifest.bytes());
  manifest.set_manifest_digest(sealed_manifest.Digest());
  manifest.set_content_commitment(
      secret->second.ContentCommitment(absl::StrCat(file_totals.sha256.bytes(), context)));

  const std::string body = manifest.SerializeAsString();
  ASSIGN_OR_RETURN(
      tidemark::v1::Receipt receipt,
      stream->Commit(body,
                     config.signing_key.Sign(crypto::SignaturePurpose::kClearManifest, body)));
  ASSIGN_OR_RETURN(tidemark::v1::ReceiptBody receipt_body,
                   CheckReceipt(config, head.id, manifest, receipt));
  const bool is_repeated = receipt_body.manifest_digest() != crypto::Blake2b(body).bytes();
  return DepositResult{
      .id = head.id,
      .receipt = std::move(receipt),
      .body = std::move(receipt_body),
      .is_repeated = is_repeated,
      .left_out_csv_files = head.names_csv_files,
      .stats = {.bytes_read = file_totals.bytes,
                .objects = packer.objects(),
                .frames = sent.frames,
                .manifest_bytes = sealed_manifest.bytes(),
                .bytes_sent = sent.frame_bytes + sealed_manifest.bytes(),
                .seconds = absl::ToDoubleSeconds(absl::Now() - start)},
  };
}

}  // namespace tidemark::escrow_agent
