#include "vault/deposit_rows.h"

#include <string>
#include <utility>

#include "vault/manifest.h"

namespace tidemark::vault {
namespace {

using tidemark::v1::CatalogueRow;
using tidemark::v1::ClearManifest;
using tidemark::v1::PackRef;
using tidemark::v1::PackRow;

constexpr uint32_t kFormat = 1;

}  // namespace

CatalogueRow MakeCatalogueRow(const ClearManifest& clear, const crypto::Blake2bDigest& digest,
                              int64_t received_at_unix_micros) {
  CatalogueRow row;
  row.set_format(kFormat);
  *row.mutable_identity() = clear.identity();
  row.set_kind(clear.kind());
  row.set_watermark_unix_seconds(clear.watermark_unix_seconds());
  row.set_prev_id(clear.prev_id());
  row.set_stored_bytes(clear.frame_bytes() + clear.manifest_bytes());
  row.set_received_at_unix_micros(received_at_unix_micros);
  row.set_content_commitment(clear.content_commitment());
  row.set_manifest_digest(std::string(digest.bytes()));
  row.set_new_pack_id(clear.new_pack_id());
  row.set_manifest_parts(clear.manifest_parts());
  return row;
}

PackRow CommittedPackRow(PackRow row, const ClearManifest& clear) {
  const PackRef* const pack = FindPack(clear, clear.new_pack_id());
  row.set_state(tidemark::v1::PACK_STATE_COMMITTED);
  row.set_frame_count(pack->frame_count());
  row.set_frame_bytes(clear.frame_bytes());
  row.set_frames_digest(pack->frames_digest());
  return row;
}

}  // namespace tidemark::vault
