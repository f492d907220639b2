#include "vault/manifest.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/pack_id.h"
#include "crypto/pki.h"
#include "crypto/sign.h"
#include "vault/access.h"
#include "vault/frame_bits.h"

namespace tidemark::vault {
namespace {

using tidemark::v1::ClearManifest;
using tidemark::v1::PackRef;
using tidemark::v1::SignedManifest;

// They differ in the sealed manifest only, which nobody here can read.
constexpr uint32_t kFormatMax = 3;
constexpr size_t kIdBytes = 16;
constexpr size_t kDigestBytes = 32;
constexpr size_t kWrapBytes = 80;  // 32 bytes of ephemeral key or KEM point, 48 bytes of box
// Years 1970 to 9999.
constexpr int64_t kUnixSecondsMax = 253'402'300'799;

absl::Status Bad(absl::string_view field, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("clear manifest: ", field, ": ", why));
}

absl::Status CheckSize(absl::string_view field, absl::string_view value, size_t want) {
  if (value.size() == want) return absl::OkStatus();
  return Bad(field, absl::StrCat(value.size(), " bytes, want ", want));
}

absl::Status CheckRange(absl::string_view field, uint64_t value, uint64_t min, uint64_t max) {
  if (value >= min && value <= max) return absl::OkStatus();
  return Bad(field, absl::StrCat(value, ", want ", min, " to ", max));
}

absl::Status CheckPack(const PackRef& pack, size_t index) {
  const std::string field = absl::StrCat("packs[", index, "]");
  RETURN_IF_ERROR(CheckSize(absl::StrCat(field, ".pack_id"), pack.pack_id(), kIdBytes));
  RETURN_IF_ERROR(
      CheckSize(absl::StrCat(field, ".frames_digest"), pack.frames_digest(), kDigestBytes));
  RETURN_IF_ERROR(
      CheckRange(absl::StrCat(field, ".frame_count"), pack.frame_count(), 0, base::kPackFramesMax));
  const size_t bitmap_bytes = (pack.frame_count() + size_t{7}) / 8;
  RETURN_IF_ERROR(CheckSize(absl::StrCat(field, ".used"), pack.used(), bitmap_bytes));
  const uint32_t last_bits = pack.frame_count() % 8;
  if (last_bits != 0 && (static_cast<unsigned char>(pack.used().back()) >> last_bits) != 0) {
    return Bad(absl::StrCat(field, ".used"), "names a frame beyond the pack's last");
  }
  return absl::OkStatus();
}

absl::Status CheckPacks(const ClearManifest& manifest) {
  RETURN_IF_ERROR(CheckSize("new_pack_id", manifest.new_pack_id(), kIdBytes));
  RETURN_IF_ERROR(CheckRange("packs", manifest.packs_size(), 1, base::kManifestPacksMax));
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < manifest.packs_size(); ++i) {
    RETURN_IF_ERROR(CheckPack(manifest.packs(i), i));
    if (!seen.insert(manifest.packs(i).pack_id()).second) {
      return Bad(absl::StrCat("packs[", i, "].pack_id"), "named twice");
    }
  }
  if (!seen.contains(manifest.new_pack_id())) return Bad("new_pack_id", "is not one of packs");
  return absl::OkStatus();
}

absl::Status CheckSizes(const ClearManifest& manifest) {
  const PackRef* pack = FindPack(manifest, manifest.new_pack_id());
  RETURN_IF_ERROR(CheckRange("frame_bytes", manifest.frame_bytes(), pack->frame_count(),
                             uint64_t{pack->frame_count()} * base::kFrameCipherBytesMax));
  RETURN_IF_ERROR(
      CheckRange("manifest_parts", manifest.manifest_parts(), 1, base::kManifestPartsMax));
  return CheckRange("manifest_bytes", manifest.manifest_bytes(), manifest.manifest_parts(),
                    uint64_t{manifest.manifest_parts()} * base::kManifestPartCipherBytesMax);
}

absl::Status CheckDescription(const ClearManifest& manifest) {
  if (manifest.kind() != tidemark::v1::DEPOSIT_KIND_FULL &&
      manifest.kind() != tidemark::v1::DEPOSIT_KIND_INCR &&
      manifest.kind() != tidemark::v1::DEPOSIT_KIND_DIFF) {
    return Bad("kind", "want FULL, INCR or DIFF");
  }
  if (manifest.watermark_unix_seconds() < 0 ||
      manifest.watermark_unix_seconds() > kUnixSecondsMax) {
    return Bad("watermark_unix_seconds", "want a time in the years 1970 to 9999");
  }
  if (!manifest.prev_id().empty() &&
      !DepositId::Create(manifest.identity().tld(), manifest.prev_id(), 0).ok()) {
    return Bad("prev_id", "is not a deposit id");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ClearManifest> ParseClearManifest(absl::string_view body) {
  if (body.size() > base::kClearManifestBytesMax) {
    return Bad("body",
               absl::StrCat(body.size(), " bytes, want at most ", base::kClearManifestBytesMax));
  }
  ClearManifest manifest;
  if (!manifest.ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return Bad("body", "is not a ClearManifest message");
  }
  if (manifest.format() == 0 || manifest.format() > kFormatMax) {
    return Bad("format", absl::StrCat(manifest.format(), ", this program knows 1 to ", kFormatMax));
  }
  RETURN_IF_ERROR(CheckSize("vault_id", manifest.vault_id(), kIdBytes));
  const absl::StatusOr<DepositId> id = IdOf(manifest.identity());
  if (!id.ok()) return Bad("identity", id.status().message());
  RETURN_IF_ERROR(CheckDescription(manifest));
  RETURN_IF_ERROR(CheckPacks(manifest));
  RETURN_IF_ERROR(CheckSizes(manifest));
  RETURN_IF_ERROR(CheckSize("manifest_digest", manifest.manifest_digest(), kDigestBytes));
  RETURN_IF_ERROR(CheckSize("key_commitment", manifest.key_commitment(), kDigestBytes));
  RETURN_IF_ERROR(CheckSize("verifier_wrap", manifest.verifier_wrap(), kWrapBytes));
  RETURN_IF_ERROR(CheckSize("verifier_key_id", manifest.verifier_key_id(), kIdBytes));
  RETURN_IF_ERROR(CheckSize("release_wrap", manifest.release_wrap(), kWrapBytes));
  RETURN_IF_ERROR(CheckSize("release_key_id", manifest.release_key_id(), kIdBytes));
  RETURN_IF_ERROR(CheckSize("content_commitment", manifest.content_commitment(), kDigestBytes));
  return manifest;
}

absl::StatusOr<ClearManifest> CheckManifestSigner(const SignedManifest& manifest) {
  ASSIGN_OR_RETURN(ClearManifest clear, ParseClearManifest(manifest.body()));
  const absl::StatusOr<crypto::CertificateInfo> certificate =
      crypto::ParseCertificate(manifest.certificate_pem());
  if (!certificate.ok()) {
    return absl::PermissionDeniedError("signed manifest: the depositor's certificate is not one");
  }
  ASSIGN_OR_RETURN(const Peer peer, PeerFromCertificate(*certificate));
  if (peer.role != Role::kDepositor || !peer.signer.has_value()) {
    return absl::PermissionDeniedError("signed manifest: the certificate is not a depositor's");
  }
  if (!peer.MayTouch(clear.identity().tld())) {
    return absl::PermissionDeniedError(
        absl::StrCat("signed manifest: the certificate is not for TLD ", clear.identity().tld()));
  }
  RETURN_IF_ERROR(base::Annotate(peer.signer->Verify(crypto::SignaturePurpose::kClearManifest,
                                                     manifest.body(), manifest.signature()),
                                 "signed manifest"));
  return clear;
}

absl::StatusOr<ClearManifest> VerifySignedManifest(const SignedManifest& manifest,
                                                   absl::string_view authority_pem, absl::Time at) {
  ASSIGN_OR_RETURN(ClearManifest clear, CheckManifestSigner(manifest));
  RETURN_IF_ERROR(base::Annotate(
      crypto::VerifyCertificate(manifest.certificate_pem(), authority_pem, at), "signed manifest"));
  return clear;
}

absl::StatusOr<DepositId> IdOf(const tidemark::v1::DepositIdentity& identity) {
  return DepositId::Create(identity.tld(), identity.id(), identity.resend());
}

tidemark::v1::DepositIdentity ToProto(const DepositId& id) {
  tidemark::v1::DepositIdentity identity;
  identity.set_tld(id.tld());
  identity.set_id(id.id());
  identity.set_resend(id.resend());
  return identity;
}

const PackRef* FindPack(const ClearManifest& manifest, absl::string_view pack_id) {
  for (const PackRef& pack : manifest.packs()) {
    if (pack.pack_id() == pack_id) return &pack;
  }
  return nullptr;
}

bool UsesFrame(const PackRef& pack, uint32_t number) {
  return number < pack.frame_count() && HasBit(pack.used(), number);
}

}  // namespace tidemark::vault
