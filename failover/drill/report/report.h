// What a drill measured, and how it is shown: JSON with stable keys (docs/formats/drill.md), a
// self-contained page with pictures, a few lines of text.
//
// What was not measured is absent here, null in JSON and "not run" on the page: never a zero that
// could be read as a result. What it is not: the drill (drill.h), or its history (history.h).
// Threads: values.
#ifndef TIDEMARK_FAILOVER_DRILL_REPORT_REPORT_H_
#define TIDEMARK_FAILOVER_DRILL_REPORT_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/probe.h"
#include "failover/probe/registration_probe.h"
#include "failover/probe/whole_zone.h"
#include "failover/probe/zone_verification.h"

namespace tidemark::failover {

enum class DrillVerdict {
  kPass,       // everything measured is as it should be
  kFail,       // an answer is no, also if it could not run to its end after that
  kUndecided,  // it could not run to its end
};
// "pass", "fail", "undecided".
absl::string_view DrillVerdictName(DrillVerdict verdict);
// Nothing: not one of these.
std::optional<DrillVerdict> ParseDrillVerdict(absl::string_view name);

enum class DrillKind {
  kDemo,     // of a registry that is made up for the occasion
  kNightly,  // of a TLD's latest verified deposit
};

enum class StageOutcome {
  kPassed,
  kFailed,     // ran to its end; something is not as it should be
  kBrokenOff,  // could not run to its end
};

// "passed", "failed", "broken off".
absl::string_view StageOutcomeName(StageOutcome outcome);

struct DrillStage {
  std::string name;
  double begin_seconds;  // since the drill began
  double seconds;
  StageOutcome outcome = StageOutcome::kPassed;
};

// ICANN's emergency thresholds: total downtime a week that may begin an emergency transition
// (Registry Agreement, Specification 10 section 6). In configuration, since agreements differ.
struct DrillThresholds {
  absl::Duration dns = absl::Hours(4);
  absl::Duration dnssec = absl::Hours(4);
  absl::Duration epp = absl::Hours(24);
  absl::Duration rdds = absl::Hours(24);
  // Not ICANN's: how old the data may be. A deposit is due every day (Specification 2 part A), and
  // one night's may be missed.
  absl::Duration rpo = absl::Hours(48);
};
// Of two machines that keep time: a watermark that lies further ahead is a no.
inline constexpr absl::Duration kClockSkewMax = absl::Minutes(10);

// Seconds from the beginning of the release, or of the rebuild where no release is needed, until
// the first right answer. The clock stands still while the observer fetches its copy of the
// deposit, which nobody waits for on a bad day.
struct RecoveryTimes {
  std::optional<double> dns;
  std::optional<double> dnssec;  // until delv has validated an answer
  std::optional<double> rdap;
  std::optional<double> whois;
};

// What has to come back, and where its time and its threshold are.
struct RecoveredFunction {
  const char* key;                                // in JSON, and the picture's style
  const char* name;                               // for people
  std::optional<double> RecoveryTimes::*seconds;  // null: no drill measures it
  absl::Duration DrillThresholds::*threshold;

  std::optional<double> SecondsIn(const RecoveryTimes& times) const {
    return seconds == nullptr ? std::nullopt : times.*seconds;
  }
};
inline constexpr RecoveredFunction kRecoveredFunctions[] = {
    {"dns", "DNS", &RecoveryTimes::dns, &DrillThresholds::dns},
    {"dnssec", "DNSSEC", &RecoveryTimes::dnssec, &DrillThresholds::dnssec},
    {"rdap", "RDAP", &RecoveryTimes::rdap, &DrillThresholds::rdds},
    {"whois", "WHOIS", &RecoveryTimes::whois, &DrillThresholds::rdds},
    {"epp", "EPP", nullptr, &DrillThresholds::epp}};

// Objects of one type: what the deposit's header says, what the rebuild read and restored, and what
// the observer counted in its own reading of the deposit, where it counts that type.
struct ObjectTally {
  std::string type;
  std::optional<int64_t> announced;
  uint64_t read = 0;
  uint64_t restored = 0;
  std::optional<uint64_t> witnessed;
};

// A newer deposit that the drill did not take.
struct PassedOver {
  std::string id;
  std::string why;
};

// The vault that was drilled, by what everybody may know of it.
struct DrilledVault {
  std::string id;           // hex
  std::string receipt_key;  // hex: what its receipts verify with
  std::string address;      // host:port
};

// The newest deposit of a TLD that any drill has found in the vault. Every report carries it on, so
// that a TLD which is gone from the vault's list is known to be, however few reports are kept.
struct FoundDeposit {
  std::string id;
  absl::Time drilled_at;
};

// One drill of the past, for the trend.
struct TrendPoint {
  absl::Time at;
  DrillVerdict verdict = DrillVerdict::kUndecided;
  RecoveryTimes rto;
};

// What the history had to say when the report was made.
struct DrillTrend {
  std::vector<TrendPoint> earlier;                           // oldest first
  std::vector<std::pair<std::string, std::string>> refused;  // name, why: the first of them
  uint64_t refused_count = 0;
};

struct DrillReport {
  DrillKind kind = DrillKind::kDemo;
  DrillVerdict verdict = DrillVerdict::kUndecided;
  std::vector<std::string> reasons;    // why not kPass
  std::vector<std::string> notices;    // what whoever does it in earnest has to do besides
  std::vector<std::string> not_known;  // what a drill like this cannot know
  std::string id;  // "example/20261122T023000Z", its place in the history; "": not kept
  std::string tld;
  uint64_t domains = 0;
  uint64_t seed = 0;
  absl::Time started_at;
  std::vector<DrillStage> stages;  // those that ran
  std::vector<std::string> stages_not_run;

  std::optional<bool> receipt_verified;
  std::optional<bool> verdict_signature_verified;
  std::optional<bool> source_deleted;
  std::optional<bool> rebuilt_whole;
  std::optional<bool> torn_down;  // every process that the drill started has ended
  ProbeResult probe;
  std::optional<WholeZoneResult> whole_zone;
  ValidationResult validation;
  std::optional<ZoneVerification> zone_verification;  // of the whole zone
  std::optional<RegistrationProbeResult> registrations;
  std::optional<WitnessCounts> witness;
  std::optional<ZonePolicy> zone_told;  // what the observer was told, not found in the deposit
  std::optional<DisclosurePolicy> disclosure_told;
  uint64_t sample = 0;  // names of each kind that were asked for; 0: all

  RecoveryTimes rto;
  std::vector<std::pair<std::string, double>> rto_stages;  // what the way back is made of
  DrillThresholds thresholds;
  std::optional<double> rpo_seconds;  // the drill's beginning less the watermark

  std::string deposit_id;  // tld/id/resend
  std::string deposit_kind;
  std::string watermark;
  std::vector<std::string> bases;
  std::vector<PassedOver> passed_over;
  std::string opened_by;  // "a release by 3 custodians" (kOpenedByRelease), "an opening key"
  uint64_t deposit_bytes = 0;
  uint64_t vault_bytes = 0;
  uint64_t zone_bytes = 0;
  uint64_t rebuilt_delegations = 0;
  std::vector<ObjectTally> objects;
  bool separate_users = false;
  bool limits_lifted = false;  // those of RDAP and WHOIS on questions and connections
  bool network_namespace = false;
  std::string network_namespace_why;  // why not; "": it is one of its own
  std::optional<DrilledVault> vault;  // absent: a demo's own, or one that no file names
  std::optional<FoundDeposit> last_found;
  DrillTrend trend;
};

// Whether the data are no older than `thresholds.rpo`, and not from ahead; nullopt: no watermark is
// known.
std::optional<bool> IsAgeWithin(const DrillReport& report);

// One JSON object: the stable keys first, more after them.
std::string ToJson(const DrillReport& report);
// A self-contained page with timeline and trend as pictures.
std::string ToHtml(const DrillReport& report);
// A few lines for a person.
std::string ToText(const DrillReport& report);

// How opened_by begins if custodians were asked.
inline constexpr char kOpenedByRelease[] = "a release by ";

// What a trend needs of a report's JSON, and whose it is. INVALID_ARGUMENT: not a report of ours.
struct KeptReport {
  std::string tld;
  TrendPoint point;
  std::string deposit_id;
  std::optional<double> rpo_seconds;
  std::string vault_id;            // hex; "": it does not say
  std::optional<uint64_t> sample;  // names of each kind that were asked for; 0: all
  bool by_release = false;         // it says that custodians released the deposit
  std::optional<FoundDeposit> last_found;
};
absl::StatusOr<KeptReport> ParseKeptReport(absl::string_view json);

// As many as JSON and page list; the true count stands beside.
inline constexpr size_t kRefusedReportsMax = 20;

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_REPORT_REPORT_H_
