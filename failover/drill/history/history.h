// What drills leave behind, and whether it can be believed:
//
//     DIR/TLD/20261122T023000Z/report.json   report.json.sig   report.html   report.html.sig
//     DIR/drill.lock                         held by the one drill that runs
//
// Both files are signed (Ed25519, purpose "drill-report") over the file's kind, the drill's id
// ("TLD/20261122T023000Z", where it lies) and its bytes. An entry counts only if both signatures
// verify and are of the place that it lies in, so that a copy of one beside it counts for nothing,
// and if it is about the TLD and the time that its directory says; all others are named, never
// used. An entry appears whole or not at all. Formats: docs/formats/drill.md.
//
// What it is not: proof against whoever has the signing key, or that nothing was removed.
// Threads: one. Threat: whoever can write into DIR is not believed; sizes and numbers are bounded.
// Errors: RESOURCE_EXHAUSTED disk; DATA_LOSS a signature that does not verify; the system's.
#ifndef TIDEMARK_FAILOVER_DRILL_HISTORY_HISTORY_H_
#define TIDEMARK_FAILOVER_DRILL_HISTORY_HISTORY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "crypto/sign.h"
#include "failover/drill/report/report.h"

namespace tidemark::failover {

struct HistoryOptions {
  std::string dir;
  size_t keep_reports = 400;  // of each TLD; older ones are removed
  // Whose reports count; at least one.
  std::vector<crypto::VerifyKey> keys;
};

// One directory of a TLD's history.
struct HistoryEntry {
  std::string name;                  // "20261122T023000Z"
  std::optional<KeptReport> report;  // absent: not to be believed
  std::string why_not;
};

// What a drill must have looked at, at least, to count for a night in place of that night's own.
struct DrillDemands {
  std::string vault_id;  // hex; "" is no vault, and nothing counts
  DrillThresholds thresholds;
  uint64_t sample = 0;  // names of each kind; 0: all
  bool by_release = false;
};

struct KeptDrill {
  std::string dir;
  absl::Status tidied;  // an error: it is kept, and something that is too old still is, too
};

class DrillHistory {
 public:
  explicit DrillHistory(HistoryOptions options) : options_(std::move(options)) {}

  // Oldest first; at most the newest kHistoryEntriesMax are looked at.
  absl::StatusOr<std::vector<HistoryEntry>> List(const std::string& tld) const;
  // The same for a picture.
  absl::StatusOr<DrillTrend> Trend(const std::string& tld) const;
  // Whether a drill of the TLD that began from `since` to `until` passed, and passes by `demands`
  // too, whatever it was measured by itself: what a schedule goes by.
  absl::StatusOr<bool> HasPassed(const std::string& tld, absl::Time since, absl::Time until,
                                 const DrillDemands& demands) const;
  // What the newest report that is believed says of it; nullopt: none says anything. One that is
  // dated later than `until`, by a clock that was wrong, counts only where there is no other.
  absl::StatusOr<std::optional<FoundDeposit>> LastFound(const std::string& tld,
                                                        absl::Time until) const;
  // TLDs of which a drill has found a deposit, sorted.
  absl::StatusOr<std::vector<std::string>> KnownTlds(absl::Time until) const;

  // Gives a report its id, signs and keeps it, and removes what is too old, never this one.
  absl::StatusOr<KeptDrill> Keep(DrillReport report, const crypto::SigningKey& key) const;

 private:
  absl::StatusOr<std::vector<std::string>> Names(const std::string& tld) const;
  absl::StatusOr<std::string> FreeName(const DrillReport& report) const;
  HistoryEntry Look(const std::string& tld, const std::string& name) const;
  absl::Status RemoveOld(const std::string& tld, const std::string& kept) const;

  const HistoryOptions options_;
};
inline constexpr size_t kHistoryEntriesMax = 4000;

// A report.json or report.html whose signature verifies.
struct SignedReport {
  std::string drill;  // "example/20261122T023000Z"
  absl::Time began_at;
  std::string bytes;
};
// DATA_LOSS: the signature beside it is of none of `keys`; NOT_FOUND: no report or no signature;
// INVALID_ARGUMENT: neither JSON nor HTML by its name.
absl::StatusOr<SignedReport> ReadSignedReport(const std::string& path,
                                              absl::Span<const crypto::VerifyKey> keys);

// Held while a drill runs: never two at once on one history. A child may be given the lock as its
// standard input, and then holds it together with its parent.
class DrillLock {
 public:
  // FAILED_PRECONDITION: another drill runs.
  static absl::StatusOr<DrillLock> Take(const std::string& history_dir);
  ~DrillLock();
  DrillLock(DrillLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DrillLock& operator=(DrillLock&&) = delete;

  int fd() const { return fd_; }

 private:
  explicit DrillLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_HISTORY_HISTORY_H_
