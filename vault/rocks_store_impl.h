// Private to vault/: what a RocksStore holds, for the files that its methods are spread over:
// rocks_store.cc (open, read, write), rocks_reopening.cc (closed and opened again),
// rocks_reading.cc (opened to be read; damage passed by), rocks_damage.cc (what compactions met; a
// family made anew),
// rocks_erase.cc (deleted bytes), rocks_remake.cc (damaged tables: which, and whether),
// rocks_remake_turns.cc (when, and taken out) and rocks_remade_table.cc (what is written in place
// of one).
#ifndef TIDEMARK_VAULT_ROCKS_STORE_IMPL_H_
#define TIDEMARK_VAULT_ROCKS_STORE_IMPL_H_

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/log.h"
#include "rocksdb/db.h"
#include "rocksdb/iterator.h"
#include "vault/rocks_options.h"
#include "vault/rocks_store.h"
#include "vault/rocks_table.h"
#include "vault/schema.h"

namespace tidemark::vault {

inline rocksdb::Slice ToSlice(absl::string_view view) {
  return rocksdb::Slice(view.data(), view.size());
}

// Frames and parts are read once, in bulk: in the cache they would only push the small rows out.
inline bool IsBulk(schema::Family family) {
  return family == schema::Family::kFrames || family == schema::Family::kParts;
}

// Keys of pieces have 20 bytes; of those that name deposits what differs is near the front.
inline size_t KeyBytesOf(schema::Family family) {
  constexpr size_t kPieceKeyBytes = 24;
  constexpr size_t kOtherKeyBytes = 48;
  return IsBulk(family) ? kPieceKeyBytes : kOtherKeyBytes;
}

// As RocksStore::ScanAround(), over whatever `open` gives an iterator of. Keys that differ behind
// their first `key_bytes` only may be skipped together. An error of `skip` ends it and is returned.
absl::Status VisitAround(
    const std::function<std::unique_ptr<rocksdb::Iterator>()>& open, const schema::KeyRange& range,
    size_t key_bytes,
    const std::function<absl::Status(absl::string_view key, absl::string_view value)>& visit,
    const std::function<absl::Status(const RocksStore::Unreadable& rows)>& skip);

// How long somebody waits who wants to close the database, and others for them.
inline constexpr absl::Duration kWaitForOthers = absl::Seconds(5);

struct RocksStore::DamagedTable {
  std::string name;
  uint64_t bytes;
  TableContents contents;
  std::set<std::string> relied_on;  // keys, where it cannot be read
};

struct RocksStore::Impl {
  enum class OpenMode { kOrMakeOne, kThereIsOne };
  // Opens for writing.
  static absl::StatusOr<std::unique_ptr<Impl>> Open(const std::string& dir, OpenMode mode);
  // Before that, and with nobody else at them: the logs; a server that has the directory is writing
  // to its own.
  static absl::Status LookAtLogs(const std::string& dir);
  // Once a compaction has met damage none runs by itself any more, until all of it is gone.
  enum class Compactions { kRest, kRun };
  void Let(Compactions compactions);
  // See rocks_damage.cc.
  absl::Status MakeFamilyAnew(schema::Family family);

  std::shared_ptr<DamageListener> damage;
  std::unique_ptr<rocksdb::DB> db;
  // RocksDB's default family first, then one per schema::Family; released before the database.
  // Null: a family that a database which is only read does not have.
  std::vector<rocksdb::ColumnFamilyHandle*> handles;

  rocksdb::ColumnFamilyHandle* Handle(schema::Family family) const {
    return handles[static_cast<size_t>(family) + 1];
  }

  // Why nothing is written any more. Asked before each write: the library takes writes again by
  // itself once there is room, while nobody knows what became of the one that failed; and where its
  // checks of itself are on, as Debian has them, it ends the process if it is told to sync a log
  // that it could not write.
  absl::Status Failure() const;
  // What is in memory and in no table file: about as much as a flush writes.
  uint64_t UnflushedBytes() const;
  // Rows of the range, in order, as far as each of them can be read by itself: where an iterator
  // stops at a block, a newer row may lie in memory or in another table.
  absl::Status VisitOneByOne(
      schema::Family family, const schema::KeyRange& range,
      const std::function<absl::Status(absl::string_view key, absl::string_view value)>& visit)
      const;
  // Keys within the range that memory has, or a table that is read by itself, whatever became of
  // them: the first ones. `behind` is the first key that was not looked for; "": all were.
  struct KeysHeld {
    std::set<std::string> keys = {};
    std::string behind = {};
  };
  absl::StatusOr<KeysHeld> FirstKeysHeld(schema::Family family,
                                         const schema::KeyRange& range) const;

  // Table files that may hold rows of `ranges`, and all write-ahead logs that are there now.
  std::set<std::string> FilesWith(const std::vector<Deleted>& ranges) const;
  // Sorted, and joined where no table file begins between two: compacting them one by one would
  // rewrite the same file again and again.
  std::vector<Deleted> Joined(std::vector<Deleted> ranges) const;
  // UNAVAILABLE: one of `files` is still there, and no longer part of the database.
  absl::Status WaitUntilGone(std::set<std::string> files) const;

  // See rocks_remake.cc.
  void FindDamaged(const RemakeRequest& request, const RemakeRefusals& refusals,
                   std::vector<DamagedTable>& damaged, Remade& remade) const;

  // See rocks_remade_table.cc. Writes what the table says and is still so into a new one, which
  // becomes part of the database, newer than everything in it. False: it is no table of the
  // database any more.
  absl::StatusOr<bool> AddAnew(const RemakeRequest& request, const DamagedTable& table);
  absl::Status AddKeysInDeleted(schema::Family family, const DamagedTable& table,
                                std::set<std::string>& keys) const;
  struct Written {
    bool is_empty;
    std::optional<std::string> row = std::nullopt;  // the key of one
  };
  absl::StatusOr<Written> WriteAnew(const RemakeRequest& request, const DamagedTable& table);
  absl::Status AddWritten(schema::Family family, const Written& written);

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

class RocksStore::Use final {
 public:
  explicit Use(const RocksStore& store) : store_(&store) {}
  Use(Use&& other) noexcept : store_(std::exchange(other.store_, nullptr)) {}
  Use& operator=(Use&&) = delete;
  ~Use() {
    if (store_ != nullptr) store_->End();
  }
  Impl* operator->() const { return store_->impl_.get(); }

 private:
  const RocksStore* store_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ROCKS_STORE_IMPL_H_
