// What the campaign does with two copies of a vault, and with damaged pieces: copies the log on,
// damages pieces by hand, scrubs, and mends one copy from the other.
//
// It is the library that the Replica service calls, without the network between. Every step owes
// the journal what a promise follows from, as in session.h.
//
// Threads: one. Errors: those of the vault, as it gave them. Threat: none, it is a test's.
#ifndef TIDEMARK_TESTS_CAMPAIGN_CRASH_COPIES_H_
#define TIDEMARK_TESTS_CAMPAIGN_CRASH_COPIES_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/campaign/crash/session.h"

namespace tidemark::campaign {

inline constexpr int kEverything = 1 << 30;

// Writes the second copy on, by at most so many pieces: then the copier goes away, perhaps in the
// middle of a leaf.
absl::Status CopyOn(Session& session, int pieces_max);

// Compacts the second copy over what was shredded, and has the primary log it.
absl::Status EraseCopy(Session& session);

// What is stored under that name, and what was sent.
absl::StatusOr<std::string> ReadPiece(Session& session, const PieceAt& piece);
std::string SentPiece(const Session& session, const PieceAt& piece);

// Alters the piece below the vault, takes its row away, or makes the database's own block of it
// unreadable; the vault is closed and opened anew.
enum class Damage { kAltered, kGone, kUnreadable };
absl::Status DamagePiece(Session& session, const PieceAt& piece, Damage damage);

// Slices of a scrub of one copy; what it says to be damaged is a promise from then on.
absl::Status Scrub(Session& session, Side side, int slices);
// How many cycles are over, as it lies in the database; the vault is closed and opened anew.
absl::StatusOr<uint64_t> CyclesDone(Session& session, Side side);
// The damaged pieces that the copy knows of. One that is not of an upload of ours is a breach.
absl::StatusOr<std::set<PieceAt>> KnownDamages(Session& session, Side side);

// Mends the piece from the other copy.
absl::Status Mend(Session& session, const PieceAt& piece);

}  // namespace tidemark::campaign

#endif  // TIDEMARK_TESTS_CAMPAIGN_CRASH_COPIES_H_
