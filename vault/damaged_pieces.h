// Private to vault/: which stored pieces are known to be damaged, for whoever would rely on them.
//
// Known is what a scrub or a read has met (family scrub) and what is not whole when it is looked at
// now: a piece that a second copy has mended counts as damaged until its table is made anew, and is
// none the worse for it.
//
// Threads: pure reads. Errors: those of the store.
#ifndef TIDEMARK_VAULT_DAMAGED_PIECES_H_
#define TIDEMARK_VAULT_DAMAGED_PIECES_H_

#include "absl/status/status.h"
#include "crypto/pack_id.h"
#include "proto/custody.pb.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

// FAILED_PRECONDITION, naming the first: a frame that the bitmap names is damaged. DATA_LOSS: what
// is known of damage cannot be read, so that nobody can tell.
absl::Status CheckFramesWhole(const RocksStore& store, const tidemark::v1::PackRef& ref);

// The same of the manifest parts that came with the pack.
absl::Status CheckPartsWhole(const RocksStore& store, const crypto::PackId& pack);

// Either as an answer to whoever would rely on the frames.
absl::Status SendInFull(const absl::Status& not_whole);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_DAMAGED_PIECES_H_
