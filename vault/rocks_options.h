// Private to vault/: how RocksDB is told to behave, with the reason of every choice.
#ifndef TIDEMARK_VAULT_ROCKS_OPTIONS_H_
#define TIDEMARK_VAULT_ROCKS_OPTIONS_H_

#include <vector>

#include "absl/status/status.h"
#include "rocksdb/db.h"
#include "rocksdb/options.h"

namespace tidemark::vault {

rocksdb::DBOptions StoreOptions();
// One per schema::Family, in its order, preceded by RocksDB's own "default", which stays empty.
std::vector<rocksdb::ColumnFamilyDescriptor> StoreFamilies();

// See rocks_store.h for what each code means.
absl::Status FromRocks(const rocksdb::Status& status);
// Of a read: a sector or a file that the disk does not give back is DATA_LOSS, too, for no other
// row is the worse for it; from a write it would say that the disk has failed.
absl::Status FromRocksRead(const rocksdb::Status& status);
// Whether a read failed because of what lies on the disk.
bool IsDamage(const rocksdb::Status& status);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ROCKS_OPTIONS_H_
