// Private to vault/: the rows that retention reads and others answer from: facts of a TLD, acts,
// and what is said of a deposit that policy deleted.
//
// Threads: pure reads. Errors: DATA_LOSS a row is not one; NOT_FOUND.
#ifndef TIDEMARK_VAULT_RETENTION_ROWS_H_
#define TIDEMARK_VAULT_RETENTION_ROWS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/custody.pb.h"
#include "proto/stored.pb.h"
#include "vault/deposit_id.h"
#include "vault/retention/plan.h"
#include "vault/rocks_store.h"

namespace tidemark::vault::retention {

// The TLDs that have a row in the catalogue, in order.
absl::StatusOr<std::vector<std::string>> ReadTlds(const RocksStore& store);

// A catalogue row, and what the plan looks at in it and in the holds.
struct TldRows {
  std::vector<tidemark::v1::CatalogueRow> rows;
  std::vector<DepositFacts> facts;  // of the same deposits in the same order
};
absl::StatusOr<TldRows> ReadTld(const RocksStore& store, absl::string_view tld);

absl::StatusOr<tidemark::v1::CatalogueRow> ReadRow(const RocksStore& store, const DepositId& id);
absl::StatusOr<tidemark::v1::ClearManifest> ReadManifest(const RocksStore& store,
                                                         const DepositId& id);
absl::StatusOr<tidemark::v1::PackRow> ReadPack(const RocksStore& store, const crypto::PackId& pack);
absl::StatusOr<tidemark::v1::LogLeaf> ReadLeaf(const RocksStore& store, uint64_t index);

// By the index of the DEPOSIT_SHREDDED leaf that they are about: where the bytes are gone.
using Erasures = std::map<uint64_t, std::vector<tidemark::v1::CustodyAct::Erased>>;
absl::StatusOr<Erasures> ReadErasures(const RocksStore& store);
bool IsErased(const Erasures& erasures, uint64_t shredded_log_index,
              tidemark::v1::CustodyAct::Erased::Where where);

// What went with all deposits that were shredded, as their acts say.
absl::StatusOr<uint64_t> ReadFreedBytes(const RocksStore& store);

// NOT_FOUND in the words that everybody hears who asks for more of a shredded deposit than its
// receipt. `row` is its catalogue row.
absl::Status ShreddedError(const RocksStore& store, const DepositId& id,
                           const tidemark::v1::CatalogueRow& row);

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_ROWS_H_
