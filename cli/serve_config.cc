#include "cli/serve_config.h"

#include <utility>

#include "base/status.h"
#include "cli/vault_source.h"
#include "failover/zone/zone_config.h"

namespace tidemark::cli {
namespace {

absl::StatusOr<ServeConfig> LoadSections(const base::Config& config, const std::string& tld,
                                         failover::ZoneConfig zone) {
  ASSIGN_OR_RETURN(failover::RddsConfig rdds,
                   failover::LoadRddsConfig(config, tld, std::move(zone)));
  RETURN_IF_ERROR(failover::front::CheckBaseUrl(rdds.base_url));
  ASSIGN_OR_RETURN(const failover::front::Limits limits, failover::front::LoadLimits(config));
  return ServeConfig{.rdds = std::move(rdds), .limits = limits};
}

}  // namespace

absl::StatusOr<ServeConfig> LoadServeConfig(const std::string& path, const std::string& tld,
                                            failover::ZoneConfig zone) {
  ASSIGN_OR_RETURN(const base::Config config,
                   path.empty() ? base::Config::Parse("", "defaults") : base::Config::Load(path));
  ASSIGN_OR_RETURN(ServeConfig out, LoadSections(config, tld, std::move(zone)));
  RETURN_IF_ERROR(failover::LoadZoneConfig(config).status());
  RETURN_IF_ERROR(IgnoreVaultSections(config));
  return out;
}

absl::Status CheckRddsSections(const base::Config& config) {
  // Only defaults depend on the TLD.
  return LoadSections(config, "example", failover::ZoneConfig()).status();
}

}  // namespace tidemark::cli
