// Families packs, frames and parts: every piece, by its digest, and all of them together.
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
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

bool IsRemoved(const PackRow& row, uint32_t number) {
  const size_t byte = number / 8;
  return byte < row.removed_frames().size() && (row.removed_frames()[byte] >> number % 8 & 1) != 0;
}

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

// One family of pieces, in order of key.
class PiecePass final {
 public:
  PiecePass(StoreCheck& check, Family family)
      : check_(check), family_(family), is_frames_(family == Family::kFrames) {}

  absl::Status Run() {
    RETURN_IF_ERROR(check_.Scan(family_, {},
                                [this](absl::string_view key, absl::string_view value) {
                                  Visit(key, value);
                                }));
    FinishPack();
    // Packs of which nothing at all is there.
    for (auto& [id, pack] : check_.packs) {
      if (!seen_.contains(id)) BeginPack(id);
      FinishPack();
    }
    return absl::OkStatus();
  }

 private:
  void Visit(absl::string_view key, absl::string_view value) {
    ++check_.report.pieces;
    check_.report.piece_bytes += value.size();
    if (check_.options.at_progress) {
      check_.options.at_progress(check_.report.piece_bytes, check_.bytes_total);
    }
    const absl::StatusOr<schema::ParsedPieceKey> piece = schema::ParsePieceKey(key);
    if (!piece.ok()) {
      check_.Add(absl::StrCat("key ", HexOf(key)), std::string(piece.status().message()));
      return;
    }
    const std::string pack(piece->pack.bytes());
    if (pack != current_) {
      FinishPack();
      BeginPack(pack);
    }
    Missing(piece->number);
    next_ = piece->number + 1;
    if (known_ == nullptr) {
      check_.Add(Name(piece->number), "belongs to no pack that there is");
      return;
    }
    if (is_committed_ && piece->number >= count_) {
      check_.Add(Name(piece->number), absl::StrCat("its pack has only ", count_));
      return;
    }
    const absl::StatusOr<schema::StoredPiece> stored = schema::ParsePiece(value);
    if (!stored.ok()) return Lose(piece->number, piece->number, stored.status().message());
    const crypto::Blake2bDigest digest = crypto::Blake2b(stored->ciphertext);
    if (digest != stored->digest) {
      return Lose(piece->number, piece->number,
                  "the bytes on the disk are not those that were received");
    }
    if (is_frames_) {
      digests_->Update(digest.bytes());
    } else {
      digests_->Update(stored->ciphertext);
      ++known_->parts;
      known_->part_bytes += stored->ciphertext.size();
    }
  }

  void BeginPack(const std::string& pack) {
    current_ = pack;
    seen_.insert(pack);
    next_ = 0;
    is_whole_ = true;
    digests_ = std::make_unique<crypto::Blake2bStream>();
    const auto known = check_.packs.find(pack);
    known_ = known == check_.packs.end() ? nullptr : &known->second;
    is_committed_ = known_ != nullptr &&
                    known_->row.state() == tidemark::v1::PACK_STATE_COMMITTED;
    count_ = 0;
    if (!is_committed_) return;
    if (is_frames_) {
      count_ = known_->row.frame_count();
    } else {
      const auto brought = check_.deposits.find(known_->brought);
      if (brought != check_.deposits.end() && brought->second.row.shredded_log_index() == 0) {
        count_ = brought->second.row.manifest_parts();
      } else if (brought == check_.deposits.end()) {
        // Its catalogue row is a finding of its own; how many parts there were is not known.
        count_ = UINT32_MAX;
      }
    }
  }

  // Pieces before `number` that did not come.
  void Missing(uint32_t number) {
    if (!is_committed_) return;
    for (uint32_t first = next_; first < number && first < count_; ++first) {
      if (IsGone(first)) continue;
      uint32_t last = first;
      while (last + 1 < number && last + 1 < count_ && !IsGone(last + 1)) ++last;
      Lose(first, last, "missing, or in a block that cannot be read");
      first = last;
    }
  }

  bool IsGone(uint32_t number) {
    if (!is_frames_ || !IsRemoved(known_->row, number)) return false;
    is_whole_ = false;
    return true;
  }

  void FinishPack() {
    if (current_.empty()) return;
    if (count_ != UINT32_MAX) Missing(count_);
    if (known_ != nullptr && is_committed_ && is_whole_) {
      const crypto::Blake2bDigest digest = digests_->Finish();
      if (!is_frames_) {
        known_->parts_digest = digest;
      } else if (digest.bytes() != known_->row.frames_digest()) {
        known_->is_other = true;
        const auto finding = check_.Add(
            absl::StrCat("frames of ", PackName(current_)),
            "each is whole for itself, and together they are not those that were committed, or "
            "not in their order: frames were swapped or replaced");
        if (finding.has_value() && count_ > 0) {
          check_.frame_findings[current_].push_back({*finding, 0, count_ - 1});
        }
      }
    }
    current_.clear();
    known_ = nullptr;
  }

  void Lose(uint32_t first, uint32_t last, absl::string_view why) {
    is_whole_ = false;
    if (known_ == nullptr) return;
    std::set<uint32_t>& lost = is_frames_ ? known_->lost_frames : known_->lost_parts;
    for (uint32_t number = first; number <= last; ++number) lost.insert(lost.end(), number);
    std::string where = Name(first);
    if (last > first) where = absl::StrCat(Kind(), "s ", first, " to ", last, " of ",
                                           PackName(current_));
    const auto finding =
        check_.Add(where, std::string(why), is_frames_ ? "" : known_->brought);
    if (finding.has_value() && is_frames_) {
      check_.frame_findings[current_].push_back({*finding, first, last});
    }
  }

  absl::string_view Kind() const { return is_frames_ ? "frame" : "manifest part"; }
  std::string Name(uint32_t number) const {
    return absl::StrCat(Kind(), " ", number, " of ", PackName(current_));
  }

  StoreCheck& check_;
  const Family family_;
  const bool is_frames_;
  std::set<std::string> seen_;
  // Of the pack that is gone through.
  std::string current_;
  PackKnown* known_ = nullptr;
  bool is_committed_ = false;
  bool is_whole_ = true;
  uint32_t count_ = 0;
  uint32_t next_ = 0;
  std::unique_ptr<crypto::Blake2bStream> digests_;
};

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

absl::Status CheckPieces(StoreCheck& check) {
  const schema::KeyRange all = {"", std::string(32, '\xff')};
  check.bytes_total = check.store->EstimateBytes(Family::kFrames, all) +
                      check.store->EstimateBytes(Family::kParts, all);
  RETURN_IF_ERROR(PiecePass(check, Family::kFrames).Run());
  return PiecePass(check, Family::kParts).Run();
}

}  // namespace tidemark::vault
