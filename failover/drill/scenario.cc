#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/config.h"
#include "base/status.h"
#include "failover/drill/drill.h"

namespace tidemark::failover {
namespace {

constexpr int64_t kDomainsMin = 10;
constexpr int64_t kDomainsMax = 100'000;
constexpr int64_t kLostMax = 1'000'000'000;
constexpr size_t kLostTablesMax = 16;

constexpr std::pair<absl::string_view, DrillFault> kFaults[] = {
    {"none", DrillFault::kNone},
    {"operator-gone", DrillFault::kOperatorGone},
    {"signing-key-lost", DrillFault::kSigningKeyLost},
    {"chain-broken", DrillFault::kChainBroken},
    {"frame-damaged", DrillFault::kFrameDamaged},
    {"registrar-unknown", DrillFault::kRegistrarUnknown}};

absl::StatusOr<DrillFault> ParseFault(const std::string& name) {
  for (const auto& [known, fault] : kFaults) {
    if (name == known) return fault;
  }
  return absl::InvalidArgumentError(absl::StrCat("fault: there is no ", name));
}

absl::StatusOr<std::vector<DrillScenario::Lost>> LoadLost(const base::Config& config) {
  ASSIGN_OR_RETURN(const size_t count, config.TableCount("expect.lost"));
  if (count > kLostTablesMax) return absl::InvalidArgumentError("expect.lost: too many tables");
  std::vector<DrillScenario::Lost> lost;
  for (size_t i = 0; i < count; ++i) {
    const std::string table = absl::StrCat("expect.lost.", i, ".");
    DrillScenario::Lost entry;
    ASSIGN_OR_RETURN(entry.object, config.RequiredString(table + "object"));
    ASSIGN_OR_RETURN(entry.min, config.IntOr(table + "min", 0, 0, kLostMax));
    ASSIGN_OR_RETURN(entry.max, config.IntOr(table + "max", kLostMax, entry.min, kLostMax));
    lost.push_back(std::move(entry));
  }
  return lost;
}

std::string FirstFailed(const DrillReport& report) {
  for (const DrillStage& stage : report.stages) {
    if (stage.outcome != StageOutcome::kPassed) return stage.name;
  }
  return "";
}

void CompareWords(absl::string_view what, const std::vector<std::string>& expected,
                  const std::vector<std::string>& got, std::vector<std::string>& differences) {
  for (const std::string& words : expected) {
    const bool occurs = std::any_of(got.begin(), got.end(), [&words](const std::string& text) {
      return absl::StrContains(text, words);
    });
    if (occurs) continue;
    differences.push_back(absl::StrCat(what, ": expected \"", words, "\", got ",
                                       got.empty() ? "none" : absl::StrJoin(got, " | ")));
  }
}

void CompareLost(const DrillScenario& scenario, const DrillReport& report,
                 std::vector<std::string>& differences) {
  for (const ObjectTally& tally : report.objects) {
    const auto expected =
        std::find_if(scenario.lost.begin(), scenario.lost.end(),
                     [&tally](const auto& lost) { return lost.object == tally.type; });
    const int64_t announced = tally.announced.value_or(static_cast<int64_t>(tally.read));
    const int64_t lost = announced - static_cast<int64_t>(tally.restored);
    const int64_t min = expected == scenario.lost.end() ? 0 : expected->min;
    const int64_t max = expected == scenario.lost.end() ? 0 : expected->max;
    if (lost >= min && lost <= max) continue;
    differences.push_back(
        absl::StrCat("lost ", tally.type, ": expected ", min, " to ", max, ", got ", lost));
  }
  for (const auto& expected : scenario.lost) {
    const bool is_told =
        std::any_of(report.objects.begin(), report.objects.end(),
                    [&](const ObjectTally& t) { return t.type == expected.object; });
    if (!is_told) {
      differences.push_back(absl::StrCat("lost ", expected.object, ": the rebuild speaks of none"));
    }
  }
}

}  // namespace

absl::StatusOr<DrillScenario> LoadScenario(const std::string& path) {
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(path));
  DrillScenario scenario;
  ASSIGN_OR_RETURN(scenario.name, config.RequiredString("name"));
  ASSIGN_OR_RETURN(const std::string fault, config.RequiredString("fault"));
  ASSIGN_OR_RETURN(scenario.fault, ParseFault(fault));
  ASSIGN_OR_RETURN(const int64_t domains, config.IntOr("domains", 300, kDomainsMin, kDomainsMax));
  scenario.domains = static_cast<uint64_t>(domains);
  ASSIGN_OR_RETURN(const int64_t seed, config.IntOr("seed", 1, 0, kLostMax));
  scenario.seed = static_cast<uint64_t>(seed);
  ASSIGN_OR_RETURN(const std::string verdict, config.RequiredString("expect.verdict"));
  const std::optional<DrillVerdict> expected = ParseDrillVerdict(verdict);
  if (!expected.has_value()) {
    return absl::InvalidArgumentError("expect.verdict: pass, fail or undecided");
  }
  scenario.verdict = *expected;
  ASSIGN_OR_RETURN(scenario.stage, config.StringOr("expect.stage", ""));
  ASSIGN_OR_RETURN(scenario.reasons, config.StringListOr("expect.reasons", {}));
  ASSIGN_OR_RETURN(scenario.notices, config.StringListOr("expect.notices", {}));
  ASSIGN_OR_RETURN(scenario.lost, LoadLost(config));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  return scenario;
}

std::vector<std::string> CompareOutcome(const DrillScenario& scenario, const DrillReport& report) {
  // An outcome of nothing is not one that a file can expect.
  if (report.stages.empty()) return {"nothing was played"};
  std::vector<std::string> differences;
  if (report.verdict != scenario.verdict) {
    differences.push_back(absl::StrCat("verdict: expected ", DrillVerdictName(scenario.verdict),
                                       ", got ", DrillVerdictName(report.verdict)));
  }
  const std::string stage = FirstFailed(report);
  if (stage != scenario.stage) {
    differences.push_back(absl::StrCat("first stage that failed: expected ",
                                       scenario.stage.empty() ? "none" : scenario.stage, ", got ",
                                       stage.empty() ? "none" : stage));
  }
  CompareWords("reasons", scenario.reasons, report.reasons, differences);
  CompareWords("notices", scenario.notices, report.notices, differences);
  CompareLost(scenario, report, differences);
  return differences;
}

}  // namespace tidemark::failover
