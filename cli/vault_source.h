// A deposit in the vault as a stream: what rebuild reads when it is given an ID instead of a file.
//
// Opens with the verifier's key ([verifier] in the configuration), or with a successor's key and
// the package that the custodians released ([successor] and --release). Everything is checked
// before the first byte; the last word is the stream's Close().
#ifndef TIDEMARK_CLI_VAULT_SOURCE_H_
#define TIDEMARK_CLI_VAULT_SOURCE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "base/config.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/opening.h"

namespace tidemark::cli {

class VaultSource {
 public:
  // `id` is TLD/ID/RESEND, or TLD/ID for the highest resend; `release_path` is empty for the
  // verifier. Every other section of `config` must have been read: unknown keys are an error.
  static absl::StatusOr<std::unique_ptr<VaultSource>> Open(base::Config& config,
                                                           const std::string& id,
                                                           const std::string& release_path);

  base::ByteSource& bytes() { return *opened_; }
  const std::string& tld() const { return tld_; }

 private:
  VaultSource() = default;

  std::string tld_;
  std::unique_ptr<vault::RemoteVault> vault_;
  std::unique_ptr<verifier::OpenedDeposit> opened_;  // borrows vault_
};

// For a configuration whose vault sections are not needed: they may be there, anything else not.
absl::Status IgnoreVaultSections(const base::Config& config);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_VAULT_SOURCE_H_
