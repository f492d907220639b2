// Retention: what the vault keeps beyond its time, what it deletes, and where that is gone. The
// only code that deletes anything of a deposit, and no peer can call it to: it acts on policy and
// clock.
//
// It reads catalogue rows, clear manifests, holds and log; it has no key and parses no deposit.
// docs/decisions/0023 has the rules and why.
//
//   Plan     pure: age, holds, the newest FULL that passed and what came after it, chains
//   Shred    one synced batch: signed manifest (its wraps) and parts go, the catalogue row is
//   marked,
//            frames that no other deposit uses are marked as removed, act and log leaf. Receipt,
//            verdicts and catalogue row stay for ever
//   Collect  frames that no deposit in custody uses, however that came: marked as removed first,
//            deleted after
//   Erase    compaction over all that was deleted, a fresh write-ahead log, then a leaf that says
//   so
//
// A crash anywhere leaves marks without deletions at worst; the next run finishes. What is marked
// as removed no commit may use any more. Nothing is deleted of a TLD of which any manifest cannot
// be read, nor from packs that an unfinished upload may rely on.
//
// Threads: safe for concurrent use; one run at a time. A run holds the vault's commit lock for one
// batch at a time. Errors: those of vault.h; ABORTED: told to stop. Threat: a depositor chooses
// ids, prevIds and bitmaps: they can make its own deposits stay for longer, and nothing else.
#ifndef TIDEMARK_VAULT_RETENTION_RETENTION_H_
#define TIDEMARK_VAULT_RETENTION_RETENTION_H_

#include <atomic>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "crypto/pack_id.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"

namespace tidemark::vault::retention {

struct Policy {
  // After it was received.
  absl::Duration keep_for = absl::Hours(365 * 24);
  // The operator vouches for the clock: the kernel need not say that it is synchronised, and there
  // is no margin for small jumps. Large ones are still not believed.
  bool trust_clock = false;
};

// What is added to keep_for, so that a jump that is too small to be seen deletes nothing too early.
absl::Duration MarginOf(const Policy& policy);

// Named points of a run, in its order; see VaultOptions::at_point.
inline constexpr absl::string_view kRetentionPoints[] = {
    "before-shred-batch",  "after-shred-batch", "before-removal-batch", "after-removal-batch",
    "frames-deleted",      "before-compaction", "after-compaction",     "marks-cleared",
    "before-confirmation", "after-confirmation"};

struct HoldOrder {
  DepositId deposit;
  std::string case_id;
  std::string reason;
  std::string ordered_by;  // common name and serial of the certificate that asked
};

struct PlanEntry {
  DepositId deposit;
  int64_t received_at_unix_micros;
  int64_t keep_until_unix_micros;    // by age alone, as far as the log bears witness
  std::vector<std::string> kept_by;  // why it stays beyond that; in words
  bool is_due;                       // the next run deletes it
  std::string clock_objection;       // why no run deletes anything now; the same in all; "": none
  uint64_t shredded_log_index;       // not 0: it is gone
  std::vector<std::string> erased;   // where that is confirmed; in words
};

struct RunSummary {
  uint64_t deposits_shredded = 0;
  uint64_t frames_removed = 0;
  uint64_t erasures_confirmed = 0;
  // TLDs of which something could not be collected yet, for unfinished uploads may rely on it.
  uint64_t tlds_deferred = 0;
  // Why nothing was deleted, if that is the clock's fault; else empty.
  std::string clock_objection;
};

enum class RunMode { kDelete, kDryRun };

class Retention {
 public:
  virtual ~Retention() = default;
  // Both write a log leaf, whose index is returned. NOT_FOUND: no such deposit, or no such hold.
  // FAILED_PRECONDITION: policy deleted it. ALREADY_EXISTS: the case has a hold on it.
  // RESOURCE_EXHAUSTED: over kHoldsPerDepositMax. INVALID_ARGUMENT: case or reason.
  virtual absl::StatusOr<uint64_t> PlaceHold(const HoldOrder& order) = 0;
  virtual absl::StatusOr<uint64_t> LiftHold(const HoldOrder& order) = 0;
  // What a run would do now, deposit by deposit in order of identity; `tld` "" means all.
  virtual absl::StatusOr<std::vector<PlanEntry>> Plan(absl::string_view tld) const = 0;
  // Carries the plan out and finishes what an earlier run left. `stop` is looked at between steps
  // and inside compactions. UNAVAILABLE: another run is going on. An error of one TLD does not keep
  // the others from their turn; the first one is returned at the end.
  virtual absl::StatusOr<RunSummary> Run(RunMode mode, std::atomic<bool>& stop) = 0;
};

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_RETENTION_H_
