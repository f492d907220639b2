// One process at work on a vault's directory: the vault, its keys, its clock and the journal.
//
// Works (works.h) and the checker (checker.h) share it: both make uploads from their numbers, and
// both hold the vault to what it said. A breach is a promise that was not kept; it is reported on
// standard error and ends nothing, so that one run shows all of them.
//
// Threads: one. Errors: those of the vault, as it gave them. Threat: none, it is a test's.
#ifndef TIDEMARK_TESTS_CAMPAIGN_CRASH_SESSION_H_
#define TIDEMARK_TESTS_CAMPAIGN_CRASH_SESSION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "crypto/sign.h"
#include "tests/campaign/crash/promises.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::campaign {

struct SessionOptions {
  std::string dir = {};       // the vault's
  std::string copy_dir = {};  // a second copy's; "": there is none
  std::string journal = {};   // a file outside of it
  std::string keys = {};      // a directory outside of it, from MakeKeys()
  uint64_t seed = 1;
  uint64_t free_bytes_min = 0;
  uint64_t disk_reserve_per_tld = 0;
  std::function<void(absl::string_view point)> at_point = nullptr;
};

// The two keys that outlive a process: of receipts and of verdicts.
absl::Status MakeKeys(const std::string& dir);

class Session final {
 public:
  static absl::StatusOr<std::unique_ptr<Session>> Start(const SessionOptions& options);

  absl::Status OpenVault();
  void CloseVault() {
    vault_ = nullptr;
    copy_ = nullptr;
  }
  vault::Vault& vault() { return *vault_; }
  bool has_copy() const { return !options_.copy_dir.empty(); }
  vault::Vault& side(Side side) { return side == Side::kPrimary ? *vault_ : *copy_; }
  const std::string& dir_of(Side side) const {
    return side == Side::kPrimary ? options_.dir : options_.copy_dir;
  }

  Journal& journal() { return *journal_; }
  const Promises& promises() const { return journal_->promises(); }
  const UploadRecord& record(uint32_t upload) const { return promises().uploads.at(upload); }
  const crypto::VerifyKey& receipt_key() const { return receipt_key_.verify_key(); }

  // The clock of the vault; every move is in the journal before it is made.
  void MoveClock(absl::Duration by);
  // By as much as must lie between two deposits, or two cycles of a scrub.
  void StepClock();

  // What the upload of this number consists of.
  vault::TestUpload Make(const UploadRecord& upload) const;
  vault::DepositId DepositOf(uint32_t upload) const;
  crypto::PackId PackOf(uint32_t upload) const;
  // Where the log has the deposit; it was committed.
  uint64_t LogIndexOf(const UploadRecord& upload) const;
  // Whose pack a deposit of that TLD can rely on: committed, and trusted for certain. Nothing if
  // there is none.
  std::optional<uint32_t> FindBase(absl::string_view tld) const;

  // Steps of an upload, each with what it owes the journal. Any error but that of Begin is noted as
  // one that ends the upload.
  absl::StatusOr<std::unique_ptr<vault::Upload>> Begin(const UploadRecord& upload);
  absl::StatusOr<std::unique_ptr<vault::Upload>> BeginNew(
      UploadSize size = UploadSize::kSmall);  // takes the next number
  // Sends pieces behind those that are held, at most `pieces_max`, with a sync now and then.
  absl::Status Send(const UploadRecord& upload, int pieces_max, vault::Upload& open);
  absl::Status Sync(uint32_t number, vault::Upload& open);
  absl::Status Commit(const UploadRecord& upload, vault::Upload& open);
  absl::Status Judge(const UploadRecord& upload, bool content_mismatch);
  absl::Status AskTreeHead();
  // A run of retention, when all that was committed before is old.
  absl::Status Retain();
  absl::Status Hold(const UploadRecord& upload);

  std::mt19937_64& random() { return random_; }
  uint64_t Roll(uint64_t sides) { return random_() % sides; }

  void Breach(const std::string& what);
  const std::vector<std::string>& breaches() const { return breaches_; }

 private:
  Session(const SessionOptions& options, std::unique_ptr<Journal> journal,
          crypto::SigningKey receipt_key, crypto::SigningKey verdict_key);

  const SessionOptions options_;
  const std::unique_ptr<Journal> journal_;
  const crypto::SigningKey receipt_key_;
  const crypto::SigningKey verdict_key_;
  const vault::TestPeer depositor_;
  base::FakeClock clock_;
  std::mt19937_64 random_;
  std::vector<std::string> breaches_;
  std::unique_ptr<vault::Vault> vault_;
  std::unique_ptr<vault::Vault> copy_;
};

}  // namespace tidemark::campaign

#endif  // TIDEMARK_TESTS_CAMPAIGN_CRASH_SESSION_H_
