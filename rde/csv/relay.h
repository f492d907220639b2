// Reading on a thread of its own, delivery on the caller's. Private to rde/csv/.
//
// Records are not copied: the reader fills those of a room, they go over in batches, and come back
// when they were delivered. Memory: kRelayBatches batches of kRelayEvents objects and flaws.
//
// Threads: `read` runs on one, `sink` is used on the calling one; neither sees the other's.
#ifndef TIDEMARK_RDE_CSV_RELAY_H_
#define TIDEMARK_RDE_CSV_RELAY_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "rde/object_builder.h"
#include "rde/reader.h"

namespace tidemark::rde::csv {

inline constexpr size_t kRelayBatches = 4;
inline constexpr size_t kRelayEvents = 128;

// Reads something. What it gives to `sink` are records of `room`, each the one taken last, and
// flaws.
using ReadInto = std::function<absl::Status(RecordSink& sink, RecordRoom& room)>;

// Runs `read`, beside the calling thread if there are two `threads` or more, and gives to `sink`
// what it gives. Returns what it returns. What is delivered does not depend on `threads`.
absl::Status ReadAndDeliver(const ReadInto& read, int threads, RecordSink& sink);

}  // namespace tidemark::rde::csv

#endif  // TIDEMARK_RDE_CSV_RELAY_H_
