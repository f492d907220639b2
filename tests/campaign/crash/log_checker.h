// The audit log as its rows lie in the database, held against everything that was said of it.
//
// Every leaf is hashed again; the tree heads that were given away, and those in receipts, must be
// roots of its beginnings. Threads: one. Errors: reported as breaches. Threat: none, a test's.
#ifndef TIDEMARK_TESTS_CAMPAIGN_CRASH_LOG_CHECKER_H_
#define TIDEMARK_TESTS_CAMPAIGN_CRASH_LOG_CHECKER_H_

#include <cstdint>

#include "tests/campaign/crash/session.h"

namespace tidemark::campaign {

struct HeadsTally {
  uint64_t given = 0;
  uint64_t honoured = 0;
};

// The vault must be closed.
HeadsTally CheckLog(Session& session, Side side);

}  // namespace tidemark::campaign

#endif  // TIDEMARK_TESTS_CAMPAIGN_CRASH_LOG_CHECKER_H_
