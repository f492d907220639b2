// The sealed manifest, read record by record.
//
// All parts are fetched first, into an unnamed temporary file (they are sealed; nothing leaks), and
// compared with the digest that the depositor signed. So everything that is wrong before that is
// custody's doing (DATA_LOSS), and everything after it is the depositor's (FAILED_PRECONDITION).
// Threads: one at a time. Memory: one part, one record.
#ifndef TIDEMARK_VERIFIER_OPENING_MANIFEST_READER_H_
#define TIDEMARK_VERIFIER_OPENING_MANIFEST_READER_H_

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "base/compress.h"
#include "crypto/deposit_key.h"
#include "proto/custody.pb.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/sealed_deposit.h"

namespace tidemark::verifier {

// "the deposit's own manifest is wrong": what Close() of an opened deposit fails with.
absl::Status ContentMismatch(absl::string_view why);
// What a call of the vault ended with. FAILED_PRECONDITION is only ever ours to say, or a vault
// could make a registry fail by answering with it; CANCELLED would stop whoever judges.
absl::Status CustodysAnswer(const absl::Status& status);

class ManifestReader final {
 public:
  static absl::StatusOr<std::unique_ptr<ManifestReader>> Open(vault::RemoteVault& vault,
                                                              const SealedDeposit& deposit,
                                                              const crypto::DepositKey& key,
                                                              absl::string_view context);
  // As Open(), of a manifest whose parts may be damaged or missing: Next() gives the records before
  // the first that is, and then fails. DATA_LOSS if not even one part is there.
  static absl::StatusOr<std::unique_ptr<ManifestReader>> OpenDamaged(
      vault::RemoteVault& vault, const SealedDeposit& deposit, const crypto::DepositKey& key,
      absl::string_view context);

  ~ManifestReader();

  // Of OpenDamaged(): whether parts are missing or altered, and how many were opened so far.
  bool is_damaged() const { return is_damaged_; }
  size_t opened_parts() const;

  // The next record; nothing at the authentic end (final part seen, nothing after it).
  absl::StatusOr<std::optional<tidemark::v1::ManifestRecord>> Next();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, CloseFile>;
  class PartSource;

  ManifestReader(File file, std::vector<uint32_t> part_bytes, const crypto::DepositKey& key,
                 absl::string_view context);
  struct Spooled {
    std::vector<uint32_t> part_bytes;
    absl::Status status;  // DATA_LOSS: these are not all parts, or not those that were signed
  };
  static Spooled Spool(vault::RemoteVault& vault, const SealedDeposit& deposit, std::FILE* file);
  static absl::StatusOr<std::unique_ptr<ManifestReader>> Rewind(File file, Spooled spooled,
                                                                const crypto::DepositKey& key,
                                                                absl::string_view context);
  absl::Status Fill(size_t bytes);

  bool is_damaged_ = false;
  std::unique_ptr<PartSource> parts_;
  std::unique_ptr<base::ZstdSource> plain_;
  std::string buffer_;
  size_t begin_ = 0;  // of what was not read yet
  bool at_end_ = false;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_MANIFEST_READER_H_
