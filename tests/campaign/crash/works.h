// What a vault is put through: a table of works, chosen in an order that the seed gives.
//
// To add a work: a function here, a row in the table.
// A work makes promises through the session, which remembers them, and leaves the vault open. It
// may be ended at any moment; whatever it relied on must follow from the journal.
#ifndef TIDEMARK_TESTS_CAMPAIGN_CRASH_WORKS_H_
#define TIDEMARK_TESTS_CAMPAIGN_CRASH_WORKS_H_

#include <array>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tests/campaign/crash/session.h"

namespace tidemark::campaign {

enum class Script { kOrdinary, kClockJumps, kLarge, kRetention, kCopies, kScrub };

struct Work {
  absl::string_view name;
  // Chances among all rows, in each kind of script.
  std::array<int, 6> weights;
  absl::Status (*run)(Session& session);
};

absl::Span<const Work> Works();

// One work, drawn by the session's random numbers.
const Work& DrawWork(Script script, Session& session);

}  // namespace tidemark::campaign

#endif  // TIDEMARK_TESTS_CAMPAIGN_CRASH_WORKS_H_
