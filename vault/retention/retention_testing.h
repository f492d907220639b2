// For tests only: registries whose nights refer to frames of earlier ones, and the check that a
// deposit comes back byte for byte through its real clear manifest.
//
// All of it follows from a seed: what a vault should hold is known without having made it.
#ifndef TIDEMARK_VAULT_RETENTION_RETENTION_TESTING_H_
#define TIDEMARK_VAULT_RETENTION_RETENTION_TESTING_H_

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault::retention {

// One deposit of such a registry.
struct Night {
  TestUpload upload;
  std::vector<crypto::PackId> relied_on;
  // Frames that it uses, with their bytes: of its own pack and of earlier ones.
  std::map<std::pair<crypto::PackId, uint32_t>, std::string> frames;
};

struct RegistryOptions {
  std::string tld = "example";
  uint64_t seed = 1;
  int frames = 20;           // of one state of the registry
  int changes = 4;           // frames that are other ones the next night
  int spare = 0;             // frames that are sent every night and that no deposit uses
  size_t piece_bytes = 500;  // of a frame, and of a part
};

class TestRegistry final {
 public:
  TestRegistry(absl::string_view vault_id, const RegistryOptions& options)
      : vault_id_(vault_id), options_(options), random_(options.seed) {}

  // The next deposit, which is not in a vault yet. A FULL uses the whole state, a DIFF (of the last
  // one) its changes.
  Night Next(tidemark::v1::DepositKind kind = tidemark::v1::DEPOSIT_KIND_FULL);

 private:
  struct Slot {
    crypto::PackId pack;
    uint32_t frame;
    std::string bytes;
  };

  const std::string vault_id_;
  const RegistryOptions options_;
  std::mt19937_64 random_;
  std::vector<Slot> state_;
  std::map<crypto::PackId, std::pair<uint32_t, std::string>> packs_;  // frames, frames_digest
  int nights_ = 0;
  std::string last_id_;
};

// Begins, sends and commits it.
absl::StatusOr<tidemark::v1::Receipt> StoreNight(const Night& night, const TestPeer& depositor,
                                                 Vault& vault);

// OK if every frame and part comes back as it was sent, through the manifest that the vault has.
absl::Status CheckRestores(const Night& night, const Vault& vault);

// OK if only receipt and verdicts are left of it, and everything else is answered so.
absl::Status CheckShredded(const Night& night, const Vault& vault);

}  // namespace tidemark::vault::retention

#endif  // TIDEMARK_VAULT_RETENTION_RETENTION_TESTING_H_
