// The page of reports.h.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "verifier/reports/html_parts.h"
#include "verifier/reports/html_style.h"
#include "verifier/reports/reports.h"

namespace tidemark::verifier {
namespace {

// Findings of one code that follow each other.
using Group = std::vector<const Finding*>;

std::string Times(int64_t n) { return absl::StrCat(WithCommas(n), n == 1 ? " time" : " times"); }

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", time, absl::UTCTimeZone());
}

std::string ClassOf(Severity severity) { return absl::AsciiStrToLower(SeverityName(severity)); }

std::vector<Group> GroupsOf(const Report& report) {
  std::vector<Group> groups;
  for (const Finding& finding : report.findings) {
    if (groups.empty() || groups.back().front()->code != finding.code) groups.emplace_back();
    groups.back().push_back(&finding);
  }
  return groups;
}

// "2 errors (14 times), 1 warning (3 times)": kinds of flaws, and flaws.
std::string Summary(const std::vector<Group>& groups) {
  struct Sum {
    int kinds = 0;
    int64_t times = 0;
  };
  std::map<Severity, Sum, std::greater<>> sums;
  for (const Group& group : groups) {
    Sum& sum = sums[InfoOf(group.front()->code).severity];
    ++sum.kinds;
    sum.times += group.front()->count;
  }
  if (sums.empty()) return "Nothing was found.";
  std::vector<std::string> parts;
  for (const auto& [severity, sum] : sums) {
    parts.push_back(absl::StrCat(sum.kinds, sum.kinds == 1 ? " kind of " : " kinds of ",
                                 ClassOf(severity), ", ", Times(sum.times)));
  }
  return absl::StrJoin(parts, "; ");
}

void AppendFact(absl::string_view what, absl::string_view value, std::string& out) {
  absl::StrAppend(&out, "<div><dt>", what, "</dt><dd>",
                  value.empty() ? "not given" : Escaped(Printable(value)), "</dd></div>");
}

void AppendBanner(const Report& report, absl::string_view title, const std::vector<Group>& groups,
                  std::string& out) {
  const DepositSummary& deposit = report.deposit;
  const Mark mark = report.verdict == Verdict::kPass   ? Mark::kTick
                    : report.verdict == Verdict::kFail ? Mark::kCross
                                                       : Mark::kQuestion;
  const char* words = report.verdict == Verdict::kPass   ? "Passed"
                      : report.verdict == Verdict::kFail ? "Failed"
                                                         : "Could not be decided";
  absl::StrAppend(&out, "<header class=\"", VerdictName(report.verdict),
                  "\"><div class=\"verdict\">", MarkPicture(mark), "<h1>", words,
                  "</h1></div><p class=\"sum\">", Summary(groups), "</p><p class=\"what\">",
                  Escaped(Printable(title, 1024)), "</p><dl>");
  AppendFact("TLD", report.tld.has_value() ? absl::StrCat(".", *report.tld) : "", out);
  AppendFact("Deposit", deposit.id.value_or(""), out);
  AppendFact("Kind", deposit.kind.value_or(""), out);
  AppendFact("Resend", deposit.resend.has_value() ? absl::StrCat(*deposit.resend) : "", out);
  AppendFact("Watermark", deposit.watermark.has_value() ? TimeText(*deposit.watermark) : "", out);
  if (deposit.prev_id.has_value() && !deposit.prev_id->empty()) {
    AppendFact("Builds on", *deposit.prev_id, out);
  }
  AppendFact("Rule set", report.ruleset, out);
  AppendFact("Judged as at", TimeText(report.now), out);
  absl::StrAppend(&out, "</dl></header>\n");
}

void AppendPlaces(const Group& group, const Report& report, std::string& out) {
  absl::StrAppend(
      &out,
      "<table><tr><th scope=\"col\" class=\"n\">Line</th><th scope=\"col\" class=\"n\">Byte"
      "</th><th scope=\"col\">Object</th><th scope=\"col\">What</th></tr>\n");
  for (const Finding* finding : group) {
    std::string line;
    std::string offset;
    if (finding->at.has_value()) {
      const auto file = report.files.find(finding->at->file);
      if (file != report.files.end()) line = absl::StrCat(Escaped(file->second), " ");
      absl::StrAppend(&line, finding->at->line);
      offset = WithCommas(finding->at->offset);
    }
    absl::StrAppend(&out, "<tr><td class=\"n\">", line, "</td><td class=\"n\">", offset,
                    "</td><td class=\"obj\">", Escaped(finding->object), "</td><td class=\"msg\">",
                    Escaped(finding->message));
    if (!finding->sample.empty()) {
      absl::StrAppend(&out, ": <code>", Escaped(finding->sample), "</code>");
    }
    absl::StrAppend(&out, "</td></tr>\n");
  }
  absl::StrAppend(&out, "</table>");
}

void AppendGroup(const Group& group, const Report& report, std::string& out) {
  const CodeInfo& info = InfoOf(group.front()->code);
  const int64_t count = group.front()->count;
  const bool is_open = info.severity >= Severity::kError;
  absl::StrAppend(&out, "<details class=\"", ClassOf(info.severity), "\"", is_open ? " open" : "",
                  "><summary><code>", Escaped(info.name), "</code><span class=\"badge\">",
                  SeverityName(info.severity), "</span><span class=\"times\">", Times(count),
                  "</span></summary><div class=\"body\"><p>", Escaped(info.title),
                  ". <span class=\"clause\">", Escaped(info.clause),
                  "</span></p><p class=\"hint\">", Escaped(info.hint), "</p>");
  AppendPlaces(group, report, out);
  if (count > static_cast<int64_t>(group.size())) {
    absl::StrAppend(&out, "<p class=\"more\">The first ", group.size(), " of ", WithCommas(count),
                    ".</p>");
  }
  absl::StrAppend(&out, "</div></details>\n");
}

void AppendSkipped(const Report& report, std::string& out) {
  if (report.skipped.empty()) return;
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const Skip& skip : report.skipped) {
    by_reason[skip.why].push_back(
        absl::StrCat("<code>", Escaped(InfoOf(skip.code).name), "</code>"));
  }
  absl::StrAppend(&out,
                  "<section><h2>What was not judged, and why</h2><div class=\"panel\">"
                  "<table class=\"skips\">\n");
  for (const auto& [why, codes] : by_reason) {
    absl::StrAppend(&out, "<tr><td>", Escaped(why), "</td><td>", absl::StrJoin(codes, " "),
                    "</td></tr>\n");
  }
  absl::StrAppend(&out, "</table></div></section>\n");
}

}  // namespace

std::string ReportHtml(const Report& report, absl::string_view title) {
  const std::vector<Group> groups = GroupsOf(report);
  std::string out = absl::StrCat(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      // Whatever slipped through the escaping could neither run nor load anything.
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\"><title>",
      absl::AsciiStrToUpper(VerdictName(report.verdict)), ": ", Escaped(Printable(title, 1024)),
      "</title><style>", kHtmlStyle, "</style></head><body><main>\n");
  AppendBanner(report, title, groups, out);
  if (!groups.empty()) absl::StrAppend(&out, "<section><h2>Findings</h2>\n");
  for (const Group& group : groups) AppendGroup(group, report, out);
  if (!groups.empty()) absl::StrAppend(&out, "</section>\n");
  AppendComparisons(report, out);
  AppendCounts(report, out);
  AppendDrift(report, out);
  AppendRecoverability(report, out);
  AppendStatistics(report, out);
  AppendSkipped(report, out);
  absl::StrAppend(&out,
                  "<footer>Made by Tidemark from what it counted and found itself. Codes are "
                  "explained in docs/findings.md.</footer>\n</main></body></html>\n");
  return out;
}

}  // namespace tidemark::verifier
