#include "tests/campaign/crash/custody_checker.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "vault/manifest.h"
#include "vault/receipt.h"

namespace tidemark::campaign {
namespace {

std::string Of(uint32_t upload) { return absl::StrCat("upload ", upload, ": "); }

// The pack `ref`, as the deposit `reader` uses it, is byte for byte that of upload `owner`.
bool FramesAreWhole(Session& session, vault::Vault& store, const vault::DepositId& reader,
                    const tidemark::v1::PackRef& ref, uint32_t owner) {
  const vault::TestUpload made = session.Make(session.record(owner));
  if (ref.frame_count() != made.frames.size()) return false;
  for (uint32_t n = 0; n < ref.frame_count(); ++n) {
    const auto frame = store.Frame(reader, made.pack, n);
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
bool IsWhole(Session& session, vault::Vault& store, uint32_t number) {
  const vault::DepositId deposit = session.DepositOf(number);
  const vault::TestUpload made = session.Make(session.record(number));
  const auto manifest = store.Manifest(deposit);
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
    const auto part = store.ManifestPart(deposit, n);
    if (!part.ok() || *part != made.parts[n]) {
      session.Breach(absl::StrCat(Of(number), "part ", n, ": ", part.status().ToString()));
      return false;
    }
  }
  if (!absl::IsOutOfRange(
          store.ManifestPart(deposit, static_cast<uint32_t>(made.parts.size())).status())) {
    session.Breach(absl::StrCat(Of(number), "there is a part more than was sent"));
    return false;
  }
  for (const tidemark::v1::PackRef& ref : clear->packs()) {
    const bool is_own = ref.pack_id() == clear->new_pack_id();
    const uint32_t owner = is_own ? number : session.record(number).relied_on.value_or(number);
    if (!FramesAreWhole(session, store, deposit, ref, owner)) {
      session.Breach(absl::StrCat(Of(number), "its frames are not those that were sent"));
      return false;
    }
  }
  return true;
}

// Policy may have deleted it: then its receipt is there, and nothing that could open it.
bool WasShreddedRightly(Session& session, vault::Vault& store, const UploadRecord& upload) {
  if (!upload.may_be_shredded || upload.held_log_index != 0) {
    session.Breach(absl::StrCat(Of(upload.number), "it is shredded, and retention could not"));
    return false;
  }
  const vault::DepositId deposit = session.DepositOf(upload.number);
  const auto stored = store.Receipt(deposit);
  if (!stored.ok() || !vault::VerifyReceipt(*stored, session.receipt_key()).ok() ||
      (!upload.receipt.empty() && stored->SerializeAsString() != upload.receipt)) {
    session.Breach(absl::StrCat(Of(upload.number), "it is shredded, and its receipt is gone"));
    return false;
  }
  if (!absl::IsNotFound(store.Manifest(deposit).status()) ||
      !absl::IsNotFound(store.ManifestPart(deposit, 0).status())) {
    session.Breach(absl::StrCat(Of(upload.number), "it is shredded, and half of it is there"));
    return false;
  }
  return true;
}

}  // namespace

bool ReceiptHolds(Session& session, vault::Vault& store, const UploadRecord& upload) {
  const auto stored = store.Receipt(session.DepositOf(upload.number));
  if (!stored.ok() || stored->SerializeAsString() != upload.receipt) {
    session.Breach(absl::StrCat(Of(upload.number), "the receipt that was given is not stored: ",
                                stored.status().ToString()));
    return false;
  }
  const auto body = vault::VerifyReceipt(*stored, session.receipt_key());
  const auto manifest = store.Manifest(session.DepositOf(upload.number));
  if (!body.ok() || !manifest.ok() ||
      body->manifest_digest() != crypto::Blake2b(manifest->body()).bytes()) {
    session.Breach(
        absl::StrCat(Of(upload.number), "its receipt does not verify: ", body.status().ToString()));
    return false;
  }
  return IsWhole(session, store, upload.number);
}

bool IsAsPromised(Session& session, vault::Vault& store, const UploadRecord& upload,
                  bool is_shredded) {
  if (is_shredded) return WasShreddedRightly(session, store, upload);
  if (upload.shredded_log_index != 0) {
    session.Breach(absl::StrCat(Of(upload.number), "it was shredded and is back"));
    return false;
  }
  return upload.receipt.empty() ? IsWhole(session, store, upload.number)
                                : ReceiptHolds(session, store, upload);
}

absl::Status CheckCatalogue(Session& session, vault::Vault& store, Tally& tally) {
  ASSIGN_OR_RETURN(const std::vector<vault::CatalogueEntry> list, store.List(""));
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
    const bool is_kept = IsAsPromised(session, store, upload, found->second);
    if (is_kept && !upload.receipt.empty()) ++tally.receipts_honoured;
    tally.shredded += found->second ? 1 : 0;
    listed.erase(found);
  }
  for (const auto& [stranger, is_shredded] : listed) {
    session.Breach(absl::StrCat(stranger, " is listed and was never begun"));
  }
  return absl::OkStatus();
}

void CheckVerdicts(Session& session, vault::Vault& store, Tally& tally) {
  for (const auto& [number, upload] : session.promises().uploads) {
    if (upload.verdicts.empty()) continue;
    tally.verdicts_given += upload.verdicts.size();
    const auto stored = store.Verdicts(session.DepositOf(number));
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

std::string Tally::ToJson() const {
  return absl::StrCat(
      "{\"receipts_given\":", receipts_given, ",\"receipts_honoured\":", receipts_honoured,
      ",\"pieces_acked\":", pieces_acked, ",\"pieces_held\":", pieces_held,
      ",\"verdicts_given\":", verdicts_given, ",\"verdicts_honoured\":", verdicts_honoured,
      ",\"heads_given\":", heads_given, ",\"heads_honoured\":", heads_honoured,
      ",\"leaves_copied\":", leaves_copied, ",\"leaves_kept\":", leaves_kept,
      ",\"damages_due\":", damages_due, ",\"damages_known\":", damages_known,
      ",\"seen_without_receipt\":", seen_without_receipt, ",\"shredded\":", shredded, "}");
}

}  // namespace tidemark::campaign
