// The page's pictures, as SVG within HTML. Every number in them stands on the page as text, too.
#ifndef TIDEMARK_FAILOVER_DRILL_REPORT_PICTURES_H_
#define TIDEMARK_FAILOVER_DRILL_REPORT_PICTURES_H_

#include <string>

#include "failover/drill/report/report.h"

namespace tidemark::failover {

// What ran when, and the way back above it.
std::string TimelineSvg(const DrillReport& report);

// Times to recover of earlier drills and this one, against the thresholds; seconds on a logarithmic
// scale, since good ones are thousands of times below.
std::string TrendSvg(const DrillReport& report);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_REPORT_PICTURES_H_
