// The vault: sealed deposits, their catalogue, verdicts and the audit log, on one machine's disk.
//
// It stores what it cannot read. It has the receipt-signing key and no key that opens a deposit;
// nothing here may depend on rde/ or on opening code.
//
// Life of an upload: Begin, then frames and manifest parts, then Commit. Frames become durable
// before Commit (Sync says up to where); Commit writes manifest, catalogue row, log leaf, log
// frontier and signed tree head in one synced batch, and only then is the deposit visible. An
// upload that is destroyed without an error, or that a crash cut off, is parked, invisible: the
// very same Begin resumes it with what was synced, until it expires. One that met an error or was
// discarded leaves nothing.
//
// Threads: Vault is safe for concurrent use; commits are serialised. An Upload belongs to one
// thread and must not outlive its Vault. Errors: DATA_LOSS stored bytes are not what was stored;
// RESOURCE_EXHAUSTED over a limit, now and for ever; UNAVAILABLE the disk failed or is full, or too
// many at once: try again later or elsewhere.
//
// Threat: a depositor may send anything. Whatever it says is checked against what was stored, and
// bounded; nothing about another registry's packs is ever answered to it.
#ifndef TIDEMARK_VAULT_VAULT_H_
#define TIDEMARK_VAULT_VAULT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "crypto/pack_id.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/access.h"
#include "vault/deposit_id.h"
#include "vault/log/log_reader.h"
#include "vault/retention/retention.h"
#include "vault/scrub/scrubber.h"
#include "vault/upload_request.h"

namespace tidemark::vault {

class Replication;  // vault/replica/replica.h

struct VaultOptions {
  std::string dir = {};  // created when absent; one process at a time
  UploadLimits limits = {};
  ScrubOptions scrub = {};
  retention::Policy retention = {};
  // Called at named points of the write path; tests end the process there. See kCrashPoints.
  std::function<void(absl::string_view point)> at_point = nullptr;
};

// The named points, in the order in which one upload meets them. retention::kRetentionPoints has
// those of a retention run.
inline constexpr absl::string_view kCrashPoints[] = {
    "begin-accepted",      "frame-written",      "frames-synced",  "manifest-written",
    "before-commit-batch", "after-commit-batch", "before-receipt", "after-receipt"};

// What the catalogue says of one deposit; no opening key was needed for it.
struct CatalogueEntry {
  DepositId deposit;
  tidemark::v1::DepositKind kind;
  int64_t watermark_unix_seconds;
  std::string prev_id;
  uint64_t stored_bytes;
  int64_t received_at_unix_micros;
  tidemark::v1::VerdictOutcome latest_verdict;
  bool superseded;
  uint64_t shredded_log_index;  // not 0: policy deleted it
};

struct PiecesHeld {
  uint32_t frames = 0;
  uint32_t parts = 0;
  bool operator==(const PiecesHeld&) const = default;
};

class Upload {
 public:
  virtual ~Upload() = default;
  // What came in so far; of an upload that was just begun or resumed, all of it is durable.
  virtual PiecesHeld held() const = 0;
  // Frames and parts come numbered from 0 without gaps (INVALID_ARGUMENT otherwise).
  // RESOURCE_EXHAUSTED, UNAVAILABLE: a limit.
  virtual absl::Status PutFrame(uint32_t number, absl::string_view ciphertext) = 0;
  virtual absl::Status PutManifestPart(uint32_t number, absl::string_view ciphertext) = 0;
  // After OK, every frame and part so far survives a power cut. Returns how many there are.
  virtual absl::StatusOr<PiecesHeld> Sync() = 0;
  // Makes the deposit durable and visible, and returns its receipt. If the identity is committed
  // already with the same content commitment, drops this upload and returns the receipt of then.
  // ALREADY_EXISTS: committed with other content, or something of what was committed is damaged.
  // FAILED_PRECONDITION: a frame relied on is not held, or is damaged; send in full. ABORTED: what
  // was uploaded is damaged; begin another. INVALID_ARGUMENT: the manifest does not describe what
  // was uploaded. PERMISSION_DENIED, DATA_LOSS: certificate or signature do not fit. Who
  // issued the certificate is not looked at: it comes from the caller's authenticated connection.
  // Any error ends the upload.
  virtual absl::StatusOr<tidemark::v1::Receipt> Commit(
      const tidemark::v1::SignedManifest& manifest) = 0;
  // Ends the upload: nothing of it is kept. Without it, one that met no error is parked.
  virtual void Discard() = 0;
};

class Vault {
 public:
  // Opens or creates. `receipt_key` signs receipts and tree heads. Borrowed objects must outlive
  // the vault. A new vault gets a random 16-byte vault id unless `vault_id` is given; an existing
  // one must match it (FAILED_PRECONDITION).
  static absl::StatusOr<std::unique_ptr<Vault>> Open(const VaultOptions& options,
                                                     absl::string_view vault_id,
                                                     const crypto::SigningKey& receipt_key,
                                                     const base::Clock& clock);
  // Opens or begins the second copy of a vault whose receipts and tree heads `primary_key` signs.
  // It reads like any vault, grows through replication() alone, and answers FAILED_PRECONDITION to
  // everything that would write a leaf of its own. FAILED_PRECONDITION: the directory is a
  // primary's, or another one's second copy; and Open() refuses a second copy.
  static absl::StatusOr<std::unique_ptr<Vault>> OpenReplica(const VaultOptions& options,
                                                            absl::string_view vault_id,
                                                            const crypto::VerifyKey& primary_key,
                                                            const base::Clock& clock);
  virtual ~Vault() = default;

  virtual absl::string_view vault_id() const = 0;

  // Begins an upload, or resumes the parked one of the same request; parked ones of the same
  // deposit and signer but of another request are dropped, for their depositor has begun anew. If
  // the request's upload is committed already, what comes back answers Commit with the receipt of
  // then. UNAVAILABLE: too many uploads, the disk's reserve is reached, or the upload is still
  // open. ABORTED: what there is of it cannot be gone on with; begin another, with another pack.
  // ALREADY_EXISTS: the pack id is taken. FAILED_PRECONDITION: a pack relied on is not held for
  // this TLD, or not trusted, or what the newest deposits use of it is damaged; send in full. A
  // committed identity is not refused here: Commit
  // answers it.
  virtual absl::StatusOr<std::unique_ptr<Upload>> Begin(const UploadRequest& request) = 0;
  // Drops uploads that were parked for longer than limits.unfinished_expiry. To be called now and
  // then; Open() does, too.
  virtual void SweepExpired() = 0;

  // Committed deposits in order of identity; `tld` "" means all. RESOURCE_EXHAUSTED rather than a
  // list that is not whole: more than kListEntriesMax.
  virtual absl::StatusOr<std::vector<CatalogueEntry>> List(absl::string_view tld) const = 0;
  // NOT_FOUND. Signed manifest, receipt, verdicts: the bytes that were signed. Of a deposit that
  // policy deleted only receipt and verdicts; NOT_FOUND says of the others when that was.
  virtual absl::StatusOr<tidemark::v1::SignedManifest> Manifest(const DepositId& id) const = 0;
  virtual absl::StatusOr<tidemark::v1::Receipt> Receipt(const DepositId& id) const = 0;
  virtual absl::StatusOr<std::vector<tidemark::v1::SignedVerdict>> Verdicts(
      const DepositId& id) const = 0;
  // The index of the leaf that says that policy deleted it; 0: it is in custody. NOT_FOUND.
  virtual absl::StatusOr<uint64_t> ShreddedLogIndex(const DepositId& id) const = 0;
  // One sealed manifest part; OUT_OF_RANGE past the last.
  virtual absl::StatusOr<std::string> ManifestPart(const DepositId& id, uint32_t number) const = 0;
  // One frame that the deposit refers to; NOT_FOUND if its bitmap does not name it. The stored
  // digest is checked first: DATA_LOSS names the frame.
  virtual absl::StatusOr<std::string> Frame(const DepositId& id, const crypto::PackId& pack,
                                            uint32_t number) const = 0;
  // Appends a verdict that `key` signed, with its log leaf, in one synced batch; returns the leaf's
  // index. Repeating the latest verdict, byte for byte, returns its index and appends nothing.
  // INVALID_ARGUMENT: it is about another vault, deposit or manifest. PERMISSION_DENIED: `key` did
  // not sign it. RESOURCE_EXHAUSTED: over kVerdictsPerDepositMax. If it says content_mismatch, no
  // later upload may rely on any pack that the deposit's manifest names.
  virtual absl::StatusOr<uint64_t> AppendVerdict(const tidemark::v1::SignedVerdict& verdict,
                                                 const crypto::VerifyKey& key) = 0;
  virtual absl::StatusOr<tidemark::v1::SignedTreeHead> TreeHead() const = 0;
  // The whole audit log, to be read and proved. Lives as long as the vault.
  virtual const LogReader& log() const = 0;
  // What is kept and for how long; holds. Nothing else deletes what was committed.
  virtual retention::Retention& Retained() = 0;
  // Sealed bytes of all committed deposits, each frame counted once: frames and manifest parts,
  // less what went with deposits that policy deleted. A deposit's rows are some kilobytes besides.
  virtual absl::StatusOr<uint64_t> StoredBytes() const = 0;
  // Reads what is stored again and again, once somebody calls it (vault/scrub/scrub_thread.h).
  virtual Scrubber& scrubber() const = 0;
  // UNAVAILABLE: the disk failed or was full when something was to be written, so that nothing is
  // until GoOn(); and why. What is stored is read as ever.
  virtual absl::Status WriteStatus() const = 0;
  // After such a failure: opens the database anew, if the disk has room for it, and looks which of
  // the last writes are there. What was acknowledged is; what failed was done whole or not at all.
  // OK: everything is as if the process had been started again, but that uploads go on.
  // UNAVAILABLE: it stays as it is, try again later. To be called now and then; does nothing when
  // all is well.
  virtual absl::Status GoOn() = 0;
  // What the vault's directory takes on the disk: also unfinished uploads, and the write-ahead log,
  // whose file is larger than what is in it.
  virtual absl::StatusOr<uint64_t> DiskBytes() const = 0;
  // What two copies of a vault give each other, on either side.
  virtual Replication& replication() = 0;
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_VAULT_H_
