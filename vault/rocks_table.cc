#include "vault/rocks_table.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "rocksdb/table_properties.h"
#include "vault/rocks_options.h"
#include "vault/rocks_store_impl.h"

namespace tidemark::vault {
namespace {

rocksdb::Options OptionsOf(schema::Family family) {
  const rocksdb::Options options(StoreOptions(nullptr),
                                 StoreFamilies()[static_cast<size_t>(family) + 1].options);
  // What is wrong with a table its reader says; the library would also warn of each file that it
  // was not told an id of.
  options.info_log->SetInfoLogLevel(rocksdb::InfoLogLevel::FATAL_LEVEL);
  return options;
}

}  // namespace

Table::Table(schema::Family family) : family_(family), reader_(OptionsOf(family)) {}

absl::Status Table::Open(const std::string& path) { return FromRocksRead(reader_.Open(path)); }

std::unique_ptr<rocksdb::Iterator> Table::Rows() const {
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  return std::unique_ptr<rocksdb::Iterator>(reader_.NewIterator(options));
}

absl::StatusOr<bool> Table::IsDamagedIn(const schema::KeyRange& range) const {
  const std::unique_ptr<rocksdb::Iterator> rows = Rows();
  for (rows->Seek(range.begin); rows->Valid(); rows->Next()) {
    if (!range.end.empty() && rows->key().ToStringView() >= range.end) return false;
  }
  if (IsDamage(rows->status())) return true;
  RETURN_IF_ERROR(FromRocksRead(rows->status()));
  return false;
}

absl::Status Table::Read(const schema::KeyRange& range,
                         const std::function<absl::Status(absl::string_view)>& visit,
                         const std::function<void(const RocksStore::Unreadable&)>& skip) const {
  return VisitAround([this] { return Rows(); }, range, KeyBytesOf(family_),
                     [&](absl::string_view key, absl::string_view) { return visit(key); },
                     [&](const RocksStore::Unreadable& rows) {
                       skip(rows);
                       return absl::OkStatus();
                     });
}

absl::StatusOr<TableContents> Table::ReadAll(const std::string& largest) const {
  TableContents contents;
  const std::shared_ptr<const rocksdb::TableProperties> properties = reader_.GetTableProperties();
  ASSIGN_OR_RETURN(contents.deleted, DeletedRanges(*properties));
  if (properties->num_merge_operands > 0) {
    return absl::FailedPreconditionError("it has rows that change others, which nobody writes");
  }
  RETURN_IF_ERROR(Read(
      {},
      [&contents](absl::string_view key) {
        contents.keys.emplace_hint(contents.keys.end(), key);
        return absl::OkStatus();
      },
      [&](const RocksStore::Unreadable& rows) {
        const std::string behind = largest + '\0';
        const bool is_open = rows.end.empty() || rows.end > behind;
        contents.gaps.push_back({rows.begin, is_open ? behind : rows.end, rows.why});
      }));
  const uint64_t rows = properties->num_entries - properties->num_range_deletions;
  if (contents.keys.size() + contents.gaps.size() > rows ||
      (contents.gaps.empty() && contents.keys.size() != rows)) {
    return absl::DataLossError(absl::StrCat(
        "of the ", rows, " rows that it has by its own account ", contents.keys.size(),
        " can be read, and ", contents.gaps.size(), " stretches cannot, which does not fit"));
  }
  return contents;
}

std::vector<rocksdb::LiveFileMetaData> LiveTables(rocksdb::DB& db) {
  std::vector<rocksdb::LiveFileMetaData> tables;
  db.GetLiveFilesMetaData(&tables);
  return tables;
}

bool IsLive(rocksdb::DB& db, const rocksdb::LiveFileMetaData& table) {
  const std::vector<rocksdb::LiveFileMetaData> live = LiveTables(db);
  return std::any_of(live.begin(), live.end(), [&table](const rocksdb::LiveFileMetaData& other) {
    return other.relative_filename == table.relative_filename;
  });
}

bool Overlaps(const rocksdb::LiveFileMetaData& table, const schema::KeyRange& range) {
  return table.largestkey >= range.begin && (range.end.empty() || table.smallestkey < range.end);
}

std::string PathOf(const rocksdb::LiveFileMetaData& table) {
  return absl::StrCat(table.db_path, "/", absl::StripPrefix(table.relative_filename, "/"));
}

absl::Status CheckTablesOpen(rocksdb::DB& db, std::set<std::string>& opened) {
  std::map<std::string, rocksdb::Options> options;
  for (const rocksdb::ColumnFamilyDescriptor& family : StoreFamilies()) {
    options[family.name] = {StoreOptions(nullptr), family.options};
  }
  for (const rocksdb::LiveFileMetaData& table : LiveTables(db)) {
    if (opened.contains(table.relative_filename)) continue;
    rocksdb::SstFileReader reader(options[table.column_family_name]);
    const rocksdb::Status open = reader.Open(PathOf(table));
    if (!open.ok() && !IsLive(db, table)) continue;
    if (!open.ok()) {
      return absl::UnavailableError(absl::StrCat(
          "the database would not open again, for table ", table.relative_filename, " of family ",
          table.column_family_name, " does not: ", open.ToString(),
          ". It goes on as it is: promote the second copy, or make this one anew from it, before "
          "the server is stopped"));
    }
    opened.insert(table.relative_filename);
  }
  return absl::OkStatus();
}

}  // namespace tidemark::vault
