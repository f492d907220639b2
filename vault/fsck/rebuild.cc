// Family nodes of a closed store, made anew.
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "vault/expected_keys.h"
#include "vault/fsck/fsck.h"
#include "vault/fsck/store_files.h"
#include "vault/log/log_check.h"
#include "vault/log/node_rebuild.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using schema::Family;

// DATA_LOSS: what nodes are made from is not whole.
absl::StatusOr<uint64_t> CountBadNodes(const RocksStore& store, const FsckOptions& options) {
  ASSIGN_OR_RETURN(const std::string format, store.Get(Family::kMeta, schema::kFormatKey));
  ASSIGN_OR_RETURN(const uint32_t number, schema::ParseFormatValue(format));
  if (number != schema::kSchemaFormat) {
    return absl::FailedPreconditionError(
        absl::StrCat("the store is of format ", number, "; opening it makes its nodes"));
  }
  ASSIGN_OR_RETURN(const std::string vault_id, store.Get(Family::kMeta, schema::kVaultIdKey));
  ASSIGN_OR_RETURN(const LogCheckReport report,
                   CheckLog(store, {.vault_id = vault_id, .agent_key = options.receipt_key}));
  if (report.flaws_total == report.node_flaws) return report.node_flaws;
  std::string first = "the first ones are of nodes";
  for (const LogFlaw& flaw : report.flaws) {
    if (flaw.is_node) continue;
    first = flaw.what;
    break;
  }
  return absl::DataLossError(absl::StrCat("nodes are made from the leaves, and those or their tree "
                                          "heads are damaged themselves: ", first,
                                          "; nothing was written"));
}

}  // namespace

absl::StatusOr<uint64_t> RebuildLogNodes(const FsckOptions& options) {
  FsckReport files;
  {
    StoreReadLock lock;
    RETURN_IF_ERROR(lock.Take(options.dir));
    RETURN_IF_ERROR(LookAtFiles(options.dir, files));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<RocksStore> store, RocksStore::Open(options.dir));
  ASSIGN_OR_RETURN(const uint64_t bad, CountBadNodes(*store, options));
  if (bad == 0) return 0;
  StoreBatch batch;
  // Also what lies beyond the log's end: no key is longer than this one.
  batch.DeleteRange(Family::kNodes, {schema::NodeKey(0, 0), std::string(64, '\xff')});
  RETURN_IF_ERROR(store->Apply(batch, Durability::kUnsynced));
  RETURN_IF_ERROR(RebuildNodes(*store));
  RETURN_IF_ERROR(store->Sync());
  // A block that could not be read would stand in the way of every compaction.
  ASSIGN_OR_RETURN(const RocksStore::Remade remade,
                   store->RemakeTables({.family = Family::kNodes,
                                        .ranges = {{"", ""}},
                                        .expected = ExpectedKeysOf(*store, Family::kNodes)}));
  RETURN_IF_ERROR(remade.refusals());
  ASSIGN_OR_RETURN(const uint64_t left, CountBadNodes(*store, options));
  if (left > 0) return absl::DataLossError(absl::StrCat(left, " nodes are damaged still"));
  return bad;
}

}  // namespace tidemark::vault
