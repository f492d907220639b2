// What a person decides about a second copy that has stopped (replica.h): it goes on.
//
// Evidence first: what had stopped it is written into files of their own before a row is removed.
//
//   own.head            SignedTreeHead of this copy, at the size of the contradicting one where it
//                       has that
//   contradicting.head  SignedTreeHead of the primary
//   refused.leaf        RefusedLeafRow (proto/stored.proto): leaf, act, signed head, why
//
// It decides nothing by itself: if the primary's log is still another one, or deletes again, the
// copy stops again at the next round.
//
// Threads: a free function; nobody else may have the directory open. Errors: UNAVAILABLE somebody
// has; FAILED_PRECONDITION it is no second copy, has not stopped, or did not refuse that leaf;
// nothing is changed.
#ifndef TIDEMARK_VAULT_REPLICA_RESOLVE_H_
#define TIDEMARK_VAULT_REPLICA_RESOLVE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace tidemark::vault {

struct Resolution {
  std::string evidence_dir;  // made if it is not there; files in it are replaced
  // The refused shredding of this leaf may happen here, too: whatever hold or policy says.
  std::optional<uint64_t> allow_shredding = std::nullopt;
};

struct Resolved {
  uint64_t tree_size = 0;  // of the log as it is here
  bool had_contradiction = false;
  std::optional<uint64_t> refused_leaf = std::nullopt;
};

absl::StatusOr<Resolved> ResolveStop(const std::string& dir, const Resolution& resolution);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_RESOLVE_H_
