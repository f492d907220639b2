#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/drill/scene.h"
#include "verifier/base_chain.h"

namespace tidemark::failover {
namespace {

using Json = nlohmann::json;

// Newer deposits that a report lists; more are counted by nobody, since one is too many.
constexpr size_t kPassedOverMax = 20;

struct Listed {
  std::string id;
  rde::DepositInfo info;
  std::string verdict;  // "none": not judged yet
};

std::string TextAt(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

// Those that are in custody and that no resend has replaced, newest watermark first.
absl::StatusOr<std::vector<Listed>> ParseList(const std::string& text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("deposits") || !json["deposits"].is_array()) {
    return absl::InternalError("list printed nothing that can be read");
  }
  std::vector<Listed> deposits;
  for (const Json& entry : json["deposits"]) {
    if (!entry.is_object() || !entry.value("shredded_log_index", Json(nullptr)).is_null() ||
        entry.value("superseded", false)) {
      continue;
    }
    Listed deposit{.id = TextAt(entry, "deposit"), .info = {}, .verdict = TextAt(entry, "verdict")};
    if (deposit.verdict.empty()) deposit.verdict = "none";
    deposit.info.type = TextAt(entry, "kind");
    deposit.info.id = TextAt(entry, "id");
    deposit.info.prev_id = TextAt(entry, "prevId");
    deposit.info.resend = entry.value("resend", uint16_t{0});
    deposit.info.watermark.text = TextAt(entry, "watermark");
    absl::Time watermark;
    std::string error;
    if (!absl::ParseTime(absl::RFC3339_full, deposit.info.watermark.text, &watermark, &error)) {
      return absl::InternalError("list printed a watermark that is no time");
    }
    deposit.info.watermark.time = watermark;
    deposits.push_back(std::move(deposit));
  }
  std::stable_sort(deposits.begin(), deposits.end(), [](const Listed& a, const Listed& b) {
    return std::make_pair(*a.info.watermark.time, a.info.resend) >
           std::make_pair(*b.info.watermark.time, b.info.resend);
  });
  return deposits;
}

void PassOver(Scene& scene, const std::string& id, std::string why) {
  if (scene.report.passed_over.size() < kPassedOverMax) {
    scene.report.passed_over.push_back({id, std::move(why)});
  }
}

// The list is the server's word; the verdict is the verifier's, signed.
absl::StatusOr<bool> IsGenuinePass(Scene& scene, const Listed& deposit) {
  if (deposit.verdict != "pass") {
    PassOver(scene, deposit.id, absl::StrCat("its verdict is ", deposit.verdict));
    return false;
  }
  ASSIGN_OR_RETURN(const base::RunResult result,
                   scene.stage->Run(Role::kOperator, "verdict",
                                    {"verdict", deposit.id, "--config", scene.cast.operator_config},
                                    kVerbTimeout));
  if (result.exit_status == 0) return true;
  scene.No(absl::StrCat(deposit.id,
                        ": the server lists a pass, and the signed verdict is not: ", result.err));
  PassOver(scene, deposit.id, "no genuine passing verdict");
  return false;
}

// A DIFF or INCR is opened together with what it builds on.
void SetChain(Scene& scene, const Listed& found, const std::vector<Listed>& all) {
  std::vector<verifier::ChainDeposit> bases;
  for (const Listed& deposit : all) {
    if (deposit.id != found.id) bases.push_back({.name = deposit.id, .info = deposit.info});
  }
  scene.chain.clear();
  const verifier::ChainDeposit last{.name = found.id, .info = found.info};
  for (const size_t base : verifier::BasesNeeded(last, bases)) {
    scene.chain.push_back(bases[base].name);
  }
  scene.report.bases = scene.chain;
  scene.chain.push_back(found.id);
}

// The vault shows no deposit of this TLD. Of one that had deposits that is a no: nothing can come
// back of it.
absl::Status NothingListed(Scene& scene, const std::string& why) {
  if (!scene.report.last_found.has_value()) return absl::UnavailableError(why);
  const FoundDeposit& last = *scene.report.last_found;
  scene.No(absl::StrCat("the vault lists no deposit of this TLD any more; on ",
                        absl::FormatTime("%Y-%m-%d", last.drilled_at, absl::UTCTimeZone()),
                        " it had ", last.id, ". If it is gone for good, name it in drill.retired"));
  return absl::NotFoundError(why);
}

}  // namespace

absl::Status FindDeposit(Scene& scene) {
  ASSIGN_OR_RETURN(const base::RunResult list,
                   scene.RunVerb(Role::kOperator, "list",
                                 {"list", "--tld", scene.report.tld, "--config",
                                  scene.cast.operator_config, "--format", "json"}));
  if (list.exit_status != 0) {
    return NothingListed(scene, absl::StrCat("the vault shows nothing: ", list.err));
  }
  ASSIGN_OR_RETURN(const std::vector<Listed> deposits, ParseList(list.out));
  for (const Listed& deposit : deposits) {
    ASSIGN_OR_RETURN(const bool is_pass, IsGenuinePass(scene, deposit));
    if (!is_pass) continue;
    DrillReport& report = scene.report;
    report.deposit_id = deposit.id;
    report.deposit_kind = deposit.info.type;
    report.watermark = deposit.info.watermark.text;
    report.rpo_seconds = absl::ToDoubleSeconds(report.started_at - *deposit.info.watermark.time);
    report.verdict_signature_verified = true;
    report.last_found = FoundDeposit{deposit.id, report.started_at};
    scene.listed = deposit.info;
    SetChain(scene, deposit, deposits);
    return absl::OkStatus();
  }
  if (deposits.empty()) return NothingListed(scene, "the vault has no deposit of this TLD");
  return absl::UnavailableError(absl::StrCat("no deposit has a passing verdict; of the newest, ",
                                             deposits[0].id, ", it is ", deposits[0].verdict));
}

}  // namespace tidemark::failover
