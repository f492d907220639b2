#include "cli/serve_config.h"

#include <utility>

#include "base/status.h"
#include "cli/vault_source.h"
#include "failover/zone/zone_config.h"

namespace tidemark::cli {
namespace {

absl::StatusOr<ServeConfig> LoadSections(const base::Config& config, const std::string& tld) {
  ServeConfig out;
  ASSIGN_OR_RETURN(out.rdds, failover::LoadRddsConfig(config, tld));
  ASSIGN_OR_RETURN(out.limits, failover::front::LoadLimits(config));
  return out;
}

}  // namespace

absl::StatusOr<ServeConfig> LoadServeConfig(const std::string& path, const std::string& tld) {
  ASSIGN_OR_RETURN(const base::Config config,
                   path.empty() ? base::Config::Parse("", "defaults") : base::Config::Load(path));
  ASSIGN_OR_RETURN(ServeConfig out, LoadSections(config, tld));
  RETURN_IF_ERROR(failover::LoadZoneConfig(config).status());
  RETURN_IF_ERROR(IgnoreVaultSections(config));
  return out;
}

absl::Status CheckRddsSections(const base::Config& config) {
  // Only defaults depend on the TLD.
  return LoadSections(config, "example").status();
}

}  // namespace tidemark::cli
