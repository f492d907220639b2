// Reads a deposit on several threads, and delivers just what one thread would. Private to rde/.
//
// The file is cut where an object seems to end (rde/object_cut.h), and the pieces are read side by
// side, each as if it began in a gap between two objects of <contents>. That is a bet, checked
// afterwards: if the piece before really ended in such a gap, and this one ended in the same
// <contents> without leaving it or failing, then what was read is what reading in order gives, and
// is delivered. If not, the batch is thrown away and the piece is read in order. So nothing depends
// on where the cuts are; at worst every piece is read twice.
//
// The head, the tail, and all that is not between objects is read in order, and so is every flaw
// that ends reading. Memory: two pieces of kPieceBytes for each thread, and their batches.
//
// Threads: the sink is used by the calling thread only, the source by one thread at a time.
#ifndef TIDEMARK_RDE_PARALLEL_READER_H_
#define TIDEMARK_RDE_PARALLEL_READER_H_

#include "absl/status/status.h"
#include "base/bytes.h"
#include "rde/reader.h"

namespace tidemark::rde {

// `threads` is at least 2, the calling one included. Returns what ReadDeposit() does.
absl::Status ReadInParallel(base::ByteSource& source, RecordSink& sink, const ReadOptions& options);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_PARALLEL_READER_H_
