#include "vault/retention/rows.h"

#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "vault/schema.h"
#include "vault/stored_row.h"

namespace tidemark::vault::retention {
namespace {

using schema::DepositRow;
using schema::Family;
using tidemark::v1::CatalogueRow;
using tidemark::v1::ClearManifest;
using tidemark::v1::CustodyAct;

constexpr uint32_t kFormat = 1;

template <typename Message>
absl::StatusOr<Message> Read(const RocksStore& store, Family family, const std::string& key,
                             absl::string_view what) {
  const absl::StatusOr<std::string> value = store.Get(family, key);
  if (absl::IsNotFound(value.status())) return absl::NotFoundError(absl::StrCat("no ", what));
  if (!value.ok()) return base::Annotate(value.status(), what);
  return ParseRow<Message>(*value, what);
}

absl::Status ForEachAct(const RocksStore& store,
                        const std::function<void(const CustodyAct& act)>& visit) {
  return store.Scan(Family::kActs, {},
                    [&visit](absl::string_view key, absl::string_view value) -> absl::Status {
                      ASSIGN_OR_RETURN(const uint64_t index, schema::ParseLogKey(key));
                      const std::string what = absl::StrCat("act ", index);
                      ASSIGN_OR_RETURN(const auto row, ParseRow<tidemark::v1::ActRow>(value, what));
                      ASSIGN_OR_RETURN(const CustodyAct act, ParseRow<CustodyAct>(row.act(), what));
                      visit(act);
                      return absl::OkStatus();
                    });
}

absl::Status ReadHolds(const RocksStore& store, absl::string_view tld, TldRows& out) {
  size_t i = 0;
  return store.Scan(
      Family::kHolds, schema::HoldsOf(tld),
      [&](absl::string_view key, absl::string_view) -> absl::Status {
        ASSIGN_OR_RETURN(schema::ParsedHoldKey hold, schema::ParseHoldKey(key));
        // Holds and catalogue are in the same order.
        while (i < out.facts.size() && out.facts[i].deposit < hold.deposit) ++i;
        if (i == out.facts.size() || out.facts[i].deposit != hold.deposit) {
          return absl::DataLossError(absl::StrCat("a hold is on ", hold.deposit.ToString(),
                                                  ", which the catalogue does not have"));
        }
        out.facts[i].holds.push_back(std::move(hold.case_id));
        return absl::OkStatus();
      });
}

}  // namespace

absl::StatusOr<std::vector<std::string>> ReadTlds(const RocksStore& store) {
  std::vector<std::string> tlds;
  RETURN_IF_ERROR(store.Scan(Family::kDeposits, schema::CatalogueOf(""),
                             [&tlds](absl::string_view key, absl::string_view) -> absl::Status {
                               ASSIGN_OR_RETURN(const schema::ParsedDepositKey parsed,
                                                schema::ParseDepositKey(key));
                               if (tlds.empty() || tlds.back() != parsed.deposit.tld()) {
                                 tlds.push_back(parsed.deposit.tld());
                               }
                               return absl::OkStatus();
                             }));
  return tlds;
}

absl::StatusOr<TldRows> ReadTld(const RocksStore& store, absl::string_view tld) {
  TldRows out;
  RETURN_IF_ERROR(store.Scan(
      Family::kDeposits, schema::CatalogueOf(tld),
      [&out](absl::string_view key, absl::string_view value) -> absl::Status {
        ASSIGN_OR_RETURN(const schema::ParsedDepositKey parsed, schema::ParseDepositKey(key));
        ASSIGN_OR_RETURN(CatalogueRow row,
                         ParseRow<CatalogueRow>(
                             value, absl::StrCat("catalogue row of ", parsed.deposit.ToString())));
        out.facts.push_back({.deposit = parsed.deposit,
                             .kind = row.kind(),
                             .watermark_unix_seconds = row.watermark_unix_seconds(),
                             .prev_id = row.prev_id(),
                             .received_at_unix_micros = row.received_at_unix_micros(),
                             .latest_verdict = row.latest_verdict(),
                             .shredded_log_index = row.shredded_log_index()});
        out.rows.push_back(std::move(row));
        return absl::OkStatus();
      }));
  RETURN_IF_ERROR(ReadHolds(store, tld, out));
  return out;
}

absl::StatusOr<CatalogueRow> ReadRow(const RocksStore& store, const DepositId& id) {
  return Read<CatalogueRow>(store, Family::kDeposits,
                            schema::DepositKey(DepositRow::kCatalogue, id),
                            absl::StrCat("catalogue row of ", id.ToString()));
}

absl::StatusOr<ClearManifest> ReadManifest(const RocksStore& store, const DepositId& id) {
  const std::string what = absl::StrCat("manifest of ", id.ToString());
  ASSIGN_OR_RETURN(const auto manifest, Read<tidemark::v1::SignedManifest>(
                                            store, Family::kDeposits,
                                            schema::DepositKey(DepositRow::kManifest, id), what));
  const absl::StatusOr<ClearManifest> clear = ParseClearManifest(manifest.body());
  if (!clear.ok()) return absl::DataLossError(absl::StrCat("stored ", what, " is not one"));
  return clear;
}

absl::StatusOr<tidemark::v1::PackRow> ReadPack(const RocksStore& store,
                                               const crypto::PackId& pack) {
  return Read<tidemark::v1::PackRow>(store, Family::kPacks, schema::PackKey(pack),
                                     absl::StrCat("row of pack ", pack.ToHex()));
}

absl::StatusOr<tidemark::v1::LogLeaf> ReadLeaf(const RocksStore& store, uint64_t index) {
  const std::string what = absl::StrCat("log row ", index);
  ASSIGN_OR_RETURN(const auto row,
                   Read<tidemark::v1::LogRow>(store, Family::kLog, schema::LogKey(index), what));
  return ParseRow<tidemark::v1::LogLeaf>(row.leaf(), absl::StrCat("leaf in ", what));
}

absl::StatusOr<Erasures> ReadErasures(const RocksStore& store) {
  Erasures erasures;
  RETURN_IF_ERROR(ForEachAct(store, [&erasures](const CustodyAct& act) {
    if (act.has_erased()) erasures[act.erased().shredded_log_index()].push_back(act.erased());
  }));
  return erasures;
}

absl::StatusOr<uint64_t> ReadFreedBytes(const RocksStore& store) {
  uint64_t bytes = 0;
  RETURN_IF_ERROR(ForEachAct(store, [&bytes](const CustodyAct& act) {
    if (act.has_shredded()) bytes += act.shredded().bytes_freed();
  }));
  return bytes;
}

absl::Status ShreddedError(const RocksStore& store, const DepositId& id, const CatalogueRow& row) {
  const absl::StatusOr<tidemark::v1::LogLeaf> leaf = ReadLeaf(store, row.shredded_log_index());
  if (!leaf.ok()) return leaf.status();
  return absl::NotFoundError(absl::StrCat(
      id.ToString(), " was deleted by the retention policy at ",
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(leaf->time_unix_micros()),
                       absl::UTCTimeZone()),
      " (log entry ", row.shredded_log_index(), "); its receipt and verdicts stay"));
}

bool IsErased(const Erasures& erasures, uint64_t shredded_log_index,
              tidemark::v1::CustodyAct::Erased::Where where) {
  const auto found = erasures.find(shredded_log_index);
  if (found == erasures.end()) return false;
  for (const tidemark::v1::CustodyAct::Erased& erased : found->second) {
    if (erased.where() == where) return true;
  }
  return false;
}

}  // namespace tidemark::vault::retention
