#include "vault/vault_testing.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "vault/manifest.h"

namespace tidemark::vault {
namespace {

std::string RandomBytes(std::mt19937_64& random, size_t size) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

template <typename T>
T Value(absl::StatusOr<T> value) {
  CHECK(value.ok());
  return *std::move(value);
}

std::string DigestOf(absl::string_view bytes) {
  return std::string(crypto::Blake2b(bytes).bytes());
}

}  // namespace

absl::Time TestNow() {
  static const absl::Time now = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()));
  return now;
}

const crypto::CertificateAndKey& TestAuthority() {
  static const auto& authority =
      *std::make_unique<crypto::CertificateAndKey>(
           Value(crypto::CreateAuthority("Test authority", TestNow() - absl::Hours(24),
                                         TestNow() + absl::Hours(24 * 365))))
           .release();
  return authority;
}

crypto::CertificateAndKey IssueForTest(const std::vector<std::string>& uris, absl::Time not_before,
                                       absl::Time not_after) {
  crypto::CertificateRequest request;
  request.common_name = "test";
  request.uris = uris;
  request.not_before = not_before;
  request.not_after = not_after;
  return Value(crypto::IssueCertificate(TestAuthority(), request));
}

TestPeer TestPeer::Make(Role role, const std::vector<std::string>& tlds) {
  crypto::SigningKey key = crypto::SigningKey::Generate();
  Peer peer;
  peer.role = role;
  peer.tlds = tlds;
  if (role == Role::kDepositor) peer.signer = key.verify_key();
  crypto::CertificateAndKey certificate =
      IssueForTest(PeerUris(peer), TestNow() - absl::Hours(1), TestNow() + absl::Hours(24));
  return {std::move(key), std::move(certificate)};
}

DepositId Id(absl::string_view text) { return Value(DepositId::Parse(text)); }

TestUpload MakeUpload(absl::string_view vault_id, const DepositId& deposit,
                      const TestUploadOptions& options) {
  std::mt19937_64 random(options.seed);
  TestUpload upload = {deposit, crypto::PackId::Random(), {}, {}, {}};
  for (int i = 0; i < options.frames; ++i) {
    upload.frames.push_back(RandomBytes(random, options.piece_bytes));
  }
  for (int i = 0; i < options.parts; ++i) {
    upload.parts.push_back(RandomBytes(random, options.piece_bytes));
  }
  tidemark::v1::ClearManifest& manifest = upload.manifest;
  manifest.set_format(1);
  manifest.set_vault_id(std::string(vault_id));
  *manifest.mutable_identity() = ToProto(deposit);
  manifest.set_kind(tidemark::v1::DEPOSIT_KIND_FULL);
  manifest.set_watermark_unix_seconds(1'763'769'600);
  manifest.set_key_commitment(RandomBytes(random, 32));
  manifest.set_verifier_wrap(RandomBytes(random, 80));
  manifest.set_verifier_key_id(RandomBytes(random, 16));
  manifest.set_release_wrap(RandomBytes(random, 80));
  manifest.set_release_key_id(RandomBytes(random, 16));
  manifest.set_content_commitment(DigestOf(options.content));
  upload.Describe();
  return upload;
}

void TestUpload::Describe() {
  manifest.clear_packs();
  tidemark::v1::PackRef* const ref = manifest.add_packs();
  ref->set_pack_id(std::string(pack.bytes()));
  ref->set_frame_count(static_cast<uint32_t>(frames.size()));
  std::string used((frames.size() + 7) / 8, '\xff');
  if (frames.size() % 8 != 0) used.back() = static_cast<char>((1 << (frames.size() % 8)) - 1);
  ref->set_used(used);
  std::string digests;
  uint64_t frame_bytes = 0;
  for (const std::string& frame : frames) {
    absl::StrAppend(&digests, crypto::Blake2b(frame).bytes());
    frame_bytes += frame.size();
  }
  ref->set_frames_digest(DigestOf(digests));
  std::string all_parts;
  for (const std::string& part : parts) absl::StrAppend(&all_parts, part);
  manifest.set_new_pack_id(std::string(pack.bytes()));
  manifest.set_frame_bytes(frame_bytes);
  manifest.set_manifest_parts(static_cast<uint32_t>(parts.size()));
  manifest.set_manifest_bytes(all_parts.size());
  manifest.set_manifest_digest(DigestOf(all_parts));
}

tidemark::v1::SignedManifest TestUpload::Sign(const TestPeer& depositor) const {
  tidemark::v1::SignedManifest signed_manifest;
  signed_manifest.set_body(manifest.SerializeAsString());
  signed_manifest.set_signature(
      depositor.signing_key.Sign(crypto::SignaturePurpose::kClearManifest, signed_manifest.body()));
  signed_manifest.set_certificate_pem(depositor.certificate.certificate_pem);
  return signed_manifest;
}

absl::Status Send(const TestUpload& test, Upload& upload) {
  for (size_t i = 0; i < test.frames.size(); ++i) {
    RETURN_IF_ERROR(upload.PutFrame(static_cast<uint32_t>(i), test.frames[i]));
  }
  for (size_t i = 0; i < test.parts.size(); ++i) {
    RETURN_IF_ERROR(upload.PutManifestPart(static_cast<uint32_t>(i), test.parts[i]));
  }
  return upload.Sync().status();
}

absl::StatusOr<tidemark::v1::Receipt> Store(const TestUpload& test, const TestPeer& depositor,
                                            Vault& vault) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Upload> upload, vault.Begin({test.deposit, test.pack}));
  RETURN_IF_ERROR(Send(test, *upload));
  return upload->Commit(test.Sign(depositor));
}

tidemark::v1::SignedVerdict MakeVerdict(absl::string_view vault_id, const DepositId& deposit,
                                        const tidemark::v1::SignedManifest& manifest,
                                        tidemark::v1::VerdictOutcome outcome,
                                        const crypto::SigningKey& key) {
  tidemark::v1::VerdictBody body;
  body.set_format(1);
  body.set_vault_id(std::string(vault_id));
  *body.mutable_identity() = ToProto(deposit);
  body.set_manifest_digest(DigestOf(manifest.body()));
  body.set_outcome(outcome);
  body.set_report_json("{}");
  tidemark::v1::SignedVerdict verdict;
  verdict.set_body(body.SerializeAsString());
  verdict.set_signature(key.Sign(crypto::SignaturePurpose::kVerdict, verdict.body()));
  return verdict;
}

}  // namespace tidemark::vault
