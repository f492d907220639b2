// Family packs: which there are, and which deposit each came with.
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/fsck/store_check.h"
#include "vault/manifest.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::PackRow;

constexpr uint32_t kFormat = 1;
constexpr size_t kDigestBytes = 32;

std::string CheckPackRow(const PackRow& row) {
  if (row.format() != kFormat) return absl::StrCat("format ", row.format());
  if (!IdOf(row.owner()).ok()) return "its owner is no deposit's name";
  if (row.state() == tidemark::v1::PACK_STATE_UPLOADING) return "";
  if (row.state() != tidemark::v1::PACK_STATE_COMMITTED) return "it is in no state that there is";
  if (row.frames_digest().size() != kDigestBytes) return "its frames_digest is not a digest";
  if (row.frame_count() > base::kPackFramesMax) return "it has more frames than a pack may have";
  if (row.removed_frames().size() > (row.frame_count() + 7) / 8) {
    return "it names more removed frames than it has";
  }
  return "";
}

}  // namespace

absl::Status CheckPacks(StoreCheck& check) {
  RETURN_IF_ERROR(check.Scan(
      Family::kPacks, {}, [&check](absl::string_view key, absl::string_view value) {
        const absl::StatusOr<crypto::PackId> pack = schema::ParsePackKey(key);
        PackRow row;
        if (!pack.ok()) {
          check.Add(absl::StrCat("key ", HexOf(key)), std::string(pack.status().message()));
          return;
        }
        std::string why = "not a pack's row";
        if (row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
          why = CheckPackRow(row);
        }
        if (!why.empty()) {
          check.Add(absl::StrCat("row of ", PackName(pack->bytes())), why);
          return;
        }
        PackKnown& known = check.packs[std::string(pack->bytes())];
        known.row = std::move(row);
      }));
  for (auto& [id, deposit] : check.deposits) {
    const auto pack = check.packs.find(deposit.row.new_pack_id());
    if (pack == check.packs.end() ||
        pack->second.row.state() != tidemark::v1::PACK_STATE_COMMITTED) {
      check.Add(absl::StrCat("row of ", PackName(deposit.row.new_pack_id())),
                "missing, unreadable or not committed, and a deposit came with this pack", id);
      continue;
    }
    pack->second.brought = id;
  }
  for (const auto& [id, pack] : check.packs) {
    if (pack.row.state() == tidemark::v1::PACK_STATE_COMMITTED && pack.brought.empty()) {
      const absl::StatusOr<DepositId> owner = IdOf(pack.row.owner());
      check.Add(absl::StrCat("row of ", PackName(id)),
                "committed, and the deposit that it came with has no row that can be read",
                owner.ok() ? owner->ToString() : "");
    }
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault
