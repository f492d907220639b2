// Reads a deposit's file once: digests it, cuts it into pieces, and hands those on.
//
// Two threads, so that what is done with the pieces runs beside reading: blocks of about a MiB go
// back and forth between them. A piece never spans two blocks.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_FILE_CUTTER_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_FILE_CUTTER_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/bytes.h"
#include "crypto/digest.h"
#include "rde/split/piece.h"

namespace tidemark::escrow_agent {

struct FileTotals {
  uint64_t bytes = 0;
  crypto::Sha256Digest sha256;
};

// Some pieces of the file, in order: `bytes` is all of them, one after the other.
using TakePieces = std::function<absl::Status(absl::string_view bytes,
                                              absl::Span<const rde::Piece> pieces)>;

// The file is `head` and then what `file` yields to its end; closes it. `take` is called on a
// thread of its own, one call at a time, all of which are over when this returns; `on_progress` on
// the caller's with the bytes read so far. Errors: the first of the source or of `take`;
// RESOURCE_EXHAUSTED over kDepositBytesMax.
absl::StatusOr<FileTotals> CutFile(absl::string_view head, base::ByteSource& file,
                                   const TakePieces& take,
                                   const std::function<void(uint64_t bytes_read)>& on_progress);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_FILE_CUTTER_H_
