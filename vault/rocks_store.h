// Private to vault/: the one RocksDB database of a vault, without RocksDB's headers.
//
// Keys come from schema.h. Nothing is compressed: everything large is ciphertext. A write is either
// unsynced (PutUnsynced, Apply with kUnsynced) and then in order but not durable, or synced: then
// it and everything written before it, in every family, survives a power cut (one write-ahead log).
//
// Threads: safe for concurrent use. Errors: NOT_FOUND; DATA_LOSS a checksum of RocksDB's own does
// not fit; UNAVAILABLE the disk is full, or failed (every later write fails too, until the process
// is started again); FAILED_PRECONDITION another process has the directory.
#ifndef TIDEMARK_VAULT_ROCKS_STORE_H_
#define TIDEMARK_VAULT_ROCKS_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "vault/schema.h"

namespace tidemark::vault {

// Changes that become visible together or not at all.
class StoreBatch final {
 public:
  void Put(schema::Family family, std::string key, std::string value);
  void Delete(schema::Family family, std::string key);
  void DeleteRange(schema::Family family, schema::KeyRange range);
  bool empty() const { return changes_.empty(); }

 private:
  friend class RocksStore;
  enum class Kind { kPut, kDelete, kDeleteRange };
  struct Change {
    Kind kind;
    schema::Family family;
    std::string key;
    std::string value;  // or the end of the range
  };
  std::vector<Change> changes_;
};

enum class Durability { kUnsynced, kSynced };

class RocksStore final {
 public:
  static absl::StatusOr<std::unique_ptr<RocksStore>> Open(const std::string& dir);
  ~RocksStore();

  absl::StatusOr<std::string> Get(schema::Family family, absl::string_view key) const;
  // The value is `head` followed by `body`, without a copy of ours.
  absl::Status PutUnsynced(schema::Family family, absl::string_view key, absl::string_view head,
                           absl::string_view body);
  absl::Status Apply(const StoreBatch& batch, Durability durability);
  // Everything written so far is durable.
  absl::Status Sync();

  // Every row of the range in order, as of one moment. `visit` returning an error ends it and is
  // returned.
  absl::Status Scan(schema::Family family, const schema::KeyRange& range,
                    const std::function<absl::Status(absl::string_view key,
                                                     absl::string_view value)>& visit) const;

  // About how many bytes the rows of the range take, in memory and on the disk.
  uint64_t EstimateBytes(schema::Family family, const schema::KeyRange& range) const;

  // Gives the disk back what a DeleteRange left behind, in the background.
  void Reclaim(schema::Family family, const schema::KeyRange& range);

  // The bytes of deleted rows of these ranges, and everything that is in memory or in the
  // write-ahead log, are in no file of the directory after OK but where they are part of rows that
  // were written later. Takes as long as rewriting the table files that the ranges touch. ABORTED:
  // `stop` was set. UNAVAILABLE: the disk, or a reader still holds a file; try again later.
  struct Deleted {
    schema::Family family;
    schema::KeyRange range;
  };
  absl::Status Erase(std::vector<Deleted> ranges, std::atomic<bool>& stop);

  // For tests: everything into table files.
  absl::Status FlushForTesting();

 private:
  struct Impl;
  explicit RocksStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ROCKS_STORE_H_
