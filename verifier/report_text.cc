#include "verifier/report_text.h"

#include <map>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace tidemark::verifier {
namespace {

// Places shown of one code; the JSON has up to base::kFindingsPerCodeMax.
constexpr size_t kPlacesShown = 5;

void AppendGroup(const std::vector<const Finding*>& group, const Report& report, std::string& out) {
  const CodeInfo& info = InfoOf(group.front()->code);
  const int64_t count = group.front()->count;
  absl::StrAppend(&out, "\n", SeverityName(info.severity), " ", info.name, "  (", count,
                  count == 1 ? " time" : " times", ")\n  ", info.title, ". ", info.clause, "\n");
  for (size_t i = 0; i < group.size() && i < kPlacesShown; ++i) {
    const Finding& finding = *group[i];
    absl::StrAppend(&out, "  - ");
    if (finding.at.has_value() && report.files.contains(finding.at->file)) {
      absl::StrAppend(&out, report.files.at(finding.at->file), " ");
    }
    if (finding.at.has_value() && finding.at->line > 0) {
      absl::StrAppend(&out, "line ", finding.at->line, ", ");
    }
    if (!finding.object.empty()) absl::StrAppend(&out, finding.object, ": ");
    absl::StrAppend(&out, finding.message);
    if (!finding.sample.empty()) absl::StrAppend(&out, ": ", finding.sample);
    absl::StrAppend(&out, finding.rst_stops_here ? " (RST stops here)\n" : "\n");
  }
  if (group.size() > kPlacesShown) {
    absl::StrAppend(&out, "  - and more; --format json shows the first ", group.size(), "\n");
  }
  absl::StrAppend(&out, "  What to do: ", info.hint, "\n");
}

void AppendFindings(const Report& report, std::string& out) {
  std::vector<const Finding*> group;
  for (const Finding& finding : report.findings) {
    if (!group.empty() && group.front()->code != finding.code) {
      AppendGroup(group, report, out);
      group.clear();
    }
    group.push_back(&finding);
  }
  if (!group.empty()) AppendGroup(group, report, out);
}

void AppendSkipped(const Report& report, std::string& out) {
  if (report.skipped.empty()) return;
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const Skip& skip : report.skipped) {
    by_reason[skip.why].emplace_back(InfoOf(skip.code).name);
  }
  absl::StrAppend(&out, "\nNot judged:\n");
  for (const auto& [why, codes] : by_reason) {
    absl::StrAppend(&out, "  ", why, "\n    ", absl::StrJoin(codes, ", "), "\n");
  }
}

void AppendRecoverability(const Report& report, std::string& out) {
  if (!report.recoverability.has_value()) return;
  const Recoverability& contacts = *report.recoverability;
  absl::StrAppend(&out, "\nContacts recoverable: ", contacts.score(), " of 100 (",
                  contacts.contacts, " contacts)\n");
  for (size_t i = 0; i < kLossCount; ++i) {
    if (contacts.losses[i] == 0) continue;
    const Loss loss = static_cast<Loss>(i);
    absl::StrAppend(&out, "  ", contacts.losses[i], "  ", LossName(loss));
    for (const Recoverability::Example& example : contacts.examples) {
      if (example.loss != loss) continue;
      absl::StrAppend(&out, "; ", example.object, " ", example.field, " ", example.sample);
    }
    absl::StrAppend(&out, "\n");
  }
}

}  // namespace

std::string ReportText(const Report& report, absl::string_view title) {
  const DepositSummary& deposit = report.deposit;
  std::string out = absl::StrCat(Printable(title, 1024), ": ",
                                 absl::AsciiStrToUpper(VerdictName(report.verdict)), "\n  ");
  absl::StrAppend(&out,
                  report.tld.has_value() ? absl::StrCat(".", Printable(*report.tld)) : "no TLD",
                  ", ", Printable(deposit.kind.value_or("no kind")), " ",
                  Printable(deposit.id.value_or("without id")));
  if (deposit.resend.has_value()) absl::StrAppend(&out, ", resend ", *deposit.resend);
  if (deposit.watermark.has_value()) {
    absl::StrAppend(
        &out, ", watermark ",
        absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", *deposit.watermark, absl::UTCTimeZone()));
  }
  absl::StrAppend(&out, "\n  judged by ", report.ruleset, " at ",
                  absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", report.now, absl::UTCTimeZone()), "\n");
  AppendFindings(report, out);
  if (!report.counts.empty()) absl::StrAppend(&out, "\nCounted:\n");
  for (const auto& [uri, count] : report.counts)
    absl::StrAppend(&out, "  ", count, "  ", uri, "\n");
  AppendRecoverability(report, out);
  AppendSkipped(report, out);
  return out;
}

}  // namespace tidemark::verifier
