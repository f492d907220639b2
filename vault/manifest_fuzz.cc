// Whatever the bytes: a clear manifest within its bounds, or INVALID_ARGUMENT; and as a signed one,
// a refusal or the depositor's very own.
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/deposit_id.h"
#include "vault/manifest.h"

namespace tidemark::vault {
namespace {

void CheckPack(const tidemark::v1::PackRef& pack) {
  CHECK(pack.frame_count() <= base::kPackFramesMax);
  size_t used = 0;
  for (uint32_t n = 0; n < pack.frame_count(); ++n) used += UsesFrame(pack, n) ? 1 : 0;
  // Every bit of the bitmap is a frame's.
  size_t bits = 0;
  for (const char byte : pack.used()) {
    bits += static_cast<size_t>(__builtin_popcount(static_cast<unsigned char>(byte)));
  }
  CHECK(used == bits);
  CHECK(!UsesFrame(pack, pack.frame_count()) && !UsesFrame(pack, UINT32_MAX));
}

void CheckManifest(const tidemark::v1::ClearManifest& manifest) {
  const absl::StatusOr<DepositId> id = IdOf(manifest.identity());
  CHECK(id.ok() && IdOf(ToProto(*id)).value() == *id);
  CHECK(FindPack(manifest, manifest.new_pack_id()) != nullptr);
  CHECK(FindPack(manifest, "") == nullptr);
  for (const tidemark::v1::PackRef& pack : manifest.packs()) {
    CHECK(FindPack(manifest, pack.pack_id()) == &pack);
    CheckPack(pack);
  }
  CHECK(manifest.manifest_parts() <= base::kManifestPartsMax);
  const absl::StatusOr<tidemark::v1::ClearManifest> again =
      ParseClearManifest(manifest.SerializeAsString());
  CHECK(again.ok() && again->SerializeAsString() == manifest.SerializeAsString());
}

}  // namespace
}  // namespace tidemark::vault

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto manifest = tidemark::vault::ParseClearManifest(bytes);
  if (manifest.ok()) tidemark::vault::CheckManifest(*manifest);
  CHECK(manifest.ok() || absl::IsInvalidArgument(manifest.status()));
  tidemark::v1::SignedManifest with_signature;
  if (!with_signature.ParseFromArray(data, static_cast<int>(size))) return 0;
  const auto is_signed = tidemark::vault::CheckManifestSigner(with_signature);
  const absl::Status& status = is_signed.status();
  CHECK(status.ok() || absl::IsInvalidArgument(status) || absl::IsPermissionDenied(status) ||
        absl::IsDataLoss(status));
  if (status.ok()) tidemark::vault::CheckManifest(*is_signed);
  return 0;
}
