// Drills: a registry is lost on purpose and brought back with the real programs, measured.
//
// A demo makes a registry up and plays the whole story:
//
//   generate       somebody makes a TLD's deposit, and the zone that it would publish
//   enrol          an escrow agent is founded; registry, operator and successor are enrolled;
//                  tidemarkd and tidemark-verifier start
//   deposit        the registry deposits; its receipt is verified
//   verify         the verifier judges, its signed verdict is fetched and checked
//   delete-source  the registry, its keys and its deposit are removed from the disk
//   release        a custodian releases this one deposit to the successor
//   rebuild        the successor rebuilds from the vault through that release
//   serve          the successor signs and serves the zone, and answers RDAP and WHOIS
//   probe          an observer, who kept the generator's zone, asks for every delegation, and has
//                  the whole zone transferred and compares it with the deposit
//   validate       delv, a second implementation, validates a sample; dnssec-verify, a third, the
//                  zone that was transferred
//
// A nightly drill takes a TLD's latest deposit whose passing verdict is genuine, from a vault that
// is in service, and plays the second half:
//
//   find, release (or an opening key), observe, rebuild, isolate, serve, probe, validate,
//   registrations, compare
//
// observe fetches the deposit's own file: what the server should say is read from it by code that
// shares nothing with what writes the zone. isolate takes everything after it into a network
// namespace of its own, where that is allowed; from then on the vault cannot be reached. Nothing is
// ever written to the vault.
//
// Every step is a process of its own. In a demo, as root, each role is a user of its own. What the
// report says was measured in this run; what did not run is "not run".
//
// What it is not: a test of one part; when it fails, the logs say which part to look at.
// Threads: one; children die with it. Errors are part of the report: `undecided` is "it could not
// run", never "no". Threat: the work directory of a nightly drill, which nobody else may enter,
// holds the rebuilt registry in plain text while it runs, and the deposit's own file without a name
// while the observer reads it. A drill that was killed leaves it to whoever runs `--all` to remove,
// or to the next drill.
#ifndef TIDEMARK_FAILOVER_DRILL_DRILL_H_
#define TIDEMARK_FAILOVER_DRILL_DRILL_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "crypto/sign.h"
#include "failover/drill/history/history.h"
#include "failover/drill/report/report.h"
#include "failover/probe/deposit_witness.h"

namespace tidemark::failover {

struct DrillHooks {
  std::function<void(const std::string& stage)> on_stage_begin = {};
  std::function<void(const std::string& stage, double seconds)> on_stage_end = {};
  std::function<void(uint64_t done, uint64_t total)> on_probe = {};
  std::function<bool()> should_stop = {};
};

// ---- Demos and exercises ---------------------------------------------------------------------

// What goes wrong in an exercise, besides the registry.
enum class DrillFault {
  kNone,
  kOperatorGone,      // it is gone right after its last deposit, before anybody has judged it
  kSigningKeyLost,    // the successor loses the keys that sign its zone, and makes others
  kChainBroken,       // the newest deposit is a DIFF on one that was never deposited
  kFrameDamaged,      // the agent's disk damages a stored frame
  kRegistrarUnknown,  // the deposit lacks a registrar that its domains name
};

// One of the deposits that a made-up registry makes.
struct MadeDeposit {
  int night = 0;    // 0: a FULL, with the zone; others a DIFF on the night before
  std::string dir;  // where to write it
  std::string zone_path;
};

struct DemoOptions {
  std::string programs_dir;  // where tidemark, tidemarkd and tidemark-verifier lie
  std::string logs_dir;      // gets the processes' logs if the drill does not pass
  std::string tld = "example";
  uint64_t domains = 20'000;
  uint64_t seed = 1;
  DrillFault fault = DrillFault::kNone;
  // Writes a deposit and the zone that it should give, and returns the deposit's path; the drill
  // links no generator.
  std::function<absl::StatusOr<std::string>(const MadeDeposit& deposit)> generate;
  DrillHooks hooks = {};
};

DrillReport PlayDemo(const DemoOptions& options);

// An exercise: a fault, and what should come of it. docs/formats/drill.md has the file's keys.
struct DrillScenario {
  std::string name;
  DrillFault fault = DrillFault::kNone;
  uint64_t domains = 300;
  uint64_t seed = 1;

  DrillVerdict verdict = DrillVerdict::kPass;
  std::string stage;                 // the first that failed or broke off; "": none
  std::vector<std::string> reasons;  // each occurs in one of the report's reasons
  std::vector<std::string> notices;  // likewise
  struct Lost {
    std::string object;  // "domain", "host", ...
    int64_t min = 0;
    int64_t max = 0;
  };
  // What the deposit announces and the rebuild did not restore; of other types nothing is lost.
  std::vector<Lost> lost;
};

// INVALID_ARGUMENT names the key.
absl::StatusOr<DrillScenario> LoadScenario(const std::string& path);
// What came otherwise than the scenario expects; empty: nothing. That no stage was played is never
// as expected.
std::vector<std::string> CompareOutcome(const DrillScenario& scenario, const DrillReport& report);

// ---- Nightly drills --------------------------------------------------------------------------

// drill.toml, docs/configuration.md.
struct DrillConfig {
  std::string history_dir;
  std::string report_key;  // key file that signs reports
  std::vector<crypto::VerifyKey> earlier_keys;
  size_t keep_reports = 400;
  std::string work_dir;              // "": $TMPDIR, or else /tmp
  std::vector<std::string> tlds;     // empty: all that the vault lists or the history knows
  std::vector<std::string> retired;  // not to be drilled with all, nor missed
  absl::Duration at;                 // of the day, UTC
  uint64_t sample = 1000;            // names of each kind; 0: all
  bool verify_zone = true;           // by a validator of others, all of it
  absl::Duration verify_timeout = absl::Hours(1);  // for that
  std::string operator_config;
  // By custodians and a successor, or with an opening key.
  std::vector<std::string> custodian_configs;
  std::string successor_config;
  std::string successor_public;
  std::string opening_config;
  ZonePolicy zone_policy;       // by [zone] of whoever rebuilds
  DisclosurePolicy disclosure;  // by its [rdds.redaction]
  DrillThresholds thresholds;
};

// INVALID_ARGUMENT names the key. `path` may be relative; what it names is made absolute.
absl::StatusOr<DrillConfig> LoadDrillConfig(const std::string& path);

struct NightlyOptions {
  std::string programs_dir;
  std::string tld;
  uint64_t seed = 1;  // chooses the sample
  DrillHooks hooks = {};
};

struct PlayedNight {
  DrillReport report;
  // An error: the report is kept nowhere but here, and counts all the same.
  absl::StatusOr<KeptDrill> kept;
};
// Plays it, signs and keeps the report. The caller holds the history's DrillLock. An error: it was
// not played, since the key or the history cannot be had.
absl::StatusOr<PlayedNight> PlayNightly(const DrillConfig& config, const NightlyOptions& options);

// Removes what a drill of this history left that was killed. It may hold a deposit in plain text.
absl::Status RemoveLeftDrills(const DrillConfig& config);

// The history that `config` names, which believes the keys that `config` names. Errors are those of
// the key's file.
absl::StatusOr<DrillHistory> OpenHistory(const DrillConfig& config);

// What a drill that somebody started by hand must have looked at to count for a night of this
// configuration. Of an operator's file that names no vault nothing counts.
DrillDemands DemandsOf(const DrillConfig& config);

// The TLDs to drill: the configuration's, or those that the vault lists together with those of
// which the history has found a deposit, without the retired ones. A TLD that the vault lists no
// more is not forgotten: its drill is a no.
absl::StatusOr<std::vector<std::string>> TldsToDrill(const DrillConfig& config,
                                                     const std::string& programs_dir);

// A night begins every day at that time of day: when the night of `now` began.
absl::Time NightOf(absl::Time now, absl::Duration at);

// By a clock that nobody sets. False: `is_stopped` said so, which it is asked several times a
// second.
bool WaitUnlessStopped(absl::Duration duration, const std::function<bool()>& is_stopped);

struct ScheduleOptions {
  const base::Clock* clock;
  absl::Duration at;
  // Waits at most so long; false: told to stop.
  std::function<bool(absl::Duration)> wait;
  // Drills all TLDs of which no drill has passed since `night` began, one after the other. An
  // error: it could not begin, because another drill runs or the vault is away.
  std::function<absl::Status(absl::Time night)> run;
};
// Runs every night once, this one at once, and again if the clock was set back meanwhile. What
// could not begin is tried again every minute until the next night begins. Looks at the clock at
// least every minute. Returns when told to stop.
void RunSchedule(const ScheduleOptions& options);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_DRILL_H_
