// Private to vault/: family nodes, made anew from the leaves. A vault of format 1 has none.
#ifndef TIDEMARK_VAULT_LOG_NODE_REBUILD_H_
#define TIDEMARK_VAULT_LOG_NODE_REBUILD_H_

#include "absl/status/status.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

// Writes all nodes, in bounded batches that are not synced: a crash on the way leaves some, which
// are right, and the next call writes all of them again. The caller's next synced write makes them
// durable. DATA_LOSS: a leaf is missing, or the leaves are not those of the frontier.
absl::Status RebuildNodes(RocksStore& store);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_LOG_NODE_REBUILD_H_
