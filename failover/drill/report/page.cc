#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "failover/drill/report/pictures.h"
#include "failover/drill/report/report.h"
#include "failover/drill/report/style.h"
#include "failover/drill/report/words.h"
#include "failover/drill/report/zone_table.h"

namespace tidemark::failover {
namespace {

bool Ran(const DrillReport& report, absl::string_view stage) {
  return std::any_of(report.stages.begin(), report.stages.end(), [stage](const DrillStage& ran) {
    return ran.name == stage && ran.outcome != StageOutcome::kBrokenOff;
  });
}

std::string Card(const std::string& figure, absl::string_view what) {
  return absl::StrCat("<div class=\"card\"><b>", Escaped(figure), "</b><span>", Escaped(what),
                      "</span></div>");
}

std::string TimeCard(const std::optional<double>& seconds, absl::string_view what) {
  return Card(seconds.has_value() ? SecondsText(*seconds) : "—", what);
}

// Three answers: what nobody asked is neither yes nor no.
std::string CheckRow(absl::string_view what, std::optional<bool> good, const std::string& detail) {
  const char* const style = !good.has_value() ? "none" : *good ? "good" : "bad";
  const char* const answer = !good.has_value() ? "not run" : *good ? "yes" : "no";
  return absl::StrCat("<tr><td>", Escaped(what), "</td><td class=\"", style, "\">", answer,
                      "</td><td>", Escaped(detail), "</td></tr>");
}

std::string TimeRows(const DrillReport& report) {
  std::string rows;
  for (const RecoveredFunction& function : kRecoveredFunctions) {
    const absl::Duration threshold = report.thresholds.*function.threshold;
    const std::string what =
        absl::StrCat(function.name, " back within ", absl::FormatDuration(threshold));
    const std::optional<double> seconds = function.SecondsIn(report.rto);
    if (seconds.has_value()) {
      rows += CheckRow(what, *seconds <= absl::ToDoubleSeconds(threshold), SecondsText(*seconds));
    } else {
      rows += CheckRow(
          what, std::nullopt,
          function.seconds == nullptr ? "not part of this drill" : "no right answer was seen");
    }
  }
  return rows;
}

std::string AgeRow(const DrillReport& report) {
  if (report.kind == DrillKind::kDemo) return "";
  const std::string what =
      absl::StrCat("Data are at most ", absl::FormatDuration(report.thresholds.rpo), " old");
  if (!report.rpo_seconds.has_value()) return CheckRow(what, std::nullopt, "");
  return CheckRow(what, IsAgeWithin(report), SecondsText(*report.rpo_seconds));
}

std::string DemoChecks(const DrillReport& report) {
  if (report.kind != DrillKind::kDemo) return "";
  return absl::StrCat(CheckRow("Receipt verifies", report.receipt_verified, report.deposit_id),
                      CheckRow("Source is gone", report.source_deleted,
                               "the registry's directory, keys and deposit"));
}

std::string RegistrationChecks(const DrillReport& report) {
  if (!report.registrations.has_value()) {
    return CheckRow("RDAP and WHOIS answer rightly", std::nullopt, "");
  }
  const RegistrationProbeResult& result = *report.registrations;
  return CheckRow(
      "RDAP and WHOIS answer rightly", result.good(),
      absl::StrCat(WithCommas(result.right), " of ", WithCommas(result.asked), " answers"));
}

std::string WholeZoneCheck(const DrillReport& report) {
  constexpr char kQuestion[] = "The whole zone is as the deposit wants it";
  if (!report.whole_zone.has_value()) return CheckRow(kQuestion, std::nullopt, "");
  const WholeZoneResult& zone = *report.whole_zone;
  return CheckRow(
      kQuestion, zone.good(),
      absl::StrCat(WithCommas(zone.records), " records looked at, ", WithCommas(zone.delegations),
                   " of ", WithCommas(zone.delegations_wanted), " delegations there, ",
                   WithCommas(zone.difference_count), " differences"));
}

std::string Checks(const DrillReport& report) {
  const ProbeResult& probe = report.probe;
  const bool probed = Ran(report, "probe");
  const auto if_probed = [probed](bool good) {
    return probed ? std::optional<bool>(good) : std::nullopt;
  };
  return absl::StrCat(
      "<table><tr><th>Question</th><th>Answer</th><th></th></tr>", DemoChecks(report),
      CheckRow("Verdict is genuine", report.verdict_signature_verified,
               absl::StrCat("signed by the verifier, about ", report.deposit_id)),
      CheckRow("Every object came back", report.rebuilt_whole,
               absl::StrCat(WithCommas(report.rebuilt_delegations), " delegations in the zone")),
      CheckRow("Every delegation is equal", if_probed(probe.good()),
               absl::StrCat(WithCommas(probe.expected), " expected, ", WithCommas(probe.asked),
                            " asked, ", WithCommas(probe.equal), " equal")),
      CheckRow("What must not be there is not", if_probed(probe.absent_asked == probe.absent_equal),
               absl::StrCat(WithCommas(probe.absent_equal), " of ", WithCommas(probe.absent_asked),
                            " unpublished names")),
      WholeZoneCheck(report),
      CheckRow("Signatures validate",
               report.validation.sampled == 0 ? std::nullopt
                                              : std::optional<bool>(report.validation.good()),
               absl::StrCat(report.validation.validated, " of ", report.validation.sampled,
                            " sampled answers, by ", report.validation.tool)),
      CheckRow(
          "The whole zone validates",
          report.zone_verification.has_value() ? report.zone_verification->valid : std::nullopt,
          VerificationText(report)),
      RegistrationChecks(report), TimeRows(report), AgeRow(report),
      CheckRow("Everything that was started has ended", report.torn_down, ""), "</table>");
}

std::string CountCell(const std::optional<uint64_t>& count, absl::string_view style = "n") {
  return absl::StrCat("<td class=\"", style, "\">", count.has_value() ? WithCommas(*count) : "—",
                      "</td>");
}

// A demo's observer counts names, not objects.
std::string Objects(const DrillReport& report) {
  if (report.objects.empty()) return "";
  const bool counted =
      std::any_of(report.objects.begin(), report.objects.end(),
                  [](const ObjectTally& tally) { return tally.witnessed.has_value(); });
  std::string table = absl::StrCat(
      "<h2>Counts</h2><div class=\"panel\"><table><tr><th>Objects</th><th class=\"n\">Header "
      "says</th><th class=\"n\">Read</th><th class=\"n\">Restored</th>",
      counted ? "<th class=\"n\">Observer counted</th>" : "", "</tr>");
  for (const ObjectTally& tally : report.objects) {
    const bool all_back =
        !tally.announced.has_value() || *tally.announced == static_cast<int64_t>(tally.restored);
    absl::StrAppend(&table, "<tr><td>", Escaped(tally.type), "</td><td class=\"n\">",
                    !tally.announced.has_value() ? "—"
                    : *tally.announced < 0       ? absl::StrCat(*tally.announced)
                                           : WithCommas(static_cast<uint64_t>(*tally.announced)),
                    "</td>", CountCell(tally.read),
                    CountCell(tally.restored, all_back ? "n" : "n bad"),
                    counted ? CountCell(tally.witnessed) : "", "</tr>");
  }
  return table + "</table></div>";
}

std::string Stages(const DrillReport& report) {
  std::string table =
      "<table><tr><th>Stage</th><th>Outcome</th><th class=\"n\">Begins at</th><th "
      "class=\"n\">Takes</th></tr>";
  for (const DrillStage& stage : report.stages) {
    absl::StrAppend(&table, "<tr><td>", Escaped(stage.name), "</td><td class=\"",
                    stage.outcome == StageOutcome::kPassed ? "good" : "bad", "\">",
                    StageOutcomeName(stage.outcome), "</td><td class=\"n\">",
                    SecondsText(stage.begin_seconds), "</td><td class=\"n\">",
                    SecondsText(stage.seconds), "</td></tr>");
  }
  for (const std::string& name : report.stages_not_run) {
    absl::StrAppend(&table, "<tr><td>", Escaped(name),
                    "</td><td class=\"none\">not run</td><td class=\"n\">—</td><td "
                    "class=\"n\">—</td></tr>");
  }
  return table + "</table>";
}

std::string List(absl::string_view title, const std::vector<std::string>& entries) {
  if (entries.empty()) return "";
  std::string out = absl::StrCat("<h2>", Escaped(title), "</h2><div class=\"panel\"><ul>");
  for (const std::string& entry : entries) absl::StrAppend(&out, "<li>", Escaped(entry), "</li>");
  return out + "</ul></div>";
}

std::string Reasons(const DrillReport& report) {
  std::vector<std::string> all = report.reasons;
  for (const ProbeDifference& difference : report.probe.differences) {
    all.push_back(absl::StrCat(difference.name, ": ", difference.what));
  }
  if (report.whole_zone.has_value()) {
    for (const ProbeDifference& difference : report.whole_zone->differences) {
      all.push_back(absl::StrCat("in the zone: ", difference.name, ": ", difference.what));
    }
  }
  if (report.zone_verification.has_value() && !report.zone_verification->valid.value_or(true)) {
    for (const std::string& line : report.zone_verification->lines) {
      all.push_back(absl::StrCat(report.zone_verification->tool, ": ", line));
    }
  }
  if (report.registrations.has_value()) {
    for (const RegistrationDifference& difference : report.registrations->differences) {
      all.push_back(absl::StrCat(RegistrationQuestionName(difference.question), " ",
                                 difference.name, ": ", difference.what));
    }
  }
  return List("Why not", all);
}

std::string Trend(const DrillReport& report) {
  if (report.kind == DrillKind::kDemo) return "";
  std::vector<std::string> refused;
  for (const auto& [name, why] : report.trend.refused) {
    refused.push_back(absl::StrCat(name, ": ", why));
  }
  return absl::StrCat(
      "<h2>Trend</h2><div class=\"panel\">", TrendSvg(report),
      "</div><p class=\"sub\" style=\"margin-top:10px\">", report.trend.earlier.size(),
      " earlier drills whose signatures verify, and this one; time to the first right answer, "
      "against the thresholds of Specification 10</p>",
      List(absl::StrCat("Not used for the trend: ", report.trend.refused_count), refused));
}

std::string Compared(const DrillReport& report) {
  if (report.kind == DrillKind::kDemo) return "";
  return report.sample == 0
             ? std::string("every name was asked for")
             : absl::StrCat("a sample of ", WithCommas(report.sample), " names of each kind");
}

std::string Subtitle(const DrillReport& report) {
  std::string text = absl::FormatTime("%Y-%m-%d %H:%M UTC", report.started_at, absl::UTCTimeZone());
  if (report.kind == DrillKind::kDemo) {
    text +=
        " · deposited, verified, thrown away, released, rebuilt from the vault, signed, served and "
        "asked";
    if (report.separate_users) text += ", every role a user of its own";
  } else {
    absl::StrAppend(&text, " · ", report.deposit_id, ", opened by ",
                    report.opened_by.empty() ? "nobody" : report.opened_by, " · ", Compared(report),
                    report.network_namespace ? " · in a network of its own" : "");
  }
  return absl::StrCat(text, " · seed ", report.seed);
}

// Which drill, and of which vault.
std::string Origin(const DrillReport& report) {
  if (report.kind == DrillKind::kDemo) return "";
  const DrilledVault vault = report.vault.value_or(DrilledVault{"unknown", "unknown", "unknown"});
  return absl::StrCat("<p class=\"sub\">Drill <code>", Escaped(report.id),
                      "</code> of the vault <code>", Escaped(vault.id), "</code> at ",
                      Escaped(vault.address), ", whose receipts verify with <code>",
                      Escaped(vault.receipt_key), "</code></p>\n");
}

std::string Cards(const DrillReport& report) {
  const bool demo = report.kind == DrillKind::kDemo;
  return absl::StrCat(
      "<div class=\"cards\">",
      TimeCard(report.rto.dnssec, demo ? "from release to first validated answer"
                                       : "to the first validated DNS answer"),
      report.rto.rdap.has_value() || !demo
          ? TimeCard(report.rto.rdap, "to the first right RDAP answer")
          : "",
      demo ? "" : TimeCard(report.rpo_seconds, "age of the data (RPO)"),
      Card(WithCommas(report.domains), "domains in the deposit"),
      Card(absl::StrCat(WithCommas(report.probe.equal), " of ", WithCommas(report.probe.expected)),
           "delegations equal on the wire"),
      Card(absl::StrCat(report.validation.validated, " of ", report.validation.sampled),
           "sampled answers validated"),
      report.deposit_bytes > 0 ? Card(MegabytesText(report.deposit_bytes), "deposit") : "",
      demo ? Card(MegabytesText(report.vault_bytes), "in the vault, sealed") : "", "</div>\n");
}

}  // namespace

std::string ToHtml(const DrillReport& report) {
  const bool pass = report.verdict == DrillVerdict::kPass;
  const std::string title = absl::StrCat("Drill of .", report.tld);
  std::vector<std::string> passed_over;
  for (const PassedOver& deposit : report.passed_over) {
    passed_over.push_back(absl::StrCat(deposit.id, ": ", deposit.why));
  }
  return absl::StrCat(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
      Escaped(title), "</title><style>", kStyle, "</style></head><body><main>\n<h1>",
      Escaped(title), " <span class=\"badge ", pass ? "good" : "bad", "\">",
      DrillVerdictName(report.verdict), "</span></h1>\n<p class=\"sub\">",
      Escaped(Subtitle(report)), "</p>\n", Origin(report), Cards(report), Reasons(report),
      List("To do besides", report.notices), List("Newer deposits, not taken", passed_over),
      "<h2>Timeline</h2><div class=\"panel\">", TimelineSvg(report), "</div>\n", Trend(report),
      "<h2>Questions</h2><div class=\"panel\">", Checks(report), "</div>\n", ZoneTable(report),
      Objects(report), "<h2>Stages</h2><div class=\"panel\">", Stages(report), "</div>\n",
      List("What this drill cannot know", report.not_known), "</main></body></html>\n");
}

}  // namespace tidemark::failover
