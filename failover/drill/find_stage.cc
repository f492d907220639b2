#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/drill/scene.h"
#include "proto/service.pb.h"
#include "vault/deposit_id.h"
#include "verifier/base_chain.h"
#include "verifier/service/label.h"

namespace tidemark::failover {
namespace {

using Json = nlohmann::json;
using tidemark::v1::DepositSummary;

// Newer deposits that a report lists; more are counted by nobody, since one is too many.
constexpr size_t kPassedOverMax = 20;

constexpr std::pair<absl::string_view, tidemark::v1::DepositKind> kKinds[] = {
    {"FULL", tidemark::v1::DEPOSIT_KIND_FULL},
    {"INCR", tidemark::v1::DEPOSIT_KIND_INCR},
    {"DIFF", tidemark::v1::DEPOSIT_KIND_DIFF}};
constexpr std::pair<absl::string_view, tidemark::v1::VerdictOutcome> kVerdicts[] = {
    {"pass", tidemark::v1::VERDICT_OUTCOME_PASS},
    {"fail", tidemark::v1::VERDICT_OUTCOME_FAIL},
    {"undecided", tidemark::v1::VERDICT_OUTCOME_UNDECIDED}};

bool HasPassed(const DepositSummary& deposit) {
  return deposit.latest_verdict() == tidemark::v1::VERDICT_OUTCOME_PASS;
}
bool IsDeleted(const DepositSummary& deposit) { return deposit.shredded_log_index() != 0; }

std::string VerdictText(const DepositSummary& deposit) {
  for (const auto& [name, outcome] : kVerdicts) {
    if (deposit.latest_verdict() == outcome) return std::string(name);
  }
  return "none";  // not judged yet
}

std::string NameOf(const DepositSummary& deposit) {
  return absl::StrCat(deposit.identity().tld(), "/", deposit.identity().id(), "/",
                      deposit.identity().resend());
}

std::string TextAt(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : "";
}

uint64_t NumberAt(const Json& object, const char* key) {
  return object.contains(key) && object[key].is_number_unsigned() ? object[key].get<uint64_t>() : 0;
}

absl::StatusOr<DepositSummary> ParseEntry(const Json& entry, const std::string& tld) {
  if (!entry.is_object() || TextAt(entry, "tld") != tld || TextAt(entry, "id").empty()) {
    return absl::InternalError("list printed what is no deposit of this TLD");
  }
  DepositSummary deposit;
  deposit.mutable_identity()->set_tld(tld);
  deposit.mutable_identity()->set_id(TextAt(entry, "id"));
  deposit.mutable_identity()->set_resend(static_cast<uint32_t>(NumberAt(entry, "resend")));
  for (const auto& [name, kind] : kKinds) {
    if (TextAt(entry, "kind") == name) deposit.set_kind(kind);
  }
  for (const auto& [name, outcome] : kVerdicts) {
    if (TextAt(entry, "verdict") == name) deposit.set_latest_verdict(outcome);
  }
  deposit.set_prev_id(TextAt(entry, "prevId"));
  deposit.set_shredded_log_index(NumberAt(entry, "shredded_log_index"));
  absl::Time watermark;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, TextAt(entry, "watermark"), &watermark, &error)) {
    return absl::InternalError("list printed a watermark that is no time");
  }
  deposit.set_watermark_unix_seconds(absl::ToUnixSeconds(watermark));
  return deposit;
}

// Newest watermark first, with those that policy deleted.
absl::StatusOr<std::vector<DepositSummary>> ParseList(const std::string& text,
                                                      const std::string& tld) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("deposits") || !json["deposits"].is_array()) {
    return absl::InternalError("list printed nothing that can be read");
  }
  std::vector<DepositSummary> deposits;
  for (const Json& entry : json["deposits"]) {
    ASSIGN_OR_RETURN(deposits.emplace_back(), ParseEntry(entry, tld));
  }
  std::stable_sort(deposits.begin(), deposits.end(),
                   [](const DepositSummary& a, const DepositSummary& b) {
                     return std::make_pair(a.watermark_unix_seconds(), a.identity().resend()) >
                            std::make_pair(b.watermark_unix_seconds(), b.identity().resend());
                   });
  return deposits;
}

// What passed gives way only to a resend that passed.
bool IsReplaced(const DepositSummary& deposit, const std::vector<DepositSummary>& all) {
  return std::any_of(all.begin(), all.end(), [&deposit](const DepositSummary& other) {
    return other.identity().id() == deposit.identity().id() &&
           other.identity().resend() > deposit.identity().resend() && HasPassed(other);
  });
}

void PassOver(Scene& scene, const DepositSummary& deposit, std::string why) {
  if (scene.report.passed_over.size() < kPassedOverMax) {
    scene.report.passed_over.push_back({NameOf(deposit), std::move(why)});
  }
}

// Why it is not to be taken; "": its verdict is a pass, and genuine. The list is the server's word;
// the verdict is the verifier's, signed.
absl::StatusOr<std::string> WhyNoPass(Scene& scene, const DepositSummary& deposit) {
  if (!HasPassed(deposit)) return absl::StrCat("its verdict is ", VerdictText(deposit));
  const std::string name = NameOf(deposit);
  ASSIGN_OR_RETURN(
      const base::RunResult result,
      scene.stage->Run(Role::kOperator, "verdict",
                       {"verdict", name, "--config", scene.cast.operator_config}, kVerbTimeout));
  if (result.exit_status == 0) return "";
  scene.No(
      absl::StrCat(name, ": the server lists a pass, and the signed verdict is not: ", result.err));
  return "no genuine passing verdict";
}

// What a DIFF or INCR is opened together with, oldest first: as the verifier judged it, and as the
// rebuild chooses it.
std::vector<DepositSummary> BasesOf(const DepositSummary& found,
                                    const std::vector<DepositSummary>& all) {
  std::vector<DepositSummary> usable = verifier::UsableAsBases(all);
  std::erase_if(usable, [&found](const auto& other) { return NameOf(other) == NameOf(found); });
  std::vector<verifier::ChainDeposit> links;
  for (const DepositSummary& deposit : usable) {
    links.push_back({.name = NameOf(deposit), .info = verifier::InfoOf(deposit)});
  }
  std::vector<DepositSummary> bases;
  for (const size_t base :
       verifier::BasesNeeded({.name = NameOf(found), .info = verifier::InfoOf(found)}, links)) {
    bases.push_back(usable[base]);
  }
  return bases;
}

// The same of it and of all that it builds on, which becomes `bases`.
absl::StatusOr<std::string> WhyNotTaken(Scene& scene, const DepositSummary& deposit,
                                        const std::vector<DepositSummary>& all,
                                        std::vector<DepositSummary>& bases) {
  ASSIGN_OR_RETURN(std::string why, WhyNoPass(scene, deposit));
  if (!why.empty()) return why;
  bases = BasesOf(deposit, all);
  for (const DepositSummary& base : bases) {
    ASSIGN_OR_RETURN(why, WhyNoPass(scene, base));
    if (!why.empty()) return absl::StrCat("it builds on ", NameOf(base), ": ", why);
  }
  return "";
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

// What an earlier drill found goes by policy, of which a row stays, or gives way to a resend that
// passed. That it is not there otherwise is a no: the vault is not what it was. Returns the
// watermark from which on another deposit may be remembered in its place: knowledge is not set back
// by a vault that was.
absl::StatusOr<absl::Time> CheckLastFound(Scene& scene, const std::vector<DepositSummary>& listed) {
  if (!scene.report.last_found.has_value()) return absl::InfinitePast();
  const FoundDeposit& last = *scene.report.last_found;
  ASSIGN_OR_RETURN(const vault::DepositId id, vault::DepositId::Parse(last.id));
  for (const DepositSummary& deposit : listed) {
    if (deposit.identity().id() != id.id()) continue;
    const uint32_t resend = deposit.identity().resend();
    if (resend == id.resend() || (resend > id.resend() && HasPassed(deposit))) {
      return IsDeleted(deposit) ? absl::InfinitePast()
                                : absl::FromUnixSeconds(deposit.watermark_unix_seconds());
    }
  }
  scene.No(absl::StrCat("the vault does not list ", last.id, " any more, which it had on ",
                        absl::FormatTime("%Y-%m-%d", last.drilled_at, absl::UTCTimeZone()),
                        ", and no policy deleted it: was it set back?"));
  return last.drilled_at;
}

void Take(Scene& scene, const DepositSummary& deposit, const std::vector<DepositSummary>& bases) {
  DrillReport& report = scene.report;
  scene.listed = verifier::InfoOf(deposit);
  report.deposit_id = NameOf(deposit);
  report.deposit_kind = scene.listed.type;
  report.watermark = scene.listed.watermark.text;
  report.rpo_seconds = absl::ToDoubleSeconds(report.started_at - *scene.listed.watermark.time);
  report.verdict_signature_verified = true;
  scene.chain.clear();
  for (const DepositSummary& base : bases) scene.chain.push_back(NameOf(base));
  report.bases = scene.chain;
  scene.chain.push_back(report.deposit_id);
}

}  // namespace

void CheckAge(Scene& scene) {
  if (IsAgeWithin(scene.report).value_or(true)) return;
  const absl::Duration age = absl::Seconds(*scene.report.rpo_seconds);
  if (age < absl::ZeroDuration()) {
    return scene.No("the watermark lies ahead of this machine's clock; one of the two is wrong");
  }
  scene.No(absl::StrCat("the data are ", absl::FormatDuration(absl::Trunc(age, absl::Minutes(1))),
                        " old; the threshold is ",
                        absl::FormatDuration(scene.report.thresholds.rpo)));
}

absl::Status FindDeposit(Scene& scene) {
  DrillReport& report = scene.report;
  ASSIGN_OR_RETURN(const base::RunResult list,
                   scene.RunVerb(Role::kOperator, "list",
                                 {"list", "--tld", report.tld, "--config",
                                  scene.cast.operator_config, "--format", "json"}));
  if (list.exit_status != 0) {
    return NothingListed(scene, absl::StrCat("the vault shows nothing: ", list.err));
  }
  ASSIGN_OR_RETURN(std::vector<DepositSummary> deposits, ParseList(list.out, report.tld));
  const std::vector<DepositSummary> listed = deposits;
  std::erase_if(deposits, IsDeleted);
  if (deposits.empty()) return NothingListed(scene, "the vault has no deposit of this TLD");
  ASSIGN_OR_RETURN(const absl::Time remembered, CheckLastFound(scene, listed));
  for (const DepositSummary& deposit : deposits) {
    if (IsReplaced(deposit, deposits)) continue;
    std::vector<DepositSummary> bases;
    ASSIGN_OR_RETURN(std::string why, WhyNotTaken(scene, deposit, deposits, bases));
    if (!why.empty()) {
      PassOver(scene, deposit, std::move(why));
      continue;
    }
    Take(scene, deposit, bases);
    if (*scene.listed.watermark.time >= remembered) {
      report.last_found = FoundDeposit{report.deposit_id, report.started_at};
    }
    // Here, since a later stage may break off.
    CheckAge(scene);
    return absl::OkStatus();
  }
  return absl::UnavailableError(
      absl::StrCat("no deposit has a passing verdict on bases that have one; of the newest, ",
                   report.passed_over.front().id, ": ", report.passed_over.front().why));
}

}  // namespace tidemark::failover
