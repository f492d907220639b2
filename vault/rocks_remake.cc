// Damaged table files made anew: decision 32.
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
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/hex.h"
#include "base/log.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/sst_file_writer.h"
#include "rocksdb/utilities/ldb_cmd.h"
#include "vault/disk_space.h"
#include "vault/rocks_options.h"
#include "vault/rocks_remake.h"
#include "vault/rocks_store_impl.h"

namespace tidemark::vault {
namespace {

// No name of RocksDB's: what a crash leaves is not taken for a table.
constexpr char kUnfinishedTable[] = "/remade-table.tmp";
// What a database that is opened writes, and what others take meanwhile.
constexpr uint64_t kRoomToOpen = 64 << 20;
constexpr uint64_t kBytesBetweenLooksForRoom = 16 << 20;
// Relied-on rows where one table cannot be read. A block has some dozen; where it is not known how
// far it reaches there may be more.
constexpr size_t kReliedOnMax = 100'000;
// What is written while everybody waits, unless the table itself is larger.
constexpr uint64_t kRemadeBytesMax = 256 << 20;
constexpr int kOpeningsMax = 5;
constexpr absl::Duration kBetweenOpenings = absl::Seconds(1);
constexpr int kCouldNotBeDone = 2;  // of a process, as everywhere

// Whose rows are written once and never altered.
bool IsPutOnce(schema::Family family) {
  return IsBulk(family) || family == schema::Family::kNodes;
}

absl::Status TooMuch() {
  return absl::UnavailableError(
      "more may be in its damage, or in what it deletes, than is made anew while others wait");
}

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

absl::Status CheckRoom(const std::string& dir, uint64_t bytes) {
  ASSIGN_OR_RETURN(const uint64_t there_are, FreeBytes(dir));
  if (there_are >= bytes + kRoomToOpen) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the disk has no room for it: ", there_are, " bytes ",
                                             "are free, and it takes ", bytes + kRoomToOpen));
}

bool IsInGap(const TableContents& table, const std::string& key) {
  const auto has = [&key](const RocksStore::Unreadable& gap) {
    return key >= gap.begin && key < gap.end;
  };
  return std::any_of(table.gaps.begin(), table.gaps.end(), has);
}

// Of one that stays where it is; nothing of it is lost.
absl::Status Refused(const std::string& table, const absl::Status& why) {
  const absl::StatusCode code = absl::IsFailedPrecondition(why)
                                    ? absl::StatusCode::kFailedPrecondition
                                    : absl::StatusCode::kUnavailable;
  return absl::Status(
      code, absl::StrCat("damaged table ", table, " was left where it is: ", why.message()));
}

}  // namespace

void RemoveUnfinishedTable(const std::string& dir) {
  // Mostly there is none.
  static_cast<void>(unlink((dir + kUnfinishedTable).c_str()));
}

void RocksStore::Impl::FindDamaged(const RemakeRequest& request, std::vector<DamagedTable>& damaged,
                                   absl::Status& refused) const {
  for (const rocksdb::LiveFileMetaData& file : LiveTables(*db)) {
    if (file.column_family_name != Handle(request.family)->GetName()) continue;
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
        damaged.push_back({file.relative_filename, file.size, *std::move(contents), {}});
      } else {
        refused.Update(Refused(file.relative_filename, looked));
      }
      break;
    }
  }
}

absl::Status RocksStore::AskForReliedOn(const RemakeRequest& request, DamagedTable& table) const {
  std::optional<std::string> first_missing;
  uint64_t bytes = 0;
  for (const Unreadable& gap : table.contents.gaps) {
    RETURN_IF_ERROR(request.expected(
        {gap.begin, gap.end}, [&](const std::string& key) -> absl::Status {
          if (table.relied_on.size() == kReliedOnMax) return TooMuch();
          table.relied_on.insert(key);
          const absl::StatusOr<std::string> row = Get(request.family, key);
          if (row.ok()) {
            bytes += row->size();
            return bytes <= std::max(kRemadeBytesMax, 2 * table.bytes) ? absl::OkStatus()
                                                                       : TooMuch();
          }
          if (!first_missing.has_value()) first_missing = key;
          if (request.at_missing != nullptr) request.at_missing(key);
          return absl::OkStatus();
        }));
  }
  if (!first_missing.has_value()) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat(
      "row ", base::HexEncode(*first_missing), " cannot be read and is not mended yet"));
}

// All keys that any other table has in what `table` deletes: a row that was written after its range
// was deleted is deleted by the new table unless it is in it. Each is read by itself: an iterator
// over all of them passes damage by in silence where a range is deleted.
absl::Status RocksStore::Impl::AddKeysInDeleted(schema::Family family, const DamagedTable& table,
                                                std::set<std::string>& keys) const {
  // Nodes are small, and nothing else brings them back.
  const size_t most = IsBulk(family) ? keys.size() + kReliedOnMax : SIZE_MAX;
  for (const rocksdb::LiveFileMetaData& file : LiveTables(*db)) {
    if (file.column_family_name != Handle(family)->GetName() ||
        file.relative_filename == table.name) {
      continue;
    }
    std::unique_ptr<Table> other;
    for (const schema::KeyRange& range : table.contents.deleted) {
      if (!Overlaps(file, range)) continue;
      if (other == nullptr) {
        other = std::make_unique<Table>(family);
        RETURN_IF_ERROR(other->Open(PathOf(file)));
      }
      absl::Status whole;
      RETURN_IF_ERROR(other->Read(
          range,
          [&](absl::string_view key) {
            keys.emplace(key);
            return keys.size() <= most ? absl::OkStatus() : TooMuch();
          },
          [&](const Unreadable& rows) {
            whole = absl::UnavailableError(absl::StrCat(
                "it deletes rows of table ", file.relative_filename,
                ", of which some cannot be read: ", rows.why));
          }));
      RETURN_IF_ERROR(whole);
    }
  }
  return absl::OkStatus();
}

// Writes what the table says and is still so into a new one, above it. A row of it; nothing if
// there is none to write.
absl::StatusOr<RocksStore::Impl::Written> RocksStore::Impl::WriteAnew(
    schema::Family family, const DamagedTable& table) {
  std::set<std::string> keys = table.contents.keys;
  keys.insert(table.relied_on.begin(), table.relied_on.end());
  RETURN_IF_ERROR(AddKeysInDeleted(family, table, keys));
  RETURN_IF_ERROR(CheckRoom(db->GetName(), table.bytes));
  const rocksdb::Options options(StoreOptions(nullptr),
                                 StoreFamilies()[static_cast<size_t>(family) + 1].options);
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options, Handle(family));
  RETURN_IF_ERROR(FromRocks(writer.Open(db->GetName() + kUnfinishedTable)));
  Written written = {.is_empty = table.contents.deleted.empty()};
  for (const schema::KeyRange& range : table.contents.deleted) {
    RETURN_IF_ERROR(FromRocks(writer.DeleteRange(range.begin, range.end)));
  }
  rocksdb::ReadOptions bulk;
  bulk.fill_cache = false;
  uint64_t bytes = 0;
  for (const std::string& key : keys) {
    std::string value;
    const rocksdb::Status read = db->Get(bulk, Handle(family), key, &value);
    if (!table.relied_on.contains(key)) {
      if (read.IsNotFound()) continue;
      // Of another table, and deleted by this one: nobody relies on it, so it stays deleted.
      if (IsDamage(read) && !table.contents.keys.contains(key) && IsInGap(table.contents, key)) {
        continue;
      }
    }
    if (!read.ok()) {
      // Never an older row of that key: it may be deleted in what cannot be read.
      return absl::UnavailableError(absl::StrCat("what became of its row ", base::HexEncode(key),
                                                 " cannot be read: ", read.ToString()));
    }
    RETURN_IF_ERROR(FromRocks(writer.Put(key, value)));
    written.is_empty = false;
    if (!written.row.has_value()) written.row = key;
    bytes += value.size();
    if (bytes >= kBytesBetweenLooksForRoom) {
      RETURN_IF_ERROR(CheckRoom(db->GetName(), bytes));
      bytes = 0;
    }
  }
  if (!written.is_empty) RETURN_IF_ERROR(FromRocks(writer.Finish()));
  return written;
}

absl::Status RocksStore::Impl::AddWritten(schema::Family family, const Written& written) {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.failed_move_fall_back_to_copy = true;
  options.write_global_seqno = false;
  options.verify_checksums_before_ingest = true;
  const std::vector<std::string> files = {db->GetName() + kUnfinishedTable};
  const rocksdb::Status added = db->IngestExternalFile(Handle(family), files, options);
  if (!IsDamage(added) || !written.row.has_value()) return FromRocks(added);
  // It looked for the level that the table belongs on, from the newest table to the first that
  // overlaps it, and met a damaged block on the way. One of its own rows, in a table of its own, is
  // the newest.
  std::string value;
  RETURN_IF_ERROR(
      FromRocks(db->Get(rocksdb::ReadOptions(), Handle(family), *written.row, &value)));
  RETURN_IF_ERROR(
      FromRocks(db->Put(rocksdb::WriteOptions(), Handle(family), *written.row, value)));
  RETURN_IF_ERROR(FromRocks(db->Flush(rocksdb::FlushOptions(), Handle(family))));
  return FromRocks(db->IngestExternalFile(Handle(family), files, options));
}

std::vector<std::string> RocksStore::Impl::AddAnew(const RemakeRequest& request,
                                                   const std::vector<DamagedTable>& tables,
                                                   Remade& remade, absl::Status& refused) {
  std::set<std::string> live;
  for (const rocksdb::LiveFileMetaData& file : LiveTables(*db)) live.insert(file.relative_filename);
  std::vector<std::string> anew;
  for (const DamagedTable& table : tables) {
    if (!live.contains(table.name)) continue;  // a compaction has done without its damage
    const absl::StatusOr<Written> written = WriteAnew(request.family, table);
    request.AtPoint("table-written");
    absl::Status added = written.status();
    if (added.ok() && !written->is_empty) added = AddWritten(request.family, *written);
    RemoveUnfinishedTable(db->GetName());
    request.AtPoint("table-added");
    if (!added.ok()) {
      refused.Update(Refused(table.name, added));
      continue;
    }
    anew.push_back(table.name);
    remade.gaps.insert(remade.gaps.end(), table.contents.gaps.begin(), table.contents.gaps.end());
  }
  return anew;
}

absl::Status RocksStore::ReplaceAlone(const std::string& dir,
                                      const std::vector<std::string>& tables,
                                      const RemakeRequest& request) {
  impl_.reset();
  request.AtPoint("store-closed");
  rocksdb::FileLock* lock = nullptr;
  rocksdb::Env* const env = rocksdb::Env::Default();
  absl::Status taken_out = FromRocks(env->LockFile(dir + "/LOCK", &lock));
  for (const std::string& table : tables) {
    if (taken_out.ok()) taken_out = TakeOut(dir, table);
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
    base::Log(base::LogLevel::kError, "process-ends-without-store",
              {{"dir", dir}, {"do", "look at the disk; docs/runbook.md, damage in the store"}});
    // Whoever supervises it starts it again, and sees that it does not start; a process that
    // answers every call with an error looks alive.
    _exit(kCouldNotBeDone);
  }
  return taken_out;
}

absl::StatusOr<RocksStore::Remade> RocksStore::RemakeAlone(const RemakeRequest& request,
                                                           const std::vector<DamagedTable>& tables,
                                                           std::set<std::string>& opened,
                                                           absl::Status& refused) {
  Remade remade;
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
  const std::vector<std::string> anew = impl_->AddAnew(request, tables, remade, refused);
  if (anew.empty()) return remade;
  RETURN_IF_ERROR(ReplaceAlone(dir, anew, request));
  for (const std::string& table : anew) {
    base::Log(base::LogLevel::kWarning, "table-remade", {{"table", table}});
  }
  remade.tables = anew.size();
  return remade;
}

absl::StatusOr<RocksStore::Remade> RocksStore::RemakeWhenUnused(
    const RemakeRequest& request, const std::vector<DamagedTable>& tables,
    std::set<std::string>& opened, absl::Status& refused) {
  absl::MutexLock lock(&mutex_);
  ++closers_;  // from here on nobody new comes
  const auto is_unused = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return uses_ == 0; };
  absl::StatusOr<Remade> remade = absl::UnavailableError("the store was too busy to make it anew");
  if (mutex_.AwaitWithTimeout(absl::Condition(&is_unused), kWaitForOthers)) {
    remade = RemakeAlone(request, tables, opened, refused);
  }
  --closers_;
  return remade;
}

absl::StatusOr<RocksStore::Remade> RocksStore::RemakeTables(const RemakeRequest& request) {
  if (!IsPutOnce(request.family)) {
    return absl::InvalidArgumentError("tables of this family are not made anew");
  }
  absl::Status refused;
  std::vector<DamagedTable> damaged;
  std::set<std::string> opened;
  absl::StatusOr<Remade> remade = Remade();
  Begin()->FindDamaged(request, damaged, refused);
  // What somebody relies on is asked for after the tables were listed: what is relied on later is
  // in none of these.
  std::erase_if(damaged, [&](DamagedTable& table) {
    const absl::Status asked = AskForReliedOn(request, table);
    if (!asked.ok()) refused.Update(Refused(table.name, asked));
    return !asked.ok();
  });
  if (!damaged.empty()) {
    // Most tables are looked at while others still go on.
    absl::Status done = CheckTablesOpen(*Begin()->db, opened);
    if (done.ok()) {
      remade = RemakeWhenUnused(request, damaged, opened, refused);
      done = remade.status();
    }
    if (!done.ok()) refused.Update(Refused(damaged.front().name, done));
  }
  if (refused.ok()) return remade;
  base::Log(base::LogLevel::kWarning, "table-not-remade", {{"status", refused.ToString()}});
  return refused;
}

}  // namespace tidemark::vault
