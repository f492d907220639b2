#include "base/config.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "failover/drill/drill.h"
#include "failover/drill/tld_name.h"

namespace tidemark::failover {
namespace {

constexpr int64_t kSampleMax = 100'000'000;
constexpr size_t kOwnServersMax = 32;
constexpr int64_t kKeepReportsMax = 4000;
constexpr int64_t kTtlMax = 2147483647;  // RFC 2181 section 8
constexpr absl::Duration kThresholdMin = absl::Seconds(1);
constexpr absl::Duration kThresholdMax = absl::Hours(24 * 30);
constexpr absl::Duration kVerifyTimeoutMax = absl::Hours(24);

absl::StatusOr<std::string> Absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) return base::ErrnoStatus(error.value(), path);
  return absolute.lexically_normal().string();
}

// "02:30": since midnight.
absl::StatusOr<absl::Duration> TimeOfDay(const std::string& text) {
  const std::string digits = text.substr(0, 2) + text.substr(std::min<size_t>(text.size(), 3));
  int hours = 0;
  int minutes = 0;
  if (text.size() != 5 || text[2] != ':' ||
      !std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) ||
      !absl::SimpleAtoi(digits.substr(0, 2), &hours) ||
      !absl::SimpleAtoi(digits.substr(2), &minutes) || hours > 23 || minutes > 59) {
    return absl::InvalidArgumentError("drill.at: a time of day, UTC, such as \"02:30\"");
  }
  return absl::Hours(hours) + absl::Minutes(minutes);
}

absl::Status LoadTlds(const base::Config& config, DrillConfig& drill) {
  ASSIGN_OR_RETURN(drill.tlds, config.StringListOr("drill.tlds", {}));
  ASSIGN_OR_RETURN(drill.retired, config.StringListOr("drill.retired", {}));
  for (const std::string& tld : drill.tlds) RETURN_IF_ERROR(CheckTldName(tld));
  for (const std::string& tld : drill.retired) {
    RETURN_IF_ERROR(CheckTldName(tld));
    if (std::find(drill.tlds.begin(), drill.tlds.end(), tld) == drill.tlds.end()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("drill.retired: ", tld, " is in drill.tlds, too"));
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> Sample(const base::Config& config) {
  const absl::StatusOr<std::string> word = config.StringOr("drill.sample", "");
  if (word.ok() && *word == "all") return 0;
  if (word.ok() && !word->empty()) {
    return absl::InvalidArgumentError("drill.sample: a number, or \"all\"");
  }
  ASSIGN_OR_RETURN(const int64_t number, config.IntOr("drill.sample", 1000, 1, kSampleMax));
  return static_cast<uint64_t>(number);
}

absl::StatusOr<std::vector<std::string>> PathList(const base::Config& config,
                                                  const std::string& folder, const char* key) {
  ASSIGN_OR_RETURN(std::vector<std::string> paths, config.StringListOr(key, {}));
  for (std::string& path : paths) path = (std::filesystem::path(folder) / path).string();
  return paths;
}

absl::Status LoadOpening(const base::Config& config, const std::string& folder,
                         DrillConfig& drill) {
  ASSIGN_OR_RETURN(drill.opening_config, config.PathOr("opening.config", ""));
  ASSIGN_OR_RETURN(drill.successor_config, config.PathOr("release.successor_config", ""));
  ASSIGN_OR_RETURN(drill.custodian_configs, PathList(config, folder, "release.custodian_configs"));
  const bool by_release = !drill.successor_config.empty() && !drill.custodian_configs.empty();
  if (by_release == !drill.opening_config.empty() ||
      (drill.successor_config.empty() != drill.custodian_configs.empty())) {
    return absl::InvalidArgumentError(
        "either [release] with successor_config and custodian_configs, or [opening] with config");
  }
  if (drill.custodian_configs.size() > static_cast<size_t>(base::kCustodiansMax)) {
    return absl::InvalidArgumentError("release.custodian_configs: more than there can be");
  }
  if (!by_release) return absl::OkStatus();
  const std::string beside =
      (std::filesystem::path(drill.successor_config).parent_path() / "successor.pub.toml").string();
  ASSIGN_OR_RETURN(drill.successor_public, config.PathOr("release.successor_public", beside));
  return absl::OkStatus();
}

absl::Status LoadThresholds(const base::Config& config, DrillThresholds& thresholds) {
  const std::pair<const char*, absl::Duration*> keys[] = {{"thresholds.dns", &thresholds.dns},
                                                          {"thresholds.dnssec", &thresholds.dnssec},
                                                          {"thresholds.epp", &thresholds.epp},
                                                          {"thresholds.rdds", &thresholds.rdds},
                                                          {"thresholds.rpo", &thresholds.rpo}};
  for (const auto& [key, value] : keys) {
    ASSIGN_OR_RETURN(*value, config.DurationOr(key, *value, kThresholdMin, kThresholdMax));
  }
  return absl::OkStatus();
}

absl::Status LoadKeeping(const base::Config& config, DrillConfig& drill) {
  ASSIGN_OR_RETURN(drill.history_dir, config.RequiredPath("drill.history_dir"));
  ASSIGN_OR_RETURN(drill.report_key, config.RequiredPath("drill.report_key"));
  ASSIGN_OR_RETURN(const auto earlier, config.StringListOr("drill.earlier_keys", {}));
  for (const std::string& hex : earlier) {
    ASSIGN_OR_RETURN(crypto::VerifyKey key, crypto::VerifyKey::FromHex(hex));
    drill.earlier_keys.push_back(std::move(key));
  }
  ASSIGN_OR_RETURN(const int64_t keep, config.IntOr("drill.keep_reports", 400, 1, kKeepReportsMax));
  drill.keep_reports = static_cast<size_t>(keep);
  ASSIGN_OR_RETURN(drill.work_dir, config.PathOr("drill.work_dir", ""));
  return absl::OkStatus();
}

// The observer has to expect what this zone is to publish. Whether it is right is the rebuild's to
// say, and the witness's.
absl::StatusOr<ZonePolicy> LoadZonePolicy(const std::string& rebuilder_path) {
  ASSIGN_OR_RETURN(const base::Config rebuilder, base::Config::Load(rebuilder_path));
  ZonePolicy policy;
  ASSIGN_OR_RETURN(policy.publish_pending_delete,
                   rebuilder.BoolOr("zone.publish_pending_delete", policy.publish_pending_delete));
  ASSIGN_OR_RETURN(policy.orphan_glue, rebuilder.BoolOr("zone.orphan_glue", policy.orphan_glue));
  const std::pair<const char*, uint32_t*> ttls[] = {
      {"zone.apex_ttl_seconds", &policy.apex_ttl_seconds},
      {"zone.delegation_ttl_seconds", &policy.delegation_ttl_seconds},
      {"zone.ds_ttl_seconds", &policy.ds_ttl_seconds},
      {"zone.minimum_seconds", &policy.minimum_seconds}};
  for (const auto& [key, seconds] : ttls) {
    ASSIGN_OR_RETURN(const int64_t number, rebuilder.IntOr(key, *seconds, 0, kTtlMax));
    *seconds = static_cast<uint32_t>(number);
  }
  ASSIGN_OR_RETURN(const size_t servers, rebuilder.TableCount("zone.nameserver"));
  if (servers > kOwnServersMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("zone.nameserver: ", servers, ", at most ", kOwnServersMax));
  }
  for (size_t i = 0; i < servers; ++i) {
    const std::string key = absl::StrCat("zone.nameserver.", i);
    OwnServer& server = policy.own_servers.emplace_back();
    ASSIGN_OR_RETURN(server.name, rebuilder.StringOr(key + ".name", ""));
    ASSIGN_OR_RETURN(server.addresses, rebuilder.StringListOr(key + ".addresses", {}));
  }
  return policy;
}

absl::StatusOr<Shown> LoadShown(const base::Config& config, const std::string& key,
                                Shown otherwise) {
  ASSIGN_OR_RETURN(const std::string word,
                   config.StringOr(key, kShownKeys[static_cast<size_t>(otherwise)]));
  const auto* const found = std::find(std::begin(kShownKeys), std::end(kShownKeys), word);
  if (found == std::end(kShownKeys)) return absl::InvalidArgumentError(key + ": unknown word");
  return static_cast<Shown>(found - std::begin(kShownKeys));
}

// Likewise, what its RDAP and WHOIS are to say of contacts.
absl::StatusOr<DisclosurePolicy> LoadDisclosurePolicy(const std::string& rebuilder_path) {
  ASSIGN_OR_RETURN(const base::Config rebuilder, base::Config::Load(rebuilder_path));
  DisclosurePolicy policy;
  for (size_t i = 0; i < kContactValues; ++i) {
    ASSIGN_OR_RETURN(policy.values[i],
                     LoadShown(rebuilder, absl::StrCat("rdds.redaction.", kContactValueKeys[i]),
                               policy.values[i]));
  }
  ASSIGN_OR_RETURN(policy.roles, rebuilder.StringListOr("rdds.redaction.roles", policy.roles));
  ASSIGN_OR_RETURN(policy.domain_id,
                   rebuilder.BoolOr("rdds.redaction.domain_id", policy.domain_id));
  return policy;
}

}  // namespace

absl::StatusOr<DrillConfig> LoadDrillConfig(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string absolute, Absolute(path));
  const std::string folder = std::filesystem::path(absolute).parent_path().string();
  ASSIGN_OR_RETURN(const base::Config config, base::Config::Load(absolute));
  DrillConfig drill;
  RETURN_IF_ERROR(LoadKeeping(config, drill));
  RETURN_IF_ERROR(LoadTlds(config, drill));
  ASSIGN_OR_RETURN(const std::string at, config.StringOr("drill.at", "02:30"));
  ASSIGN_OR_RETURN(drill.at, TimeOfDay(at));
  ASSIGN_OR_RETURN(drill.sample, Sample(config));
  ASSIGN_OR_RETURN(drill.verify_zone, config.BoolOr("drill.verify_zone", true));
  ASSIGN_OR_RETURN(drill.verify_timeout,
                   config.DurationOr("drill.verify_timeout", drill.verify_timeout, absl::Seconds(1),
                                     kVerifyTimeoutMax));
  ASSIGN_OR_RETURN(drill.operator_config, config.RequiredPath("drill.operator_config"));
  RETURN_IF_ERROR(LoadOpening(config, folder, drill));
  RETURN_IF_ERROR(LoadThresholds(config, drill.thresholds));
  RETURN_IF_ERROR(config.CheckAllKeysKnown());
  const std::string& rebuilder =
      drill.opening_config.empty() ? drill.successor_config : drill.opening_config;
  ASSIGN_OR_RETURN(drill.zone_policy, LoadZonePolicy(rebuilder));
  ASSIGN_OR_RETURN(drill.disclosure, LoadDisclosurePolicy(rebuilder));
  return drill;
}

}  // namespace tidemark::failover
