// Private to vault/: what a RocksStore holds, for the files that its methods are spread over:
// rocks_store.cc (open, read, write) and rocks_reading.cc (opened to be read; damage passed by).
#ifndef TIDEMARK_VAULT_ROCKS_STORE_IMPL_H_
#define TIDEMARK_VAULT_ROCKS_STORE_IMPL_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/log.h"
#include "rocksdb/db.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {

inline rocksdb::Slice ToSlice(absl::string_view view) {
  return rocksdb::Slice(view.data(), view.size());
}

// Frames and parts are read once, in bulk: in the cache they would only push the small rows out.
inline bool IsBulk(schema::Family family) {
  return family == schema::Family::kFrames || family == schema::Family::kParts;
}

struct RocksStore::Impl {
  std::unique_ptr<rocksdb::DB> db;
  // RocksDB's default family first, then one per schema::Family; released before the database.
  // Null: a family that a database which is only read does not have.
  std::vector<rocksdb::ColumnFamilyHandle*> handles;

  rocksdb::ColumnFamilyHandle* Handle(schema::Family family) const {
    return handles[static_cast<size_t>(family) + 1];
  }

  // Table files that may hold rows of `ranges`, and all write-ahead logs that are there now.
  std::set<std::string> FilesWith(const std::vector<Deleted>& ranges) const;
  // Sorted, and joined where no table file begins between two: compacting them one by one would
  // rewrite the same file again and again.
  std::vector<Deleted> Joined(std::vector<Deleted> ranges) const;
  // UNAVAILABLE: one of `files` is still there, and no longer part of the database.
  absl::Status WaitUntilGone(std::set<std::string> files) const;

  ~Impl() {
    if (db == nullptr) return;
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
      if (handle == nullptr) continue;
      const rocksdb::Status status = db->DestroyColumnFamilyHandle(handle);
      if (!status.ok()) base::Log(base::LogLevel::kWarning, "handle-not-released");
    }
    const rocksdb::Status status = db->Close();
    if (!status.ok()) {
      base::Log(base::LogLevel::kError, "database-close", {{"status", status.ToString()}});
    }
  }
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ROCKS_STORE_IMPL_H_
