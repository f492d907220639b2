// The store that the tamper campaign damages, and what others kept of it.
#ifndef TIDEMARK_TESTS_CAMPAIGN_SMALL_STORE_H_
#define TIDEMARK_TESTS_CAMPAIGN_SMALL_STORE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vault/fsck/fsck.h"

namespace tidemark::tests {

struct SmallStore {
  std::string dir;      // closed: table files, and a write-ahead log with the last deposit
  std::string old_dir;  // as it was before that
  std::string swapped_dir;  // two frames of it changed places, each whole
  std::string dropped_dir;  // a leaf of its log is gone, and the others moved up
  vault::FsckOptions options;  // for fsck, with every witness
};

// Written in a child, so that this process has no threads of a database.
absl::StatusOr<SmallStore> MakeSmallStore(const std::string& dir);

// A digest over every row of every family; DATA_LOSS if one cannot be read.
absl::StatusOr<std::string> DigestOfRows(const std::string& dir);
// The same, as a server would open it: it may write into `dir`.
absl::StatusOr<std::string> DigestOfServedRows(const std::string& dir);

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_CAMPAIGN_SMALL_STORE_H_
