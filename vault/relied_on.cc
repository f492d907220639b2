// What a deposit relies on, against what is known to be damaged: a receipt is no promise of what is
// lost already.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/damaged_pieces.h"
#include "vault/manifest.h"
#include "vault/retention/rows.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {
namespace {

using tidemark::v1::CatalogueRow;
using tidemark::v1::ClearManifest;
using tidemark::v1::PackRef;

// A month of DIFFs and the FULL before them.
constexpr size_t kNewestDepositsMax = 32;

// As a pack is named by whoever uses each of its frames.
PackRef AllOf(const crypto::PackId& pack, uint32_t frames) {
  PackRef ref;
  ref.set_pack_id(std::string(pack.bytes()));
  ref.set_frame_count(frames);
  ref.set_used(std::string((frames + size_t{7}) / 8, '\xff'));
  return ref;
}

// The newest first, back to a FULL.
std::vector<CatalogueRow> NewestSinceFull(std::vector<CatalogueRow> rows) {
  std::erase_if(rows, [](const CatalogueRow& row) { return row.shredded_log_index() != 0; });
  std::sort(rows.begin(), rows.end(), [](const CatalogueRow& a, const CatalogueRow& b) {
    return a.received_at_unix_micros() > b.received_at_unix_micros();
  });
  const auto full = std::find_if(rows.begin(), rows.end(), [](const CatalogueRow& row) {
    return row.kind() == tidemark::v1::DEPOSIT_KIND_FULL;
  });
  const auto wanted = static_cast<size_t>(full - rows.begin()) + 1;
  rows.resize(std::min({wanted, rows.size(), kNewestDepositsMax}));
  return rows;
}

}  // namespace

// A begin names packs, and not yet which of their frames. A depositor relies on what its newest
// deposits use, which says nearly always what the commit will say, and before anything is sent. A
// frame that only older ones use forces nobody to send in full.
absl::Status VaultImpl::CheckNewestAreWhole(const UploadRequest& request) const {
  std::set<std::string> damaged;
  for (const crypto::PackId& pack : request.relied_on) {
    ASSIGN_OR_RETURN(const tidemark::v1::PackRow row, ReadPackRow(pack));
    const absl::Status whole = CheckFramesWhole(*store_, AllOf(pack, row.frame_count()));
    if (absl::IsFailedPrecondition(whole) || absl::IsDataLoss(whole)) {
      damaged.emplace(pack.bytes());
    } else {
      RETURN_IF_ERROR(whole);
    }
  }
  if (damaged.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(retention::TldRows tld, retention::ReadTld(*store_, request.deposit.tld()));
  for (const CatalogueRow& row : NewestSinceFull(std::move(tld.rows))) {
    ASSIGN_OR_RETURN(const DepositId id, IdOf(row.identity()));
    // Deleted since its row was read, or damaged itself: the commit knows what is used.
    const absl::StatusOr<ClearManifest> manifest = retention::ReadManifest(*store_, id);
    if (!manifest.ok()) continue;
    for (const PackRef& ref : manifest->packs()) {
      if (!damaged.contains(ref.pack_id())) continue;
      RETURN_IF_ERROR(SendInFull(CheckFramesWhole(*store_, ref)));
    }
  }
  return absl::OkStatus();
}

absl::Status VaultImpl::CheckIsWhole(const DepositId& deposit) const {
  const absl::StatusOr<ClearManifest> manifest = retention::ReadManifest(*store_, deposit);
  absl::Status whole = manifest.status();
  if (manifest.ok()) {
    ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(manifest->new_pack_id()));
    whole = CheckPartsWhole(*store_, pack);
    for (const PackRef& ref : manifest->packs()) {
      if (whole.ok()) whole = CheckFramesWhole(*store_, ref);
    }
    // Nothing is known against it.
    if (absl::IsDataLoss(whole)) return absl::OkStatus();
  }
  if (!absl::IsFailedPrecondition(whole) && !absl::IsDataLoss(whole)) return whole;
  return absl::AlreadyExistsError(absl::StrCat(deposit.ToString(), " is committed, but ",
                                               whole.message(),
                                               "; send the file as a higher resend"));
}

}  // namespace tidemark::vault
