#include <algorithm>
#include <string>

#include "absl/strings/str_format.h"
#include "failover/drill/report/pictures.h"
#include "failover/drill/report/words.h"

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

bool IsOnTheWayBack(const DrillReport& report, const DrillStage& stage) {
  return std::any_of(report.rto_stages.begin(), report.rto_stages.end(),
                     [&](const auto& entry) { return entry.first == stage.name; });
}

// Over the rows of all stages from the first to the last that the way back is made of; where the
// clock stood still between them, the words say so.
std::string WayBack(const DrillReport& report, double scale, double bottom) {
  if (!report.rto.dnssec.has_value() || report.rto_stages.empty()) return "";
  const auto x = [&](double seconds) { return kLabelWidth + seconds * scale; };
  double begin = -1;
  double end = 0;
  double counted = 0;
  for (const DrillStage& stage : report.stages) {
    if (!IsOnTheWayBack(report, stage)) continue;
    if (begin < 0) begin = stage.begin_seconds;
    end = stage.begin_seconds + stage.seconds;
    counted += stage.seconds;
  }
  // What of its last stage came after the first validated answer is not on the way back.
  end = std::max(begin, end - std::max(0.0, counted - *report.rto.dnssec));
  const double from = x(begin);
  const double to = x(end);
  return absl::StrFormat(
      "<rect x=\"%.1f\" y=\"26\" width=\"%.1f\" height=\"%.1f\" "
      "class=\"tint\"/><path class=\"span\" d=\"M%.1f 34v-8h%.1fv8\"/>"
      "<text class=\"back\" "
      "x=\"%.1f\" y=\"18\" text-anchor=\"middle\">back in %s%s</text>",
      from, to - from, bottom - 26, from, to - from,
      std::clamp((from + to) / 2, kLabelWidth + 60, kWidth - kRightMargin),
      SecondsText(*report.rto.dnssec),
      end - begin > *report.rto.dnssec + 0.05 ? ", the observer's fetching not counted" : "");
}

}  // namespace

std::string TimelineSvg(const DrillReport& report) {
  if (report.stages.empty()) return "<p>No stage was played.</p>";
  const DrillStage& last = report.stages.back();
  const double total = std::max(last.begin_seconds + last.seconds, 0.001);
  const double scale = (kWidth - kLabelWidth - kRightMargin) / total;
  const double bottom = kTop + kRowHeight * static_cast<double>(report.stages.size());
  const auto x = [&](double seconds) { return kLabelWidth + seconds * scale; };
  std::string svg = absl::StrFormat(
      "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Timeline of the drill\">", kWidth,
      bottom + 34);
  svg += WayBack(report, scale, bottom);
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
        IsOnTheWayBack(report, stage) ? "bar back" : "bar", Escaped(stage.name),
        SecondsText(stage.seconds), x(stage.begin_seconds) + width + 7, y + 17,
        SecondsText(stage.seconds));
    y += kRowHeight;
  }
  return svg + "</svg>";
}

}  // namespace tidemark::failover
