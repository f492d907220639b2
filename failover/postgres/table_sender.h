// Rows of many tables on one connection. They gather a chunk a table; a full one goes to a thread
// that sends it as one COPY, so that rows are made while the server takes others. All within the
// transaction that the caller has begun.
//
// Memory: kChunkBytes a table, and kChunksWaitingMax chunks that wait. Threads: one caller, which
// leaves the connection alone until Finish(). Errors latch; the first one comes back.
#ifndef TIDEMARK_FAILOVER_POSTGRES_TABLE_SENDER_H_
#define TIDEMARK_FAILOVER_POSTGRES_TABLE_SENDER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "failover/postgres/connection.h"
#include "failover/postgres/copy_rows.h"
#include "failover/postgres/schema.h"

namespace tidemark::failover {

class TableSender {
 public:
  static constexpr size_t kChunkBytes = 1 << 20;
  static constexpr size_t kChunksWaitingMax = 4;

  // `connection` must outlive it.
  explicit TableSender(Connection& connection);
  ~TableSender();
  TableSender(const TableSender&) = delete;
  TableSender& operator=(const TableSender&) = delete;

  CopyRows& Of(Table table) { return rows_[table]; }
  // Sends chunks that are full. To be called after every object.
  absl::Status Flush() { return FlushFrom(kChunkBytes); }
  // Sends what is left.
  absl::Status Finish();

  uint64_t bytes() const { return bytes_; }

 private:
  struct Chunk {
    Table table;
    std::string rows;
  };

  absl::Status FlushFrom(size_t bytes_min);
  absl::Status Hand(Chunk chunk);
  void Work();

  Connection& connection_;
  std::array<CopyRows, kTables> rows_;
  uint64_t bytes_ = 0;

  absl::Mutex mutex_;
  std::deque<Chunk> waiting_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_POSTGRES_TABLE_SENDER_H_
