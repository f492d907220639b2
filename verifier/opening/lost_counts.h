// How many objects frames had that cannot be read any more.
//
// On the night on which a pack came, every object of it was used once, in order, so its runs
// together count all objects of the pack: what the readable frames lack, the others had.
// For one unreadable frame that is its number; for several it is that of the stretch from the first
// to the last of them, which helps only where no run begins inside.
//
// Threads: one. Threat: runs are the depositor's word. A pack that was not used as above says
// nothing; then there is no answer.
#ifndef TIDEMARK_VERIFIER_OPENING_LOST_COUNTS_H_
#define TIDEMARK_VERIFIER_OPENING_LOST_COUNTS_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "crypto/deposit_key.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/sealed_deposit.h"

namespace tidemark::verifier {

// Frames first .. last of a pack, of which the outer ones cannot be read, and all their objects.
struct LostFrames {
  uint32_t first;
  uint32_t last;
  uint64_t objects;
};

// Of the pack that came with `deposit`; nothing if it cannot be worked out, or nothing is lost.
// Errors: the vault's, other than DATA_LOSS.
absl::StatusOr<std::optional<LostFrames>> CountLostObjects(vault::RemoteVault& vault,
                                                           const SealedDeposit& deposit,
                                                           const crypto::DepositKey& key);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_LOST_COUNTS_H_
