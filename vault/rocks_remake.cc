// Damaged table files made anew, decision 32: which are, and whether there is a doubt.
#include "vault/rocks_remake.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/hex.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "vault/rocks_options.h"
#include "vault/rocks_store_impl.h"

namespace tidemark::vault {
namespace {

// What is written while everybody waits, unless the table itself is larger.
constexpr uint64_t kRemadeBytesMax = 256 << 20;

// Whose rows are written once and never altered.
bool IsPutOnce(schema::Family family) { return IsBulk(family) || family == schema::Family::kNodes; }

RocksStore::Refusal PutOff(const RefusedTable& table) {
  RocksStore::Refusal refusal = {table.name, absl::UnavailableError(table.why)};
  for (const schema::KeyRange& gap : table.gaps) refusal.gaps.push_back({gap.begin, gap.end, ""});
  return refusal;
}

}  // namespace

void NoteRefusal(const RocksStore::Refusal& refusal, RemakeRefusals::Cost cost,
                 RemakeRefusals& refusals) {
  std::vector<schema::KeyRange> gaps;
  for (const RocksStore::Unreadable& gap : refusal.gaps) gaps.push_back({gap.begin, gap.end});
  refusals.Note(refusal.table, refusal.why, cost, gaps);
}

RocksStore::Refusal Refused(const std::string& table, const absl::Status& why,
                            const std::vector<RocksStore::Unreadable>& gaps) {
  const absl::StatusCode code = absl::IsFailedPrecondition(why)
                                    ? absl::StatusCode::kFailedPrecondition
                                    : absl::StatusCode::kUnavailable;
  return {table, absl::Status(code, why.message()), gaps};
}

absl::Status RocksStore::Remade::refusals() const {
  if (refused.empty()) return absl::OkStatus();
  return absl::Status(refused.front().why.code(),
                      absl::StrJoin(refused, "; ", [](std::string* out, const Refusal& table) {
                        absl::StrAppend(out, "damaged table ", table.table,
                                        " was left where it is: ", table.why.message());
                      }));
}

bool RocksStore::Remade::StaysOver(absl::string_view key) const {
  const auto has_key = [key](const Unreadable& gap) {
    return key >= gap.begin && (gap.end.empty() || key < gap.end);
  };
  const auto is_over = [&has_key](const Refusal& table) {
    return std::any_of(table.gaps.begin(), table.gaps.end(), has_key);
  };
  return std::any_of(refused.begin(), refused.end(), is_over) ||
         std::any_of(put_off.begin(), put_off.end(), is_over);
}

std::vector<RefusedTable> RocksStore::RefusedTables() const {
  std::set<std::string> live;
  for (const rocksdb::LiveFileMetaData& file : LiveTables(*Begin()->db)) {
    live.insert(file.relative_filename);
  }
  return refusals_.Among(live);
}

void RocksStore::Impl::FindDamaged(const RemakeRequest& request, const RemakeRefusals& refusals,
                                   std::vector<DamagedTable>& damaged, Remade& remade) const {
  for (const rocksdb::LiveFileMetaData& file : LiveTables(*db)) {
    if (file.column_family_name != Handle(request.family)->GetName()) continue;
    if (!request.tables.empty() && !request.tables.contains(file.relative_filename)) continue;
    const bool is_due =
        request.asking == RemakeRequest::Asking::kAlways || refusals.IsDue(file.relative_filename);
    std::unique_ptr<Table> table;
    for (const schema::KeyRange& range : request.ranges) {
      if (!Overlaps(file, range)) continue;
      if (!is_due) {
        remade.put_off.push_back(PutOff(refusals.Last(file.relative_filename)));
        break;
      }
      absl::Status looked;
      if (table == nullptr) {
        table = std::make_unique<Table>(request.family);
        looked = table->Open(PathOf(file));
      }
      absl::StatusOr<bool> is_damaged = false;
      if (looked.ok()) is_damaged = table->IsDamagedIn(range);
      looked.Update(is_damaged.status());
      if (looked.ok() && !*is_damaged) continue;
      if (!looked.ok() && !IsLive(*db, file)) break;  // a compaction was quicker
      absl::StatusOr<TableContents> contents = TableContents();
      if (looked.ok()) contents = table->ReadAll(file.largestkey);
      looked.Update(contents.status());
      if (looked.ok()) {
        request.AtPoint("table-read");
        damaged.push_back({file.relative_filename, file.size, *std::move(contents), {}});
      } else {
        // Nobody can tell which of its rows.
        remade.refused.push_back(Refused(file.relative_filename, looked,
                                         {{file.smallestkey, file.largestkey + '\0', ""}}));
      }
      break;
    }
  }
}

absl::Status RocksStore::AskForReliedOn(const RemakeRequest& request, DamagedTable& table) const {
  std::optional<std::string> first_missing;
  uint64_t bytes = 0;
  for (const Unreadable& gap : table.contents.gaps) {
    RETURN_IF_ERROR(
        request.expected({gap.begin, gap.end}, [&](const std::string& key) -> absl::Status {
          if (table.relied_on.size() == kReliedOnRowsMax) return TooMuchToRemake();
          table.relied_on.insert(key);
          const absl::StatusOr<std::string> row = Get(request.family, key);
          if (row.ok()) {
            bytes += row->size();
            return bytes <= std::max(kRemadeBytesMax, 2 * table.bytes) ? absl::OkStatus()
                                                                       : TooMuchToRemake();
          }
          if (!first_missing.has_value()) first_missing = key;
          if (request.at_missing != nullptr) request.at_missing(key);
          return absl::OkStatus();
        }));
  }
  if (!first_missing.has_value()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("row ", base::HexEncode(*first_missing),
                                             " cannot be read and is not mended yet"));
}

absl::StatusOr<RocksStore::Remade> RocksStore::RemakeTables(const RemakeRequest& request) {
  if (!IsPutOnce(request.family)) {
    return absl::InvalidArgumentError("tables of this family are not made anew");
  }
  Remade remade;
  std::vector<DamagedTable> damaged;
  Begin()->FindDamaged(request, refusals_, damaged, remade);
  const auto drop_refused = [&](const std::function<absl::Status(DamagedTable&)>& check) {
    std::erase_if(damaged, [&](DamagedTable& table) {
      const absl::Status checked = check(table);
      if (!checked.ok()) {
        remade.refused.push_back(Refused(table.name, checked, table.contents.gaps));
      }
      return !checked.ok();
    });
  };
  // What somebody relies on is asked for after the tables were listed: what is relied on later is
  // in none of these.
  drop_refused([&](DamagedTable& table) { return AskForReliedOn(request, table); });
  // Most tables are looked at while others still go on.
  std::set<std::string> opened;
  const absl::Status opens =
      damaged.empty() ? absl::OkStatus() : CheckTablesOpen(*Begin()->db, opened);
  drop_refused([&](const DamagedTable&) { return opens; });
  for (const Refusal& table : remade.refused) {
    NoteRefusal(table, RemakeRefusals::Cost::kReading, refusals_);
  }
  drop_refused(
      [&](const DamagedTable& table) { return refusals_.CheckMayLetOthersWait(table.name); });
  RemakeInTurns(request, damaged, opened, remade);
  for (const std::vector<Refusal>* stay : {&remade.refused, &remade.put_off}) {
    for (const Refusal& table : *stay) {
      remade.next_due = std::min(remade.next_due, refusals_.Last(table.table).not_before);
    }
  }
  return remade;
}

}  // namespace tidemark::vault
