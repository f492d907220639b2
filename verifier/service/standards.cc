#include "verifier/service/standards.h"

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "verifier/id_list.h"

namespace tidemark::verifier {
namespace {

constexpr char kTlds[] = "verifier.tld";

struct DriftKey {
  absl::string_view name;
  int64_t DriftLimits::*value;
  int64_t max;
};
constexpr DriftKey kDriftKeys[] = {
    {"deleted_percent_max", &DriftLimits::deleted_percent_max, 100},
    {"unsigned_percent_max", &DriftLimits::unsigned_percent_max, 100},
    {"field_loss_percent_max", &DriftLimits::field_loss_percent_max, 100},
    {"growth_percent_max", &DriftLimits::growth_percent_max, 1'000'000},
    {"changes_min", &DriftLimits::changes_min, 1'000'000'000},
};

std::string TldTable(size_t number) { return absl::StrCat(kTlds, ".", number, "."); }

// What one table says of itself; the rest stays as it was.
absl::Status ReadStandard(const base::Config& config, const std::string& table,
                          Standard& standard) {
  const std::string profile_key = absl::StrCat(table, "profile");
  const std::string ruleset_key = absl::StrCat(table, "ruleset");
  ASSIGN_OR_RETURN(const std::string profile, config.StringOr(profile_key, ""));
  ASSIGN_OR_RETURN(const std::string ruleset, config.StringOr(ruleset_key, ""));
  ASSIGN_OR_RETURN(const std::string data, config.StringOr(absl::StrCat(table, "data_model"), ""));
  ASSIGN_OR_RETURN(const std::string host, config.StringOr(absl::StrCat(table, "host_model"), ""));
  const std::string idn_key = absl::StrCat(table, "idn_tables");
  ASSIGN_OR_RETURN(std::vector<std::string> idn_tables, config.StringListOr(idn_key, {}));
  if (!profile.empty() && !ruleset.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(profile_key, " and ", ruleset_key, ": a rule set is of one profile"));
  }
  if (!profile.empty()) {
    ASSIGN_OR_RETURN(standard.profile, ParseProfile(profile));
    standard.ruleset = nullptr;
  }
  if (!ruleset.empty()) {
    ASSIGN_OR_RETURN(standard.ruleset, FindRuleset(ruleset));
    standard.profile = standard.ruleset->profile;
  }
  if (!data.empty()) {
    ASSIGN_OR_RETURN(standard.data_model, ParseDataModel(data));
  }
  if (!host.empty()) {
    ASSIGN_OR_RETURN(standard.host_model, ParseHostModel(host));
  }
  if (config.Has(idn_key)) standard.idn_tables = std::move(idn_tables);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const IdList>> ReadList(const base::Config& config,
                                                       absl::string_view key, IdList::Kind kind) {
  ASSIGN_OR_RETURN(const std::string path, config.PathOr(key, ""));
  if (path.empty()) return nullptr;
  ASSIGN_OR_RETURN(IdList list, IdList::ReadFile(path, kind));
  return std::make_shared<const IdList>(std::move(list));
}

}  // namespace

const Standard& Standards::Of(absl::string_view tld) const {
  const auto found = by_tld.find(tld);
  return found == by_tld.end() ? general : found->second;
}

absl::StatusOr<Standards> LoadStandards(const base::Config& config) {
  Standards standards;
  Standard& general = standards.general;
  RETURN_IF_ERROR(ReadStandard(config, "verifier.", general));
  ASSIGN_OR_RETURN(general.repository_ids,
                   ReadList(config, "verifier.repository_ids", IdList::Kind::kRepositories));
  ASSIGN_OR_RETURN(general.registrar_ids,
                   ReadList(config, "verifier.registrar_ids", IdList::Kind::kRegistrars));
  for (const DriftKey& key : kDriftKeys) {
    int64_t& value = general.drift.*key.value;
    ASSIGN_OR_RETURN(value,
                     config.IntOr(absl::StrCat("verifier.drift.", key.name), value, 0, key.max));
  }
  ASSIGN_OR_RETURN(const size_t tlds, config.TableCount(kTlds));
  for (size_t i = 0; i < tlds; ++i) {
    const std::string name_key = absl::StrCat(TldTable(i), "name");
    ASSIGN_OR_RETURN(const std::string name, config.RequiredString(name_key));
    Standard standard = general;
    RETURN_IF_ERROR(ReadStandard(config, TldTable(i), standard));
    if (!standards.by_tld.emplace(absl::AsciiStrToLower(name), std::move(standard)).second) {
      return absl::InvalidArgumentError(absl::StrCat(name_key, ": ", name, " stands there twice"));
    }
  }
  return standards;
}

absl::Status IgnoreStandards(const base::Config& config) {
  std::vector<std::string> tables = {"verifier."};
  ASSIGN_OR_RETURN(const size_t tlds, config.TableCount(kTlds));
  for (size_t i = 0; i < tlds; ++i) tables.push_back(TldTable(i));
  for (const std::string& table : tables) {
    for (const char* key : {"profile", "ruleset", "data_model", "host_model"}) {
      RETURN_IF_ERROR(config.StringOr(absl::StrCat(table, key), "").status());
    }
    RETURN_IF_ERROR(config.StringListOr(absl::StrCat(table, "idn_tables"), {}).status());
    if (table == tables[0]) continue;
    RETURN_IF_ERROR(config.StringOr(absl::StrCat(table, "name"), "").status());
  }
  for (const char* key : {"verifier.repository_ids", "verifier.registrar_ids"}) {
    RETURN_IF_ERROR(config.PathOr(key, "").status());
  }
  for (const DriftKey& key : kDriftKeys) {
    const std::string name = absl::StrCat("verifier.drift.", key.name);
    RETURN_IF_ERROR(config.IntOr(name, 0, 0, INT64_MAX).status());
  }
  return absl::OkStatus();
}

}  // namespace tidemark::verifier
