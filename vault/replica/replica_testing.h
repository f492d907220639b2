// For tests only: a primary and a second copy in one process, and a copier that may lie.
#ifndef TIDEMARK_VAULT_REPLICA_REPLICA_TESTING_H_
#define TIDEMARK_VAULT_REPLICA_REPLICA_TESTING_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "crypto/sign.h"
#include "vault/replica/replica.h"
#include "vault/rocks_store.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {

// What somebody between the two does to what passes.
struct Meddling {
  std::function<void(tidemark::v1::SignedTreeHead& head)> on_head = nullptr;
  std::function<void(tidemark::v1::ReplicatedLeaf& leaf)> on_leaf = nullptr;
  // False: the copier dies before this piece.
  std::function<bool(tidemark::v1::SealedPiece& piece)> on_piece = nullptr;
};

// Everything from `primary` that `replica` lacks.
absl::Status CopyLog(Vault& primary, Vault& replica, const Meddling& meddling = {});

class TwoCopies final {
 public:
  TwoCopies();

  Vault& primary() { return *primary_; }
  Vault& replica() { return *replica_; }
  const std::string& primary_dir() const { return primary_dir_; }
  const std::string& replica_dir() const { return replica_dir_; }
  base::FakeClock& clock() { return clock_; }
  const crypto::SigningKey& receipt_key() const { return receipt_key_; }

  TestUpload Deposit(absl::string_view id, const TestUploadOptions& options = {});
  // One that also uses all frames of an earlier one's pack.
  TestUpload DepositOn(const TestUpload& earlier, absl::string_view id);
  void Judge(const DepositId& id, tidemark::v1::VerdictOutcome outcome);
  absl::Status Copy(const Meddling& meddling = {}) {
    return CopyLog(*primary_, *replica_, meddling);
  }

  // Called at every point of the primary's from its next opening on; see VaultOptions::at_point.
  void WatchPrimary(std::function<void(absl::string_view point)> watch) {
    watch_primary_ = std::move(watch);
  }
  void ClosePrimary() { primary_ = nullptr; }
  void OpenPrimary();
  void CloseReplica() { replica_ = nullptr; }
  // `keep_for`: of its own policy; the primary's is a day.
  void OpenReplica(absl::Duration keep_for = absl::Hours(24));
  // Another, empty directory.
  void BeginReplicaAnew();

 private:
  const std::string primary_dir_;
  std::string replica_dir_;
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  const crypto::SigningKey verdict_key_ = crypto::SigningKey::Generate();
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  base::FakeClock clock_;
  std::string vault_id_;
  std::function<void(absl::string_view point)> watch_primary_ = nullptr;
  std::unique_ptr<Vault> primary_;
  std::unique_ptr<Vault> replica_;
  uint64_t seed_ = 0;
};

// All rows of a closed vault's family, by key.
std::map<std::string, std::string> RowsOf(const std::string& dir, schema::Family family);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_REPLICA_REPLICA_TESTING_H_
