// Holds a vault to everything that its journal says was promised, and shows that it works on.
//
// Whatever is not as promised is reported through Session::Breach(). Threads: one. Errors: those of
// the vault that left the checker unable to look. Threat: none, it is a test's.
#ifndef TIDEMARK_TESTS_CAMPAIGN_CRASH_CHECKER_H_
#define TIDEMARK_TESTS_CAMPAIGN_CRASH_CHECKER_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "tests/campaign/crash/session.h"

namespace tidemark::campaign {

struct Tally {
  uint64_t receipts_given = 0;
  uint64_t receipts_honoured = 0;
  uint64_t pieces_acked = 0;  // frames and manifest parts of uploads that nothing has ended
  uint64_t pieces_held = 0;
  uint64_t verdicts_given = 0;
  uint64_t verdicts_honoured = 0;
  uint64_t heads_given = 0;
  uint64_t heads_honoured = 0;
  uint64_t shredded = 0;              // by policy; their receipts are there
  uint64_t seen_without_receipt = 0;  // committed, and the end came before the receipt

  std::string ToJson() const;
};

// The vault is open; afterwards it is closed. Reads everything that is committed, goes on with
// every unfinished upload to its receipt, and then reads the log's rows as they lie in the
// database.
absl::Status CheckPromises(Session& session, Tally& tally);

}  // namespace tidemark::campaign

#endif  // TIDEMARK_TESTS_CAMPAIGN_CRASH_CHECKER_H_
