// Private to vault/fsck/: the files of a vault's directory, before and beside the database's own
// opinion of them.
//
// Threads: one. Errors: as fsck.h.
#ifndef TIDEMARK_VAULT_FSCK_STORE_FILES_H_
#define TIDEMARK_VAULT_FSCK_STORE_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vault/fsck/fsck.h"

namespace tidemark::vault {

// Keeps a server from opening the directory while we read it, and finds out whether one has.
class StoreReadLock final {
 public:
  StoreReadLock() = default;
  ~StoreReadLock();
  StoreReadLock(const StoreReadLock&) = delete;
  StoreReadLock& operator=(const StoreReadLock&) = delete;
  // OK also if there is no lock file: then no server has ever opened it, or somebody removed it.
  absl::Status Take(const std::string& dir);

 private:
  int fd_ = -1;
};

// Names, in order.
absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& dir);

// NOT_FOUND unless `dir` holds what looks like a database. Adds to `report` what the library that
// reads it passes over in silence: a log that ends in the middle of a record, or in one that claims
// to be longer than it is.
absl::Status LookAtFiles(const std::string& dir, FsckReport& report);

// Of a database that opens: one that has no write-ahead log opens as well, without what was in it.
void LookForALog(const std::string& dir, FsckReport& report);

// The database did not open, with this word: says which file that is about and what it costs, and
// looks at each table file by itself.
void ExplainRefusal(const std::string& dir, const absl::Status& refusal, FsckReport& report);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_FSCK_STORE_FILES_H_
