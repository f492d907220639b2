// Everything that only reads.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/disk_space.h"
#include "vault/manifest.h"
#include "vault/retention/rows.h"
#include "vault/schema.h"
#include "vault/stored_row.h"
#include "vault/vault_impl.h"

namespace tidemark::vault {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::ClearManifest;
using tidemark::v1::PackRef;
using tidemark::v1::PackRow;
using tidemark::v1::SignedManifest;

constexpr uint32_t kFormat = 1;

template <typename Message>
absl::StatusOr<Message> ReadDepositRow(const RocksStore& store, DepositRow kind,
                                       const DepositId& id, absl::string_view what) {
  const absl::StatusOr<std::string> value =
      store.Get(Family::kDeposits, schema::DepositKey(kind, id));
  if (absl::IsNotFound(value.status())) {
    return absl::NotFoundError(absl::StrCat("there is no deposit ", id.ToString()));
  }
  RETURN_IF_ERROR(value.status());
  return ParseRow<Message>(*value, absl::StrCat(what, " of ", id.ToString()));
}

absl::StatusOr<CatalogueRow> ParseCatalogueRow(absl::string_view value, const DepositId& id) {
  ASSIGN_OR_RETURN(CatalogueRow row,
                   ParseRow<CatalogueRow>(value, absl::StrCat("catalogue row of ", id.ToString())));
  const absl::StatusOr<DepositId> row_id = IdOf(row.identity());
  if (row.format() != kFormat || !row_id.ok() || *row_id != id) {
    return absl::DataLossError(
        absl::StrCat("the catalogue row of ", id.ToString(), " is not its own"));
  }
  return row;
}

CatalogueEntry ToEntry(const DepositId& id, const CatalogueRow& row) {
  return {.deposit = id,
          .kind = row.kind(),
          .watermark_unix_seconds = row.watermark_unix_seconds(),
          .prev_id = row.prev_id(),
          .stored_bytes = row.stored_bytes(),
          .received_at_unix_micros = row.received_at_unix_micros(),
          .latest_verdict = row.latest_verdict(),
          .superseded = false,
          .shredded_log_index = row.shredded_log_index()};
}

}  // namespace

absl::StatusOr<CatalogueRow> VaultImpl::ReadCatalogueRow(const DepositId& id) const {
  const absl::StatusOr<std::string> value =
      store_->Get(Family::kDeposits, schema::DepositKey(DepositRow::kCatalogue, id));
  if (absl::IsNotFound(value.status())) {
    return absl::NotFoundError(absl::StrCat("there is no deposit ", id.ToString()));
  }
  RETURN_IF_ERROR(value.status());
  return ParseCatalogueRow(*value, id);
}

absl::StatusOr<PackRow> VaultImpl::ReadPackRow(const crypto::PackId& pack) const {
  ASSIGN_OR_RETURN(const std::string value, store_->Get(Family::kPacks, schema::PackKey(pack)));
  return ParseRow<PackRow>(value, absl::StrCat("row of pack ", pack.ToHex()));
}

absl::StatusOr<PackRow> VaultImpl::ReadHeldPack(const DepositId& deposit,
                                                const crypto::PackId& pack) const {
  absl::StatusOr<PackRow> row = ReadPackRow(pack);
  if (!row.ok() && !absl::IsNotFound(row.status())) return row.status();
  if (!row.ok() || row->state() != tidemark::v1::PACK_STATE_COMMITTED || row->distrusted() ||
      row->owner().tld() != deposit.tld()) {
    return absl::FailedPreconditionError(
        absl::StrCat("pack ", pack.ToHex(), " is not held for this TLD; send in full"));
  }
  return row;
}

absl::StatusOr<std::vector<CatalogueEntry>> VaultImpl::List(absl::string_view tld) const {
  std::vector<CatalogueEntry> entries;
  RETURN_IF_ERROR(store_->Scan(
      Family::kDeposits, schema::CatalogueOf(tld),
      [&entries](absl::string_view key, absl::string_view value) -> absl::Status {
        if (entries.size() >= base::kListEntriesMax) {
          return absl::ResourceExhaustedError(absl::StrCat("more than ", base::kListEntriesMax,
                                                           " deposits; ask for one TLD at a time"));
        }
        ASSIGN_OR_RETURN(const schema::ParsedDepositKey parsed, schema::ParseDepositKey(key));
        ASSIGN_OR_RETURN(const CatalogueRow row, ParseCatalogueRow(value, parsed.deposit));
        // In order of identity, resends of one id stand together and ascend.
        if (!entries.empty() && entries.back().deposit.tld() == parsed.deposit.tld() &&
            entries.back().deposit.id() == parsed.deposit.id()) {
          entries.back().superseded = true;
        }
        entries.push_back(ToEntry(parsed.deposit, row));
        return absl::OkStatus();
      }));
  return entries;
}

absl::Status VaultImpl::GoneOrLost(const DepositId& id, absl::string_view what) const {
  ASSIGN_OR_RETURN(const CatalogueRow row, ReadCatalogueRow(id));
  if (row.shredded_log_index() != 0) return retention::ShreddedError(*store_, id, row);
  return absl::DataLossError(what);
}

absl::StatusOr<SignedManifest> VaultImpl::Manifest(const DepositId& id) const {
  absl::StatusOr<SignedManifest> manifest =
      ReadDepositRow<SignedManifest>(*store_, DepositRow::kManifest, id, "manifest");
  if (!absl::IsNotFound(manifest.status())) return manifest;
  return GoneOrLost(id, absl::StrCat("the manifest of ", id.ToString(), " is gone"));
}

absl::StatusOr<tidemark::v1::Receipt> VaultImpl::Receipt(const DepositId& id) const {
  return ReadDepositRow<tidemark::v1::Receipt>(*store_, DepositRow::kReceipt, id, "receipt");
}

absl::StatusOr<uint64_t> VaultImpl::ShreddedLogIndex(const DepositId& id) const {
  ASSIGN_OR_RETURN(const CatalogueRow row, ReadCatalogueRow(id));
  return row.shredded_log_index();
}

absl::StatusOr<std::string> VaultImpl::ManifestPart(const DepositId& id, uint32_t number) const {
  ASSIGN_OR_RETURN(const CatalogueRow row, ReadCatalogueRow(id));
  if (row.shredded_log_index() != 0) return retention::ShreddedError(*store_, id, row);
  if (number >= row.manifest_parts()) {
    return absl::OutOfRangeError(absl::StrCat("manifest part ", number, " of ", id.ToString(),
                                              ", which has ", row.manifest_parts()));
  }
  ASSIGN_OR_RETURN(const crypto::PackId pack, crypto::PackId::FromBytes(row.new_pack_id()));
  absl::StatusOr<std::string> part = pieces_.Get({PieceKind::kManifestPart, pack, number});
  // It may have been deleted since its row was read.
  if (absl::IsNotFound(part.status())) return GoneOrLost(id, part.status().message());
  return part;
}

absl::StatusOr<std::string> VaultImpl::Frame(const DepositId& id, const crypto::PackId& pack,
                                             uint32_t number) const {
  ASSIGN_OR_RETURN(const SignedManifest manifest, Manifest(id));
  ASSIGN_OR_RETURN(
      const ClearManifest clear,
      ParseRow<ClearManifest>(manifest.body(), absl::StrCat("clear manifest of ", id.ToString())));
  const PackRef* const used = FindPack(clear, pack.bytes());
  if (used == nullptr || !UsesFrame(*used, number)) {
    return absl::NotFoundError(
        absl::StrCat(id.ToString(), " does not use frame ", number, " of pack ", pack.ToHex()));
  }
  absl::StatusOr<std::string> frame = pieces_.Get({PieceKind::kFrame, pack, number});
  if (absl::IsNotFound(frame.status())) return GoneOrLost(id, frame.status().message());
  return frame;
}

absl::StatusOr<uint64_t> VaultImpl::StoredBytes() const {
  uint64_t bytes = 0;
  RETURN_IF_ERROR(store_->Scan(
      Family::kDeposits, schema::CatalogueOf(""), [&](absl::string_view, absl::string_view value) {
        const absl::StatusOr<CatalogueRow> row = ParseRow<CatalogueRow>(value, "catalogue row");
        if (row.ok()) bytes += row->stored_bytes();
        return row.status();
      }));
  ASSIGN_OR_RETURN(const uint64_t freed, retention::ReadFreedBytes(*store_));
  return bytes - std::min(freed, bytes);
}

absl::StatusOr<uint64_t> VaultImpl::DiskBytes() const { return DirectoryBytes(options_.dir); }

}  // namespace tidemark::vault
