// Which TLDs a night is about, and what the history knows of them.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "failover/drill/drill.h"
#include "failover/drill/scene.h"
#include "failover/drill/tld_name.h"

namespace tidemark::failover {
namespace {

constexpr size_t kListBytesMax = 64 << 20;
constexpr size_t kTldsMax = 10'000;

absl::StatusOr<std::set<std::string>> ListedTlds(const DrillConfig& config,
                                                 const std::string& programs_dir) {
  ASSIGN_OR_RETURN(const base::RunResult result,
                   base::RunAndCapture({programs_dir + "/tidemark", "list", "--config",
                                        config.operator_config, "--format", "json"},
                                       kVerbTimeout, kListBytesMax));
  if (result.exit_status != 0) {
    return absl::UnavailableError(absl::StrCat("the vault shows nothing: ", result.err));
  }
  const auto json = nlohmann::json::parse(result.out, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("deposits") || !json["deposits"].is_array()) {
    return absl::InternalError("list printed nothing that can be read");
  }
  std::set<std::string> tlds;
  for (const auto& deposit : json["deposits"]) {
    if (!deposit.is_object() || !deposit.contains("tld") || !deposit["tld"].is_string()) continue;
    const std::string tld = deposit["tld"].get<std::string>();
    RETURN_IF_ERROR(CheckTldName(tld));
    tlds.insert(tld);
  }
  return tlds;
}

}  // namespace

absl::StatusOr<DrillHistory> OpenHistory(const DrillConfig& config) {
  ASSIGN_OR_RETURN(const crypto::SigningKey key, crypto::SigningKey::Load(config.report_key));
  std::vector<crypto::VerifyKey> keys = config.earlier_keys;
  keys.push_back(key.verify_key());
  return DrillHistory(
      {.dir = config.history_dir, .keep_reports = config.keep_reports, .keys = std::move(keys)});
}

absl::StatusOr<std::vector<std::string>> TldsToDrill(const DrillConfig& config,
                                                     const std::string& programs_dir) {
  if (!config.tlds.empty()) return config.tlds;
  ASSIGN_OR_RETURN(std::set<std::string> tlds, ListedTlds(config, programs_dir));
  ASSIGN_OR_RETURN(const DrillHistory history, OpenHistory(config));
  ASSIGN_OR_RETURN(const std::vector<std::string> known, history.KnownTlds(absl::Now()));
  tlds.insert(known.begin(), known.end());
  if (tlds.empty()) return absl::NotFoundError("the vault lists no deposit of a TLD to drill");
  for (const std::string& tld : config.retired) tlds.erase(tld);
  if (tlds.empty()) {
    return absl::FailedPreconditionError(
        "drill.retired names every TLD that the vault lists: there is none to drill");
  }
  if (tlds.size() > kTldsMax) return absl::ResourceExhaustedError("more TLDs than are drilled");
  return std::vector<std::string>(tlds.begin(), tlds.end());
}

}  // namespace tidemark::failover
