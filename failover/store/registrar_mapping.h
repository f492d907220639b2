// Gives registrars other ids, in a store that is being loaded: a successor's for those of the
// registry that failed. Where an object's registrars change, a row says who stood there before
// (schema.h, "former").
//
// It runs when every object is there, since an id alone says nothing: who has it may come last in
// the deposit. One more pass through domains, hosts and contacts, in sorted runs; registrars are
// few and moved one by one. If two become one, that one stays which had the id already, else the
// first by its former id; the other is in its "former" row alone.
//
// Applied once: of a to b and b to c, what a sponsored is b's. Threads: the loader's. Memory: that
// of a RunWriter, and the registrars that change. Errors: those of the store.
#ifndef TIDEMARK_FAILOVER_STORE_REGISTRAR_MAPPING_H_
#define TIDEMARK_FAILOVER_STORE_REGISTRAR_MAPPING_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "failover/store/database.h"
#include "failover/store/registry_store.h"

namespace tidemark::failover {

// Returns how many registrars went into another one. `mapping` is not null.
absl::StatusOr<uint64_t> MapRegistrars(Database& database, const LoaderOptions& options,
                                       const RegistrarMapping& mapping);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_STORE_REGISTRAR_MAPPING_H_
