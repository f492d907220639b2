// Holds the two copies of a vault to what each has said of itself: what was copied is there, what
// was damaged is known, what was mended is whole.
//
// Both must be open. Whatever is not as promised is reported through Session::Breach(). Threads:
// one. Errors: those of the vault that left the checker unable to look. Threat: none, it is a
// test's.
#ifndef TIDEMARK_TESTS_CAMPAIGN_CRASH_COPY_CHECKER_H_
#define TIDEMARK_TESTS_CAMPAIGN_CRASH_COPY_CHECKER_H_

#include "absl/status/status.h"
#include "tests/campaign/crash/custody_checker.h"
#include "tests/campaign/crash/session.h"

namespace tidemark::campaign {

// As the two stand after a fault. Scrubs both for as many cycles as are promised to find
// everything, mends what is damaged, and writes the copy on to its end.
absl::Status CheckCopies(Session& session, Tally& tally);

// The copy written on once more: then it keeps every promise that the primary gave.
absl::Status CheckCopyOfAll(Session& session);

}  // namespace tidemark::campaign

#endif  // TIDEMARK_TESTS_CAMPAIGN_CRASH_COPY_CHECKER_H_
