#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "failover/drill/report/pictures.h"
#include "failover/drill/report/words.h"

namespace tidemark::failover {
namespace {

constexpr double kWidth = 960;
constexpr double kLeft = 64;
constexpr double kRight = 130;
constexpr double kTop = 20;
constexpr double kHeight = 240;
constexpr double kBottom = kTop + kHeight;
// From a tenth of a second to about eleven days.
constexpr double kLogMin = -1;
constexpr double kLogMax = 6;

double Y(double seconds) {
  const double log = std::clamp(std::log10(std::max(seconds, 1e-9)), kLogMin, kLogMax);
  return kBottom - (log - kLogMin) / (kLogMax - kLogMin) * kHeight;
}

std::vector<TrendPoint> Points(const DrillReport& report) {
  std::vector<TrendPoint> points = report.trend.earlier;
  points.push_back({report.started_at, report.verdict, report.rto});
  return points;
}

// Drills stand side by side, whatever the time between them: nights are what counts.
class Axis {
 public:
  explicit Axis(size_t points)
      : step_((kWidth - kLeft - kRight) / static_cast<double>(std::max<size_t>(points, 2) - 1)) {}
  double X(size_t i) const { return kLeft + step_ * static_cast<double>(i); }

 private:
  const double step_;
};

std::string Grid() {
  std::string svg;
  const std::pair<double, const char*> lines[] = {{1, "1 s"},    {10, "10 s"},
                                                  {60, "1 min"}, {600, "10 min"},
                                                  {3600, "1 h"}, {86400 * 7.0, "7 d"}};
  for (const auto& [seconds, label] : lines) {
    absl::StrAppendFormat(&svg,
                          "<path class=\"tick\" d=\"M%.0f %.1fH%.0f\"/><text class=\"soft\" "
                          "x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                          kLeft, Y(seconds), kWidth - kRight, kLeft - 8, Y(seconds) + 4, label);
  }
  return svg;
}

std::string Limit(absl::Duration threshold, const std::string& who) {
  const double y = Y(absl::ToDoubleSeconds(threshold));
  return absl::StrFormat(
      "<path class=\"limit\" d=\"M%.0f %.1fH%.0f\"/><text class=\"limit\" x=\"%.0f\" "
      "y=\"%.1f\">%s</text>",
      kLeft, y, kWidth - kRight, kWidth - kRight + 8, y + 4, Escaped(who));
}

std::string Hours(absl::Duration threshold) {
  return absl::StrFormat("%g h", absl::ToDoubleHours(threshold));
}

std::string Limits(const DrillThresholds& limits) {
  std::string svg = Limit(limits.dns, absl::StrCat("DNS ", Hours(limits.dns)));
  if (limits.dnssec == limits.dns) {
    svg = Limit(limits.dns, absl::StrCat("DNS, DNSSEC ", Hours(limits.dns)));
  } else {
    svg += Limit(limits.dnssec, absl::StrCat("DNSSEC ", Hours(limits.dnssec)));
  }
  return svg + Limit(limits.rdds, absl::StrCat("RDAP, WHOIS ", Hours(limits.rdds)));
}

std::string Line(const RecoveredFunction& function, const std::vector<TrendPoint>& points,
                 const Axis& axis) {
  std::string path;
  std::string dots;
  bool is_down = false;
  for (size_t i = 0; i < points.size(); ++i) {
    const std::optional<double> seconds = function.SecondsIn(points[i].rto);
    // A gap is a gap: nothing is drawn across a drill in which nothing was measured.
    if (!seconds.has_value()) {
      is_down = false;
      continue;
    }
    absl::StrAppendFormat(&path, "%c%.1f %.1f", is_down ? 'L' : 'M', axis.X(i), Y(*seconds));
    is_down = true;
    absl::StrAppendFormat(
        &dots,
        "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"><title>%s, %s: %s</title>"
        "</circle>",
        function.key, axis.X(i), Y(*seconds), points.size() > 60 ? "1.5" : "3",
        absl::FormatTime("%Y-%m-%d", points[i].at, absl::UTCTimeZone()), function.name,
        SecondsText(*seconds));
  }
  if (path.empty()) return "";
  return absl::StrFormat("<path class=\"%s\" d=\"%s\"/>", function.key, path) + dots;
}

std::string DateLabel(const TrendPoint& point, double x, const char* anchor) {
  return absl::StrFormat("<text class=\"soft\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                         x, kBottom + 26, anchor,
                         absl::FormatTime("%Y-%m-%d", point.at, absl::UTCTimeZone()));
}

std::string Misses(const std::vector<TrendPoint>& points, const Axis& axis) {
  std::string svg;
  for (size_t i = 0; i < points.size(); ++i) {
    if (points[i].verdict == DrillVerdict::kPass) continue;
    absl::StrAppendFormat(&svg,
                          "<path class=\"miss\" d=\"M%.1f %.1fl8 8m0 -8l-8 8\"><title>%s: "
                          "%s</title></path>",
                          axis.X(i) - 4, kBottom + 4,
                          absl::FormatTime("%Y-%m-%d", points[i].at, absl::UTCTimeZone()),
                          DrillVerdictName(points[i].verdict));
  }
  return svg;
}

}  // namespace

std::string TrendSvg(const DrillReport& report) {
  const std::vector<TrendPoint> points = Points(report);
  const Axis axis(points.size());
  std::string svg = absl::StrFormat(
      "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Times to recover, drill by "
      "drill\">",
      kWidth, kBottom + 58);
  svg += Grid() + Limits(report.thresholds);
  double key = kLeft;
  for (const RecoveredFunction& function : kRecoveredFunctions) {
    if (function.seconds == nullptr) continue;
    svg += Line(function, points, axis);
    absl::StrAppendFormat(&svg,
                          "<circle class=\"%s\" cx=\"%.0f\" cy=\"%.0f\" r=\"4\"/><text "
                          "class=\"soft\" x=\"%.0f\" y=\"%.0f\">%s</text>",
                          function.key, key + 4, kBottom + 46, key + 14, kBottom + 50,
                          function.name);
    key += 90;
  }
  absl::StrAppendFormat(&svg,
                        "<path class=\"miss\" d=\"M%.0f %.0fl8 8m0 -8l-8 8\"/><text "
                        "class=\"soft\" x=\"%.0f\" y=\"%.0f\">did not pass</text>",
                        key, kBottom + 42, key + 14, kBottom + 50);
  svg += Misses(points, axis);
  svg += DateLabel(points.front(), axis.X(0), "start");
  if (points.size() > 1) svg += DateLabel(points.back(), axis.X(points.size() - 1), "end");
  return svg + "</svg>";
}

}  // namespace tidemark::failover
