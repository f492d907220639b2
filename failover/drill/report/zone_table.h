// The page's table of what the whole zone was compared by.
#ifndef TIDEMARK_FAILOVER_DRILL_REPORT_ZONE_TABLE_H_
#define TIDEMARK_FAILOVER_DRILL_REPORT_ZONE_TABLE_H_

#include <string>

#include "failover/drill/report/report.h"

namespace tidemark::failover {

// With its heading; "" if no zone was transferred.
std::string ZoneTable(const DrillReport& report);
// What the validator of the whole zone is, in how long, or why there is no answer of one.
std::string VerificationText(const DrillReport& report);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_REPORT_ZONE_TABLE_H_
