// Private to vault/: how RocksDB is told to behave, with the reason of every choice.
#ifndef TIDEMARK_VAULT_ROCKS_OPTIONS_H_
#define TIDEMARK_VAULT_ROCKS_OPTIONS_H_

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "rocksdb/db.h"
#include "rocksdb/listener.h"
#include "rocksdb/options.h"
#include "rocksdb/table_properties.h"
#include "vault/schema.h"

namespace tidemark::vault {

// Keeps writes going where a compaction meets a block that cannot be read: nothing is the worse for
// it, for its inputs stay. Remembers what RocksDB said of it, which names the table. Of everything
// else that ends all writes it remembers the first.
class DamageListener final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                         rocksdb::Status* error) override;
  // What was said since this was last asked.
  std::vector<std::string> TakeNews() ABSL_LOCKS_EXCLUDED(mutex_);
  // UNAVAILABLE: why writes have failed since the database was opened, also if the library takes
  // them again by itself meanwhile: what became of the one that failed only the next opening tells.
  absl::Status failure() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  std::atomic<bool> is_news_ = false;  // so that asking costs nothing
  mutable absl::Mutex mutex_;
  std::vector<std::string> said_ ABSL_GUARDED_BY(mutex_);
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

// `damage` may be null, for a database that is not written.
rocksdb::DBOptions StoreOptions(const std::shared_ptr<DamageListener>& damage);
// One per schema::Family, in its order, preceded by RocksDB's own "default", which stays empty.
std::vector<rocksdb::ColumnFamilyDescriptor> StoreFamilies();

// Key ranges that a table file deletes, as noted in its properties when it was written.
// FAILED_PRECONDITION: it deletes some, and they were not noted.
absl::StatusOr<std::vector<schema::KeyRange>> DeletedRanges(
    const rocksdb::TableProperties& properties);

// See rocks_store.h for what each code means.
absl::Status FromRocks(const rocksdb::Status& status);
// Of a read: a sector or a file that the disk does not give back is DATA_LOSS, too, for no other
// row is the worse for it; from a write it would say that the disk has failed.
absl::Status FromRocksRead(const rocksdb::Status& status);
// Whether a read failed because of what lies on the disk.
bool IsDamage(const rocksdb::Status& status);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ROCKS_OPTIONS_H_
