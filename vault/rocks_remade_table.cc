// What is written in place of a damaged table: decision 32.
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "rocksdb/sst_file_writer.h"
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

bool IsInGap(const TableContents& table, const std::string& key) {
  const auto has = [&key](const RocksStore::Unreadable& gap) {
    return key >= gap.begin && key < gap.end;
  };
  return std::any_of(table.gaps.begin(), table.gaps.end(), has);
}

}  // namespace

std::string UnfinishedTablePath(const std::string& dir) { return dir + kUnfinishedTable; }

void RemoveUnfinishedTable(const std::string& dir) {
  // Mostly there is none.
  static_cast<void>(unlink(UnfinishedTablePath(dir).c_str()));
}

absl::Status TooMuchToRemake() {
  return absl::UnavailableError(
      "more may be in its damage, or in what it deletes, than is made anew while others wait");
}

absl::Status CheckRoom(const std::string& dir, uint64_t bytes) {
  ASSIGN_OR_RETURN(const uint64_t there_are, FreeBytes(dir));
  if (there_are >= bytes + kRoomToOpen) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("the disk has no room for it: ", there_are, " bytes ",
                                             "are free, and it takes ", bytes + kRoomToOpen));
}

// All keys that any other table has in what `table` deletes: a row that was written after its range
// was deleted is deleted by the new table unless it is in it. Each is read by itself: an iterator
// over all of them passes damage by in silence where a range is deleted.
absl::Status RocksStore::Impl::AddKeysInDeleted(schema::Family family, const DamagedTable& table,
                                                std::set<std::string>& keys) const {
  // Nodes are small, and nothing else brings them back.
  const size_t most = IsBulk(family) ? keys.size() + kReliedOnRowsMax : SIZE_MAX;
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
            return keys.size() <= most ? absl::OkStatus() : TooMuchToRemake();
          },
          [&](const Unreadable& rows) {
            whole = absl::UnavailableError(
                absl::StrCat("it deletes rows of table ", file.relative_filename,
                             ", of which some cannot be read: ", rows.why));
          }));
      RETURN_IF_ERROR(whole);
    }
  }
  return absl::OkStatus();
}

// Writes what the table says and is still so into a new one, above it. A row of it; nothing if
// there is none to write.
absl::StatusOr<RocksStore::Impl::Written> RocksStore::Impl::WriteAnew(const RemakeRequest& request,
                                                                      const DamagedTable& table) {
  const schema::Family family = request.family;
  std::set<std::string> keys = table.contents.keys;
  keys.insert(table.relied_on.begin(), table.relied_on.end());
  RETURN_IF_ERROR(AddKeysInDeleted(family, table, keys));
  RETURN_IF_ERROR(CheckRoom(db->GetName(), table.bytes));
  const rocksdb::Options options(StoreOptions(nullptr),
                                 StoreFamilies()[static_cast<size_t>(family) + 1].options);
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), options, Handle(family));
  RETURN_IF_ERROR(FromRocks(writer.Open(db->GetName() + kUnfinishedTable)));
  request.AtPoint("table-begun");
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
  RETURN_IF_ERROR(FromRocks(db->Get(rocksdb::ReadOptions(), Handle(family), *written.row, &value)));
  RETURN_IF_ERROR(FromRocks(db->Put(rocksdb::WriteOptions(), Handle(family), *written.row, value)));
  RETURN_IF_ERROR(FromRocks(db->Flush(rocksdb::FlushOptions(), Handle(family))));
  return FromRocks(db->IngestExternalFile(Handle(family), files, options));
}

absl::StatusOr<bool> RocksStore::Impl::AddAnew(const RemakeRequest& request,
                                               const DamagedTable& table) {
  const std::vector<rocksdb::LiveFileMetaData> live = LiveTables(*db);
  const auto is_it = [&table](const rocksdb::LiveFileMetaData& file) {
    return file.relative_filename == table.name;
  };
  if (std::none_of(live.begin(), live.end(), is_it)) return false;
  const absl::StatusOr<Written> written = WriteAnew(request, table);
  request.AtPoint("table-written");
  absl::Status added = written.status();
  if (added.ok() && !written->is_empty) added = AddWritten(request.family, *written);
  RemoveUnfinishedTable(db->GetName());
  request.AtPoint("table-added");
  RETURN_IF_ERROR(added);
  return true;
}

}  // namespace tidemark::vault
