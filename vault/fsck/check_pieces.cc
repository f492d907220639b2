// Families frames and parts: every piece, by its digest, and all of a pack together.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/fsck/store_check.h"

namespace tidemark::vault {
namespace {

using schema::Family;
using tidemark::v1::PackRow;

bool IsRemoved(const PackRow& row, uint32_t number) {
  const size_t byte = number / 8;
  return byte < row.removed_frames().size() && (row.removed_frames()[byte] >> number % 8 & 1) != 0;
}

// One family of pieces, in order of key.
class PiecePass final {
 public:
  PiecePass(StoreCheck& check, Family family)
      : check_(check), family_(family), is_frames_(family == Family::kFrames) {}

  absl::Status Run() {
    const size_t unreadable_before = check_.unreadable.size();
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
    for (size_t i = unreadable_before; i < check_.unreadable.size(); ++i) {
      SayWhatIsMissed(check_.unreadable[i]);
    }
    return machine_;
  }

 private:
  void Visit(absl::string_view key, absl::string_view value) {
    Count(value);
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
    LookAt(piece->number, value);
  }

  void Count(absl::string_view value) {
    ++check_.report.pieces;
    check_.report.piece_bytes += value.size();
    if (check_.options.at_progress) {
      check_.options.at_progress(check_.report.piece_bytes, check_.bytes_total);
    }
  }

  // The next piece of the pack, in order of number.
  void LookAt(uint32_t number, absl::string_view value) {
    const absl::StatusOr<schema::StoredPiece> stored = schema::ParsePiece(value);
    if (!stored.ok()) return Lose(number, number, stored.status().message());
    const crypto::Blake2bDigest digest = crypto::Blake2b(stored->ciphertext);
    if (digest != stored->digest) {
      return Lose(number, number,
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

  // Pieces before `number` that did not come. An iterator stops at a block, also at one that only
  // lies below what is whole, and may pass one by in silence: so each is asked for by itself, as
  // whoever restores asks for it.
  void Missing(uint32_t number) {
    if (!is_committed_) return;
    const uint32_t end = std::min(number, count_);
    uint32_t first_lost = next_;
    for (uint32_t each = next_; each < end; ++each) {
      if (!IsGone(each) && !IsThere(each)) continue;
      LoseMissing(first_lost, each);
      first_lost = each + 1;
    }
    LoseMissing(first_lost, end);
  }

  void LoseMissing(uint32_t first, uint32_t end) {
    if (first < end) Lose(first, end - 1, "missing, or in a block that cannot be read");
  }

  bool IsThere(uint32_t number) {
    const absl::StatusOr<crypto::PackId> pack = crypto::PackId::FromBytes(current_);
    if (!pack.ok()) return false;
    const absl::StatusOr<std::string> value =
        check_.store->Get(family_, schema::PieceKey(*pack, number));
    if (!value.ok()) {
      if (!absl::IsNotFound(value.status()) && !absl::IsDataLoss(value.status())) {
        machine_.Update(value.status());
      }
      return false;
    }
    Count(*value);
    LookAt(number, *value);
    return true;
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

  // A block in which nobody misses anything is damage of the store all the same, but it costs no
  // deposit a byte.
  void SayWhatIsMissed(const UnreadableRows& rows) {
    if (!rows.finding.has_value() || !AllPacksAreKnown()) return;
    bool may_be_uploaded = false;
    const std::string first(absl::string_view(rows.range.begin).substr(0, schema::kPackBytes));
    for (auto pack = check_.packs.lower_bound(first); pack != check_.packs.end(); ++pack) {
      const absl::StatusOr<crypto::PackId> id = crypto::PackId::FromBytes(pack->first);
      const std::string& end = rows.range.end;
      if (!id.ok() || (!end.empty() && schema::PieceKey(*id, 0) >= end)) break;
      const PackKnown& known = pack->second;
      for (const uint32_t number : is_frames_ ? known.lost_frames : known.lost_parts) {
        const std::string key = schema::PieceKey(*id, number);
        if (key >= rows.range.begin && (end.empty() || key < end)) return;
      }
      may_be_uploaded =
          may_be_uploaded || known.row.state() == tidemark::v1::PACK_STATE_UPLOADING;
    }
    check_.report.findings[*rows.finding].what = absl::StrCat(
        "cannot be read, and no deposit misses anything in it (a dead block): ", rows.why,
        "; all that is relied on there is whole elsewhere in this directory. Compactions stop at "
        "it until the server's scrub has made its table file anew",
        may_be_uploaded ? "; of an upload that is not finished something may lie in it" : "");
  }

  bool AllPacksAreKnown() const {
    return std::none_of(check_.unreadable.begin(), check_.unreadable.end(),
                        [](const UnreadableRows& rows) {
                          return rows.family == Family::kPacks || rows.family == Family::kDeposits;
                        });
  }

  absl::string_view Kind() const { return is_frames_ ? "frame" : "manifest part"; }
  std::string Name(uint32_t number) const {
    return absl::StrCat(Kind(), " ", number, " of ", PackName(current_));
  }

  StoreCheck& check_;
  const Family family_;
  const bool is_frames_;
  absl::Status machine_;  // what is no damage
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

absl::Status CheckPieces(StoreCheck& check) {
  const schema::KeyRange all = {"", std::string(32, '\xff')};
  check.bytes_total = check.store->EstimateBytes(Family::kFrames, all) +
                      check.store->EstimateBytes(Family::kParts, all);
  RETURN_IF_ERROR(PiecePass(check, Family::kFrames).Run());
  return PiecePass(check, Family::kParts).Run();
}

}  // namespace tidemark::vault
