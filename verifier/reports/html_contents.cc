// What the deposit holds: fields, statuses, and what is left of its people.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "verifier/reports/html_parts.h"

namespace tidemark::verifier {
namespace {

void AppendShareRow(absl::string_view name, int64_t with, int64_t objects, std::string& out) {
  const double share = objects <= 0 ? 0 : static_cast<double>(with) / static_cast<double>(objects);
  absl::StrAppend(&out, "<tr><th scope=\"row\">", Escaped(name), "</th><td class=\"n\">",
                  WithCommas(with), "</td><td class=\"n\">", Percent(with, objects), "</td>",
                  BarCell(share), "</tr>\n");
}

void AppendKind(Counted kind, const KindStatistics& numbers, std::string& out) {
  absl::StrAppend(&out, "<details><summary><code>", CountedName(kind),
                  "</code><span class=\"times\">", WithCommas(numbers.objects),
                  numbers.objects == 1 ? " object" : " objects",
                  "</span></summary><div class=\"body halves\"><table><tr>"
                  "<th scope=\"col\">Field</th><th scope=\"col\" class=\"n\">Filled</th>"
                  "<th scope=\"col\" class=\"n\">Share</th><td></td></tr>\n");
  const absl::Span<const absl::string_view> fields = FieldNames(kind);
  for (size_t i = 0; i < fields.size(); ++i) {
    AppendShareRow(fields[i], numbers.filled[i], numbers.objects, out);
  }
  absl::StrAppend(&out,
                  "</table><table><tr><th scope=\"col\">Status</th>"
                  "<th scope=\"col\" class=\"n\">Objects</th>"
                  "<th scope=\"col\" class=\"n\">Share</th><td></td></tr>\n");
  for (size_t i = 0; i < kStatusCount; ++i) {
    if (numbers.statuses[i] == 0) continue;
    AppendShareRow(kStatusNames[i], numbers.statuses[i], numbers.objects, out);
  }
  absl::StrAppend(&out, "</table></div></details>\n");
}

// What a loss is, for people; docs/recoverability.md says it at length.
const char* WordsOf(Loss loss) {
  switch (loss) {
    case Loss::kEmpty:
      return "nothing there";
    case Loss::kRedacted:
      return "withheld on purpose";
    case Loss::kProxy:
      return "a privacy or proxy service stands in";
    case Loss::kPlaceholder:
      return "a placeholder, such as n/a";
    case Loss::kDamaged:
      return "characters lost on the way";
    case Loss::kTransliterated:
      return "in Latin letters only, of a country that writes others";
  }
  return "";
}

void AppendScore(const Recoverability& people, std::string& out) {
  absl::StrAppendFormat(
      &out,
      "<svg class=\"dial\" viewBox=\"0 0 120 120\" role=\"img\" aria-label=\"%d of 100\">"
      "<circle class=\"track\" cx=\"60\" cy=\"60\" r=\"50\"/><circle class=\"value v%d\" cx=\"60\" "
      "cy=\"60\" r=\"50\" pathLength=\"100\" stroke-dasharray=\"%d 100\" "
      "transform=\"rotate(-90 60 60)\"/><text x=\"60\" y=\"67\" text-anchor=\"middle\">%d</text>"
      "</svg>",
      people.score(), std::min(people.score() / 25, 3), people.score(), people.score());
}

// Four parts of one bar, the best to the left, and what each is.
void AppendQuarters(const Recoverability& people, std::string& out) {
  static constexpr const char* kWords[] = {"under 25 points", "25 to 49", "50 to 74",
                                           "75 and more"};
  const auto share = [&](size_t quarter) {
    return people.contacts <= 0 ? 0
                                : 100.0 * static_cast<double>(people.quarters[quarter]) /
                                      static_cast<double>(people.contacts);
  };
  absl::StrAppend(&out,
                  "<svg class=\"quarters\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" "
                  "aria-hidden=\"true\">");
  double at = 0;
  for (size_t i = people.quarters.size(); i-- > 0;) {
    absl::StrAppendFormat(&out, "<rect class=\"q%d\" x=\"%.2f\" width=\"%.2f\" height=\"8\"/>",
                          static_cast<int>(i), at, share(i));
    at += share(i);
  }
  absl::StrAppend(&out, "</svg><ul class=\"legend\">");
  for (size_t i = people.quarters.size(); i-- > 0;) {
    absl::StrAppend(&out, "<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"q", i,
                    "\" width=\"10\" height=\"10\" rx=\"2\"/></svg>", kWords[i], ": ",
                    WithCommas(people.quarters[i]), "</li>");
  }
  absl::StrAppend(&out, "</ul>");
}

void AppendLosses(const Recoverability& people, std::string& out) {
  absl::StrAppend(&out,
                  "<div class=\"panel\"><table><tr><th scope=\"col\">What was lost</th>"
                  "<th scope=\"col\" class=\"n\">Contacts</th>"
                  "<th scope=\"col\" class=\"n\">Share</th><td></td></tr>\n");
  for (size_t i = 0; i < kLossCount; ++i) {
    const Loss loss = static_cast<Loss>(i);
    const double share = people.contacts <= 0 ? 0
                                              : static_cast<double>(people.losses[i]) /
                                                    static_cast<double>(people.contacts);
    absl::StrAppend(&out, "<tr><th scope=\"row\">", LossName(loss), "<small>", WordsOf(loss),
                    "</small></th><td class=\"n\">", WithCommas(people.losses[i]),
                    "</td><td class=\"n\">", Percent(people.losses[i], people.contacts), "</td>",
                    BarCell(share), "</tr>\n");
  }
  absl::StrAppend(&out, "</table></div>\n");
}

void AppendExamples(const Recoverability& people, std::string& out) {
  if (people.examples.empty()) return;
  absl::StrAppend(&out,
                  "<div class=\"panel\"><table><tr><th scope=\"col\">For example</th>"
                  "<th scope=\"col\">Field</th><th scope=\"col\">Value, masked</th>"
                  "<th scope=\"col\">Lost as</th></tr>\n");
  for (const Recoverability::Example& example : people.examples) {
    absl::StrAppend(&out, "<tr><td class=\"obj\">", Escaped(example.object), "</td><td>",
                    Escaped(example.field), "</td><td><code>", Escaped(example.sample),
                    "</code></td><td>", LossName(example.loss), "</td></tr>\n");
  }
  absl::StrAppend(&out, "</table></div>\n");
}

}  // namespace

void AppendStatistics(const Report& report, std::string& out) {
  if (!report.statistics.has_value()) return;
  absl::StrAppend(&out, "<section><h2>What the objects hold</h2>\n");
  for (const Counted kind : kCounted) {
    const KindStatistics& numbers = report.statistics->of(kind);
    if (numbers.objects > 0) AppendKind(kind, numbers, out);
  }
  absl::StrAppend(&out, "</section>\n");
}

void AppendRecoverability(const Report& report, std::string& out) {
  if (!report.recoverability.has_value()) return;
  const Recoverability& people = *report.recoverability;
  absl::StrAppend(&out, "<section><h2>Could the people be found again?</h2>",
                  "<div class=\"panel score\">");
  AppendScore(people, out);
  absl::StrAppend(&out, "<div><p><strong>", people.score(), " of 100 points</strong> are left of ",
                  WithCommas(people.contacts), people.contacts == 1 ? " contact" : " contacts",
                  ": name 40, place 25, e-mail 25, telephone 10. It is no finding and changes no "
                  "verdict.</p>");
  AppendQuarters(people, out);
  absl::StrAppend(&out, "</div></div>\n");
  AppendLosses(people, out);
  AppendExamples(people, out);
  absl::StrAppend(&out, "</section>\n");
}

}  // namespace tidemark::verifier
