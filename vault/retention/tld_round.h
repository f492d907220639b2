// Private to retention/: one TLD's turn in a run: what is due is shredded, what nobody uses any
// more is marked as removed.
//
// It plans without the vault's lock, and every batch looks under the lock whether anything happened
// to the TLD since: then the turn is ABORTED and starts anew, for a hold, a verdict or a new
// deposit may keep what was due.
#ifndef TIDEMARK_VAULT_RETENTION_TLD_ROUND_H_
#define TIDEMARK_VAULT_RETENTION_TLD_ROUND_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "vault/retention/custody_books.h"
#include "vault/retention/frame_marks.h"
#include "vault/retention/retention.h"
#include "vault/retention/rows.h"

namespace tidemark::vault::retention {

struct RoundOptions {
  Policy policy;
  WitnessedTime time;
  bool may_shred;  // false: the clock is not believed, or nothing is to be changed
  RunMode mode;
};

class TldRound final {
 public:
  // Borrowed objects must outlive the round.
  TldRound(const RocksStore& store, CustodyBooks& books, const RoundOptions& options,
           std::string tld, RunSummary& summary)
      : store_(store), books_(books), options_(options), tld_(std::move(tld)), summary_(summary) {}

  // `is_unfinished`: a shredded deposit of this TLD waits for its erasure to be confirmed.
  absl::Status Run(bool is_unfinished, const std::atomic<bool>& stop);
  // Something stays for now, because unfinished uploads may rely on it.
  bool is_deferred() const { return is_deferred_; }

 private:
  // Frames of one pack that go, and what they take.
  struct Freed {
    crypto::PackId pack;
    std::string bits;
    uint64_t bytes;
  };
  struct Due {
    size_t index;  // of rows_
    uint64_t manifest_bytes;
    std::vector<Freed> freed;
  };

  absl::Status ReadDue();
  absl::StatusOr<std::vector<Freed>> FreedBy(const tidemark::v1::ClearManifest& manifest) const;
  uint64_t BytesOf(const crypto::PackId& pack, const tidemark::v1::PackRow& row,
                   absl::string_view bits) const;
  absl::Status Shred(const Due& due);
  absl::StatusOr<LoggedAct> FillShredBatch(const Due& due, uint64_t log_index, StoreBatch& batch);
  absl::Status Collect(const std::atomic<bool>& stop);
  absl::Status MarkRemoved(const std::vector<Freed>& garbage);
  // False, and is_deferred() from then on, if unfinished uploads may rely on the pack.
  absl::StatusOr<bool> AddRemoval(const Freed& freed, StoreBatch& batch);
  absl::Status CheckUnchanged(uint64_t log_size) const;

  const RocksStore& store_;
  CustodyBooks& books_;
  const RoundOptions& options_;
  const std::string tld_;
  RunSummary& summary_;

  uint64_t seen_ = 0;  // leaves up to here are known to the plan
  TldRows rows_;
  std::vector<Due> due_;  // newest first: a base goes after what needs it
  FrameMarks kept_;
  bool is_deferred_ = false;
};

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_TLD_ROUND_H_
