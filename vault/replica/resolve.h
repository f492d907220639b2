// What a person decides about a second copy that has stopped (replica.h): it goes on.
//
// Evidence first: what had stopped it is written into files of their own before a row is removed.
//
//   own.head            SignedTreeHead of this copy, at the size of the contradicting one where it
//                       has that
//   contradicting.head  SignedTreeHead of the primary
//   refused.leaf        RefusedLeafRow (proto/stored.proto): leaf, act, signed head, why
//   decided.leaf        DecidedLeafRow: with a contradicting head, the leaf that was decided about
//                       earlier, if there is one; its signed head may be what is contradicted
//
// A refused leaf stays in the copy, as decided about, until it is written: what is allowed is that
// leaf and not its number, and another one in its place is a contradiction.
//
// It decides nothing by itself: if the primary's log is still another one, or deletes again, the
// copy stops again at the next round.
//
// Threads: a free function; nobody else may have the directory open. Errors: UNAVAILABLE somebody
// has; FAILED_PRECONDITION it is no second copy, has not stopped, or did not refuse that leaf;
// ALREADY_EXISTS other evidence is in the directory; nothing is changed in the copy.
#ifndef TIDEMARK_VAULT_REPLICA_RESOLVE_H_
#define TIDEMARK_VAULT_REPLICA_RESOLVE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace tidemark::vault {

struct Resolution {
  std::string evidence_dir;  // made if it is not there; no other file in it is replaced
  // The refused shredding of the leaf with this number, as it was refused, may happen here, too:
  // whatever hold or policy says.
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
