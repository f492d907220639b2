// Private to vault/: which uploads are unfinished, whose they are, and what they may hold.
//
// An upload is open while a stream feeds it, and parked when its stream broke. Both count against
// the certificate that began it, and their bytes against the disk's reserves: a peer that breaks
// its connections gets no more room than one that does not.
//
// Threads: safe for concurrent use. Memory: one entry for each unfinished upload, of which there
// are at most kUnfinishedUploadsMax, and one number for each TLD that has deposited.
// Threat: a certificate may begin, break and resume as it likes; everything that it can make grow
// has a limit here. Messages say what its own certificate holds, and nothing of others.
#ifndef TIDEMARK_VAULT_UPLOAD_LEDGER_H_
#define TIDEMARK_VAULT_UPLOAD_LEDGER_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "base/clock.h"
#include "crypto/pack_id.h"
#include "vault/upload_progress.h"
#include "vault/upload_request.h"

namespace tidemark::vault {

// What is said of a pack id that another begin has, whoever that is and whatever became of it.
inline constexpr absl::string_view kPackTaken =
    "the new pack's id is taken; choose another at random";

class UploadLedger final {
 public:
  // `clock` must outlive the ledger.
  UploadLedger(const UploadLimits& limits, const base::Clock& clock)
      : limits_(limits), clock_(clock) {}

  // While the vault opens, also anew: an upload that an earlier process left, of about `bytes`, and
  // a TLD that has committed deposits. No limit is asked: what is there is there. What the ledger
  // knows already stays as it is.
  void Restore(const UploadRequest& upload, uint64_t bytes, absl::Time begun_at);
  void KnowTld(const std::string& tld);

  struct Entered {
    bool is_new;
    // Of one that is resumed; null if only the disk knows.
    std::unique_ptr<UploadProgress> progress;
  };
  // Opens an upload, new or parked. ALREADY_EXISTS: another begin has this pack id. UNAVAILABLE:
  // the upload is open on another stream, which is told to end (`on_taken_over`); or a limit.
  absl::StatusOr<Entered> Enter(const UploadRequest& upload);
  // An open upload grows by a piece. RESOURCE_EXHAUSTED, UNAVAILABLE: then it has not.
  absl::Status Grow(const crypto::PackId& pack, uint64_t bytes);
  // What it was found to hold.
  void SetBytes(const crypto::PackId& pack, uint64_t bytes);
  // The stream broke; null: only the disk knows how far it came.
  void Park(const crypto::PackId& pack, std::unique_ptr<UploadProgress> progress);
  // Committed, or dropped and removed.
  void Leave(const crypto::PackId& pack);

  // Parked uploads to be removed; they stay in the ledger, and nobody may resume them, until each
  // is told to Leave(). Those that were parked for too long, and those of the same deposit and
  // signer as `upload` but of another begin: their depositor has begun anew.
  std::vector<crypto::PackId> TakeExpired();
  std::vector<crypto::PackId> TakeForgotten(const UploadRequest& upload);

  // The packs that unfinished uploads for `tld` rely on; nothing if nobody knows, for one of them
  // was begun in an earlier process and not resumed yet.
  std::optional<std::set<crypto::PackId>> ReliedOn(absl::string_view tld) const;

  // Bytes on the disk that other TLDs than this one may still claim (docs/configuration.md,
  // `limits.disk_reserve_per_tld`).
  uint64_t ReservedForOthers(absl::string_view tld) const;

 private:
  enum class State { kOpen, kParked, kLeaving };
  struct Entry {
    UploadRequest request;
    State state;
    uint64_t bytes;
    absl::Time parked_at;
    std::unique_ptr<UploadProgress> progress;
    bool is_restored = false;  // its begin was another process's: what it relies on is not known
  };
  struct Held {
    int uploads = 0;
    uint64_t bytes = 0;
  };

  absl::Status CheckLimits(const std::string& serial) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Entered> Reopen(const UploadRequest& upload, Entry& entry)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Count(const UploadRequest& upload, int uploads, uint64_t bytes_less, uint64_t bytes_more)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  int OpenStreams() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const UploadLimits limits_;
  const base::Clock& clock_;
  mutable absl::Mutex mutex_;
  std::map<crypto::PackId, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Held> by_serial_ ABSL_GUARDED_BY(mutex_);  // only those that hold any
  std::map<std::string, uint64_t, std::less<>> bytes_by_tld_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_UPLOAD_LEDGER_H_
