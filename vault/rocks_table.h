// Private to vault/: one table file of the database, read by itself.
#ifndef TIDEMARK_VAULT_ROCKS_TABLE_H_
#define TIDEMARK_VAULT_ROCKS_TABLE_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/db.h"
#include "rocksdb/metadata.h"
#include "rocksdb/sst_file_reader.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {

// All that one says.
struct TableContents {
  std::set<std::string> keys;                // of the rows that can be read
  std::vector<RocksStore::Unreadable> gaps;  // each ends, at the latest, behind its last key
  std::vector<schema::KeyRange> deleted;     // of older tables
};

class Table final {
 public:
  explicit Table(schema::Family family);
  // DATA_LOSS: its footer, index or properties.
  absl::Status Open(const std::string& path);
  absl::StatusOr<bool> IsDamagedIn(const schema::KeyRange& range) const;
  // Keys in order, and what could not be read.
  absl::Status Read(const schema::KeyRange& range,
                    const std::function<absl::Status(absl::string_view key)>& visit,
                    const std::function<void(const RocksStore::Unreadable& rows)>& skip) const;
  // `largest` is the last key that it has. FAILED_PRECONDITION: it says something that is not in
  // TableContents. DATA_LOSS: rows are missing, and no block is damaged that could have them.
  absl::StatusOr<TableContents> ReadAll(const std::string& largest) const;

 private:
  std::unique_ptr<rocksdb::Iterator> Rows() const;

  const schema::Family family_;
  mutable rocksdb::SstFileReader reader_;
};

std::vector<rocksdb::LiveFileMetaData> LiveTables(rocksdb::DB& db);
// Whether it is one of those still.
bool IsLive(rocksdb::DB& db, const rocksdb::LiveFileMetaData& table);
// Whether something of the table may lie within the range. "" has no end.
bool Overlaps(const rocksdb::LiveFileMetaData& table, const schema::KeyRange& range);
std::string PathOf(const rocksdb::LiveFileMetaData& table);

// Whether the database would open again, were it closed now: all of its tables but those in
// `opened`, by name, do by themselves, and are added. UNAVAILABLE names the first that does not.
absl::Status CheckTablesOpen(rocksdb::DB& db, std::set<std::string>& opened);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ROCKS_TABLE_H_
