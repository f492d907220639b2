// Private to vault/: the rows that a commit writes, from what the signed manifest says. The primary
// makes them at the commit, a second copy when it writes the same leaf: they come out the same.
// Threads: pure functions.
#ifndef TIDEMARK_VAULT_DEPOSIT_ROWS_H_
#define TIDEMARK_VAULT_DEPOSIT_ROWS_H_

#include <cstdint>

#include "crypto/digest.h"
#include "proto/custody.pb.h"
#include "proto/stored.pb.h"

namespace tidemark::vault {

// `digest` is that of the manifest's signed body.
tidemark::v1::CatalogueRow MakeCatalogueRow(const tidemark::v1::ClearManifest& clear,
                                            const crypto::Blake2bDigest& digest,
                                            int64_t received_at_unix_micros);

// `row` as it was while the pack was on its way in; who began it stays.
tidemark::v1::PackRow CommittedPackRow(tidemark::v1::PackRow row,
                                       const tidemark::v1::ClearManifest& clear);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_DEPOSIT_ROWS_H_
