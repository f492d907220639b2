#include "tests/campaign/crash/checker.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "tests/campaign/crash/copy_checker.h"
#include "tests/campaign/crash/log_checker.h"
#include "vault/manifest.h"
#include "vault/receipt.h"

namespace tidemark::campaign {
namespace {

constexpr int kAllPieces = 100;

std::string Of(uint32_t upload) { return absl::StrCat("upload ", upload, ": "); }

// A run that was broken off is gone on with by the next one.
absl::Status FinishRetention(Session& session) {
  const auto& uploads = session.promises().uploads;
  if (std::none_of(uploads.begin(), uploads.end(),
                   [](const auto& upload) { return upload.second.may_be_shredded; })) {
    return absl::OkStatus();
  }
  Tally before;
  RETURN_IF_ERROR(CheckCatalogue(session, session.vault(), before));
  return session.Retain();
}

// What a verdict has marked is marked: nothing new may rely on it.
void CheckDistrust(Session& session) {
  for (const auto& [number, upload] : session.promises().uploads) {
    if (!upload.is_distrusted) continue;
    const vault::UploadRequest request = {.deposit = session.DepositOf(number),
                                          .new_pack = crypto::PackId::Random(),
                                          .relied_on = {session.PackOf(number)},
                                          .begin_digest = std::string(32, 'b'),
                                          .signer = std::string(32, 's')};
    const absl::Status begun = session.vault().Begin(request).status();
    if (!absl::IsFailedPrecondition(begun)) {
      session.Breach(absl::StrCat(Of(number),
                                  "its pack is distrusted, and a begin that relies on "
                                  "it got ",
                                  begun.ToString()));
    }
  }
}

// Every upload that nothing has ended goes on behind what was acknowledged, to its receipt.
absl::Status FinishUploads(Session& session, Tally& tally) {
  std::vector<uint32_t> unfinished;
  for (const auto& [number, upload] : session.promises().uploads) {
    if (upload.IsUnfinished()) unfinished.push_back(number);
  }
  for (const uint32_t number : unfinished) {
    const UploadRecord before = session.record(number);
    if (before.relied_on.has_value() && session.record(*before.relied_on).may_be_distrusted) {
      continue;  // the vault may well refuse it now
    }
    ASSIGN_OR_RETURN(const auto open, session.Begin(before));
    const vault::PiecesHeld held = open->held();
    tally.pieces_acked += before.acked.frames + before.acked.parts;
    tally.pieces_held += std::min(held.frames, before.acked.frames);
    tally.pieces_held += std::min(held.parts, before.acked.parts);
    RETURN_IF_ERROR(session.Send(before, kAllPieces, *open));
    RETURN_IF_ERROR(session.Commit(session.record(number), *open));
    ReceiptHolds(session, session.vault(), session.record(number));
  }
  return absl::OkStatus();
}

absl::Status WorkOn(Session& session) {
  const uint32_t number = session.promises().NextNumber();
  ASSIGN_OR_RETURN(const auto upload, session.BeginNew());
  RETURN_IF_ERROR(session.Send(session.record(number), kAllPieces, *upload));
  RETURN_IF_ERROR(session.Commit(session.record(number), *upload));
  ReceiptHolds(session, session.vault(), session.record(number));
  RETURN_IF_ERROR(session.Judge(session.record(number), false));
  return session.AskTreeHead();
}

}  // namespace

absl::Status CheckPromises(Session& session, Tally& tally) {
  if (session.has_copy()) RETURN_IF_ERROR(CheckCopies(session, tally));
  RETURN_IF_ERROR(FinishRetention(session));
  RETURN_IF_ERROR(CheckCatalogue(session, session.vault(), tally));
  CheckVerdicts(session, session.vault(), tally);
  CheckDistrust(session);
  RETURN_IF_ERROR(FinishUploads(session, tally));
  RETURN_IF_ERROR(WorkOn(session));
  if (session.has_copy()) RETURN_IF_ERROR(CheckCopyOfAll(session));
  session.CloseVault();
  if (session.has_copy()) CheckLog(session, Side::kCopy);
  const HeadsTally heads = CheckLog(session, Side::kPrimary);
  tally.heads_given = heads.given;
  tally.heads_honoured = heads.honoured;
  return absl::OkStatus();
}

}  // namespace tidemark::campaign
