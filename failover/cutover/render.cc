// The plan for programs and for people.
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "failover/cutover/plan.h"
#include "failover/cutover/times.h"

namespace tidemark::failover {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 2;

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

Json Seconds(const std::optional<absl::Duration>& duration) {
  return duration.has_value() ? Json(absl::ToInt64Seconds(*duration)) : Json(nullptr);
}

Json At(const CutoverFacts& facts, const std::optional<absl::Duration>& after) {
  return after.has_value() ? Json(TimeText(facts.at + *after)) : Json(nullptr);
}

Json TimeOrNull(const std::optional<absl::Time>& time) {
  return time.has_value() ? Json(TimeText(*time)) : Json(nullptr);
}

Json ZoneJson(const ZoneFacts& zone) {
  Json servers = Json::array();
  for (const NameServer& server : zone.servers) {
    servers.push_back({{"name", server.name}, {"addresses", server.addresses}});
  }
  return {{"serial", zone.serial},
          {"name_servers", std::move(servers)},
          {"ds", zone.ds},
          {"dnskeys", zone.dnskeys},
          {"ns_ttl", Seconds(zone.ns_ttl)},
          {"address_ttl", Seconds(zone.address_ttl)},
          {"dnskey_ttl", Seconds(zone.dnskey_ttl)},
          {"negative_ttl", Seconds(zone.negative_ttl)},
          {"ttl_max", Seconds(zone.ttl_max)},
          {"signed_ttl_max", Seconds(zone.signed_ttl_max)},
          {"first_signature_ends", TimeOrNull(zone.first_signature_ends)},
          {"last_signature_ends", TimeOrNull(zone.last_signature_ends)}};
}

Json FactsJson(const CutoverFacts& facts) {
  return {{"new_zone", ZoneJson(facts.new_zone)},
          {"signature_lifetime", Seconds(facts.signatures.lifetime)},
          {"signature_refresh", Seconds(facts.signatures.refresh)},
          {"old_zone", facts.old_zone.has_value() ? ZoneJson(*facts.old_zone) : Json(nullptr)},
          {"old_ds", facts.old_ds.has_value() ? Json(*facts.old_ds) : Json(nullptr)},
          {"old_servers", facts.old_servers == OldServers::kAnswering ? "answering" : "silent"},
          {"parent_ns_ttl", Seconds(facts.parent.ns)},
          {"parent_ds_ttl", Seconds(ParentDsTtl(facts))},
          {"parent_negative_ttl", Seconds(ParentNegativeTtl(facts))},
          {"seen_ds_ttl", Seconds(facts.seen_ds_ttl)},
          {"seen_negative_ttl", Seconds(facts.seen_negative_ttl)},
          {"parent_propagation", Seconds(facts.parent.propagation)}};
}

// "2 d 1 h 30 min", for people.
std::string Span(absl::Duration duration) {
  std::vector<std::string> parts;
  const struct {
    absl::Duration unit;
    const char* name;
  } units[] = {{absl::Hours(24), " d"},
               {absl::Hours(1), " h"},
               {absl::Minutes(1), " min"},
               {absl::Seconds(1), " s"}};
  for (const auto& unit : units) {
    const int64_t count = absl::IDivDuration(duration, unit.unit, &duration);
    if (count != 0) parts.push_back(absl::StrCat(count, unit.name));
  }
  return parts.empty() ? "0 s" : absl::StrJoin(parts, " ");
}

std::string When(const CutoverFacts& facts, const std::optional<absl::Duration>& after,
                 absl::string_view otherwise) {
  if (!after.has_value()) return std::string(otherwise);
  return absl::StrCat("T + ", Span(*after), " (", TimeText(facts.at + *after), ")");
}

void AddChanges(const std::vector<RecordChange>& changes, std::string& out) {
  if (changes.empty()) return;
  absl::StrAppend(&out, "\n```\n");
  for (const RecordChange& change : changes) {
    absl::StrAppend(&out, ChangeActionName(change.action), "\t", change.owner, ".\t", change.type,
                    "\t", change.data == "*" ? "(all that are there)" : change.data, "\n");
  }
  absl::StrAppend(&out, "```\n");
}

absl::string_view CaseText(KeyCase key_case) {
  switch (key_case) {
    case KeyCase::kOldKeys:
      return "The old keys are at hand: the DS stays, only NS and glue change.";
    case KeyCase::kLostKeys:
      return "The old keys are lost: the DS is replaced, and the TLD is insecure for a while.";
    case KeyCase::kUnsigned:
      return "The parent has no DS: one is added at the end.";
  }
  return "";
}

}  // namespace

std::string PlanJson(const CutoverFacts& facts, const CutoverPlan& plan) {
  Json steps = Json::array();
  for (const PlanStep& step : plan.steps) {
    Json changes = Json::array();
    for (const RecordChange& change : step.changes) {
      changes.push_back({{"action", std::string(ChangeActionName(change.action))},
                         {"owner", change.owner},
                         {"type", change.type},
                         {"data", change.data}});
    }
    steps.push_back({{"id", step.id},
                     {"title", step.title},
                     {"after", Seconds(step.after)},
                     {"earliest", At(facts, step.after)},
                     {"why", step.why},
                     {"changes", std::move(changes)}});
  }
  Json windows = Json::array();
  for (const PlanWindow& window : plan.windows) {
    windows.push_back({{"who", window.who},
                       {"seen", std::string(SeenName(window.seen))},
                       {"from", Seconds(window.from)},
                       {"until", Seconds(window.until)},
                       {"why", window.why}});
  }
  Json deadlines = Json::array();
  for (const PlanDeadline& deadline : plan.deadlines) {
    deadlines.push_back({{"what", deadline.what},
                         {"by", TimeText(deadline.by)},
                         {"missed", deadline.is_missed},
                         {"why", deadline.why}});
  }
  const Json json = {{"format", kFormat},
                     {"tld", facts.tld},
                     {"case", std::string(KeyCaseName(plan.key_case))},
                     {"at", TimeText(facts.at)},
                     {"steps", std::move(steps)},
                     {"windows", std::move(windows)},
                     {"deadlines", std::move(deadlines)},
                     {"warnings", plan.warnings},
                     {"facts", FactsJson(facts)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string PlanMarkdown(const CutoverFacts& facts, const CutoverPlan& plan) {
  std::string out = absl::StrCat(
      "# Cut-over of .", facts.tld, "\n\n", CaseText(plan.key_case),
      "\n\nT is the moment at which the parent zone publishes the first change; the dates below "
      "take it to be ",
      TimeText(facts.at), ". Times are the earliest at which a step is safe.\n");
  if (!plan.warnings.empty()) absl::StrAppend(&out, "\n## Mind\n\n");
  for (const std::string& warning : plan.warnings) absl::StrAppend(&out, "- ", warning, "\n");
  if (!plan.deadlines.empty()) absl::StrAppend(&out, "\n## Not later than\n\n");
  for (const PlanDeadline& deadline : plan.deadlines) {
    absl::StrAppend(&out, "- **", TimeText(deadline.by), "**", deadline.is_missed ? " (past)" : "",
                    ": ", deadline.what, ". ", deadline.why, "\n");
  }
  absl::StrAppend(&out, "\n## Steps\n");
  int number = 0;
  for (const PlanStep& step : plan.steps) {
    absl::StrAppend(&out, "\n### ", ++number, ". ", step.title, "\n\n",
                    When(facts, step.after, "Before T"), ". ", step.why, "\n");
    AddChanges(step.changes, out);
  }
  absl::StrAppend(&out, "\n## What is seen meanwhile\n\n",
                  "| from | until | who | sees the TLD | why |\n|---|---|---|---|---|\n");
  for (const PlanWindow& window : plan.windows) {
    absl::StrAppend(&out, "| ", When(facts, window.from, "now"), " | ",
                    When(facts, window.until, "for good"), " | ", window.who, " | ",
                    SeenName(window.seen), " | ", window.why, " |\n");
  }
  absl::StrAppend(&out, "\n## Counted with\n\n", "- parent: NS ", Span(facts.parent.ns), ", DS ",
                  Span(ParentDsTtl(facts)), ", negative answers ", Span(ParentNegativeTtl(facts)),
                  "; all its servers follow within ", Span(facts.parent.propagation), "\n");
  if (facts.old_zone.has_value()) {
    absl::StrAppend(&out, "- old zone: NS ", Span(facts.old_zone->ns_ttl),
                    ", its servers' addresses ", Span(facts.old_zone->address_ttl), ", DNSKEY ",
                    Span(facts.old_zone->dnskey_ttl), ", negative answers ",
                    Span(facts.old_zone->negative_ttl), ", longest of all ",
                    Span(facts.old_zone->ttl_max), ", of what is signed ",
                    Span(facts.old_zone->signed_ttl_max), "\n");
  }
  absl::StrAppend(&out, "- new zone: NS ", Span(facts.new_zone.ns_ttl), ", DNSKEY ",
                  Span(facts.new_zone.dnskey_ttl), ", negative answers ",
                  Span(facts.new_zone.negative_ttl), "; signatures live ",
                  Span(facts.signatures.lifetime), ", renewed ", Span(facts.signatures.refresh),
                  " before their end\n");
  return out;
}

}  // namespace tidemark::failover
