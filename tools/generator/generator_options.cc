// Which registries and deposits can be made up.
#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "rde/records.h"
#include "tools/generator/calendar.h"
#include "tools/generator/generator.h"
#include "tools/generator/names.h"

namespace tidemark::generator {
namespace {

// Room for the longest label and "ns1." in front of the TLD.
constexpr size_t kTldBytesMax = 128;

bool IsLabel(absl::string_view label) {
  if (label.empty() || label.size() > 63) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-';
  });
}

}  // namespace

absl::Status Validate(const GeneratorOptions& options) {
  if (options.tld.size() > kTldBytesMax) return absl::InvalidArgumentError("the TLD is too long");
  for (absl::string_view label : absl::StrSplit(options.tld, '.')) {
    if (!IsLabel(label)) {
      return absl::InvalidArgumentError("the TLD is not a lower-case A-label or name");
    }
  }
  if (options.domains < 1 || options.domains > kDomainsMax) {
    return absl::InvalidArgumentError(absl::StrCat("domains: want 1 to ", kDomainsMax));
  }
  if (options.night < 0 || options.night > kNightMax) {
    return absl::InvalidArgumentError(absl::StrCat("night: want 0 to ", kNightMax));
  }
  if (options.kind != DepositKind::kFull && options.night == 0) {
    return absl::InvalidArgumentError("night 0 has no deposit before it: want a FULL");
  }
  if (options.kind != DepositKind::kFull &&
      (options.shuffled || options.plant_duplicate_domain || options.plant_dangling_host)) {
    return absl::InvalidArgumentError("only a FULL can be shuffled or have flaws planted");
  }
  if (!(options.changed_fraction >= 0 && options.changed_fraction <= 1)) {
    return absl::InvalidArgumentError("changed fraction: want 0 to 1");
  }
  if (options.kind != DepositKind::kFull && !options.csv_uris.empty()) {
    return absl::InvalidArgumentError("the CSV model is for a FULL only");
  }
  const double births = static_cast<double>(options.domains) * options.changed_fraction / 20 + 1;
  if (static_cast<double>(options.domains) + births * options.night >=
      static_cast<double>(kLabelNumbersMax)) {
    return absl::InvalidArgumentError("too many domains would be created by that night");
  }
  const int64_t second = absl::ToUnixSeconds(options.watermark);
  // Objects are up to 24 years older, and dates have four digits.
  if (second < 24 * 366 * kDay || second > 200 * 365 * kDay || second % kDay != 0 ||
      absl::FromUnixSeconds(second) != options.watermark) {
    return absl::InvalidArgumentError("watermark: want midnight UTC between 1995 and 2169");
  }
  if (options.plant_dangling_host && options.host_model != HostModel::kObjects) {
    return absl::InvalidArgumentError("a dangling host needs host objects");
  }
  const std::string& repository = options.repository;
  if (repository.empty() || repository.size() > 8 ||
      !std::all_of(repository.begin(), repository.end(),
                   [](char c) { return absl::ascii_isalnum(c); })) {
    return absl::InvalidArgumentError("repository: want 1 to 8 letters and digits");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::set<std::string>> ParseCsvTypes(absl::string_view names) {
  struct Type {
    absl::string_view name;
    absl::string_view uri;
  };
  static constexpr Type kTypes[] = {
      {"domain", rde::kCsvDomainUri},   {"host", rde::kCsvHostUri},
      {"contact", rde::kCsvContactUri}, {"registrar", rde::kCsvRegistrarUri},
      {"idnLanguage", rde::kCsvIdnUri}, {"NNDN", rde::kCsvNndnUri},
  };
  std::set<std::string> uris;
  for (const absl::string_view name : absl::StrSplit(names, ',')) {
    const size_t before = uris.size();
    for (const Type& type : kTypes) {
      if (name == "all" || name == type.name) uris.emplace(type.uri);
    }
    if (uris.size() == before) {
      return absl::InvalidArgumentError(
          "CSV types: want all, or some of domain, host, contact, registrar, idnLanguage, NNDN");
    }
  }
  return uris;
}

}  // namespace tidemark::generator
