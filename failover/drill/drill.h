// The whole story, as it would go on the bad day, with the real programs and nothing simulated:
//
//   generate       somebody makes a TLD's deposit, and the zone that it would publish
//   enrol          an escrow agent is founded; registry, operator and successor are enrolled;
//                  tidemarkd and tidemark-verifier start
//   deposit        the registry deposits; its receipt is verified
//   verify         the verifier judges, its signed verdict is fetched and checked
//   delete-source  the registry, its keys and its deposit are removed from the disk
//   release        a custodian releases this one deposit to the successor
//   rebuild        the successor rebuilds from the vault through that release
//   serve          the successor signs and serves the zone
//   probe          an observer, who kept the generator's zone, asks for every delegation
//   validate       delv, a second implementation, validates a sample
//
// Every step is a process of its own; as root each role is a user of its own, in a directory of its
// own. What the report says was measured in this run. The clock of `rto_seconds` runs from the
// beginning of the release until delv has validated the first answer of the new server.
//
// What it is not: a test of one part; when it fails, the logs say which part to look at.
// Threads: one. Errors are part of the report: `undecided` is "it could not run", never "no".
#ifndef TIDEMARK_FAILOVER_DRILL_DRILL_H_
#define TIDEMARK_FAILOVER_DRILL_DRILL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "failover/probe/probe.h"

namespace tidemark::failover {

struct DrillOptions {
  std::string programs_dir;  // where tidemark, tidemarkd and tidemark-verifier lie
  std::string logs_dir;      // gets the processes' logs if the drill does not pass
  std::string tld = "example";
  uint64_t domains = 20'000;
  uint64_t seed = 1;
  std::string deposit_name;  // the file's name: RST's rules apply
  // Writes the deposit and the zone that it should give; the drill links no generator.
  std::function<absl::Status(const std::string& deposit_path, const std::string& zone_path)>
      generate;
  std::function<void(const std::string& stage)> on_stage_begin = {};
  std::function<void(const std::string& stage, double seconds)> on_stage_end = {};
  std::function<void(uint64_t done, uint64_t total)> on_probe = {};
  std::function<bool()> should_stop = {};
};

enum class DrillVerdict {
  kPass,       // everything measured is as it should be
  kFail,       // an answer is no
  kUndecided,  // it could not run to its end
};

struct DrillStage {
  std::string name;
  double begin_seconds;  // since the drill began
  double seconds;
};

struct DrillReport {
  DrillVerdict verdict = DrillVerdict::kUndecided;
  std::vector<std::string> reasons;  // why not kPass
  std::string tld;
  uint64_t domains = 0;
  uint64_t seed = 0;
  absl::Time started_at;
  std::vector<DrillStage> stages;

  bool receipt_verified = false;
  bool verdict_signature_verified = false;
  bool source_deleted = false;
  ProbeResult probe;
  ValidationResult validation;
  double rto_seconds = 0;  // 0: the server never gave a validated answer

  std::string deposit_id;  // tld/id/resend
  uint64_t deposit_bytes = 0;
  uint64_t vault_bytes = 0;
  uint64_t zone_bytes = 0;
  uint64_t rebuilt_delegations = 0;
  bool rebuilt_whole = false;
  bool separate_users = false;
};

DrillReport RunDrill(const DrillOptions& options);

// One JSON object: the stable keys first, more after them.
std::string ToJson(const DrillReport& report);
// A self-contained page with the timeline as a picture.
std::string ToHtml(const DrillReport& report);
// A few lines for a person.
std::string ToText(const DrillReport& report);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_DRILL_H_
