// A deposit put together again: literals and objects in the order of the sealed manifest.

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/scratch.h"
#include "base/status.h"
#include "crypto/digest.h"
#include "vault/manifest.h"
#include "verifier/opening/frame_reader.h"
#include "verifier/opening/manifest_header.h"
#include "verifier/opening/manifest_reader.h"
#include "verifier/opening/opening.h"
#include "verifier/opening/pack_set.h"
#include "verifier/opening/run_columns.h"

namespace tidemark::verifier {
namespace {

using tidemark::v1::ManifestRecord;
using tidemark::v1::ManifestTrailer;
using tidemark::v1::Run;
using tidemark::v1::RunBatch;
using tidemark::v1::RunColumns;

class OpenedDepositImpl final : public OpenedDeposit {
 public:
  explicit OpenedDepositImpl(SealedDeposit deposit)
      : deposit_(std::move(deposit)), has_columns_(deposit_.manifest.format() >= 2) {}

  absl::Status Init(vault::RemoteVault& vault, const crypto::DepositKey& key,
                    const std::string& scratch_dir) {
    const std::string context =
        vault::SealingContext(deposit_.manifest.vault_id(), deposit_.id);
    ASSIGN_OR_RETURN(records_, ManifestReader::Open(vault, deposit_, key, context));
    ASSIGN_OR_RETURN(const std::optional<ManifestRecord> first, records_->Next());
    if (!first.has_value() || !first->has_header()) {
      return ContentMismatch("it does not begin with a header");
    }
    RETURN_IF_ERROR(CheckManifestHeader(first->header(), deposit_.id));
    for (const std::string& gap : first->header().gaps()) RETURN_IF_ERROR(gaps_.Add(gap));
    file_name_ = first->header().file_name();
    ASSIGN_OR_RETURN(std::unique_ptr<PackSet> packs,
                     PackSet::Create(vault, deposit_, first->header()));
    ASSIGN_OR_RETURN(first_record_, TakeFrameCounts(deposit_.manifest.format(), *records_, *packs));
    cursors_.emplace(packs->packs());
    frames_ = std::make_unique<FrameReader>(std::move(packs),
                                            base::ScratchOptions{.dir = scratch_dir});
    return absl::OkStatus();
  }

  const std::string& file_name() const override { return file_name_; }
  uint64_t bytes_read() const override { return bytes_read_; }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    if (status_.ok() && is_checked_) return 0;
    size_t done = 0;
    while (status_.ok() && done < buffer.size() && !at_end_) {
      if (pending_.empty()) {
        status_ = Advance();
        continue;
      }
      const size_t n = std::min(buffer.size() - done, pending_.size());
      std::memcpy(buffer.data() + done, pending_.data(), n);
      pending_.remove_prefix(n);
      done += n;
    }
    if (!status_.ok()) return status_;
    digest_.Update(absl::string_view(buffer.data(), done));
    bytes_read_ += done;
    if (bytes_read_ > base::kDepositBytesMax) status_ = ContentMismatch("over the limit of bytes");
    if (status_.ok() && at_end_ && !is_checked_) status_ = CheckEnd();
    if (!status_.ok()) return status_;
    return done;
  }

  absl::Status Close() override {
    if (!status_.ok()) return status_;
    if (!is_checked_) return absl::FailedPreconditionError("the deposit was not read to its end");
    return absl::OkStatus();
  }

 private:
  // Makes the next bytes pending, or finds the end.
  absl::Status Advance() {
    if (!gap_.empty()) {
      pending_ = std::exchange(gap_, {});
      return absl::OkStatus();
    }
    if (run_.count > 0) return NextObject();
    if (next_run_ < batch_.runs_size()) return BeginRun(batch_.runs(next_run_++));
    if (next_run_ < columns_.pack_size()) return BeginRunOfColumns();
    return NextRecord();
  }

  absl::Status BeginRun(const Run& run) {
    if (run.count() == 0) return ContentMismatch("an empty run");
    if (run.pack() >= frames_->packs()) {
      return ContentMismatch(absl::StrCat("a run in pack ", run.pack(), " of ", frames_->packs()));
    }
    run_ = {run.pack(), {run.frame(), run.ordinal()}, run.count(), run.gap()};
    ASSIGN_OR_RETURN(run_gap_, gaps_.Get(run_.gap));
    return NextObject();
  }

  absl::Status BeginRunOfColumns() {
    absl::StatusOr<ObjectRun> run = ReadRun(columns_, next_run_++, *cursors_);
    if (!run.ok()) return ContentMismatch(run.status().message());
    run_ = *run;
    ASSIGN_OR_RETURN(run_gap_, gaps_.Get(run_.gap));
    return NextObject();
  }

  // run_ is what is left of the run.
  absl::Status NextObject() {
    ASSIGN_OR_RETURN(const FrameObject object, frames_->Get(run_.pack, run_.begin));
    pending_ = object.bytes;
    gap_ = run_gap_;
    ++objects_;
    --run_.count;
    if (object.is_last_of_frame) {
      run_.begin = {run_.begin.frame + 1, 0};
    } else {
      ++run_.begin.ordinal;
    }
    cursors_->of(run_.pack) = run_.begin;
    return absl::OkStatus();
  }

  absl::Status NextRecord() {
    RecordBehindCounts next = first_record_.has_value() ? *std::exchange(first_record_, {})
                                                        : records_->Next();
    ASSIGN_OR_RETURN(std::optional<ManifestRecord> record, std::move(next));
    if (!record.has_value()) {
      if (!trailer_.has_value()) return ContentMismatch("it has no trailer");
      at_end_ = true;
      return absl::OkStatus();
    }
    if (trailer_.has_value()) return ContentMismatch("a record follows its trailer");
    switch (record->record_case()) {
      case ManifestRecord::kLiteral:
        literal_ = std::move(*record->mutable_literal());
        if (literal_.empty() || literal_.size() > base::kManifestLiteralBytesMax) {
          return ContentMismatch(absl::StrCat("a literal of ", literal_.size(), " bytes"));
        }
        pending_ = literal_;
        return absl::OkStatus();
      case ManifestRecord::kRuns:
        if (has_columns_) return ContentMismatch("runs of another format");
        batch_ = std::move(*record->mutable_runs());
        next_run_ = 0;
        if (batch_.runs_size() == 0) return ContentMismatch("a batch without runs");
        return absl::OkStatus();
      case ManifestRecord::kColumns: {
        if (!has_columns_) return ContentMismatch("runs of another format");
        columns_ = std::move(*record->mutable_columns());
        next_run_ = 0;
        const absl::Status columns = CheckColumns(columns_);
        return columns.ok() ? columns : ContentMismatch(columns.message());
      }
      case ManifestRecord::kGap:
        // Runs of the batch before hold views of other gaps; none is left when we come here.
        return gaps_.Add(record->gap());
      case ManifestRecord::kTrailer:
        trailer_ = record->trailer();
        return absl::OkStatus();
      case ManifestRecord::kHeader:
        return ContentMismatch("a second header");
      case ManifestRecord::kFrameCounts:
        return ContentMismatch("objects of frames that are not told behind the header");
      case ManifestRecord::RECORD_NOT_SET:
        break;
    }
    return ContentMismatch("a record of an unknown kind");
  }

  absl::Status CheckEnd() {
    is_checked_ = true;
    if (trailer_->file_bytes() != bytes_read_ || trailer_->objects() != objects_) {
      return ContentMismatch("length or number of objects differ from its trailer's");
    }
    if (trailer_->file_sha256() != digest_.Finish().bytes()) {
      return ContentMismatch("the file's SHA-256 differs from its trailer's");
    }
    return frames_->CheckAllUsed();
  }

  const SealedDeposit deposit_;
  const bool has_columns_;  // formats 2 and 3; else runs
  std::string file_name_;
  std::unique_ptr<ManifestReader> records_;
  std::optional<RecordBehindCounts> first_record_;  // read already, and not taken yet
  std::unique_ptr<FrameReader> frames_;
  GapTable gaps_;
  RunBatch batch_;      // of format 1
  RunColumns columns_;  // of formats 2 and 3
  int next_run_ = 0;
  ObjectRun run_;
  std::optional<RunCursors> cursors_;
  absl::string_view run_gap_;
  absl::string_view gap_;      // follows what is pending
  absl::string_view pending_;  // into literal_, a gap, or the current frame
  std::string literal_;
  crypto::Sha256Stream digest_;
  uint64_t bytes_read_ = 0;
  uint64_t objects_ = 0;
  std::optional<ManifestTrailer> trailer_;
  bool at_end_ = false;
  bool is_checked_ = false;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<OpenedDeposit>> OpenDeposit(vault::RemoteVault& vault,
                                                           const SealedDeposit& deposit,
                                                           const vault::AgentConnection& agent,
                                                           crypto::DepositKey key,
                                                           const std::string& scratch_dir) {
  if (deposit.manifest.vault_id() != agent.vault_id) {
    return absl::DataLossError("the deposit is another vault's");
  }
  auto opened = std::make_unique<OpenedDepositImpl>(deposit);
  RETURN_IF_ERROR(opened->Init(vault, key, scratch_dir));
  return opened;
}

}  // namespace tidemark::verifier
