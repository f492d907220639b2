#include "tests/campaign/crash/copy_checker.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "tests/campaign/crash/copies.h"
#include "vault/replica/replica.h"

namespace tidemark::campaign {
namespace {

// Of a vault of some deposits, with room.
constexpr int kSlicesMax = 2000;

std::string Of(const PieceAt& piece) {
  return absl::StrCat(piece.side == Side::kPrimary ? "primary" : "copy", ", upload ", piece.upload,
                      piece.kind == vault::PieceKind::kFrame ? ", frame " : ", part ", piece.number,
                      ": ");
}

// Whether the stored piece is what was sent. Other bytes are never given out.
absl::StatusOr<bool> IsWhole(Session& session, const PieceAt& piece) {
  const absl::StatusOr<std::string> stored = ReadPiece(session, piece);
  if (stored.ok() && *stored == SentPiece(session, piece)) return true;
  if (stored.ok()) session.Breach(absl::StrCat(Of(piece), "other bytes are given out"));
  if (stored.ok() || absl::IsDataLoss(stored.status()) || absl::IsNotFound(stored.status())) {
    return false;
  }
  return stored.status();
}

// Damage of what policy may have deleted since is not looked at: its rows go with it.
std::vector<std::pair<PieceAt, DamageRecord>> DamagesOf(const Session& session, Side side) {
  std::vector<std::pair<PieceAt, DamageRecord>> of_side;
  for (const auto& [piece, damage] : session.promises().damages) {
    if (piece.side == side && !session.record(piece.upload).may_be_shredded) {
      of_side.emplace_back(piece, damage);
    }
  }
  return of_side;
}

// What was reported is still said until it is mended, what was mended is whole, and a cycle that is
// over has found what it had to find.
absl::Status CheckReports(Session& session, Side side, Tally& tally) {
  ASSIGN_OR_RETURN(const uint64_t cycles_done, CyclesDone(session, side));
  ASSIGN_OR_RETURN(const std::set<PieceAt> known, KnownDamages(session, side));
  for (const auto& [piece, damage] : DamagesOf(session, side)) {
    ASSIGN_OR_RETURN(const bool is_whole, IsWhole(session, piece));
    if (damage.is_mended) {
      if (!is_whole) session.Breach(absl::StrCat(Of(piece), "it was mended and is damaged"));
      continue;
    }
    if (damage.found_by != 0 && is_whole && !damage.mend_was_tried) {
      session.Breach(absl::StrCat(Of(piece), "nobody mended it, and it is whole"));
    }
    const bool is_due = damage.found_by != 0 && damage.found_by <= cycles_done;
    if (is_due && !is_whole && !known.contains(piece)) {
      session.Breach(absl::StrCat(Of(piece), "cycle ", damage.found_by,
                                  " is over and did not find its damage"));
    }
    if (!damage.is_reported) continue;
    ++tally.damages_due;
    // Mended, and the end came before anybody was told.
    const bool may_be_gone = damage.mend_was_tried && is_whole;
    if (known.contains(piece) || may_be_gone) {
      ++tally.damages_known;
    } else {
      session.Breach(absl::StrCat(Of(piece), "its damage was reported and is forgotten"));
    }
  }
  return absl::OkStatus();
}

// Goes on with the scrub as the fault left it until the cycle is over that had to find everything;
// at least one is.
absl::Status FinishCycles(Session& session, Side side) {
  uint64_t found_by = 0;
  for (const auto& [piece, damage] : DamagesOf(session, side)) {
    found_by = std::max(found_by, damage.found_by);
  }
  const auto& scrubber = session.side(side).scrubber();
  for (int i = 0; i < kSlicesMax; ++i) {
    RETURN_IF_ERROR(Scrub(session, side, 1));
    const vault::ScrubProgress progress = scrubber.progress();
    if (progress.cycle == 0 && found_by == 0) return absl::OkStatus();  // nothing is stored
    if (progress.cycle >= found_by && progress.done == 1) return absl::OkStatus();
  }
  session.Breach(absl::StrCat("a scrub's cycle ", found_by, " does not come to its end"));
  return absl::OkStatus();
}

absl::Status CheckDamages(Session& session, Side side, Tally& tally) {
  RETURN_IF_ERROR(CheckReports(session, side, tally));
  const auto before = DamagesOf(session, side);
  RETURN_IF_ERROR(FinishCycles(session, side));
  ASSIGN_OR_RETURN(const std::set<PieceAt> known, KnownDamages(session, side));
  for (const auto& [piece, damage] : before) {
    ASSIGN_OR_RETURN(const bool is_whole, IsWhole(session, piece));
    if (is_whole == known.contains(piece)) {
      session.Breach(absl::StrCat(Of(piece), is_whole ? "it is whole, and called damaged"
                                                      : "a whole cycle did not find its damage"));
    }
    if (is_whole || damage.is_reported) continue;
    ++tally.damages_due;
    tally.damages_known += known.contains(piece) ? 1 : 0;
  }
  for (const PieceAt& piece : known) {
    RETURN_IF_ERROR(Mend(session, piece));
    ASSIGN_OR_RETURN(const bool is_whole, IsWhole(session, piece));
    if (!is_whole) session.Breach(absl::StrCat(Of(piece), "mending it does not make it whole"));
  }
  return absl::OkStatus();
}

// The copy has every leaf that it ever said it has; CopyOn() looks at the leaf under way.
absl::Status CheckCopied(Session& session, Tally& tally) {
  const CopyRecord said = session.promises().copy;
  ASSIGN_OR_RETURN(const tidemark::v1::ReplicaState state,
                   session.side(Side::kCopy).replication().State());
  tidemark::v1::TreeHeadBody head;
  if (!head.ParseFromString(state.tree_head().body())) {
    return absl::DataLossError("the copy's tree head is not one");
  }
  tally.leaves_copied += said.leaves;
  tally.leaves_kept += std::min(head.tree_size(), said.leaves);
  if (head.tree_size() < said.leaves) {
    session.Breach(absl::StrCat("the copy said that it has ", said.leaves, " leaves, and has ",
                                head.tree_size()));
  }
  if (state.has_contradicting_head()) {
    session.Breach("the copy says that its primary contradicts it");
  }
  return absl::OkStatus();
}

// As far as the copy has come, it is whole.
absl::Status CheckWhatIsThere(Session& session) {
  vault::Vault& copy = session.side(Side::kCopy);
  ASSIGN_OR_RETURN(const std::vector<vault::CatalogueEntry> list, copy.List(""));
  for (const auto& [number, upload] : session.promises().uploads) {
    const vault::DepositId deposit = session.DepositOf(number);
    const auto entry = std::find_if(list.begin(), list.end(), [&deposit](const auto& listed) {
      return listed.deposit == deposit;
    });
    const bool is_listed = entry != list.end();
    if (!upload.receipt.empty() && session.LogIndexOf(upload) < session.promises().copy.leaves &&
        !is_listed) {
      session.Breach(absl::StrCat("upload ", number, ": the copy has its leaf and not it"));
    }
    // The copy may not know yet that it was shredded.
    if (!is_listed || (upload.may_be_shredded && entry->shredded_log_index == 0)) continue;
    IsAsPromised(session, copy, upload, entry->shredded_log_index != 0);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckCopies(Session& session, Tally& tally) {
  RETURN_IF_ERROR(CheckCopied(session, tally));
  for (const Side side : {Side::kPrimary, Side::kCopy}) {
    RETURN_IF_ERROR(CheckDamages(session, side, tally));
  }
  RETURN_IF_ERROR(CheckWhatIsThere(session));
  return CopyOn(session, kEverything);
}

absl::Status CheckCopyOfAll(Session& session) {
  RETURN_IF_ERROR(CopyOn(session, kEverything));
  vault::Vault& copy = session.side(Side::kCopy);
  Tally of_copy;
  RETURN_IF_ERROR(CheckCatalogue(session, copy, of_copy));
  CheckVerdicts(session, copy, of_copy);
  return absl::OkStatus();
}

}  // namespace tidemark::campaign
