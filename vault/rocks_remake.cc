// Damaged table files made anew, decision 32: which are, when, and how the old one goes.
#include "vault/rocks_remake.h"

#include <unistd.h>

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
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/hex.h"
#include "base/log.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/utilities/ldb_cmd.h"
#include "vault/rocks_options.h"
#include "vault/rocks_store_impl.h"

namespace tidemark::vault {
namespace {

// What is written while everybody waits, unless the table itself is larger.
constexpr uint64_t kRemadeBytesMax = 256 << 20;
constexpr int kOpeningsMax = 5;
constexpr absl::Duration kBetweenOpenings = absl::Seconds(1);
constexpr int kCouldNotBeDone = 2;  // of a process, as everywhere

// Whose rows are written once and never altered.
bool IsPutOnce(schema::Family family) { return IsBulk(family) || family == schema::Family::kNodes; }

// `table` is in the list of table files no more. The library has no call for this but its own
// tool's; the list is written anew beside the old one, and takes its place by a rename. Nobody may
// have the database open.
absl::Status TakeOut(const std::string& dir, const std::string& table) {
  const std::string number(absl::StripSuffix(absl::StripPrefix(table, "/"), ".sst"));
  const std::vector<rocksdb::ColumnFamilyDescriptor> families = StoreFamilies();
  const rocksdb::Options options(StoreOptions(nullptr), rocksdb::ColumnFamilyOptions());
  const std::unique_ptr<rocksdb::LDBCommand> command(rocksdb::LDBCommand::InitFromCmdLineArgs(
      {absl::StrCat("--db=", dir), "unsafe_remove_sst_file", number}, options,
      rocksdb::LDBOptions(), &families));
  if (command == nullptr || !command->ValidateCmdLineOptions()) {
    return absl::InternalError("the library cannot take a table file out of its list");
  }
  command->Run();
  rocksdb::LDBCommandExecuteResult result = command->GetExecuteState();
  if (result.IsSucceed()) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("table ", table, " was not taken out: ", result.ToString()));
}

// Whoever supervises the process starts it again, and sees that it does not start; one that answers
// every call with an error looks alive.
[[noreturn]] void EndWithoutStore(const std::string& dir, const std::string& tables,
                                  const absl::Status& why) {
  base::Log(
      base::LogLevel::kError, "process-ends-without-store",
      {{"dir", dir},
       {"status", why.ToString()},
       {"happened",
        absl::StrCat("damaged table files were made anew (", tables,
                     "), and the database, closed for it, did not open again in ", kOpeningsMax,
                     " tries; all that was acknowledged is in its files")},
       {"do",
        "make room on the disk, or mend what the status names, and start it again: it goes on "
        "where it was. If it does not start, docs/runbook.md, \"the vault is damaged\""}});
  _exit(kCouldNotBeDone);
}

}  // namespace

RocksStore::Refusal Refused(const std::string& table, const absl::Status& why,
                            const std::vector<RocksStore::Unreadable>& gaps) {
  const absl::StatusCode code = absl::IsFailedPrecondition(why)
                                    ? absl::StatusCode::kFailedPrecondition
                                    : absl::StatusCode::kUnavailable;
  return {table, absl::Status(code, why.message()), gaps};
}

absl::Status RocksStore::Remade::first_refusal() const {
  if (refused.empty()) return absl::OkStatus();
  const Refusal& first = refused.front();
  return absl::Status(
      first.why.code(),
      absl::StrCat("damaged table ", first.table, " was left where it is: ", first.why.message()));
}

std::vector<RefusedTable> RocksStore::RefusedTables() const {
  std::set<std::string> live;
  for (const rocksdb::LiveFileMetaData& file : LiveTables(*Begin()->db)) {
    live.insert(file.relative_filename);
  }
  return refusals_.Among(live);
}

void RocksStore::Impl::FindDamaged(const RemakeRequest& request, const RemakeRefusals& refusals,
                                   std::vector<DamagedTable>& damaged,
                                   std::vector<Refusal>& refused) const {
  for (const rocksdb::LiveFileMetaData& file : LiveTables(*db)) {
    if (file.column_family_name != Handle(request.family)->GetName()) continue;
    if (request.asking == RemakeRequest::Asking::kWhenDue &&
        !refusals.IsDue(file.relative_filename)) {
      continue;
    }
    std::unique_ptr<Table> table;
    for (const schema::KeyRange& range : request.ranges) {
      if (!Overlaps(file, range)) continue;
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
        refused.push_back(Refused(file.relative_filename, looked,
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

absl::Status RocksStore::ReplaceAlone(const std::vector<const DamagedTable*>& tables,
                                      const RemakeRequest& request) {
  const std::string dir = impl_->db->GetName();
  impl_.reset();
  request.AtPoint("store-closed");
  rocksdb::FileLock* lock = nullptr;
  rocksdb::Env* const env = rocksdb::Env::Default();
  absl::Status taken_out = FromRocks(env->LockFile(dir + "/LOCK", &lock));
  for (const DamagedTable* table : tables) {
    if (taken_out.ok()) taken_out = TakeOut(dir, table->name);
  }
  request.AtPoint("table-taken-out");
  if (lock != nullptr) taken_out.Update(FromRocks(env->UnlockFile(lock)));
  for (int opening = 1; impl_ == nullptr; ++opening) {
    if (opening > 1) absl::SleepFor(kBetweenOpenings);
    absl::StatusOr<std::unique_ptr<Impl>> opened = Impl::Open(dir, Impl::OpenMode::kThereIsOne);
    if (opened.ok()) {
      impl_ = *std::move(opened);
      break;
    }
    base::Log(base::LogLevel::kError, "store-not-opened-again",
              {{"dir", dir}, {"opening", opening}, {"status", opened.status().ToString()}});
    if (opening < kOpeningsMax) continue;
    EndWithoutStore(dir,
                    absl::StrJoin(tables, ", ",
                                  [](std::string* out, const DamagedTable* table) {
                                    absl::StrAppend(out, table->name);
                                  }),
                    opened.status());
  }
  return taken_out;
}

absl::Status RocksStore::RemakeAlone(const RemakeRequest& request,
                                     const std::vector<DamagedTable>& tables,
                                     std::set<std::string>& opened, Remade& remade) {
  const std::string dir = impl_->db->GetName();
  RETURN_IF_ERROR(FromRocks(impl_->db->Flush(rocksdb::FlushOptions(), impl_->handles)));
  // Nobody may have written what does not open again; and its lists of files may be damaged, too.
  RETURN_IF_ERROR(CheckTablesOpen(*impl_->db, opened));
  RETURN_IF_ERROR(CheckRoom(dir, 0));
  // A compaction may be taking away what it would open.
  RETURN_IF_ERROR(FromRocks(impl_->db->DisableFileDeletions()));
  const absl::Status opens = OpenToRead(dir).status();
  RETURN_IF_ERROR(FromRocks(impl_->db->EnableFileDeletions(/*force=*/false)));
  RETURN_IF_ERROR(base::Annotate(opens, "the database would not open again"));
  const std::vector<const DamagedTable*> anew = impl_->AddAnew(request, tables, remade.refused);
  if (anew.empty()) return absl::OkStatus();
  const absl::Status replaced = ReplaceAlone(anew, request);
  std::vector<std::string> names;
  for (const DamagedTable* table : anew) {
    const std::vector<Unreadable>& gaps = table->contents.gaps;
    if (!replaced.ok()) {
      remade.refused.push_back(Refused(table->name, replaced, gaps));
      continue;
    }
    base::Log(base::LogLevel::kWarning, "table-remade", {{"table", table->name}});
    names.push_back(table->name);
    remade.gaps.insert(remade.gaps.end(), gaps.begin(), gaps.end());
  }
  remade.tables = names.size();
  if (!names.empty()) refusals_.Remade(names);
  return absl::OkStatus();
}

void RocksStore::RemakeWhenUnused(const RemakeRequest& request,
                                  const std::vector<DamagedTable>& tables,
                                  std::set<std::string>& opened, Remade& remade) {
  absl::MutexLock lock(&mutex_);
  ++closers_;  // from here on nobody new comes
  const auto is_unused = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return uses_ == 0; };
  absl::Status done = absl::UnavailableError("the store was too busy to make it anew");
  if (mutex_.AwaitWithTimeout(absl::Condition(&is_unused), kWaitForOthers)) {
    done = RemakeAlone(request, tables, opened, remade);
  }
  --closers_;
  if (done.ok()) return;
  for (const DamagedTable& table : tables) {
    remade.refused.push_back(Refused(table.name, done, table.contents.gaps));
  }
}

absl::StatusOr<RocksStore::Remade> RocksStore::RemakeTables(const RemakeRequest& request) {
  if (!IsPutOnce(request.family)) {
    return absl::InvalidArgumentError("tables of this family are not made anew");
  }
  Remade remade;
  std::vector<DamagedTable> damaged;
  Begin()->FindDamaged(request, refusals_, damaged, remade.refused);
  const auto drop_refused = [&](const std::function<absl::Status(DamagedTable&)>& check) {
    std::erase_if(damaged, [&](DamagedTable& table) {
      const absl::Status checked = check(table);
      if (!checked.ok()) {
        remade.refused.push_back(Refused(table.name, checked, table.contents.gaps));
      }
      return !checked.ok();
    });
  };
  const auto note_from = [&](size_t first, RemakeRefusals::Cost cost) {
    for (size_t i = first; i < remade.refused.size(); ++i) {
      refusals_.Note(remade.refused[i].table, remade.refused[i].why, cost);
    }
  };
  // What somebody relies on is asked for after the tables were listed: what is relied on later is
  // in none of these.
  drop_refused([&](DamagedTable& table) { return AskForReliedOn(request, table); });
  // Most tables are looked at while others still go on.
  std::set<std::string> opened;
  const absl::Status opens =
      damaged.empty() ? absl::OkStatus() : CheckTablesOpen(*Begin()->db, opened);
  drop_refused([&](const DamagedTable&) { return opens; });
  note_from(0, RemakeRefusals::Cost::kReading);
  drop_refused(
      [&](const DamagedTable& table) { return refusals_.CheckMayLetOthersWait(table.name); });
  const size_t noted = remade.refused.size();
  if (!damaged.empty()) RemakeWhenUnused(request, damaged, opened, remade);
  note_from(noted, RemakeRefusals::Cost::kOthersWaited);
  return remade;
}

}  // namespace tidemark::vault
