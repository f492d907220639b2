// Private to vault/: which keys of frames, parts and nodes somebody relies on, as the other
// families tell: what a scrub misses, and what a table that is made anew has to have.
//
// Threads: pure functions over a store that others write at the same time.
#ifndef TIDEMARK_VAULT_EXPECTED_KEYS_H_
#define TIDEMARK_VAULT_EXPECTED_KEYS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "proto/stored.pb.h"
#include "vault/frame_bits.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {

// The numbers of a pack's pieces that have to be there.
struct ExpectedPieces {
  uint32_t count = 0;
  std::string removed;  // bitmap
  bool Has(uint32_t number) const { return number < count && !HasBit(removed, number); }
};

// `family` is frames or parts. None while the pack is being uploaded. Errors: whose pack it is, or
// what became of it, cannot be told.
absl::StatusOr<ExpectedPieces> ExpectedPiecesOf(const RocksStore& store, schema::Family family,
                                                const tidemark::v1::PackRow& row);

// For RocksStore::RemakeTables(). UNAVAILABLE: a pack within the range is being uploaded, and how
// much of it was acknowledged is in no row. Other errors: a row that would tell cannot be read.
// INVALID_ARGUMENT: another family. `store` must outlive it.
RocksStore::Expected ExpectedKeysOf(const RocksStore& store, schema::Family family);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_EXPECTED_KEYS_H_
