// Damaged table files made anew: decision 32.
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "base/hex.h"
#include "base/log.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/sst_file_reader.h"
#include "rocksdb/sst_file_writer.h"
#include "rocksdb/utilities/ldb_cmd.h"
#include "vault/rocks_options.h"
#include "vault/rocks_remake.h"
#include "vault/rocks_store_impl.h"

namespace tidemark::vault {
namespace {

using Rows = std::unique_ptr<rocksdb::Iterator>;

// No name of RocksDB's: what a crash leaves is not taken for a table.
constexpr char kUnfinishedTable[] = "/remade-table.tmp";
constexpr absl::Duration kWaitForOthers = absl::Seconds(5);

// Whose rows are written once and never altered.
bool IsPutOnce(schema::Family family) {
  return IsBulk(family) || family == schema::Family::kNodes;
}

rocksdb::Options OptionsOf(schema::Family family) {
  return {StoreOptions(nullptr), StoreFamilies()[static_cast<size_t>(family) + 1].options};
}

std::string PathOf(const rocksdb::DB& db, const std::string& table) {
  return absl::StrCat(db.GetName(), "/", absl::StripPrefix(table, "/"));
}

// One table file, read by itself.
class Table final {
 public:
  explicit Table(schema::Family family) : family_(family), reader_(OptionsOf(family)) {}
  absl::Status Open(const std::string& path) { return FromRocksRead(reader_.Open(path)); }
  absl::StatusOr<std::vector<schema::KeyRange>> Deleted() const {
    return DeletedRanges(*reader_.GetTableProperties());
  }
  // Keys in order, and what could not be read.
  absl::Status Read(const schema::KeyRange& range,
                    const std::function<absl::Status(absl::string_view)>& visit,
                    const std::function<void(const RocksStore::Unreadable&)>& skip) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    return VisitAround([&] { return Rows(reader_.NewIterator(options)); }, range,
                       KeyBytesOf(family_),
                       [&](absl::string_view key, absl::string_view) { return visit(key); }, skip);
  }
  absl::StatusOr<std::string> Get(const std::string& key) {
    const Rows rows(reader_.NewIterator(rocksdb::ReadOptions()));
    rows->Seek(key);
    RETURN_IF_ERROR(FromRocksRead(rows->status()));
    if (!rows->Valid() || rows->key() != rocksdb::Slice(key)) return absl::NotFoundError(key);
    return rows->value().ToString();
  }

 private:
  const schema::Family family_;
  rocksdb::SstFileReader reader_;
};

absl::StatusOr<bool> IsDamaged(schema::Family family, const std::string& path,
                               const std::vector<schema::KeyRange>& ranges) {
  Table table(family);
  RETURN_IF_ERROR(base::Annotate(table.Open(path), path));
  bool is_damaged = false;
  for (const schema::KeyRange& range : ranges) {
    const absl::Status read = table.Read(
        range,
        [&](absl::string_view) {
          return is_damaged ? absl::CancelledError("seen enough") : absl::OkStatus();
        },
        [&](const RocksStore::Unreadable&) { is_damaged = true; });
    if (is_damaged) return true;
    RETURN_IF_ERROR(read);
  }
  return false;
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

}  // namespace

void RemoveUnfinishedTable(const std::string& dir) {
  // Mostly there is none.
  static_cast<void>(unlink((dir + kUnfinishedTable).c_str()));
}

// Writes what `table` says and is still so into a new table, above it. False: nothing.
absl::StatusOr<bool> RocksStore::Impl::WriteAnew(schema::Family family, const std::string& table,
                                                 std::vector<Unreadable>& lost) {
  Table old(family);
  RETURN_IF_ERROR(old.Open(PathOf(*db, table)));
  absl::StatusOr<std::vector<schema::KeyRange>> deleted = old.Deleted();
  if (!deleted.ok()) return base::Annotate(deleted.status(), absl::StrCat("table ", table));
  std::set<std::string> keys;
  const auto keep = [&keys](absl::string_view key) {
    keys.emplace_hint(keys.end(), key);
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(old.Read({}, keep, [&](const Unreadable& rows) { lost.push_back(rows); }));
  // A row that was written after its range was deleted is deleted by the new table unless it is in
  // it. One that cannot be read is in no table any more but those that stay.
  for (const schema::KeyRange& range : *deleted) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    RETURN_IF_ERROR(VisitAround(
        [&] { return Rows(db->NewIterator(options, Handle(family))); }, range, KeyBytesOf(family),
        [&](absl::string_view key, absl::string_view) { return keep(key); },
        [&](const Unreadable&) {}));
  }
  const std::string path = db->GetName() + kUnfinishedTable;
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), OptionsOf(family), Handle(family));
  RETURN_IF_ERROR(FromRocks(writer.Open(path)));
  bool is_empty = deleted->empty();
  for (const schema::KeyRange& range : *deleted) {
    RETURN_IF_ERROR(FromRocks(writer.DeleteRange(range.begin, range.end)));
  }
  for (const std::string& key : keys) {
    std::string value;
    const rocksdb::Status read =
        db->Get(rocksdb::ReadOptions(), Handle(family), rocksdb::Slice(key), &value);
    if (read.IsNotFound()) continue;
    if (IsDamage(read)) {
      // The newest row of this key is in another damaged table; here it is readable.
      const absl::StatusOr<std::string> older = old.Get(key);
      if (absl::IsNotFound(older.status())) continue;
      RETURN_IF_ERROR(older.status());
      value = *older;
    } else {
      RETURN_IF_ERROR(FromRocks(read));
    }
    RETURN_IF_ERROR(FromRocks(writer.Put(key, value)));
    is_empty = false;
  }
  if (is_empty) return false;
  RETURN_IF_ERROR(FromRocks(writer.Finish()));
  return true;
}

absl::Status RocksStore::Impl::AddWritten(schema::Family family) {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.failed_move_fall_back_to_copy = true;
  options.write_global_seqno = false;
  options.verify_checksums_before_ingest = true;
  return FromRocks(
      db->IngestExternalFile(Handle(family), {db->GetName() + kUnfinishedTable}, options));
}

absl::StatusOr<RocksStore::Remade> RocksStore::RemakeAlone(
    schema::Family family, const std::vector<std::string>& tables,
    const std::function<void(absl::string_view)>& at_point) {
  const auto at = [&at_point](absl::string_view point) {
    if (at_point != nullptr) at_point(point);
  };
  Remade remade;
  const std::string dir = impl_->db->GetName();
  RETURN_IF_ERROR(FromRocks(impl_->db->Flush(rocksdb::FlushOptions(), impl_->handles)));
  for (const std::string& table : tables) {
    ASSIGN_OR_RETURN(const bool is_written, impl_->WriteAnew(family, table, remade.lost));
    at("table-written");
    if (is_written) RETURN_IF_ERROR(impl_->AddWritten(family));
    RemoveUnfinishedTable(dir);
    at("table-added");
  }
  impl_.reset();
  at("store-closed");
  absl::Status taken_out = absl::OkStatus();
  rocksdb::FileLock* lock = nullptr;
  rocksdb::Env* const env = rocksdb::Env::Default();
  taken_out.Update(FromRocks(env->LockFile(dir + "/LOCK", &lock)));
  for (const std::string& table : tables) {
    if (taken_out.ok()) taken_out = TakeOut(dir, table);
  }
  at("table-taken-out");
  if (lock != nullptr) taken_out.Update(FromRocks(env->UnlockFile(lock)));
  absl::StatusOr<std::unique_ptr<Impl>> opened = Impl::Open(dir);
  RETURN_IF_ERROR(opened.status());
  impl_ = *std::move(opened);
  RETURN_IF_ERROR(taken_out);
  remade.tables = tables.size();
  return remade;
}

absl::StatusOr<RocksStore::Remade> RocksStore::RemakeTables(
    schema::Family family, const std::vector<schema::KeyRange>& ranges,
    const std::function<void(absl::string_view)>& at_point) {
  if (!IsPutOnce(family)) {
    return absl::InvalidArgumentError("tables of this family are not made anew");
  }
  std::vector<std::string> damaged;
  {
    ASSIGN_OR_RETURN(const Use use, Begin());
    std::vector<rocksdb::LiveFileMetaData> files;
    use->db->GetLiveFilesMetaData(&files);
    for (const rocksdb::LiveFileMetaData& file : files) {
      if (file.column_family_name != use->Handle(family)->GetName()) continue;
      ASSIGN_OR_RETURN(const bool is_damaged,
                       IsDamaged(family, PathOf(*use->db, file.relative_filename), ranges));
      if (is_damaged) damaged.push_back(file.relative_filename);
    }
  }
  if (damaged.empty()) return Remade();
  absl::MutexLock lock(&mutex_);
  const auto is_unused = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return uses_ == 0; };
  if (!mutex_.AwaitWithTimeout(absl::Condition(&is_unused), kWaitForOthers)) {
    return absl::UnavailableError(absl::StrCat(
        "table ", damaged.front(), " is damaged, and the store was too busy to make it anew"));
  }
  absl::StatusOr<Remade> remade = RemakeAlone(family, damaged, at_point);
  is_lost_ = impl_ == nullptr;
  if (!remade.ok()) {
    base::Log(base::LogLevel::kError, is_lost_ ? "store-not-opened-again" : "table-not-remade",
              {{"table", damaged.front()}, {"status", remade.status().ToString()}});
    return remade;
  }
  for (const std::string& table : damaged) {
    base::Log(base::LogLevel::kWarning, "table-remade", {{"table", table}});
  }
  for (const Unreadable& rows : remade->lost) {
    base::Log(base::LogLevel::kWarning, "rows-not-in-remade-table",
              {{"from", base::HexEncode(rows.begin)}, {"to", base::HexEncode(rows.end)}});
  }
  return remade;
}

}  // namespace tidemark::vault
