#include "verifier/opening/deposit_reading.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"

namespace tidemark::verifier {

using tidemark::v1::ManifestRecord;

DepositReading::DepositReading(SealedDeposit deposit)
    : deposit_(std::move(deposit)), has_columns_(deposit_.manifest.format() >= 2) {}

absl::StatusOr<std::unique_ptr<PackSet>> DepositReading::Begin(
    vault::RemoteVault& vault, std::unique_ptr<ManifestReader> records) {
  records_ = std::move(records);
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
  packs_ = static_cast<uint32_t>(packs->packs());
  cursors_.emplace(packs->packs());
  return packs;
}

absl::StatusOr<size_t> DepositReading::ReadOn(absl::Span<char> buffer) {
  if (status_.ok() && is_checked_) return 0;
  size_t done = 0;
  while (status_.ok() && done < buffer.size() && !at_end_) {
    if (pending_.empty()) {
      status_ = Advance();
      bytes_produced_ += pending_.size();
      continue;
    }
    const size_t n = std::min(buffer.size() - done, pending_.size());
    std::memcpy(buffer.data() + done, pending_.data(), n);
    pending_.remove_prefix(n);
    done += n;
  }
  if (!status_.ok()) return status_;
  digest_.Update(absl::string_view(buffer.data(), done));
  bytes_given_ += done;
  if (bytes_given_ > base::kDepositBytesMax) status_ = ContentMismatch("over the limit of bytes");
  if (status_.ok() && at_end_ && !is_checked_) {
    is_checked_ = true;
    status_ = CheckEnd(trailer_.has_value() ? &*trailer_ : nullptr);
  }
  if (!status_.ok()) return status_;
  return done;
}

absl::Status DepositReading::CloseReading() const {
  if (!status_.ok()) return status_;
  if (!is_checked_) return absl::FailedPreconditionError("the deposit was not read to its end");
  return absl::OkStatus();
}

void DepositReading::Give(absl::string_view object) {
  pending_ = object;
  gap_ = run_gap_;
}

absl::StatusOr<ObjectRun> DepositReading::ReadPlacedRun(int index) const {
  absl::StatusOr<ObjectRun> run = ReadRun(columns_, index, *cursors_);
  if (!run.ok()) return ContentMismatch(run.status().message());
  return run;
}

// Makes the next bytes pending, leaves something out, or finds the end.
absl::Status DepositReading::Advance() {
  if (!gap_.empty()) {
    pending_ = std::exchange(gap_, {});
    return absl::OkStatus();
  }
  if (run_.count > 0) return TakeFromRun(run_);
  if (next_run_ < batch_.runs_size()) return BeginRun(batch_.runs(next_run_++));
  if (next_run_ < columns_.pack_size()) return BeginRunOfColumns();
  return NextRecord();
}

absl::Status DepositReading::BeginRun(const tidemark::v1::Run& run) {
  if (run.count() == 0) return ContentMismatch("an empty run");
  if (run.pack() >= packs_) {
    return ContentMismatch(absl::StrCat("a run in pack ", run.pack(), " of ", packs_));
  }
  RETURN_IF_ERROR(AtOwnPlace(run.pack()));
  ASSIGN_OR_RETURN(run_gap_, gaps_.Get(run.gap()));
  run_ = {run.pack(), {run.frame(), run.ordinal()}, run.count(), run.gap()};
  return absl::OkStatus();
}

absl::Status DepositReading::BeginRunOfColumns() {
  ASSIGN_OR_RETURN(const ObjectRun run, PlaceRun(next_run_++));
  ASSIGN_OR_RETURN(run_gap_, gaps_.Get(run.gap));
  run_ = run;
  return absl::OkStatus();
}

absl::Status DepositReading::NextRecord() {
  RecordBehindCounts record =
      first_record_.has_value() ? *std::exchange(first_record_, {}) : records_->Next();
  if (!record.ok()) {
    RETURN_IF_ERROR(AtLostRecord(record.status()));
    at_end_ = true;
    return absl::OkStatus();
  }
  if (!record->has_value()) {
    if (!trailer_.has_value()) return ContentMismatch("it has no trailer");
    at_end_ = true;
    return absl::OkStatus();
  }
  if (trailer_.has_value()) return ContentMismatch("a record follows its trailer");
  return TakeRecord(**record);
}

absl::Status DepositReading::TakeLiteral(std::string literal) {
  literal_ = std::move(literal);
  if (literal_.empty() || literal_.size() > base::kManifestLiteralBytesMax) {
    return ContentMismatch(absl::StrCat("a literal of ", literal_.size(), " bytes"));
  }
  pending_ = literal_;
  return absl::OkStatus();
}

absl::Status DepositReading::TakeRecord(ManifestRecord& record) {
  switch (record.record_case()) {
    case ManifestRecord::kLiteral:
      return TakeLiteral(std::move(*record.mutable_literal()));
    case ManifestRecord::kRuns:
      if (has_columns_) return ContentMismatch("runs of another format");
      batch_ = std::move(*record.mutable_runs());
      next_run_ = 0;
      if (batch_.runs_size() == 0) return ContentMismatch("a batch without runs");
      return absl::OkStatus();
    case ManifestRecord::kColumns: {
      if (!has_columns_) return ContentMismatch("runs of another format");
      columns_ = std::move(*record.mutable_columns());
      next_run_ = 0;
      const absl::Status columns = CheckColumns(columns_);
      return columns.ok() ? columns : ContentMismatch(columns.message());
    }
    case ManifestRecord::kGap:
      // Runs of the batch before hold views of other gaps; none is left when we come here.
      return gaps_.Add(record.gap());
    case ManifestRecord::kTrailer:
      trailer_ = record.trailer();
      return absl::OkStatus();
    case ManifestRecord::kFrameCounts:
      return ContentMismatch("objects of frames that are not told behind the header");
    case ManifestRecord::kHeader:
      return ContentMismatch("a second header");
    case ManifestRecord::RECORD_NOT_SET:
      break;
  }
  return ContentMismatch("a record of an unknown kind");
}

}  // namespace tidemark::verifier
