#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "failover/drill/drill.h"

namespace tidemark::failover {
namespace {

// The picture's geometry, in its own units; it scales with the page.
constexpr double kWidth = 960;
constexpr double kLabelWidth = 130;
constexpr double kRightMargin = 90;
constexpr double kRowHeight = 30;
constexpr double kBarHeight = 16;
constexpr double kTop = 44;
constexpr double kBarWidthMin = 3;

constexpr char kStyle[] = R"(
:root { color-scheme: light dark; --bg: #fbfbf9; --card: #ffffff; --ink: #1c2430; --soft: #5d6877;
  --line: #dfe3e8; --bar: #4c78a8; --back: #0f8a6d; --tint: #0f8a6d1c; --good: #0b7a5e;
  --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --bg: #12161c; --card: #1a2028; --ink: #e6eaf0;
  --soft: #9aa6b5; --line: #2d3641; --bar: #7aa6d6; --back: #3cc7a0; --tint: #3cc7a022;
  --good: #4fd6ae; --bad: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1040px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 17px; margin: 36px 0 12px; }
p.sub { color: var(--soft); margin: 0 0 28px; }
.badge { display: inline-block; border-radius: 999px; padding: 2px 14px; font-size: 15px;
  font-weight: 600; border: 1.5px solid currentColor; vertical-align: 4px; margin-left: 10px; }
.good { color: var(--good); } .bad { color: var(--bad); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 14px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 16px 18px; }
.card b { display: block; font-size: 26px; line-height: 1.25; font-variant-numeric: tabular-nums; }
.card span { color: var(--soft); font-size: 14px; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: 14px 18px; overflow-x: auto; }
svg { display: block; width: 100%; min-width: 640px; height: auto; }
svg text { fill: var(--ink); font-size: 13px; font-family: inherit; }
svg text.soft { fill: var(--soft); font-size: 12px; }
svg text.back { fill: var(--back); font-weight: 600; }
svg .bar { fill: var(--bar); } svg .bar.back { fill: var(--back); } svg .tint { fill: var(--tint); }
svg .tick { stroke: var(--line); }
svg .span { fill: none; stroke: var(--back); stroke-width: 1.5; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
td, th { text-align: left; padding: 7px 10px; border-bottom: 1px solid var(--line);
  font-size: 15px; }
th { color: var(--soft); font-weight: 500; } td.n, th.n { text-align: right; }
tr:last-child td { border-bottom: 0; }
code { font-size: 13px; overflow-wrap: anywhere; }
ul { margin: 0; padding-left: 20px; }
)";

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

std::string WithCommas(uint64_t n) {
  const std::string digits = absl::StrCat(n);
  std::string out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out.push_back(',');
    out.push_back(digits[i]);
  }
  return out;
}

std::string SecondsText(double seconds) {
  if (seconds >= 120)
    return absl::StrFormat("%.0f min %02.0f s", std::floor(seconds / 60), std::fmod(seconds, 60));
  if (seconds >= 10) return absl::StrFormat("%.1f s", seconds);
  return absl::StrFormat("%.2f s", seconds);
}

std::string MegabytesText(uint64_t bytes) {
  return absl::StrFormat("%.1f MB", static_cast<double>(bytes) / 1e6);
}

// 1, 2 or 5 times a power of ten, so that there are at most eight ticks.
double TickStep(double total) {
  double step = 0.1;
  while (true) {
    for (const double factor : {1.0, 2.0, 5.0}) {
      if (total / (step * factor) <= 8) return step * factor;
    }
    step *= 10;
  }
}

bool IsOnTheWayBack(const DrillStage& stage) {
  return stage.name == "release" || stage.name == "rebuild" || stage.name == "serve";
}

std::string Timeline(const DrillReport& report) {
  if (report.stages.empty()) return "<p>No stage was played.</p>";
  const DrillStage& last = report.stages.back();
  const double total = std::max(last.begin_seconds + last.seconds, 0.001);
  const double scale = (kWidth - kLabelWidth - kRightMargin) / total;
  const double bottom = kTop + kRowHeight * static_cast<double>(report.stages.size());
  const auto x = [&](double seconds) { return kLabelWidth + seconds * scale; };
  std::string svg = absl::StrFormat(
      "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Timeline of the drill\">", kWidth,
      bottom + 34);
  const auto release =
      std::find_if(report.stages.begin(), report.stages.end(),
                   [](const DrillStage& stage) { return stage.name == "release"; });
  if (report.rto_seconds > 0 && release != report.stages.end()) {
    const double from = x(release->begin_seconds);
    const double to = x(release->begin_seconds + report.rto_seconds);
    absl::StrAppendFormat(&svg,
                          "<rect x=\"%.1f\" y=\"26\" width=\"%.1f\" height=\"%.1f\" "
                          "class=\"tint\"/><path class=\"span\" d=\"M%.1f 34v-8h%.1fv8\"/>"
                          "<text class=\"back\" "
                          "x=\"%.1f\" y=\"18\" text-anchor=\"middle\">back in %s</text>",
                          from, to - from, bottom - 26, from, to - from,
                          std::clamp((from + to) / 2, kLabelWidth, kWidth - kRightMargin),
                          SecondsText(report.rto_seconds));
  }
  const double step = TickStep(total);
  for (int i = 0; i * step <= total; ++i) {
    absl::StrAppendFormat(&svg,
                          "<path class=\"tick\" d=\"M%.1f %.1fV%.1f\"/><text "
                          "class=\"soft\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%g s</text>",
                          x(i * step), kTop - 4, bottom + 4, x(i * step), bottom + 22, i * step);
  }
  double y = kTop;
  for (const DrillStage& stage : report.stages) {
    const double width = std::max(stage.seconds * scale, kBarWidthMin);
    absl::StrAppendFormat(
        &svg,
        "<text x=\"0\" y=\"%.1f\">%s</text><rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
        "height=\"%.0f\" rx=\"3\" class=\"%s\"><title>%s: %s</title></rect><text "
        "class=\"soft\" x=\"%.1f\" y=\"%.1f\">%s</text>",
        y + 17, Escaped(stage.name), x(stage.begin_seconds), y + 5, width, kBarHeight,
        IsOnTheWayBack(stage) ? "bar back" : "bar", Escaped(stage.name), SecondsText(stage.seconds),
        x(stage.begin_seconds) + width + 7, y + 17, SecondsText(stage.seconds));
    y += kRowHeight;
  }
  return svg + "</svg>";
}

std::string Card(const std::string& figure, absl::string_view what) {
  return absl::StrCat("<div class=\"card\"><b>", Escaped(figure), "</b><span>", Escaped(what),
                      "</span></div>");
}

std::string CheckRow(absl::string_view what, bool good, const std::string& detail) {
  return absl::StrCat("<tr><td>", Escaped(what), "</td><td class=\"", good ? "good" : "bad", "\">",
                      good ? "yes" : "no", "</td><td>", Escaped(detail), "</td></tr>");
}

std::string Checks(const DrillReport& report) {
  const ProbeResult& probe = report.probe;
  return absl::StrCat(
      "<table><tr><th>Question</th><th>Answer</th><th></th></tr>",
      CheckRow("Receipt verifies", report.receipt_verified, report.deposit_id),
      CheckRow("Verdict is genuine", report.verdict_signature_verified,
               "signed by the verifier, about this deposit"),
      CheckRow("Source is gone", report.source_deleted,
               "the registry's directory, keys and deposit"),
      CheckRow("Every object came back", report.rebuilt_whole,
               absl::StrCat(WithCommas(report.rebuilt_delegations), " delegations in the zone")),
      CheckRow("Every delegation is equal", probe.good(),
               absl::StrCat(WithCommas(probe.expected), " expected, ", WithCommas(probe.asked),
                            " asked, ", WithCommas(probe.equal), " equal")),
      CheckRow("What must not be there is not", probe.absent_asked == probe.absent_equal,
               absl::StrCat(WithCommas(probe.absent_equal), " of ", WithCommas(probe.absent_asked),
                            " unpublished names")),
      CheckRow("Signatures validate", report.validation.good(),
               absl::StrCat(report.validation.validated, " of ", report.validation.sampled,
                            " sampled answers, by ", report.validation.tool)),
      "</table>");
}

std::string Stages(const DrillReport& report) {
  std::string table =
      "<table><tr><th>Stage</th><th class=\"n\">Begins at</th><th class=\"n\">Takes</th></tr>";
  for (const DrillStage& stage : report.stages) {
    absl::StrAppend(&table, "<tr><td>", Escaped(stage.name), "</td><td class=\"n\">",
                    SecondsText(stage.begin_seconds), "</td><td class=\"n\">",
                    SecondsText(stage.seconds), "</td></tr>");
  }
  return table + "</table>";
}

std::string Reasons(const DrillReport& report) {
  if (report.reasons.empty()) return "";
  std::string out = "<h2>Why not</h2><div class=\"panel\"><ul>";
  for (const std::string& reason : report.reasons) {
    absl::StrAppend(&out, "<li>", Escaped(reason), "</li>");
  }
  for (const ProbeDifference& difference : report.probe.differences) {
    absl::StrAppend(&out, "<li><code>", Escaped(difference.name), ": ", Escaped(difference.what),
                    "</code></li>");
  }
  return out + "</ul></div>";
}

}  // namespace

std::string ToHtml(const DrillReport& report) {
  const bool pass = report.verdict == DrillVerdict::kPass;
  const char* const verdict = pass                                    ? "pass"
                              : report.verdict == DrillVerdict::kFail ? "fail"
                                                                      : "undecided";
  const std::string title = absl::StrCat("Drill of .", report.tld);
  return absl::StrCat(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>",
      Escaped(title), "</title><style>", kStyle, "</style></head><body><main>\n<h1>",
      Escaped(title), " <span class=\"badge ", pass ? "good" : "bad", "\">", verdict,
      "</span></h1>\n<p class=\"sub\">",
      absl::FormatTime("%Y-%m-%d %H:%M UTC", report.started_at, absl::UTCTimeZone()),
      " · deposited, verified, thrown away, released, rebuilt from the vault, signed, served and "
      "asked",
      report.separate_users ? ", every role a user of its own" : "", " · seed ", report.seed,
      "</p>\n<div class=\"cards\">",
      Card(report.rto_seconds > 0 ? SecondsText(report.rto_seconds) : "—",
           "from release to first validated answer"),
      Card(WithCommas(report.domains), "domains in the deposit"),
      Card(absl::StrCat(WithCommas(report.probe.equal), " of ", WithCommas(report.probe.expected)),
           "delegations equal on the wire"),
      Card(absl::StrCat(report.validation.validated, " of ", report.validation.sampled),
           "sampled answers validated"),
      Card(MegabytesText(report.deposit_bytes), "deposit"),
      Card(MegabytesText(report.vault_bytes), "in the vault, sealed"), "</div>\n", Reasons(report),
      "<h2>Timeline</h2><div class=\"panel\">", Timeline(report),
      "</div>\n<h2>Questions</h2><div class=\"panel\">", Checks(report),
      "</div>\n<h2>Stages</h2><div class=\"panel\">", Stages(report),
      "</div>\n</main></body></html>\n");
}

}  // namespace tidemark::failover
