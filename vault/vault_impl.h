// Private to vault/: the vault over one RocksDB database; its methods are spread over vault.cc
// (open), unfinished.cc (begin, park, drop), commit.cc, relied_on.cc, read.cc, verdict.cc, acts.cc,
// going_on.cc (after a disk that failed), and copied_log.cc for a second copy: that has log_status_
// set from the start, so it signs nothing.
//
// Lock order: commit_mutex_ before the ledger's own. The store's own locks are below both.
#ifndef TIDEMARK_VAULT_VAULT_IMPL_H_
#define TIDEMARK_VAULT_VAULT_IMPL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "crypto/digest.h"
#include "proto/stored.pb.h"
#include "vault/frame_store.h"
#include "vault/log/audit_log.h"
#include "vault/log/stored_log.h"
#include "vault/replica/open_replication.h"
#include "vault/replica/replica.h"
#include "vault/retention/custody_books.h"
#include "vault/retention/retention_impl.h"
#include "vault/rocks_frame_store.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/upload_ledger.h"
#include "vault/vault.h"

namespace tidemark::vault {

// What was really received, computed at intake; a manifest is compared with it.
struct ReceivedUpload {
  DepositId deposit;
  crypto::PackId pack;
  std::vector<crypto::PackId> relied_on;
  uint32_t frames;
  uint64_t frame_bytes;
  crypto::Blake2bDigest frames_digest;
  uint32_t parts;
  uint64_t part_bytes;
  crypto::Blake2bDigest parts_digest;
};

class VaultImpl final : public Vault, private retention::CustodyBooks, private CopiedLog {
 public:
  // `receipt_key` is nullptr in a second copy.
  VaultImpl(const VaultOptions& options, std::string vault_id, std::unique_ptr<RocksStore> store,
            const crypto::SigningKey* receipt_key, const base::Clock& clock)
      : options_(options),
        vault_id_(std::move(vault_id)),
        store_(std::move(store)),
        pieces_(*store_, [this](const PieceName& name, const absl::Status& error) {
          const uint32_t kind =
              name.kind == PieceKind::kFrame ? schema::kFrameKind : schema::kPartKind;
          scrubber_->NoteRead(kind, schema::PieceKey(name.pack, name.number), error);
        }),
        reader_(*store_),
        receipt_key_(receipt_key),
        clock_(clock),
        scrubber_(std::make_unique<Scrubber>(*store_, options.scrub, clock)),
        ledger_(options.limits, clock),
        log_(vault_id_, receipt_key, clock),
        retention_(options.retention, *store_, *this, clock) {}

  // Writes the first rows of a new vault, or reads an old one's log and unfinished uploads.
  absl::Status Create();
  absl::Status Resume();
  // `primary_key` is given in a second copy only.
  absl::Status OpenForReplication(const std::optional<crypto::VerifyKey>& primary_key);
  // A second copy's log, if there is one yet.
  absl::Status ResumeReplica();

  absl::string_view vault_id() const override { return vault_id_; }
  absl::StatusOr<std::unique_ptr<Upload>> Begin(const UploadRequest& request) override;
  void SweepExpired() override;
  absl::StatusOr<std::vector<CatalogueEntry>> List(absl::string_view tld) const override;
  absl::StatusOr<tidemark::v1::SignedManifest> Manifest(const DepositId& id) const override;
  absl::StatusOr<tidemark::v1::Receipt> Receipt(const DepositId& id) const override;
  absl::StatusOr<std::vector<tidemark::v1::SignedVerdict>> Verdicts(
      const DepositId& id) const override;
  absl::StatusOr<uint64_t> ShreddedLogIndex(const DepositId& id) const override;
  absl::StatusOr<std::string> ManifestPart(const DepositId& id, uint32_t number) const override;
  absl::StatusOr<std::string> Frame(const DepositId& id, const crypto::PackId& pack,
                                    uint32_t number) const override;
  absl::StatusOr<uint64_t> AppendVerdict(const tidemark::v1::SignedVerdict& verdict,
                                         const crypto::VerifyKey& key) override;
  absl::StatusOr<tidemark::v1::SignedTreeHead> TreeHead() const override { return reader_.Head(0); }
  const LogReader& log() const override { return reader_; }
  retention::Retention& Retained() override { return retention_; }
  absl::StatusOr<uint64_t> StoredBytes() const override;
  Scrubber& scrubber() const override { return *scrubber_; }
  absl::StatusOr<uint64_t> DiskBytes() const override;
  absl::Status WriteStatus() const override ABSL_LOCKS_EXCLUDED(commit_mutex_);
  absl::Status GoOn() override ABSL_LOCKS_EXCLUDED(commit_mutex_);
  Replication& replication() override { return *replication_; }

  // For an Upload.
  FrameStore& pieces() { return pieces_; }
  UploadLedger& ledger() { return ledger_; }
  const UploadLimits& limits() const { return options_.limits; }
  // UNAVAILABLE if an upload for `tld` would go into what is reserved.
  absl::Status CheckDiskReserve(absl::string_view tld) const;
  void AtPoint(absl::string_view point) const override {
    if (options_.at_point) options_.at_point(point);
  }
  struct CommitResult {
    tidemark::v1::Receipt receipt;
    bool is_new;  // false: the deposit was committed before, and the upload is of no use
  };
  absl::StatusOr<CommitResult> Commit(const ReceivedUpload& received,
                                      const tidemark::v1::SignedManifest& manifest)
      ABSL_LOCKS_EXCLUDED(commit_mutex_);
  // For whoever asks again for a receipt that it did not get. ALREADY_EXISTS: for other content.
  absl::StatusOr<tidemark::v1::Receipt> AnswerAgain(const DepositId& deposit,
                                                    const tidemark::v1::SignedManifest& manifest)
      ABSL_LOCKS_EXCLUDED(commit_mutex_);
  // The upload's rows are removed, and its place is free.
  void DropUpload(const crypto::PackId& pack) ABSL_LOCKS_EXCLUDED(commit_mutex_);

 private:
  // retention::CustodyBooks
  uint64_t LogSize() override ABSL_LOCKS_EXCLUDED(commit_mutex_);
  absl::StatusOr<uint64_t> Record(const std::function<absl::StatusOr<retention::LoggedAct>(
                                      uint64_t log_index, StoreBatch& batch)>& change) override
      ABSL_LOCKS_EXCLUDED(commit_mutex_);
  absl::Status Alter(
      const std::function<absl::Status(uint64_t log_size, StoreBatch& batch)>& change) override
      ABSL_LOCKS_EXCLUDED(commit_mutex_);
  std::optional<std::set<crypto::PackId>> InUse(absl::string_view tld) override;
  std::string KernelClockState() const override;

  absl::StatusOr<tidemark::v1::CatalogueRow> ReadCatalogueRow(const DepositId& id) const;
  absl::StatusOr<tidemark::v1::PackRow> ReadPackRow(const crypto::PackId& pack) const;
  // FAILED_PRECONDITION, the same for a pack that is absent, unfinished, distrusted or another
  // TLD's.
  absl::StatusOr<tidemark::v1::PackRow> ReadHeldPack(const DepositId& deposit,
                                                     const crypto::PackId& pack) const;
  absl::Status CheckAgainstUpload(const tidemark::v1::ClearManifest& manifest,
                                  const ReceivedUpload& received) const;
  absl::Status CheckReliedOn(const tidemark::v1::ClearManifest& manifest,
                             const ReceivedUpload& received) const;
  // ABORTED: what came in of the new pack is known to be damaged.
  absl::Status CheckSentIsWhole(const tidemark::v1::PackRef& ref, const crypto::PackId& pack) const;
  // FAILED_PRECONDITION: what the newest deposits use of the packs relied on is damaged, so that
  // the commit would most likely be refused for it.
  absl::Status CheckNewestAreWhole(const UploadRequest& request) const;
  // ALREADY_EXISTS: the deposit is committed, and something of it is damaged.
  absl::Status CheckIsWhole(const DepositId& deposit) const;
  // What `manifest` says, if its signer may say it of `deposit` in this vault.
  absl::StatusOr<tidemark::v1::ClearManifest> ReadClaim(
      const DepositId& deposit, const tidemark::v1::SignedManifest& manifest) const;
  // The receipt of `deposit` if it is committed with this content; nothing if it is not committed.
  absl::StatusOr<std::optional<tidemark::v1::Receipt>> FindCommitted(
      const DepositId& deposit, const tidemark::v1::ClearManifest& clear) const;
  // The row of the request's pack. NOT_FOUND; ALREADY_EXISTS: it is of another request.
  absl::StatusOr<tidemark::v1::PackRow> FindOwnPack(const UploadRequest& request) const;
  absl::StatusOr<std::unique_ptr<Upload>> Answer(const UploadRequest& request,
                                                 const tidemark::v1::PackRow& row);
  // Both after the ledger has let the request in; on an error it has left or is parked again.
  absl::StatusOr<std::unique_ptr<Upload>> BeginNew(const UploadRequest& request);
  absl::StatusOr<std::unique_ptr<Upload>> ResumeParked(const UploadRequest& request,
                                                       std::unique_ptr<UploadProgress> progress);
  absl::Status WriteUploadingRow(const UploadRequest& request);
  // What to answer for something of `id` that is not there: NOT_FOUND if policy deleted the deposit
  // or there is none, and else DATA_LOSS: a committed deposit without its bytes is a loss.
  absl::Status GoneOrLost(const DepositId& id, absl::string_view what) const;
  // Adds to `batch` that nothing may rely on the packs of `deposit` any more.
  absl::Status DistrustPacks(const DepositId& deposit, StoreBatch& batch) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(commit_mutex_);
  // For a second copy's writer.
  uint64_t CopiedSize() const override ABSL_LOCKS_EXCLUDED(commit_mutex_);
  absl::Status CheckNext(const std::string& leaf, const tidemark::v1::SignedTreeHead& head) override
      ABSL_LOCKS_EXCLUDED(commit_mutex_);
  absl::Status WriteCopied(const std::string& leaf, const tidemark::v1::SignedTreeHead& head,
                           StoreBatch batch) override ABSL_LOCKS_EXCLUDED(commit_mutex_);
  absl::Status LogErasedThere(const DepositId& deposit, uint64_t shredded_log_index,
                              const std::string& detail) override
      ABSL_LOCKS_EXCLUDED(commit_mutex_);
  absl::Status CheckRoom() const override { return CheckDiskReserve(""); }
  // Writes a batch that holds the log's next entry.
  absl::Status WriteLogged(const StoreBatch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(commit_mutex_);
  // Why the last logged write failed; of a second copy, copied.
  absl::Status Latched() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(commit_mutex_);
  void Latch(const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(commit_mutex_);
  // The log as the store has it, and unfinished uploads that the ledger does not know.
  absl::Status LoadAnew() ABSL_EXCLUSIVE_LOCKS_REQUIRED(commit_mutex_);
  absl::Status DropPack(const crypto::PackId& pack);
  absl::Status LoadPacks();

  const VaultOptions options_;
  const std::string vault_id_;
  const std::unique_ptr<RocksStore> store_;
  RocksFrameStore pieces_;
  const StoredLog reader_;
  const crypto::SigningKey* const receipt_key_;
  const base::Clock& clock_;
  const std::unique_ptr<Scrubber> scrubber_;
  UploadLedger ledger_;

  mutable absl::Mutex commit_mutex_;
  AuditLog log_ ABSL_GUARDED_BY(commit_mutex_);
  // Once a logged batch failed, nobody knows whether it is on the disk; every later one is refused
  // with this until the store is opened anew and the vault has looked.
  absl::Status log_status_ ABSL_GUARDED_BY(commit_mutex_);
  // The same of leaves that are copied from a primary.
  absl::Status copy_status_ ABSL_GUARDED_BY(commit_mutex_);
  // The store was opened anew, and its log is not one: a person has to look.
  bool is_given_up_ ABSL_GUARDED_BY(commit_mutex_) = false;
  retention::RetentionImpl retention_;
  std::unique_ptr<Replication> replication_;  // last: it uses everything above
};

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_VAULT_IMPL_H_
