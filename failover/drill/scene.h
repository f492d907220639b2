// What the stages of every drill share: who plays, where, what is known so far, and the report.
//
// A drill is a list of stages over one scene. Demo and nightly drills differ in how a deposit comes
// to be there; release, rebuild, serving and asking are the same stages.
#ifndef TIDEMARK_FAILOVER_DRILL_SCENE_H_
#define TIDEMARK_FAILOVER_DRILL_SCENE_H_

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/subprocess.h"
#include "failover/drill/drill.h"
#include "failover/drill/stage_directory.h"
#include "failover/probe/chain_count.h"
#include "failover/probe/whole_zone.h"

namespace tidemark::failover {

inline constexpr absl::Duration kVerbTimeout = absl::Hours(2);

// Configuration files of those who play.
struct Cast {
  std::string operator_config;
  std::string assembler_config;  // for putting a release together: agent.toml, or any role's
  std::vector<std::string> custodian_configs;
  std::string successor_public;  // successor.pub.toml
  // Whoever rebuilds: a successor's, or with an opening key a verifier's.
  std::string rebuilder_config;
};

enum class Opening { kRelease, kOpeningKey };

struct Scene {
  explicit Scene(DrillHooks the_hooks);
  // The processes end before their directory does.
  ~Scene();
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  // Seconds since the drill began.
  double Seconds() const;
  // Seconds that the way back has taken so far, this stage included. REQUIRES: within a stage that
  // is part of it.
  double WayBackSeconds() const;
  // An answer is no. The stage goes on.
  void No(const std::string& reason);
  bool ShouldStop() const { return hooks.should_stop && hooks.should_stop(); }
  // Runs a verb that prints JSON and ends with 0 or 1. UNAVAILABLE otherwise, with its last words.
  absl::StatusOr<base::RunResult> RunVerb(Role role, const std::string& log,
                                          const std::vector<std::string>& arguments);

  const DrillHooks hooks;
  const std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
  DrillReport report;
  std::string stage_name = "prepare";
  double stage_begin = 0;
  double way_back_before = 0;  // of the stages that are done

  std::unique_ptr<StageDirectory> stage;
  Cast cast;
  Opening opening = Opening::kRelease;
  // The deposits to open, oldest first: what a DIFF or INCR builds on, then itself.
  std::vector<std::string> chain;
  std::vector<std::string> packages;  // one for each, if released
  rde::DepositInfo listed;            // what the vault says of the last; nightly drills
  ZonePolicy zone_policy;
  DisclosurePolicy disclosure;
  bool verify_zone = true;
  absl::Duration verify_timeout = absl::Hours(1);

  // What the observer knows. `first` is for the first right answer.
  std::optional<DepositWitness> first;
  std::optional<DepositWitness> witness;
  std::optional<ChainCount> chain_count;  // of a DIFF or INCR with its bases
  std::string master_file = {};           // somebody else's zone; "": the witness alone
  std::vector<std::string> registered_names = {};
  std::string transferred_zone = {};  // path, once it was; "": not

  // What serves.
  ProbeTarget target;
  std::string transfer_secret;  // in base64; serve was told that its holder may have the zone
  RegistrationTarget registration_target;  // rdap_url "": none
  std::string trust_anchor;
  std::optional<pid_t> knotd_pid;
  std::unique_ptr<base::Subprocess> serving;
  std::vector<std::unique_ptr<base::Subprocess>> others;  // the agent's, in a demo
};

// The outcome that `tidemark restore --format json` printed; "": none.
std::string RestoreOutcome(const base::RunResult& restored);
// Whether it says that the file will never come back: custody has lost it, or what was sealed did
// not give it. Anything else, such as a vault that is away, says nothing of it.
bool IsLostForGood(const base::RunResult& restored);

struct Stage {
  const char* name;
  std::function<absl::Status()> play;
  // Whether a real emergency would wait for it: what times to recover are made of.
  enum class Part { kAround, kWayBack } part = Part::kAround;
};

// One after the other until one breaks off. Stages after it are reported as not run.
absl::Status Play(Scene& scene, absl::Span<const Stage> stages);
// Stops everything that was started, keeps logs if `logs_dir` is one and the drill does not pass,
// and gives the report its verdict.
DrillReport Conclude(Scene& scene, const absl::Status& status, const std::string& logs_dir);

// ---- The shared stages ---------------------------------------------------------------------
// The custodians release the deposits of the chain to the successor. release_stage.cc
absl::Status Release(Scene& scene);
// rebuild_stage.cc. What custody has damaged is left out, and counted.
absl::Status Rebuild(Scene& scene);
// serve_stage.cc. Ends with the first right answers of each function.
absl::Status Serve(Scene& scene);
// Starts serving and learns where; part of Serve().
absl::Status StartServing(Scene& scene);
// probe_stages.cc
absl::Status ProbeNames(Scene& scene);
inline constexpr char kTransferKeyName[] = "tidemark-observer";
absl::Status ValidateAnswers(Scene& scene);
// What the report cannot know of the zone, for want of a validator of all of it; empty: nothing.
std::vector<std::string> ZoneNotKnown(const DrillReport& report);
absl::Status ProbeRegistrationData(Scene& scene);
absl::Status CompareCounts(Scene& scene);
// find_stage.cc. The latest deposit whose passing verdict is genuine, and what it builds on.
absl::Status FindDeposit(Scene& scene);
// Says no to data that are too old by their watermark, or from ahead.
void CheckAge(Scene& scene);
// observe_stage.cc. The observer gets the deposit's own files, and reads them.
absl::Status Observe(Scene& scene);
absl::Status ReadWitnesses(Scene& scene, const ReadWitnessed& read);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_SCENE_H_
