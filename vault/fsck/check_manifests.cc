// Family deposits: clear manifests, and what of each deposit is left.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "vault/frame_bits.h"
#include "vault/fsck/store_check.h"
#include "vault/manifest.h"

namespace tidemark::vault {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::ClearManifest;
using tidemark::v1::PackRef;
using tidemark::v1::SignedManifest;

// What clear manifest and catalogue say alike; "" if they do.
std::string Compare(const ClearManifest& clear, const CatalogueRow& row,
                    absl::string_view vault_id) {
  if (clear.vault_id() != vault_id) return "it is for another vault";
  if (clear.kind() != row.kind() ||
      clear.watermark_unix_seconds() != row.watermark_unix_seconds() ||
      clear.prev_id() != row.prev_id() || clear.new_pack_id() != row.new_pack_id() ||
      clear.manifest_parts() != row.manifest_parts() ||
      clear.content_commitment() != row.content_commitment() ||
      clear.frame_bytes() + clear.manifest_bytes() != row.stored_bytes()) {
    return "it and the catalogue row do not say the same";
  }
  return "";
}

class ManifestPass final {
 public:
  explicit ManifestPass(StoreCheck& check) : check_(check) {}

  void Visit(absl::string_view key, absl::string_view value) {
    const absl::StatusOr<schema::ParsedDepositKey> parsed = schema::ParseDepositKey(key);
    if (!parsed.ok()) {
      check_.Add(absl::StrCat("key ", HexOf(key)), std::string(parsed.status().message()));
      return;
    }
    const std::string id = parsed->deposit.ToString();
    const std::string where = absl::StrCat("manifest of ", id);
    const auto known = check_.deposits.find(id);
    if (known == check_.deposits.end()) {
      check_.Add(where, "there is no catalogue row for it that can be read", id);
      return;
    }
    DepositKnown& deposit = known->second;
    if (deposit.row.shredded_log_index() != 0) {
      check_.Add(where, "it is there, and the catalogue says that the deposit was shredded", id);
      return;
    }
    SignedManifest manifest;
    if (!manifest.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      check_.Add(where, "not a signed manifest", id);
      return;
    }
    if (crypto::Blake2b(manifest.body()).bytes() != deposit.row.manifest_digest()) {
      check_.Add(where, "not the one that was committed: its digest is another", id);
      return;
    }
    const absl::StatusOr<ClearManifest> clear =
        check_.options.authority_pem.empty()
            ? CheckManifestSigner(manifest)
            : VerifySignedManifest(manifest, check_.options.authority_pem,
                                   absl::FromUnixMicros(deposit.row.received_at_unix_micros()));
    if (!clear.ok()) {
      check_.Add(where, std::string(clear.status().message()), id);
      return;
    }
    const std::string differs = Compare(*clear, deposit.row, check_.vault_id);
    if (!differs.empty()) check_.Add(where, differs, id);
    deposit.has_manifest = true;
    CheckUse(id, *clear);
  }

 private:
  void CheckUse(const std::string& id, const ClearManifest& clear) {
    DamagedDeposit damage{.id = id, .parts = clear.manifest_parts()};
    bool is_other = false;
    UnknownPlaces unknown;
    for (const PackRef& ref : clear.packs()) {
      const auto found = check_.packs.find(ref.pack_id());
      if (found == check_.packs.end() ||
          found->second.row.state() != tidemark::v1::PACK_STATE_COMMITTED ||
          found->second.row.frame_count() != ref.frame_count() ||
          found->second.row.frames_digest() != ref.frames_digest()) {
        check_.Add(absl::StrCat("manifest of ", id),
                   absl::StrCat("it names ", PackName(ref.pack_id()),
                                ", whose row is lost or says something else"),
                   id);
      }
      // Whoever restores the deposit asks for pieces, not for that row.
      std::optional<PackKnown> looked_at;
      if (found == check_.packs.end() && !check_.options.quick) looked_at = LookAtPack(ref, clear);
      const PackKnown* const pack = found != check_.packs.end() ? &found->second
                                    : looked_at.has_value()     ? &*looked_at
                                                                : nullptr;
      if (ref.pack_id() == clear.new_pack_id()) CheckParts(id, pack, clear, damage);
      is_other = is_other || (pack != nullptr && pack->is_other);
      const uint64_t lost_before = damage.frames_lost;
      const uint64_t removed = CountFrames(ref, pack, damage);
      NotePlaces(clear, ref, pack, damage.frames_lost - lost_before, unknown);
      if (removed > 0) {
        check_.Add(absl::StrCat("row of ", PackName(ref.pack_id())),
                   absl::StrCat(removed, " frames were removed as unused, and are used"), id);
      }
      TouchFindings(id, ref);
    }
    Describe(is_other, unknown, damage);
  }

  // Of a pack whose row is lost, what the deposit needs, one by one.
  PackKnown LookAtPack(const PackRef& ref, const ClearManifest& clear) const {
    PackKnown known;
    const absl::StatusOr<crypto::PackId> pack = crypto::PackId::FromBytes(ref.pack_id());
    if (!pack.ok()) return known;
    for (uint32_t frame = 0; frame < ref.frame_count(); ++frame) {
      if (!UsesFrame(ref, frame) || Piece(Family::kFrames, *pack, frame).has_value()) continue;
      known.lost_frames.insert(frame);
    }
    if (ref.pack_id() != clear.new_pack_id()) return known;
    crypto::Blake2bStream digest;
    for (uint32_t part = 0; part < clear.manifest_parts(); ++part) {
      const std::optional<std::string> bytes = Piece(Family::kParts, *pack, part);
      if (!bytes.has_value()) {
        known.lost_parts.insert(part);
        continue;
      }
      digest.Update(*bytes);
      ++known.parts;
      known.part_bytes += bytes->size();
    }
    known.parts_digest = digest.Finish();
    return known;
  }

  // Its ciphertext, if it is whole.
  std::optional<std::string> Piece(Family family, const crypto::PackId& pack,
                                   uint32_t number) const {
    const absl::StatusOr<std::string> value =
        check_.store->Get(family, schema::PieceKey(pack, number));
    if (!value.ok()) return std::nullopt;
    const absl::StatusOr<schema::StoredPiece> piece = schema::ParsePiece(*value);
    if (!piece.ok() || crypto::Blake2b(piece->ciphertext) != piece->digest) return std::nullopt;
    return std::string(piece->ciphertext);
  }

  // Runs count objects, and a lost frame does not say how many it had. Whether restore --partial
  // can find out is known here as far as no key is needed.
  struct UnknownPlaces {
    bool between = false;
    bool behind = false;
    bool behind_if_uncounted = false;
  };
  void NotePlaces(const ClearManifest& clear, const PackRef& ref, const PackKnown* pack,
                  uint64_t lost, UnknownPlaces& unknown) const {
    // Format 1 has places of its own.
    if (lost == 0 || pack == nullptr || clear.format() == 1) return;
    if (ref.pack_id() == clear.new_pack_id()) {
      const bool is_told = HasParts(*pack, clear);
      unknown.between = unknown.between || (is_told && lost > 1);
      unknown.behind = unknown.behind || !is_told;
      return;
    }
    // Two frames that are lost, of which one is used, are two all the same.
    const bool is_told = lost == 1 && pack->lost_frames.size() == 1 &&
                         pack->row.removed_frames().empty() && IsToldByItsNight(*pack);
    if (is_told) return;
    // In format 3 a sealed manifest may count the frames' objects, and need not.
    bool& says_so = clear.format() >= 3 ? unknown.behind_if_uncounted : unknown.behind;
    says_so = true;
  }

  // Whether all parts of the sealed manifest are here, as they were signed.
  static bool HasParts(const PackKnown& pack, const ClearManifest& clear) {
    return pack.lost_parts.empty() && pack.parts_digest.has_value() &&
           pack.parts_digest->bytes() == clear.manifest_digest() &&
           pack.parts == clear.manifest_parts() && pack.part_bytes == clear.manifest_bytes();
  }

  // Whether the deposit that the pack came with can be opened and says how many objects it has: of
  // format 1 it does not.
  bool IsToldByItsNight(const PackKnown& pack) const {
    const absl::StatusOr<DepositId> owner = IdOf(pack.row.owner());
    if (!owner.ok()) return false;
    const auto deposit = check_.deposits.find(owner->ToString());
    if (deposit == check_.deposits.end() || deposit->second.row.shredded_log_index() != 0) {
      return false;
    }
    const absl::StatusOr<std::string> value =
        check_.store->Get(Family::kDeposits, schema::DepositKey(DepositRow::kManifest, *owner));
    SignedManifest manifest;
    if (!value.ok() || !manifest.ParseFromString(*value) ||
        crypto::Blake2b(manifest.body()).bytes() != deposit->second.row.manifest_digest()) {
      return false;
    }
    const absl::StatusOr<ClearManifest> clear = ParseClearManifest(manifest.body());
    return clear.ok() && clear->format() > 1 && HasParts(pack, *clear);
  }

  // Returns how many of the used ones were removed.
  static uint64_t CountFrames(const PackRef& ref, const PackKnown* pack, DamagedDeposit& damage) {
    uint64_t removed = 0;
    for (uint32_t frame = 0; frame < ref.frame_count(); ++frame) {
      if (!UsesFrame(ref, frame)) continue;
      ++damage.frames_used;
      const bool is_removed = pack != nullptr && HasBit(pack->row.removed_frames(), frame);
      if (is_removed || (pack != nullptr && pack->lost_frames.contains(frame))) {
        ++damage.frames_lost;
      }
      if (is_removed) ++removed;
    }
    return removed;
  }

  // Adds the deposit to the findings about frames that it uses.
  void TouchFindings(const std::string& id, const PackRef& ref) {
    const auto found = check_.frame_findings.find(ref.pack_id());
    if (found == check_.frame_findings.end()) return;
    for (const PieceFinding& piece : found->second) {
      bool is_used = false;
      const uint32_t end = std::min(piece.last + 1, ref.frame_count());
      for (uint32_t frame = piece.first; frame < end; ++frame) {
        is_used = is_used || UsesFrame(ref, frame);
      }
      if (!is_used) continue;
      FsckFinding& finding = check_.report.findings[piece.finding];
      if (finding.deposits.size() < kFsckDepositsPerFindingMax) {
        finding.deposits.push_back(id);
      } else {
        ++finding.deposits_omitted;
      }
    }
  }

  void CheckParts(const std::string& id, const PackKnown* pack, const ClearManifest& clear,
                  DamagedDeposit& damage) {
    if (check_.options.quick || pack == nullptr) return;
    damage.parts_lost = static_cast<uint32_t>(pack->lost_parts.size());
    if (!pack->lost_parts.empty()) {
      first_lost_part_ = *pack->lost_parts.begin();
      return;
    }
    if (!HasParts(*pack, clear)) {
      check_.Add(absl::StrCat("manifest parts of ", PackName(clear.new_pack_id())),
                 "each is whole for itself, and together they are not those that were signed, or "
                 "not in their order",
                 id);
      damage.parts_lost = clear.manifest_parts();
      first_lost_part_ = 0;
    }
  }

  void Describe(bool is_other, const UnknownPlaces& unknown, DamagedDeposit& damage) {
    if (damage.frames_lost == 0 && damage.parts_lost == 0 && !is_other) return;
    if (check_.report.damaged_deposits.size() == kFsckDepositsMax) return;
    std::string& words = damage.restorable;
    if (damage.parts_lost > 0) {
      words = absl::StrCat("of its sealed manifest the parts before ", first_lost_part_, " of ",
                           damage.parts, ": what they put together comes back with restore "
                           "--partial, what is behind them does not");
    }
    if (damage.frames_lost > 0) {
      absl::StrAppend(&words, words.empty() ? "" : "; ", damage.frames_used - damage.frames_lost,
                      " of ", damage.frames_used, " frames that it uses: restore --partial gives "
                      "all but the objects in ", damage.frames_lost);
      if (unknown.between) {
        absl::StrAppend(&words, ", and but those between the first and the last of them");
      }
      if (unknown.behind) {
        absl::StrAppend(&words, ", and but those behind the first of them in its pack: nothing "
                        "says any more how many objects it had");
      }
      if (unknown.behind_if_uncounted) {
        absl::StrAppend(&words, ", and, if its sealed manifest does not count the objects of that "
                        "pack's frames, but those behind the first of them");
      }
    }
    if (is_other) {
      absl::StrAppend(&words, words.empty() ? "" : "; ",
                      "frames of it were swapped or replaced: those that open are genuine");
    }
    check_.report.damaged_deposits.push_back(std::move(damage));
  }

  StoreCheck& check_;
  uint32_t first_lost_part_ = 0;
};

void NothingLeft(StoreCheck& check, const std::string& id, absl::string_view why) {
  if (check.report.damaged_deposits.size() == kFsckDepositsMax) return;
  check.report.damaged_deposits.push_back({.id = id, .restorable = std::string(why)});
}

}  // namespace

absl::Status CheckManifests(StoreCheck& check) {
  ManifestPass pass(check);
  RETURN_IF_ERROR(check.Scan(
      Family::kDeposits, DepositRowsOf(DepositRow::kManifest),
      [&pass](absl::string_view key, absl::string_view value) { pass.Visit(key, value); }));
  for (const auto& [id, deposit] : check.deposits) {
    if (deposit.has_manifest || deposit.row.shredded_log_index() != 0) continue;
    check.Add(absl::StrCat("manifest of ", id), "missing, or not usable", id);
    NothingLeft(check, id,
                "nothing: without its clear manifest, and the wraps in it, nobody opens it");
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault
