#include "tests/campaign/crash/works.h"

#include <memory>
#include <optional>
#include <vector>

#include "base/status.h"

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

constexpr Work kWorks[] = {
    {"deposit", {8, 6, 4, 8}, Deposit},
    {"deposit-large", {0, 0, 8, 0}, DepositLarge},
    {"break-off", {4, 4, 2, 2}, BreakOff},
    {"resume", {4, 3, 2, 3}, Resume},
    {"discard", {2, 2, 1, 1}, Discard},
    {"repeat", {2, 2, 1, 2}, Repeat},
    {"judge", {3, 2, 2, 2}, Judge},
    {"judge-content-mismatch", {1, 1, 1, 1}, JudgeContentMismatch},
    {"tree-head", {1, 1, 1, 1}, AskTreeHead},
    {"reopen", {4, 3, 1, 2}, Reopen},
    {"jump-clock", {0, 6, 0, 0}, JumpClock},
    {"retain", {0, 0, 0, 6}, Retain},
    {"hold", {0, 0, 0, 1}, Hold},
};

}  // namespace

absl::Span<const Work> Works() { return kWorks; }

const Work& DrawWork(Script script, Session& session) {
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
