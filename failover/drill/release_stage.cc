#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/drill/scene.h"

namespace tidemark::failover {
namespace {

constexpr char kReason[] = "drill: the registry is gone";

// A custodian of one of one does it at once.
absl::Status ReleaseAlone(Scene& scene, const std::string& id, const std::string& key,
                          const std::string& package) {
  return scene.stage->RunOk(Role::kCustodian, "release",
                            {"release", "execute", id, "--config", scene.cast.custodian_configs[0],
                             "--to", key, "--reason", kReason, "--out", package},
                            kVerbTimeout);
}

// The operator opens a case, custodians answer it, the answers become a package.
absl::Status ReleaseTogether(Scene& scene, const std::string& id, const std::string& key,
                             const std::string& package) {
  StageDirectory& stage = *scene.stage;
  RETURN_IF_ERROR(stage.MakeFor(Role::kOperator, "cases"));
  const std::string opened = stage.path("cases/case");
  RETURN_IF_ERROR(stage.RunOk(Role::kOperator, "release-open",
                              {"release", "open", id, "--config", scene.cast.operator_config,
                               "--to", key, "--reason", kReason, "--out", opened},
                              kVerbTimeout));
  const std::string release_case = stage.path("custody/case");
  RETURN_IF_ERROR(stage.HandOver(opened, Role::kCustodian, "custody/case"));
  std::vector<std::string> execute = {"release", "execute", release_case};
  for (size_t i = 0; i < scene.cast.custodian_configs.size(); ++i) {
    const std::string answer = stage.path(absl::StrCat("custody/answer-", i + 1));
    RETURN_IF_ERROR(stage.RunOk(Role::kCustodian, absl::StrCat("release-approve-", i + 1),
                                {"release", "approve", release_case, "--config",
                                 scene.cast.custodian_configs[i], "--out", answer},
                                kVerbTimeout));
    execute.push_back(answer);
  }
  for (const std::string& argument :
       {std::string("--config"), scene.cast.assembler_config, std::string("--out"), package}) {
    execute.push_back(argument);
  }
  return stage.RunOk(Role::kCustodian, "release-execute", execute, kVerbTimeout);
}

}  // namespace

absl::Status Release(Scene& scene) {
  StageDirectory& stage = *scene.stage;
  RETURN_IF_ERROR(stage.MakeFor(Role::kCustodian, "custody"));
  // The successor shows its public key; nothing secret changes hands.
  RETURN_IF_ERROR(
      stage.HandOver(scene.cast.successor_public, Role::kCustodian, "custody/successor.pub.toml"));
  const std::string key = stage.path("custody/successor.pub.toml");
  const size_t custodians = scene.cast.custodian_configs.size();
  scene.report.opened_by =
      absl::StrCat(kOpenedByRelease, custodians, custodians == 1 ? " custodian" : " custodians");
  for (size_t i = 0; i < scene.chain.size(); ++i) {
    const std::string package = stage.path(absl::StrCat("custody/release-", i, ".pkg"));
    RETURN_IF_ERROR(custodians == 1 ? ReleaseAlone(scene, scene.chain[i], key, package)
                                    : ReleaseTogether(scene, scene.chain[i], key, package));
    const std::string handed = absl::StrCat("successor/release-", i, ".pkg");
    RETURN_IF_ERROR(stage.HandOver(package, Role::kSuccessor, handed));
    scene.packages.push_back(stage.path(handed));
  }
  return absl::OkStatus();
}

}  // namespace tidemark::failover
