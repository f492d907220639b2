// The one place that opens RocksDB for the registry store, with the options that it needs:
// a log of our own (Debian's RocksDB is built with assertions, and its info log aborts the process
// on a full disk), the column families of schema.h, and handles released before the database.
#ifndef TIDEMARK_FAILOVER_STORE_DATABASE_H_
#define TIDEMARK_FAILOVER_STORE_DATABASE_H_

#include <rocksdb/db.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "failover/store/schema.h"

namespace tidemark::failover {

absl::Status ToStatus(const rocksdb::Status& status);

// Blocks that a loader keeps in memory; whoever answers questions wants more.
inline constexpr size_t kLoaderCacheBytes = 64 << 20;

rocksdb::Options StoreOptions(size_t cache_bytes = kLoaderCacheBytes);

class Database {
 public:
  enum class Mode { kCreate, kReadOnly };
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& dir, Mode mode,
                                                        size_t cache_bytes = kLoaderCacheBytes);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  rocksdb::DB& db() const { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Family family) const { return handles_[family]; }

 private:
  Database() = default;

  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;  // owned; destroyed before db_
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_STORE_DATABASE_H_
