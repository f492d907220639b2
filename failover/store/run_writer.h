// Sorted runs: rows of any order become files that RocksDB takes in whole.
//
// Rows gather in memory a family at a time; a full run is sorted and written by one thread of its
// own while the next one fills, then ingested. That spares the write-ahead log, the memory table
// and the compaction, which a store that is rebuilt from a deposit needs none of.
//
// A key must not come twice (the caller sees to that: the file format refuses it), but for those of
// the reference family, of which one row of a key stays. Threads: one caller. Errors
// latch; Finish() returns the first.
#ifndef TIDEMARK_FAILOVER_STORE_RUN_WRITER_H_
#define TIDEMARK_FAILOVER_STORE_RUN_WRITER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "failover/store/database.h"

namespace tidemark::failover {

class RunWriter {
 public:
  // `database` must outlive the writer. Files are made in `dir` and moved into the database.
  RunWriter(Database& database, std::string dir, size_t run_bytes_max);
  ~RunWriter();
  RunWriter(const RunWriter&) = delete;
  RunWriter& operator=(const RunWriter&) = delete;

  absl::Status Add(Family family, absl::string_view key, absl::string_view value);
  // Writes what is left. Afterwards every row is in the database.
  absl::Status Finish();

 private:
  struct Row {
    uint64_t offset;
    uint32_t key_size;
    uint32_t value_size;
  };
  struct Run {
    Family family = kMetaFamily;
    std::string bytes;
    std::vector<Row> rows;
    absl::string_view key(const Row& row) const {
      return absl::string_view(bytes).substr(row.offset, row.key_size);
    }
    absl::string_view value(const Row& row) const {
      return absl::string_view(bytes).substr(row.offset + row.key_size, row.value_size);
    }
  };

  void Work();
  absl::Status Hand(Run run);
  absl::Status WriteRun(Run run);

  Database& database_;
  const std::string dir_;
  const size_t run_bytes_max_;
  std::array<Run, kFamilies> filling_;

  absl::Mutex mutex_;
  std::optional<Run> waiting_ ABSL_GUARDED_BY(mutex_);  // at most one: the queue's bound
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  uint64_t files_ = 0;  // the writing thread's
  std::thread thread_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_STORE_RUN_WRITER_H_
