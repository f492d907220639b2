// Private to vault/: what somebody who used the store has met and nobody has looked into yet:
// families of which a row could not be read, and table files at which compactions stopped.
//
// It remembers nothing over a restart, after which a compaction stops at the same table again.
// Threads: safe for concurrent use.
#ifndef TIDEMARK_VAULT_DAMAGE_NEWS_H_
#define TIDEMARK_VAULT_DAMAGE_NEWS_H_

#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "vault/schema.h"

namespace tidemark::vault {

class DamageNews final {
 public:
  struct Table {
    std::string name;
    schema::Family family;
    schema::KeyRange range;  // all that it has rows of
  };
  struct Taken {
    std::set<schema::Family> families;
    std::vector<Table> tables;
  };

  // A row of the family could not be read.
  void NoteFamily(schema::Family family) ABSL_LOCKS_EXCLUDED(mutex_);
  // A compaction stopped at the table.
  void NoteTable(const Table& table) ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasAny() const ABSL_LOCKS_EXCLUDED(mutex_);
  // What has been noted since this was last asked.
  Taken Take() ABSL_LOCKS_EXCLUDED(mutex_);
  // Names of the tables at which a compaction stopped and that are there still; the others are
  // forgotten.
  std::set<std::string> StoppedAt(const std::set<std::string>& live) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  Taken untaken_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> stopped_at_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_DAMAGE_NEWS_H_
