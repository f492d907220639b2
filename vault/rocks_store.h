// Private to vault/: the one RocksDB database of a vault, without RocksDB's headers.
//
// Keys come from schema.h. Nothing is compressed: everything large is ciphertext. A write is either
// unsynced (PutUnsynced, Apply with kUnsynced) and then in order but not durable, or synced: then
// it and everything written before it, in every family, survives a power cut (one write-ahead log).
//
// Threads: safe for concurrent use. Errors: NOT_FOUND; DATA_LOSS a checksum of RocksDB's own does
// not fit; UNAVAILABLE the disk is full, or failed (every later write fails too, until the process
// is started again); FAILED_PRECONDITION another process has the directory.
//
// A block that cannot be read costs its rows, and no write: a compaction that meets one leaves its
// tables as they are, the log and TakeNews() say which is damaged, and from then on none runs by
// itself, until RemakeTables() has taken the block out, or the store is opened anew and meets it
// again.
#ifndef TIDEMARK_VAULT_ROCKS_STORE_H_
#define TIDEMARK_VAULT_ROCKS_STORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "vault/damage_news.h"
#include "vault/remake_refusals.h"
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

// Named points of RemakeTables(), in the order in which a table meets them; tests end the process
// there. "table-read": a damaged table was read to its end, and what is relied on in its gaps is
// asked next. "table-begun": there was room, and its successor is written next.
inline constexpr absl::string_view kRemakePoints[] = {
    "table-read", "table-begun", "table-written", "table-added", "store-closed", "table-taken-out"};

class RocksStore final {
 public:
  // `clock`, if it is not the machine's, must outlive the store.
  static absl::StatusOr<std::unique_ptr<RocksStore>> Open(const std::string& dir,
                                                          const base::Clock* clock = nullptr);
  // Reads only, and writes no byte into `dir`: for a directory that nobody serves, which the caller
  // sees to. What the write-ahead log holds is read, too. Families that are not there are empty.
  static absl::StatusOr<std::unique_ptr<RocksStore>> OpenToRead(const std::string& dir);
  ~RocksStore();

  // Of a store that is only read: those that its database does not have.
  std::vector<schema::Family> missing_families() const;

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

  // Rows from `begin` on and before `end` ("": to the end of the range), which the disk does not
  // give back.
  struct Unreadable {
    std::string begin;
    std::string end;
    std::string why;
  };
  // As Scan(), but goes on behind what cannot be read, which `skip` is told of: a block with its
  // rows, seldom more than those. Then come the rows of that range which Get() gives all the same,
  // for they lie in memory or in another table. Fills no cache.
  absl::Status ScanAround(
      schema::Family family, const schema::KeyRange& range,
      const std::function<absl::Status(absl::string_view key, absl::string_view value)>& visit,
      const std::function<void(const Unreadable& rows)>& skip) const;

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

  // Calls `visit` with each key of the family within the range ("" has no end) that somebody relies
  // on now; see expected_keys.h. An error of either ends it and is returned.
  using Expected =
      std::function<absl::Status(const schema::KeyRange& range,
                                 const std::function<absl::Status(const std::string& key)>& visit)>;
  struct RemakeRequest {
    // Whose rows are written once and never altered: frames, parts, nodes.
    schema::Family family;
    // Those tables are looked at that have something within one of them.
    std::vector<schema::KeyRange> ranges;
    Expected expected;
    // Only these are looked at, by name; none: all.
    std::set<std::string> tables = {};
    // Who comes by often leaves out a table that was refused a short while ago.
    enum class Asking { kAlways, kWhenDue };
    Asking asking = Asking::kAlways;
    // Told of rows that are relied on and cannot be read, for which a table waits. May use the
    // store.
    std::function<void(const std::string& key)> at_missing = nullptr;
    std::function<void(absl::string_view point)> at_point = nullptr;

    void AtPoint(absl::string_view point) const {
      if (at_point != nullptr) at_point(point);
    }
  };
  // A damaged table that was left as it is, and why. Nothing of it is lost.
  struct Refusal {
    std::string table;
    absl::Status why;
    std::vector<Unreadable> gaps = {};  // where it cannot be read
  };
  struct Remade {
    uint64_t tables = 0;
    // Where they could not be read. All that is relied on there was read elsewhere and is whole.
    std::vector<Unreadable> gaps = {};
    std::vector<Refusal> refused = {};
    // Left out, for it is too early to look at them again (kWhenDue), with what was said of each
    // the last time.
    std::vector<Refusal> put_off = {};
    // When the first of those that stay may be looked at again; infinitely late: none stays.
    absl::Time next_due = absl::InfiniteFuture();
    // Whether the key lies where a table that stays could not be read.
    bool StaysOver(absl::string_view key) const;
    // OK, or the name of each that was refused and why, with the code of the first.
    absl::Status refusals() const;
  };
  // Makes those table files anew in which something within the ranges cannot be read: what of each
  // can be read, and all that is relied on where it cannot, goes into a new table, with what it
  // deletes, and the old file is taken out. Where there is any doubt that nothing is lost, the old
  // file stays, and is among the refused: UNAVAILABLE (a row that is relied on is not mended yet;
  // somebody has been reading for longer than was waited for, or it is too early to wait again; the
  // disk; another table would keep the database from opening) or FAILED_PRECONDITION (it deletes
  // rows, and does not say which). Each is logged (remake_refusals.h). INVALID_ARGUMENT: another
  // family.
  //
  // Everybody else waits meanwhile, for about as long as writing a table and opening the store
  // take; of several tables each has its own turn, and whoever waits gets in between two. A crash
  // on the way leaves the damaged table, and with it, at most, what was copied out of it. If the
  // store does not open again, the process ends with status 2. Not to be called from within a
  // Scan(), for which it would wait. To ask for all that is known at once is cheaper than one by
  // one: each table is read, and its gaps are asked for, once a call.
  absl::StatusOr<Remade> RemakeTables(const RemakeRequest& request);
  // Damaged tables that were refused since the store was opened, and are there still.
  std::vector<RefusedTable> RefusedTables() const;
  // Names of all tables that are known as damaged: those, and the ones at which compactions
  // stopped.
  std::set<std::string> DamagedTables() const;

  // Takes the family out of the database with all of its table files, readable or not, and makes
  // it anew with `rows`. Only a family that can be found again from the others: scrub. A crash on
  // the way leaves it empty. INVALID_ARGUMENT: another family; UNAVAILABLE: somebody has been
  // using the store for longer than was waited for, or the disk. If it is out and cannot be made,
  // the process ends with status 2.
  absl::Status MakeFamilyAnew(schema::Family family, const StoreBatch& rows);

  // What was met of damage since this was last asked: by a Get() or Scan() of a family other than
  // frames and parts, by a compaction, or by whoever says so.
  DamageNews::Taken TakeNews() { return news_.Take(); }
  bool HasNews() const;
  void NoteUnreadable(schema::Family family) const { news_.NoteFamily(family); }

  // For tests: everything into table files.
  absl::Status FlushForTesting();

 private:
  struct Impl;
  // One use of the database, which is not closed meanwhile.
  class Use;
  RocksStore(std::unique_ptr<Impl> impl, const base::Clock* clock);
  // Waits, but not for ever, for whoever wants to close the database; a thread that has a use goes
  // on at once.
  Use Begin() const ABSL_LOCKS_EXCLUDED(mutex_);
  void End() const ABSL_LOCKS_EXCLUDED(mutex_);

  // As it is, and noted if it is damage.
  absl::Status Noted(schema::Family family, absl::Status read) const;
  // See rocks_damage.cc.
  void NoteStoppedCompactions(const std::vector<std::string>& said) const;

  // See rocks_remake.cc.
  struct DamagedTable;
  absl::Status AskForReliedOn(const RemakeRequest& request, DamagedTable& table) const;
  // See rocks_remake_turns.cc.
  // One after the other; what is refused is added to `remade`, and so is what was made anew.
  void RemakeInTurns(const RemakeRequest& request, const std::vector<DamagedTable>& tables,
                     std::set<std::string>& opened, Remade& remade);
  // False: a compaction has done without its damage meanwhile. An error: it stays as it is.
  absl::StatusOr<bool> RemakeAlone(const RemakeRequest& request, const DamagedTable& table,
                                   std::set<std::string>& opened);
  absl::Status ReplaceAlone(const DamagedTable& table, const RemakeRequest& request);

  mutable absl::Mutex mutex_;
  mutable int uses_ ABSL_GUARDED_BY(mutex_) = 0;
  int closers_ ABSL_GUARDED_BY(mutex_) = 0;  // who wait for it to be unused
  // How many uses were asked for, and begun: a closer is to be seen by those who wait for the lock.
  mutable std::atomic<uint64_t> uses_asked_ = 0;
  mutable uint64_t uses_begun_ ABSL_GUARDED_BY(mutex_) = 0;
  mutable RemakeRefusals refusals_;
  mutable DamageNews news_;
  // Replaced with `mutex_` held and no use of it.
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ROCKS_STORE_H_
