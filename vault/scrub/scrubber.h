// Scrub: the stored bytes of every frame and part are read and digested again, and the rows of all
// other families read, all of them within a cycle of some weeks; what is not what came in is
// remembered until it is mended or removed.
//
// It goes through frames, then parts, then the other families, in order of key, a slice at a time,
// and keeps where it stands with what it found (family scrub), so that a restart goes on. It counts
// what should be there too: pieces that a committed pack says it has. A block that RocksDB cannot
// read costs the rows in it and stops nothing. What arrives during a cycle behind the cursor is
// looked at in the next one. What others meet is looked at at once: a table at which a compaction
// stopped, a family of which somebody could not read a row.
//
// What it remembers may rot, too. Then it forgets, begins a cycle at once, and until that is done
// says that it does not know.
//
// What it is not: a proof against somebody who can write the directory; digests lie beside the
// bytes (tidemark fsck compares with what was signed). Nor is it a look at the platter: what the
// kernel still has in memory is read from there, and so is what is in the write-ahead log only.
//
// Threads: CheckSlice() from one thread; the others from any. Errors: those of the store; damage is
// not an error here. Threat: none of its input is a peer's, but all of it may be rotten.
#ifndef TIDEMARK_VAULT_SCRUB_SCRUBBER_H_
#define TIDEMARK_VAULT_SCRUB_SCRUBBER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "proto/stored.pb.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/scrub/mending.h"
#include "vault/scrub/piece_slice.h"
#include "vault/scrub/record_slice.h"

namespace tidemark::vault {

struct ScrubOptions {
  // Within it everything is read once, if the ceiling lets it.
  absl::Duration cycle = absl::Hours(24 * 30);
  uint64_t bytes_per_second_max = 50'000'000;
};

struct ScrubProgress {
  uint64_t cycle = 0;  // numbered from 1; 0: there was nothing to look at yet
  int64_t cycle_started_unix_micros = 0;
  double done = 0;              // of this cycle, 0 to 1
  uint64_t pieces_damaged = 0;   // known and not mended
  uint64_t records_damaged = 0;  // stretches of rows of other families that cannot be read
  uint64_t tables_refused = 0;   // damaged table files that are not made anew yet
  // False: what was known could not be read any more; until this cycle is done those are the least.
  bool is_damage_known = true;
  // The last full cycle; 0: none yet.
  int64_t finished_unix_micros = 0;
  uint64_t finished_pieces = 0;
  uint64_t finished_bytes = 0;    // of pieces
  uint64_t finished_records = 0;  // 0: of an earlier version, which did not look at them
};

class Scrubber final {
 public:
  // Borrowed objects must outlive it.
  Scrubber(RocksStore& store, const ScrubOptions& options, const base::Clock& clock)
      : store_(store),
        options_(options),
        clock_(clock),
        mending_(store, clock, [this](uint32_t kind, const std::string& key) {
          NoteRead(kind, key, absl::DataLossError("in a block that cannot be read"));
        }) {}

  // Goes on where the last slice ended, this process's or an earlier one's. Returns how long to
  // wait before the next: so that the cycle ends in time, and no faster than need be; and a table
  // that was refused is asked for again once it is due.
  absl::StatusOr<absl::Duration> CheckSlice() ABSL_LOCKS_EXCLUDED(mutex_);

  // Pieces that are known to be damaged, and tables, are counted when it is asked for.
  ScrubProgress progress() const ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether there is something to do before the time that CheckSlice() said.
  bool IsWanted() const { return store_.HasNews(); }

  // Somebody who read a piece met an error, or did not find it: if it is damaged, that is
  // remembered as what the scrub finds is, at once and not when a cycle comes by.
  void NoteRead(uint32_t kind, const std::string& piece_key, const absl::Status& error);

 private:
  void Load();
  // What others met since the last slice.
  void TakeNews();
  // If it cannot be read as a whole: forgets, and begins a cycle.
  void KeepMemory();
  // Begins a cycle if it is time for one; how long to wait if it is not, or nothing is stored.
  absl::StatusOr<absl::Duration> WaitForCycle();
  void BeginCycle(tidemark::v1::ScrubRow& row) const;
  // Bytes that were read of the slice that is next in the cycle.
  absl::StatusOr<uint64_t> CheckPieceSlice();
  absl::StatusOr<uint64_t> CheckRecordSlices();
  // Of a family of which somebody could not read a row, outside of the cycle.
  absl::StatusOr<uint64_t> CheckDoubt();
  absl::StatusOr<std::set<std::string>> Record(const CheckedSlice& slice);
  absl::Status Record(const CheckedRecords& slice);
  // As it is now; and what is mended of it, which only nodes are.
  absl::StatusOr<CheckedRecords> CheckAndMend(schema::Family family, const std::string& begin);
  static std::vector<schema::KeyRange> DeadBlocks(const CheckedSlice& slice);
  void Advance(const CheckedSlice& slice);
  void Advance(const CheckedRecords& slice);
  absl::Duration Pace(uint64_t bytes, absl::Time began) const;
  uint64_t StoredBytes() const;
  ScrubProgress Told(const tidemark::v1::ScrubRow& row, bool is_waiting) const;
  void Publish() ABSL_LOCKS_EXCLUDED(mutex_);

  RocksStore& store_;
  const ScrubOptions options_;
  const base::Clock& clock_;
  // Of the thread that calls CheckSlice().
  Mending mending_;
  bool is_loaded_ = false;
  bool is_waiting_ = false;  // the cycle is done
  bool is_memory_in_doubt_ = false;
  bool is_memory_lost_ = false;  // without another look
  absl::Time memory_tried_ = absl::InfinitePast();  // to make it anew, in vain
  std::map<schema::Family, std::string> doubts_;  // from which key on there is something to look at
  std::map<schema::Family, absl::Time> doubted_;  // when it was last looked at for a doubt
  tidemark::v1::ScrubRow row_;

  mutable absl::Mutex mutex_;
  std::optional<ScrubProgress> progress_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_SCRUB_SCRUBBER_H_
