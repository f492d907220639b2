// A deposit in the vault as a stream, and what it builds on: what rebuild reads when it is given an
// ID instead of a file. What it holds, XML or a tar, shows in its first bytes.
//
// Opens with the verifier's key ([verifier] in the configuration), or with a successor's key and
// the packages that the custodians released ([successor] and --release): one for each deposit of a
// chain. Everything is checked before the first byte; the last word is the stream's Close().
#ifndef TIDEMARK_CLI_VAULT_SOURCE_H_
#define TIDEMARK_CLI_VAULT_SOURCE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "base/config.h"
#include "crypto/deposit_key.h"
#include "crypto/pack_id.h"
#include "proto/custody.pb.h"
#include "rde/records.h"
#include "vault/deposit_id.h"
#include "vault/remote/remote_vault.h"
#include "verifier/base_chain.h"
#include "verifier/opening/opening.h"
#include "verifier/opening/partial_deposit.h"

namespace tidemark::cli {

class VaultSource {
 public:
  // `id` is TLD/ID/RESEND, or TLD/ID for the highest resend; without `release_paths` it is the
  // verifier's. Every other section of `config` must have been read: unknown keys are an error.
  static absl::StatusOr<std::unique_ptr<VaultSource>> Open(
      base::Config& config, const std::string& id, const std::vector<std::string>& release_paths);
  // The same, for TakePartial() instead of TakeBytes().
  static absl::StatusOr<std::unique_ptr<VaultSource>> OpenPartial(
      base::Config& config, const std::string& id, const std::vector<std::string>& release_paths);

  // Once. The file as it was deposited; must not outlive this.
  std::unique_ptr<base::ByteSource> TakeBytes() { return std::move(opened_); }
  // Once. As far as custody still has it; must not outlive this.
  std::unique_ptr<verifier::PartialDeposit> TakePartial() { return std::move(partial_); }
  const std::string& tld() const { return tld_; }
  // What its label says, and the name that goes with it.
  const rde::DepositInfo& info() const { return info_; }
  const std::string& name() const { return name_; }

  // The deposits that it may build on, each opened in its turn: with the verifier's key all of the
  // TLD, with releases those that are released. They must not outlive this.
  absl::StatusOr<std::vector<verifier::ChainDeposit>> Bases();

 private:
  VaultSource() = default;

  static absl::StatusOr<std::unique_ptr<VaultSource>> Connect(
      base::Config& config, const std::string& id, const std::vector<std::string>& release_paths);
  // The deposit that a pack came with, if the keys at hand open it.
  absl::StatusOr<verifier::OpenableDeposit> FindBirth(const crypto::PackId& pack) const;
  absl::Status LoadKeys(base::Config& config, const std::vector<std::string>& release_paths);
  absl::StatusOr<crypto::DepositKey> Unwrap(const verifier::SealedDeposit& sealed) const;
  // `expected`: what the label has to say; null: whatever it says.
  absl::StatusOr<std::unique_ptr<verifier::OpenedDeposit>> OpenDeposit(
      const vault::DepositId& id, const rde::DepositInfo* expected);

  std::string tld_;
  std::string name_;
  rde::DepositInfo info_;
  vault::AgentConnection agent_;
  std::optional<crypto::OpeningKey> key_;
  std::map<std::string, tidemark::v1::ReleasePackage> releases_;  // by deposit
  std::unique_ptr<vault::RemoteVault> vault_;
  std::unique_ptr<verifier::OpenedDeposit> opened_;    // borrows vault_
  std::unique_ptr<verifier::PartialDeposit> partial_;  // borrows vault_
};

// For a configuration whose vault sections are not needed: they may be there, anything else not.
absl::Status IgnoreVaultSections(const base::Config& config);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_VAULT_SOURCE_H_
