// Iterators over one family, kept between questions: to make one costs as much as to read a row.
//
// For a database that is opened to be read, which never changes: none of them grows old. There are
// as many as threads have asked at once, each holding the blocks where it stood last.
// Threads: safe for concurrent use; an iterator is one thread's while it is leased.
#ifndef TIDEMARK_FAILOVER_STORE_ITERATOR_POOL_H_
#define TIDEMARK_FAILOVER_STORE_ITERATOR_POOL_H_

#include <rocksdb/db.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/memory/memory.h"
#include "absl/synchronization/mutex.h"
#include "failover/store/database.h"

namespace tidemark::failover {

class IteratorPool {
 public:
  // `database` must outlive it.
  IteratorPool(const Database& database, Family family) : database_(database), family_(family) {}

  struct GiveBack {
    const IteratorPool* pool;
    void operator()(rocksdb::Iterator* rows) const { pool->Keep(absl::WrapUnique(rows)); }
  };
  // Comes back by itself; the pool must outlive it.
  using Lease = std::unique_ptr<rocksdb::Iterator, GiveBack>;

  Lease Take() const {
    {
      absl::MutexLock lock(&mutex_);
      if (!free_.empty()) {
        Lease rows(free_.back().release(), GiveBack{this});
        free_.pop_back();
        return rows;
      }
    }
    return Lease(database_.db().NewIterator(rocksdb::ReadOptions(), database_.family(family_)),
                 GiveBack{this});
  }

 private:
  void Keep(std::unique_ptr<rocksdb::Iterator> rows) const {
    if (!rows->status().ok()) return;  // what it stands on is not to be relied on
    absl::MutexLock lock(&mutex_);
    free_.push_back(std::move(rows));
  }

  const Database& database_;
  const Family family_;
  mutable absl::Mutex mutex_;
  mutable std::vector<std::unique_ptr<rocksdb::Iterator>> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_STORE_ITERATOR_POOL_H_
