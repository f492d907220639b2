// What the deposit was held against: its header, the registry's report, the zone, the deposit
// before it.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "verifier/reports/html_parts.h"

namespace tidemark::verifier {
namespace {

// Fields and statuses that are shown at most, the greatest changes first.
constexpr size_t kChangesShown = 12;
// Changes of a share below this are not shown: half of one in a hundred objects.
constexpr double kChangeMin = 0.005;

constexpr Code kHeaderCodes[] = {Code::kObjectCountMismatch, Code::kUnexpectedObject};
constexpr Code kReportCodes[] = {Code::kReportMismatch, Code::kReportInvalid};
constexpr Code kZoneCodes[] = {Code::kZoneDelegationMissing,  Code::kZoneDelegationUnknown,
                               Code::kZoneDelegationWithheld, Code::kZoneNsDiffers,
                               Code::kZoneDsDiffers,          Code::kZoneGlueDiffers};
constexpr Code kDriftCodes[] = {Code::kDriftMassDeletion, Code::kDriftDsLoss, Code::kDriftFieldLoss,
                                Code::kDriftCounts};

struct Comparison {
  absl::string_view with;
  absl::string_view agrees;
  absl::Span<const Code> codes;
  // Found where there is nothing to compare with, and what to say then.
  std::optional<Code> absent = std::nullopt;
  absl::string_view why_absent = "";
};

bool Found(const Report& report, Code code) {
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [code](const Finding& finding) { return finding.code == code; });
}

// Why a code was not judged; "" if it was.
std::string WhySkipped(const Report& report, Code code) {
  for (const Skip& skip : report.skipped) {
    if (skip.code == code) return skip.why;
  }
  return "";
}

void AppendComparison(const Report& report, const Comparison& comparison, std::string& out) {
  std::vector<std::string> found;
  std::string why;
  bool whole = true;
  bool compared = false;
  for (const Code code : comparison.codes) {
    if (Found(report, code)) {
      found.push_back(absl::StrCat("<code>", Escaped(InfoOf(code).name), "</code>"));
    }
    const std::string skipped = WhySkipped(report, code);
    if (why.empty()) why = skipped;
    whole = whole && skipped.empty();
    compared = compared || skipped.empty();
  }
  if (comparison.absent.has_value() && Found(report, *comparison.absent)) {
    compared = false;
    why = std::string(comparison.why_absent);
  }
  absl::StrAppend(&out, "<tr><th scope=\"row\">", comparison.with, "</th>");
  if (!found.empty()) {
    absl::StrAppend(&out, "<td class=\"differs\">", MarkPicture(Mark::kCross), "differs</td><td>");
    for (const std::string& code : found) absl::StrAppend(&out, code, " ");
  } else if (compared) {
    absl::StrAppend(&out, "<td class=\"equal\">", MarkPicture(Mark::kTick), "agrees</td><td>",
                    comparison.agrees, whole ? "" : ", as far as it was compared");
  } else {
    absl::StrAppend(&out, "<td class=\"soft\">", MarkPicture(Mark::kDash), "not compared</td><td>",
                    Escaped(why));
  }
  absl::StrAppend(&out, "</td></tr>\n");
}

// A number before and now, of so many.
struct Change {
  std::string what;
  int64_t before;
  int64_t before_of;
  int64_t now;
  int64_t now_of;

  double share_before() const {
    return before_of <= 0 ? 0 : static_cast<double>(before) / static_cast<double>(before_of);
  }
  double share_now() const {
    return now_of <= 0 ? 0 : static_cast<double>(now) / static_cast<double>(now_of);
  }
  double difference() const { return share_now() - share_before(); }
};

double RelativeChange(int64_t before, int64_t now) {
  if (before <= 0) return now > 0 ? 1.0 : 0.0;
  return static_cast<double>(now - before) / static_cast<double>(before);
}

// "-60 (-16.7%)"; "none".
std::string ChangeText(int64_t before, int64_t now) {
  if (now == before) return "none";
  const std::string change = absl::StrCat(now < before ? "" : "+", WithCommas(now - before));
  if (before <= 0) return change;
  return absl::StrFormat("%s (%+.1f%%)", change, 100.0 * RelativeChange(before, now));
}

void AppendObjectChange(absl::string_view uri, int64_t before, int64_t now, std::string& out) {
  absl::StrAppend(&out, "<tr><th scope=\"row\">", NamespaceText(uri), "</th><td class=\"n\">",
                  WithCommas(before), "</td><td class=\"n\">", WithCommas(now),
                  "</td><td class=\"n\">", ChangeText(before, now), "</td>",
                  ChangeCell(RelativeChange(before, now)), "</tr>\n");
}

void CollectChanges(const Statistics& before, const Statistics& now, std::vector<Change>& changes) {
  for (const Counted kind : kCounted) {
    const KindStatistics& then = before.of(kind);
    const KindStatistics& today = now.of(kind);
    if (then.objects == 0 || today.objects == 0) continue;
    const auto add = [&](absl::string_view name, int64_t was, int64_t is) {
      Change change{absl::StrCat(CountedName(kind), "s with ", name), was, then.objects, is,
                    today.objects};
      if (std::abs(change.difference()) >= kChangeMin) changes.push_back(std::move(change));
    };
    const absl::Span<const absl::string_view> fields = FieldNames(kind);
    for (size_t i = 0; i < fields.size(); ++i) add(fields[i], then.filled[i], today.filled[i]);
    for (size_t i = 0; i < kStatusCount; ++i) {
      add(kStatusNames[i], then.statuses[i], today.statuses[i]);
    }
  }
  std::stable_sort(changes.begin(), changes.end(), [](const Change& a, const Change& b) {
    return std::abs(a.difference()) > std::abs(b.difference());
  });
}

void AppendShareChanges(const Report& report, std::string& out) {
  std::vector<Change> changes;
  CollectChanges(report.previous->statistics, *report.statistics, changes);
  if (changes.empty()) return;
  absl::StrAppend(&out,
                  "<div class=\"panel\"><table><tr><th scope=\"col\">Share of objects</th>"
                  "<th scope=\"col\" class=\"n\">Before</th><th scope=\"col\" class=\"n\">Now</th>"
                  "<th scope=\"col\" class=\"n\">Points</th><td></td></tr>\n");
  for (size_t i = 0; i < std::min(changes.size(), kChangesShown); ++i) {
    const Change& change = changes[i];
    absl::StrAppend(&out, "<tr><th scope=\"row\">", Escaped(change.what), "</th><td class=\"n\">",
                    Percent(change.before, change.before_of), "</td><td class=\"n\">",
                    Percent(change.now, change.now_of), "</td><td class=\"n\">",
                    absl::StrFormat("%+.1f", 100.0 * change.difference()), "</td>",
                    ChangeCell(change.difference()), "</tr>\n");
  }
  absl::StrAppend(&out, "</table>");
  if (changes.size() > kChangesShown) {
    absl::StrAppend(&out, "<p class=\"more\">The greatest ", kChangesShown, " of ", changes.size(),
                    " changes.</p>");
  }
  absl::StrAppend(&out, "</div>\n");
}

}  // namespace

void AppendComparisons(const Report& report, std::string& out) {
  const Comparison comparisons[] = {
      {"Its own header", "it counts what is there", kHeaderCodes, Code::kHeaderMissing,
       "the deposit has no header"},
      {"The registry&#39;s report", "it says what the deposit is", kReportCodes},
      {"The published zone", "delegations, DS and glue are the deposit&#39;s", kZoneCodes},
      {"The deposit before it", "no more changed than may change", kDriftCodes},
  };
  absl::StrAppend(&out, "<section><h2>Held against</h2><div class=\"panel\"><table>\n");
  for (const Comparison& comparison : comparisons) AppendComparison(report, comparison, out);
  absl::StrAppend(&out, "</table></div></section>\n");
}

void AppendCounts(const Report& report, std::string& out) {
  std::set<std::string> uris;
  int64_t largest = 1;
  for (const auto& [uri, count] : report.counts) {
    uris.insert(uri);
    largest = std::max(largest, count);
  }
  for (const auto& [uri, count] : report.header_counts) uris.insert(uri);
  if (uris.empty()) return;
  const bool has_header = !report.header_counts.empty();
  absl::StrAppend(&out, "<section><h2>What was counted</h2><div class=\"panel\"><table><tr>",
                  "<th scope=\"col\">Objects</th><th scope=\"col\" class=\"n\">Counted</th>",
                  has_header ? "<th scope=\"col\" class=\"n\">Header says</th><td></td>" : "",
                  "<td></td></tr>\n");
  for (const std::string& uri : uris) {
    const auto counted = report.counts.find(uri);
    const int64_t ours = counted == report.counts.end() ? 0 : counted->second;
    absl::StrAppend(&out, "<tr><th scope=\"row\">", NamespaceText(uri), "</th><td class=\"n\">",
                    WithCommas(ours), "</td>");
    if (has_header) {
      const auto said = report.header_counts.find(uri);
      const bool is_said = said != report.header_counts.end();
      const bool is_equal = is_said && said->second == ours;
      absl::StrAppend(&out, "<td class=\"n\">", is_said ? WithCommas(said->second) : "nothing",
                      "</td><td class=\"", is_equal ? "equal" : "differs", "\">",
                      is_equal ? "equal" : "differs", "</td>");
    }
    absl::StrAppend(&out, BarCell(static_cast<double>(ours) / static_cast<double>(largest)),
                    "</tr>\n");
  }
  absl::StrAppend(&out, "</table></div></section>\n");
}

void AppendDrift(const Report& report, std::string& out) {
  if (!report.previous.has_value() || !report.statistics.has_value()) return;
  const PreviousReport& previous = *report.previous;
  std::set<std::string> uris;
  for (const auto& [uri, count] : previous.counts) uris.insert(uri);
  for (const auto& [uri, count] : report.counts) uris.insert(uri);
  const auto count_in = [](const std::map<std::string, int64_t>& counts, const std::string& uri) {
    const auto found = counts.find(uri);
    return found == counts.end() ? int64_t{0} : found->second;
  };
  absl::StrAppend(
      &out, "<section><h2>Since the deposit before it</h2><p class=\"soft\">That one is of ",
      absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", previous.watermark, absl::UTCTimeZone()),
      ".</p><div class=\"panel\"><table><tr><th scope=\"col\">Objects</th>"
      "<th scope=\"col\" class=\"n\">Before</th><th scope=\"col\" class=\"n\">Now</th>"
      "<th scope=\"col\" class=\"n\">Change</th><td></td></tr>\n");
  for (const std::string& uri : uris) {
    AppendObjectChange(uri, count_in(previous.counts, uri), count_in(report.counts, uri), out);
  }
  absl::StrAppend(&out, "</table></div>\n");
  AppendShareChanges(report, out);
  absl::StrAppend(&out, "</section>\n");
}

}  // namespace tidemark::verifier
