#include "tests/campaign/crash/checker.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "tests/campaign/crash/log_checker.h"
#include "vault/manifest.h"
#include "vault/receipt.h"

namespace tidemark::campaign {
namespace {

constexpr int kAllPieces = 100;

std::string Of(uint32_t upload) { return absl::StrCat("upload ", upload, ": "); }

// The pack `ref`, as the deposit `reader` uses it, is byte for byte that of upload `owner`.
bool FramesAreWhole(Session& session, const vault::DepositId& reader,
                    const tidemark::v1::PackRef& ref, uint32_t owner) {
  const vault::TestUpload made = session.Make(session.record(owner));
  if (ref.frame_count() != made.frames.size()) return false;
  for (uint32_t n = 0; n < ref.frame_count(); ++n) {
    const auto frame = session.vault().Frame(reader, made.pack, n);
    if (!vault::UsesFrame(ref, n)) {
      if (!absl::IsNotFound(frame.status())) return false;
    } else if (!frame.ok() || *frame != made.frames[n]) {
      session.Breach(absl::StrCat(Of(owner), "frame ", n, ": ", frame.status().ToString()));
      return false;
    }
  }
  return true;
}

// Manifest, parts and every used frame of a deposit that is visible.
bool IsWhole(Session& session, uint32_t number) {
  const vault::DepositId deposit = session.DepositOf(number);
  const vault::TestUpload made = session.Make(session.record(number));
  const auto manifest = session.vault().Manifest(deposit);
  if (!manifest.ok()) {
    session.Breach(absl::StrCat(Of(number), manifest.status().ToString()));
    return false;
  }
  const auto clear = vault::CheckManifestSigner(*manifest);
  if (!clear.ok() || clear->SerializeAsString() != made.manifest.SerializeAsString()) {
    session.Breach(absl::StrCat(Of(number), "the stored manifest is not the one that was sent"));
    return false;
  }
  for (uint32_t n = 0; n < made.parts.size(); ++n) {
    const auto part = session.vault().ManifestPart(deposit, n);
    if (!part.ok() || *part != made.parts[n]) {
      session.Breach(absl::StrCat(Of(number), "part ", n, ": ", part.status().ToString()));
      return false;
    }
  }
  if (!absl::IsOutOfRange(session.vault()
                              .ManifestPart(deposit, static_cast<uint32_t>(made.parts.size()))
                              .status())) {
    session.Breach(absl::StrCat(Of(number), "there is a part more than was sent"));
    return false;
  }
  for (const tidemark::v1::PackRef& ref : clear->packs()) {
    const bool is_own = ref.pack_id() == clear->new_pack_id();
    const uint32_t owner = is_own ? number : session.record(number).relied_on.value_or(number);
    if (!FramesAreWhole(session, deposit, ref, owner)) {
      session.Breach(absl::StrCat(Of(number), "its frames are not those that were sent"));
      return false;
    }
  }
  return true;
}

bool ReceiptHolds(Session& session, const UploadRecord& upload) {
  const auto stored = session.vault().Receipt(session.DepositOf(upload.number));
  if (!stored.ok() || stored->SerializeAsString() != upload.receipt) {
    session.Breach(absl::StrCat(Of(upload.number), "the receipt that was given is not stored: ",
                                stored.status().ToString()));
    return false;
  }
  const auto body = vault::VerifyReceipt(*stored, session.receipt_key());
  const auto manifest = session.vault().Manifest(session.DepositOf(upload.number));
  if (!body.ok() || !manifest.ok() ||
      body->manifest_digest() != crypto::Blake2b(manifest->body()).bytes()) {
    session.Breach(
        absl::StrCat(Of(upload.number), "its receipt does not verify: ", body.status().ToString()));
    return false;
  }
  return IsWhole(session, upload.number);
}

// Policy may have deleted it: then its receipt is there, and nothing that could open it.
bool WasShreddedRightly(Session& session, const UploadRecord& upload) {
  if (!upload.may_be_shredded || upload.held_log_index != 0) {
    session.Breach(absl::StrCat(Of(upload.number), "it is shredded, and retention could not"));
    return false;
  }
  const vault::DepositId deposit = session.DepositOf(upload.number);
  const auto stored = session.vault().Receipt(deposit);
  if (!stored.ok() || !vault::VerifyReceipt(*stored, session.receipt_key()).ok() ||
      (!upload.receipt.empty() && stored->SerializeAsString() != upload.receipt)) {
    session.Breach(absl::StrCat(Of(upload.number), "it is shredded, and its receipt is gone"));
    return false;
  }
  if (!absl::IsNotFound(session.vault().Manifest(deposit).status()) ||
      !absl::IsNotFound(session.vault().ManifestPart(deposit, 0).status())) {
    session.Breach(absl::StrCat(Of(upload.number), "it is shredded, and half of it is there"));
    return false;
  }
  return true;
}

// What is listed of an upload is as it was promised.
bool IsAsPromised(Session& session, const UploadRecord& upload, bool is_shredded) {
  if (is_shredded) return WasShreddedRightly(session, upload);
  if (upload.shredded_log_index != 0) {
    session.Breach(absl::StrCat(Of(upload.number), "it was shredded and is back"));
    return false;
  }
  return upload.receipt.empty() ? IsWhole(session, upload.number) : ReceiptHolds(session, upload);
}

// Nothing is listed that nobody tried to commit, nothing that was promised is missing, and all of
// it is whole or, by policy, gone as a whole.
absl::Status CheckCatalogue(Session& session, Tally& tally) {
  ASSIGN_OR_RETURN(const std::vector<vault::CatalogueEntry> list, session.vault().List(""));
  std::map<std::string, bool> listed;  // and whether it is shredded
  std::map<std::string, bool> keeps;   // by TLD: whether anything is left
  for (const vault::CatalogueEntry& entry : list) {
    const bool is_shredded = entry.shredded_log_index != 0;
    listed.emplace(entry.deposit.ToString(), is_shredded);
    keeps[std::string(entry.deposit.tld())] |= !is_shredded;
  }
  for (const auto& [tld, is_left] : keeps) {
    if (!is_left) session.Breach(absl::StrCat("retention left nothing of ", tld));
  }
  for (const auto& [number, upload] : session.promises().uploads) {
    const auto found = listed.find(session.DepositOf(number).ToString());
    const bool is_listed = found != listed.end();
    if (!upload.receipt.empty()) {
      ++tally.receipts_given;
      if (!is_listed) session.Breach(absl::StrCat(Of(number), "has a receipt and is not listed"));
    } else if (is_listed) {
      ++tally.seen_without_receipt;
      if (!upload.commit_was_tried) {
        session.Breach(absl::StrCat(Of(number), "is listed and was never committed"));
      }
    }
    if (!is_listed) continue;
    const bool is_kept = IsAsPromised(session, upload, found->second);
    if (is_kept && !upload.receipt.empty()) ++tally.receipts_honoured;
    tally.shredded += found->second ? 1 : 0;
    listed.erase(found);
  }
  for (const auto& [stranger, is_shredded] : listed) {
    session.Breach(absl::StrCat(stranger, " is listed and was never begun"));
  }
  return absl::OkStatus();
}

// A run that was broken off is gone on with by the next one.
absl::Status FinishRetention(Session& session) {
  const auto& uploads = session.promises().uploads;
  if (std::none_of(uploads.begin(), uploads.end(),
                   [](const auto& upload) { return upload.second.may_be_shredded; })) {
    return absl::OkStatus();
  }
  Tally before;
  RETURN_IF_ERROR(CheckCatalogue(session, before));
  return session.Retain();
}

// Verdicts are stored in the order in which they were given; one whose answer did not come may
// stand among them.
void CheckVerdicts(Session& session, Tally& tally) {
  for (const auto& [number, upload] : session.promises().uploads) {
    if (upload.verdicts.empty()) continue;
    tally.verdicts_given += upload.verdicts.size();
    const auto stored = session.vault().Verdicts(session.DepositOf(number));
    if (!stored.ok() || stored->size() > upload.verdicts_tried) {
      session.Breach(absl::StrCat(Of(number), "its verdicts: ", stored.status().ToString()));
      continue;
    }
    auto next = stored->begin();
    for (const PromisedVerdict& promised : upload.verdicts) {
      next = std::find_if(next, stored->end(), [&promised](const auto& verdict) {
        return verdict.body() == promised.body;
      });
      if (next == stored->end()) {
        session.Breach(absl::StrCat(Of(number), "a verdict is gone: ", promised.log_index));
        break;
      }
      ++tally.verdicts_honoured;
      ++next;
    }
  }
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
    ReceiptHolds(session, session.record(number));
  }
  return absl::OkStatus();
}

absl::Status WorkOn(Session& session) {
  const uint32_t number = session.promises().NextNumber();
  ASSIGN_OR_RETURN(const auto upload, session.BeginNew());
  RETURN_IF_ERROR(session.Send(session.record(number), kAllPieces, *upload));
  RETURN_IF_ERROR(session.Commit(session.record(number), *upload));
  ReceiptHolds(session, session.record(number));
  RETURN_IF_ERROR(session.Judge(session.record(number), false));
  return session.AskTreeHead();
}

}  // namespace

std::string Tally::ToJson() const {
  return absl::StrCat(
      "{\"receipts_given\":", receipts_given, ",\"receipts_honoured\":", receipts_honoured,
      ",\"pieces_acked\":", pieces_acked, ",\"pieces_held\":", pieces_held,
      ",\"verdicts_given\":", verdicts_given, ",\"verdicts_honoured\":", verdicts_honoured,
      ",\"heads_given\":", heads_given, ",\"heads_honoured\":", heads_honoured,
      ",\"seen_without_receipt\":", seen_without_receipt, ",\"shredded\":", shredded, "}");
}

absl::Status CheckPromises(Session& session, Tally& tally) {
  RETURN_IF_ERROR(FinishRetention(session));
  RETURN_IF_ERROR(CheckCatalogue(session, tally));
  CheckVerdicts(session, tally);
  CheckDistrust(session);
  RETURN_IF_ERROR(FinishUploads(session, tally));
  RETURN_IF_ERROR(WorkOn(session));
  session.CloseVault();
  const HeadsTally heads = CheckLog(session);
  tally.heads_given = heads.given;
  tally.heads_honoured = heads.honoured;
  return absl::OkStatus();
}

}  // namespace tidemark::campaign
