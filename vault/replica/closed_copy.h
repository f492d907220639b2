// Private to vault/replica/: a second copy's directory that no server has open, for a person's act.
#ifndef TIDEMARK_VAULT_REPLICA_CLOSED_COPY_H_
#define TIDEMARK_VAULT_REPLICA_CLOSED_COPY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

// NOT_FOUND: there is no vault in it, and none is made. UNAVAILABLE: it is being served.
absl::StatusOr<std::unique_ptr<RocksStore>> OpenClosedCopy(const std::string& dir);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_CLOSED_COPY_H_
