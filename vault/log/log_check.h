// Checks a whole log offline, against its own rows: what `tidemark fsck` says of it.
//
// Every leaf's hash and every complete subtree against family nodes; every tree head's root, size,
// vault and time; its signature if the agent's public key is given; the frontier; times that never
// run backwards; each act of custody against the digest in its leaf; nothing missing and nothing
// beyond the end. Where leaf and node disagree, the tree head says which of them was altered.
//
// It cannot tell that the log was rewritten as a whole by somebody who has the receipt key, nor
// that it was set back: a witness can (vault/witness).
//
// Threads: one thread, reads only; the directory is opened by the caller. Errors: only what
// `on_progress` returns, and INVALID_ARGUMENT; what is wrong with the log is a flaw, and the check
// goes on. Threat: the rows are a stranger's; flaws that are kept are bounded, and counted beyond.
#ifndef TIDEMARK_VAULT_LOG_LOG_CHECK_H_
#define TIDEMARK_VAULT_LOG_LOG_CHECK_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "crypto/merkle.h"
#include "crypto/sign.h"
#include "vault/rocks_store.h"

namespace tidemark::vault {

inline constexpr size_t kLogFlawsKept = 256;

struct LogFlaw {
  uint64_t log_index;  // of the leaf that it is about; the log's size: of what lies beyond it
  std::string what;    // for people, and complete in itself: "log leaf 7: ..."
  // Of family nodes, which is made from the leaves: node_rebuild.h makes it anew.
  bool is_node = false;
};

struct LogCheckOptions {
  std::string vault_id;  // 16 bytes
  // The agent's receipt key; without it no signature is checked, and anybody can have made the log.
  std::optional<crypto::VerifyKey> agent_key = std::nullopt;
  // Called every some thousand leaves; an error ends the check and is returned.
  std::function<absl::Status(uint64_t leaves_checked, uint64_t leaves)> on_progress = nullptr;
  // The tree of the leaves so far, after each leaf, for as long as it is known.
  std::function<void(const crypto::MerkleFrontier& leaves)> on_tree = nullptr;
};

struct LogCheckReport {
  uint64_t leaves = 0;
  uint64_t nodes = 0;
  uint64_t acts = 0;
  uint64_t signatures = 0;  // that were checked and hold
  uint64_t flaws_total = 0;
  uint64_t node_flaws = 0;  // of these
  std::vector<LogFlaw> flaws;  // the first kLogFlawsKept
};

absl::StatusOr<LogCheckReport> CheckLog(const RocksStore& store, const LogCheckOptions& options);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_LOG_LOG_CHECK_H_
