// Holds a vault to everything that its journal says was promised, and shows that it works on.
//
// Whatever is not as promised is reported through Session::Breach(). Threads: one. Errors: those of
// the vault that left the checker unable to look. Threat: none, it is a test's.
#ifndef TIDEMARK_TESTS_CAMPAIGN_CRASH_CHECKER_H_
#define TIDEMARK_TESTS_CAMPAIGN_CRASH_CHECKER_H_

#include "absl/status/status.h"
#include "tests/campaign/crash/custody_checker.h"
#include "tests/campaign/crash/session.h"

namespace tidemark::campaign {

// The vault is open; afterwards it is closed. Reads everything that is committed, goes on with
// every unfinished upload to its receipt, and then reads the log's rows as they lie in the
// database.
absl::Status CheckPromises(Session& session, Tally& tally);

}  // namespace tidemark::campaign

#endif  // TIDEMARK_TESTS_CAMPAIGN_CRASH_CHECKER_H_
