#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/drill/scene.h"

namespace tidemark::failover {
namespace {

using Json = nlohmann::json;

// A count that is not there is no count: never 0.
absl::StatusOr<uint64_t> NumberAt(const Json& object, const char* key) {
  if (object.is_object() && object.contains(key) && object[key].is_number_unsigned()) {
    return object[key].get<uint64_t>();
  }
  return absl::InternalError(absl::StrCat("the rebuild's report has no ", key));
}

// What the rebuild itself says that it read and restored.
absl::Status TakeReport(Scene& scene, const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("zone") || !json["zone"].is_object() ||
      !json.contains("objects") || !json["objects"].is_object()) {
    return absl::InternalError("rebuild printed no report");
  }
  DrillReport& report = scene.report;
  ASSIGN_OR_RETURN(report.rebuilt_delegations, NumberAt(json["zone"], "delegations"));
  ASSIGN_OR_RETURN(report.zone_bytes, NumberAt(json["zone"], "bytes"));
  report.objects.clear();
  for (const auto& [type, counts] : json["objects"].items()) {
    ObjectTally tally{.type = type,
                      .announced = std::nullopt,
                      .read = 0,
                      .restored = 0,
                      .witnessed = std::nullopt};
    ASSIGN_OR_RETURN(tally.read, NumberAt(counts, "read"));
    ASSIGN_OR_RETURN(tally.restored, NumberAt(counts, "restored"));
    if (counts.contains("announced") && counts["announced"].is_number_integer()) {
      tally.announced = counts["announced"].get<int64_t>();
    }
    if (type == "domain") report.domains = tally.read;
    report.objects.push_back(std::move(tally));
  }
  return absl::OkStatus();
}

std::vector<std::string> OpenedWith(const Scene& scene) {
  std::vector<std::string> arguments = {"--config", scene.cast.rebuilder_config};
  for (const std::string& package : scene.packages) {
    arguments.insert(arguments.end(), {"--release", package});
  }
  return arguments;
}

absl::StatusOr<base::RunResult> Run(Scene& scene, const std::string& log,
                                    std::vector<std::string> arguments,
                                    const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return scene.stage->Run(Role::kSuccessor, log, arguments, kVerbTimeout);
}

// Custody has lost a part of it: whoever does it in earnest takes what is left.
absl::Status RebuildFromWhatIsLeft(Scene& scene, const std::string& out,
                                   const std::string& why_not) {
  const std::string partial = scene.stage->path("successor/partial");
  ASSIGN_OR_RETURN(const base::RunResult restored, Run(scene, "restore-partial",
                                                       {"restore", scene.chain.back(), "--partial",
                                                        "--out", partial, "--format", "json"},
                                                       OpenedWith(scene)));
  if (IsLostForGood(restored)) scene.No("custody does not have anything of it any more");
  if (RestoreOutcome(restored) != "partial") {
    return absl::UnavailableError(absl::StrCat("nothing was rebuilt: ", why_not));
  }
  scene.No(absl::StrCat("custody does not have all of it any more: ",
                        scene.stage->FirstLine("restore-partial")));
  ASSIGN_OR_RETURN(const base::RunResult rebuilt,
                   Run(scene, "rebuild-partial", {"rebuild", partial, "--out", out},
                       {"--config", scene.cast.rebuilder_config, "--format", "json"}));
  if (rebuilt.exit_status != 0 && rebuilt.exit_status != 1) {
    return absl::UnavailableError(absl::StrCat("nothing was rebuilt: ", rebuilt.err));
  }
  scene.report.rebuilt_whole = false;
  return TakeReport(scene, rebuilt.out);
}

}  // namespace

absl::Status Rebuild(Scene& scene) {
  const std::string out = scene.stage->path("successor/rebuilt");
  ASSIGN_OR_RETURN(
      const base::RunResult result,
      Run(scene, "rebuild", {"rebuild", scene.chain.back(), "--out", out, "--format", "json"},
          OpenedWith(scene)));
  if (result.exit_status != 0 && result.exit_status != 1) {
    if (scene.chain.size() == 1) return RebuildFromWhatIsLeft(scene, out, result.err);
    return absl::UnavailableError(absl::StrCat("nothing was rebuilt: ", result.err));
  }
  scene.report.rebuilt_whole = result.exit_status == 0;
  if (!*scene.report.rebuilt_whole) scene.No("not every object came back");
  return TakeReport(scene, result.out);
}

}  // namespace tidemark::failover
