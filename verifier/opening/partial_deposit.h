// A deposit as far as custody still has it: what is lost is left out, and each loss is itemised.
//
// For the day on which a frame or a part of the sealed manifest is damaged and nobody has another
// copy. Objects of lost frames are left out with what stands between them, so that what was whole
// objects of an XML file leaves a well-formed file behind; nothing is ever put in a place that is
// not its own. Runs count objects, and a frame that is lost does not say how many it had: that is
// worked out from the night on which its pack came (lost_counts.h), and where that fails, the rest
// of the pack is lost, too, and said to be.
//
// Threads, memory: as opening.h; every frame goes through a scratch file. Errors: those of
// OpenDeposit(), but for DATA_LOSS of frames and of parts behind the first. Threat: with a loss the
// file's digest cannot be checked. What is given is authentic object by object; that nothing else
// is missing is the word of the manifest, and of the parts of it that are there.
#ifndef TIDEMARK_VERIFIER_OPENING_PARTIAL_DEPOSIT_H_
#define TIDEMARK_VERIFIER_OPENING_PARTIAL_DEPOSIT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "crypto/deposit_key.h"
#include "crypto/pack_id.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/opening.h"

namespace tidemark::verifier {

// Stretches that are listed; the objects of others are counted.
inline constexpr size_t kLostStretchesMax = 100'000;

struct LostFrame {
  std::string pack;  // hex
  uint32_t frame;
  std::optional<uint64_t> objects;  // that it had, if that could be worked out
  std::string why;
};

// Objects that stand together in the file and are lost.
struct LostStretch {
  uint64_t at_byte;       // of what was restored: they would stand here
  uint64_t first_object;  // of the file, from 0
  uint64_t objects;
  std::optional<uint64_t> bytes;  // with what stood between them, if that can be known
  std::string pack;
  uint32_t frame;  // in which the first of them lay, or lies and cannot be placed
};

struct Losses {
  std::vector<LostFrame> frames;
  std::vector<LostStretch> stretches;
  uint64_t stretches_omitted = 0;
  // The first part of the sealed manifest that is lost: everything behind it is, and not counted.
  std::optional<uint64_t> lost_from_part;
  uint64_t objects_lost = 0;
  uint64_t objects_restored = 0;
  uint64_t bytes_restored = 0;
  // What the depositor sealed; unknown if the end of the manifest is lost.
  std::optional<uint64_t> file_bytes;
  std::optional<uint64_t> file_objects;
  bool any() const { return objects_lost > 0 || lost_from_part.has_value(); }
};

class PartialDeposit : public OpenedDeposit {
 public:
  // Complete once Read() has given 0.
  virtual const Losses& losses() const = 0;
};

struct OpenableDeposit {
  SealedDeposit sealed;
  crypto::DepositKey key;
};
// The deposit that a pack came with; any error: it cannot be opened here.
using FindBirth = std::function<absl::StatusOr<OpenableDeposit>(const crypto::PackId& pack)>;

// `vault` must outlive the result. Without a loss it is what OpenDeposit() gives, checked alike.
absl::StatusOr<std::unique_ptr<PartialDeposit>> OpenPartialDeposit(
    vault::RemoteVault& vault, const SealedDeposit& deposit, const vault::AgentConnection& agent,
    crypto::DepositKey key, const FindBirth& find_birth, const std::string& scratch_dir = "");

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_PARTIAL_DEPOSIT_H_
