// Family deposits: catalogue and receipts.
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/fsck/store_check.h"
#include "vault/manifest.h"
#include "vault/receipt.h"

namespace tidemark::vault {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::ReceiptBody;

constexpr uint32_t kFormat = 1;

std::string CheckCatalogueRow(const CatalogueRow& row, const DepositId& id) {
  const absl::StatusOr<DepositId> row_id = IdOf(row.identity());
  if (row.format() != kFormat) return absl::StrCat("format ", row.format());
  if (!row_id.ok() || *row_id != id) return "it is another deposit's";
  if (!crypto::PackId::FromBytes(row.new_pack_id()).ok()) return "its new_pack_id is not one";
  if (!crypto::Blake2bDigest::FromBytes(row.manifest_digest()).ok()) {
    return "its manifest_digest is not a digest";
  }
  return "";
}

}  // namespace

absl::Status CheckCatalogue(StoreCheck& check) {
  return check.Scan(Family::kDeposits, DepositRowsOf(DepositRow::kCatalogue), [&check](
                        absl::string_view key, absl::string_view value) {
    const absl::StatusOr<schema::ParsedDepositKey> parsed = schema::ParseDepositKey(key);
    if (!parsed.ok()) {
      check.Add(absl::StrCat("key ", HexOf(key)), std::string(parsed.status().message()));
      return;
    }
    const std::string id = parsed->deposit.ToString();
    CatalogueRow row;
    std::string why = "not a catalogue row";
    if (row.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      why = CheckCatalogueRow(row, parsed->deposit);
    }
    if (!why.empty()) {
      check.Add(absl::StrCat("catalogue row of ", id), why, id);
      return;
    }
    ++check.report.deposits;
    check.deposits[id].row = std::move(row);
  });
}

absl::Status CheckReceipts(StoreCheck& check) {
  RETURN_IF_ERROR(check.Scan(Family::kDeposits, DepositRowsOf(DepositRow::kReceipt), [&check](
                                 absl::string_view key, absl::string_view value) {
    const absl::StatusOr<schema::ParsedDepositKey> parsed = schema::ParseDepositKey(key);
    if (!parsed.ok()) {
      check.Add(absl::StrCat("key ", HexOf(key)), std::string(parsed.status().message()));
      return;
    }
    const std::string id = parsed->deposit.ToString();
    const std::string where = absl::StrCat("receipt of ", id);
    const auto known = check.deposits.find(id);
    if (known == check.deposits.end()) {
      check.Add(where, "there is no catalogue row for it that can be read", id);
      return;
    }
    tidemark::v1::Receipt receipt;
    ReceiptBody body;
    if (!receipt.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
        !body.ParseFromString(receipt.body())) {
      check.Add(where, "not a receipt", id);
      return;
    }
    if (check.options.receipt_key.has_value()) {
      const absl::StatusOr<ReceiptBody> verified =
          VerifyReceipt(receipt, *check.options.receipt_key);
      if (!verified.ok()) check.Add(where, std::string(verified.status().message()), id);
    }
    const CatalogueRow& row = known->second.row;
    const absl::StatusOr<DepositId> body_id = IdOf(body.identity());
    if (!body_id.ok() || *body_id != parsed->deposit || body.vault_id() != check.vault_id ||
        body.manifest_digest() != row.manifest_digest() ||
        body.received_at_unix_micros() != row.received_at_unix_micros() ||
        body.content_commitment() != row.content_commitment() ||
        body.stored_bytes() != row.stored_bytes()) {
      check.Add(where, "it and the catalogue row do not say the same", id);
    }
    known->second.has_receipt = true;
    check.leaves[body.log_index()] = {tidemark::v1::LOG_EVENT_DEPOSIT_COMMITTED, id,
                                      row.manifest_digest(), body.log_leaf()};
  }));
  for (const auto& [id, deposit] : check.deposits) {
    if (!deposit.has_receipt) check.Add(absl::StrCat("receipt of ", id), "missing", id);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault
