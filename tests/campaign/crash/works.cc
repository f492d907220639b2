#include "tests/campaign/crash/works.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "base/status.h"
#include "tests/campaign/crash/copies.h"

namespace tidemark::campaign {
namespace {

constexpr int kAllPieces = 100;
constexpr absl::Duration kTenYears = absl::Hours(24 * 3652);

// One upload for which `fits`, drawn; nothing if there is none.
template <typename Predicate>
std::optional<uint32_t> DrawUpload(Session& session, Predicate fits) {
  std::vector<uint32_t> found;
  for (const auto& [number, upload] : session.promises().uploads) {
    if (fits(upload)) found.push_back(number);
  }
  if (found.empty()) return std::nullopt;
  return found[session.Roll(found.size())];
}

bool IsCommitted(const UploadRecord& upload) { return !upload.receipt.empty(); }
bool IsInCustody(const UploadRecord& upload) {
  return IsCommitted(upload) && !upload.may_be_shredded;
}
bool IsUnfinished(const UploadRecord& upload) { return upload.IsUnfinished(); }

absl::Status DepositOf(UploadSize size, Session& session) {
  const uint32_t number = session.promises().NextNumber();
  ASSIGN_OR_RETURN(const auto upload, session.BeginNew(size));
  RETURN_IF_ERROR(session.Send(session.record(number), kAllPieces, *upload));
  RETURN_IF_ERROR(session.Sync(number, *upload));
  return session.Commit(session.record(number), *upload);
}

absl::Status Deposit(Session& session) { return DepositOf(UploadSize::kSmall, session); }
absl::Status DepositMedium(Session& session) { return DepositOf(UploadSize::kMedium, session); }
absl::Status DepositLarge(Session& session) { return DepositOf(UploadSize::kLarge, session); }

// The stream breaks off, with or without an acknowledgement.
absl::Status BreakOff(Session& session) {
  const uint32_t number = session.promises().NextNumber();
  ASSIGN_OR_RETURN(const auto upload, session.BeginNew());
  const int pieces = static_cast<int>(session.Roll(5));
  return session.Send(session.record(number), pieces, *upload);
}

absl::Status Resume(Session& session) {
  const std::optional<uint32_t> number = DrawUpload(session, IsUnfinished);
  if (!number.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto upload, session.Begin(session.record(*number)));
  RETURN_IF_ERROR(session.Send(session.record(*number), kAllPieces, *upload));
  if (session.Roll(4) == 0) return absl::OkStatus();  // and breaks off again
  return session.Commit(session.record(*number), *upload);
}

absl::Status Discard(Session& session) {
  const uint32_t number = session.promises().NextNumber();
  ASSIGN_OR_RETURN(const auto upload, session.BeginNew());
  RETURN_IF_ERROR(session.Send(session.record(number), 4, *upload));
  session.journal().MayBeGone(number);
  upload->Discard();
  return absl::OkStatus();
}

// The client did not hear its receipt, and asks again.
absl::Status Repeat(Session& session) {
  const std::optional<uint32_t> number = DrawUpload(session, IsCommitted);
  if (!number.has_value()) return absl::OkStatus();
  UploadRecord request = session.record(*number);
  ASSIGN_OR_RETURN(const auto upload, session.Begin(request));
  return session.Commit(session.record(*number), *upload);
}

absl::Status Judge(Session& session) {
  const std::optional<uint32_t> number = DrawUpload(session, IsInCustody);
  if (!number.has_value()) return absl::OkStatus();
  return session.Judge(session.record(*number), false);
}

absl::Status JudgeContentMismatch(Session& session) {
  // Not where an unfinished upload relies on a pack of it: that one could not go on.
  const auto relies_on = [](const UploadRecord& upload, uint32_t base) {
    return upload.IsUnfinished() && upload.relied_on == base;
  };
  const auto fits = [&](const UploadRecord& upload) {
    if (!IsInCustody(upload)) return false;
    for (const auto& [number, other] : session.promises().uploads) {
      if (relies_on(other, upload.number)) return false;
      if (upload.relied_on.has_value() && relies_on(other, *upload.relied_on)) return false;
    }
    return true;
  };
  const std::optional<uint32_t> number = DrawUpload(session, fits);
  if (!number.has_value()) return absl::OkStatus();
  return session.Judge(session.record(*number), true);
}

absl::Status AskTreeHead(Session& session) { return session.AskTreeHead(); }

absl::Status Retain(Session& session) { return session.Retain(); }

absl::Status Hold(Session& session) {
  const auto fits = [](const UploadRecord& upload) {
    return IsInCustody(upload) && upload.held_log_index == 0;
  };
  const std::optional<uint32_t> number = DrawUpload(session, fits);
  if (!number.has_value()) return absl::OkStatus();
  return session.Hold(session.record(*number));
}

absl::Status Reopen(Session& session) {
  session.CloseVault();
  return session.OpenVault();
}

// Ahead by ten years, long enough for the server's regular look at what has expired, and back.
absl::Status JumpClock(Session& session) {
  session.MoveClock(kTenYears);
  if (session.Roll(2) == 0) {
    session.vault().SweepExpired();
  } else {
    RETURN_IF_ERROR(Deposit(session));
  }
  session.MoveClock(-kTenYears);
  return absl::OkStatus();
}

// Not what a second copy lacks, and one piece of an upload at a time, or nothing could mend it.
std::optional<PieceAt> DrawPiece(Session& session, Side side) {
  const auto fits = [&session](const UploadRecord& upload) {
    return IsInCustody(upload) && !session.promises().MayBeDamaged(upload.number) &&
           session.LogIndexOf(upload) < session.promises().copy.leaves;
  };
  const std::optional<uint32_t> number = DrawUpload(session, fits);
  if (!number.has_value()) return std::nullopt;
  const vault::TestUpload made = session.Make(session.record(*number));
  const uint64_t drawn = session.Roll(made.frames.size() + made.parts.size());
  if (drawn < made.frames.size()) {
    return PieceAt{side, *number, vault::PieceKind::kFrame, static_cast<uint32_t>(drawn)};
  }
  return PieceAt{side, *number, vault::PieceKind::kManifestPart,
                 static_cast<uint32_t>(drawn - made.frames.size())};
}

Side DrawSide(Session& session) { return session.Roll(2) == 0 ? Side::kPrimary : Side::kCopy; }

absl::Status CopyAll(Session& session) { return CopyOn(session, kEverything); }

absl::Status CopySome(Session& session) {
  return CopyOn(session, 1 + static_cast<int>(session.Roll(12)));
}

absl::Status DamageSome(Session& session) {
  for (uint64_t left = 1 + session.Roll(3); left > 0; --left) {
    const std::optional<PieceAt> piece = DrawPiece(session, DrawSide(session));
    if (!piece.has_value()) return absl::OkStatus();
    constexpr Damage kKinds[] = {Damage::kGone, Damage::kAltered, Damage::kUnreadable};
    RETURN_IF_ERROR(DamagePiece(session, *piece, kKinds[session.Roll(std::size(kKinds))]));
  }
  return absl::OkStatus();
}

// Often less than a cycle.
absl::Status ScrubOn(Session& session) {
  for (const Side side : {Side::kPrimary, Side::kCopy}) {
    RETURN_IF_ERROR(Scrub(session, side, 1 + static_cast<int>(session.Roll(16))));
  }
  return absl::OkStatus();
}

absl::Status MendAll(Session& session) {
  for (const Side side : {Side::kPrimary, Side::kCopy}) {
    ASSIGN_OR_RETURN(const std::set<PieceAt> known, KnownDamages(session, side));
    for (const PieceAt& piece : known) RETURN_IF_ERROR(Mend(session, piece));
  }
  return absl::OkStatus();
}

// Not while something is damaged, for nothing can mend a pack of which frames were removed.
absl::Status RetainBoth(Session& session) {
  for (const auto& [number, upload] : session.promises().uploads) {
    if (session.promises().MayBeDamaged(number)) return absl::OkStatus();
  }
  RETURN_IF_ERROR(session.Retain());
  RETURN_IF_ERROR(CopyAll(session));
  return EraseCopy(session);
}

constexpr Work kWorks[] = {
    {"deposit", {8, 6, 4, 8, 6, 2}, Deposit},
    {"deposit-large", {0, 0, 8, 0, 0, 0}, DepositLarge},
    {"deposit-medium", {0, 0, 0, 0, 0, 1}, DepositMedium},
    {"break-off", {4, 4, 2, 2, 1, 0}, BreakOff},
    {"resume", {4, 3, 2, 3, 1, 0}, Resume},
    {"discard", {2, 2, 1, 1, 1, 0}, Discard},
    {"repeat", {2, 2, 1, 2, 1, 0}, Repeat},
    {"judge", {3, 2, 2, 2, 2, 0}, Judge},
    {"judge-content-mismatch", {1, 1, 1, 1, 1, 0}, JudgeContentMismatch},
    {"tree-head", {1, 1, 1, 1, 0, 0}, AskTreeHead},
    {"reopen", {4, 3, 1, 2, 1, 2}, Reopen},
    {"jump-clock", {0, 6, 0, 0, 0, 0}, JumpClock},
    {"retain", {0, 0, 0, 6, 0, 0}, Retain},
    {"hold", {0, 0, 0, 1, 0, 0}, Hold},
    {"copy", {0, 0, 0, 0, 6, 4}, CopyAll},
    {"copy-some", {0, 0, 0, 0, 5, 1}, CopySome},
    {"damage", {0, 0, 0, 0, 2, 6}, DamageSome},
    {"scrub", {0, 0, 0, 0, 3, 8}, ScrubOn},
    {"mend", {0, 0, 0, 0, 2, 8}, MendAll},
    {"retain-both", {0, 0, 0, 0, 1, 0}, RetainBoth},
};

const Work& Named(absl::string_view name) {
  return *std::find_if(std::begin(kWorks), std::end(kWorks),
                       [name](const Work& work) { return work.name == name; });
}

}  // namespace

absl::Span<const Work> Works() { return kWorks; }

const Work& DrawWork(Script script, Session& session) {
  if (script == Script::kScrub) {
    // So much that a scrub needs several slices, and in both copies.
    if (session.promises().uploads.empty()) return Named("deposit-medium");
    if (session.promises().copy.leaves == 0) return Named("copy");
    if (session.promises().damages.empty()) return Named("damage");
  }
  const auto weight = [script](const Work& work) {
    return work.weights[static_cast<size_t>(script)];
  };
  int all = 0;
  for (const Work& work : kWorks) all += weight(work);
  int left = static_cast<int>(session.Roll(static_cast<uint64_t>(all)));
  for (const Work& work : kWorks) {
    left -= weight(work);
    if (left < 0) return work;
  }
  return kWorks[0];
}

}  // namespace tidemark::campaign
