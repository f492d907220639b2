// Private to verifier/opening/: the file of a deposit as its sealed manifest puts it together:
// literals, and objects of runs with gaps behind them. Where objects come from, and what happens
// when something is lost, is the derived class's.
//
// Threads: one. Memory: one batch of runs, the gap table. Errors latch: after the first one Read()
// gives nothing else, and Close() is never OK.
#ifndef TIDEMARK_VERIFIER_OPENING_DEPOSIT_READING_H_
#define TIDEMARK_VERIFIER_OPENING_DEPOSIT_READING_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "crypto/digest.h"
#include "proto/custody.pb.h"
#include "vault/remote/remote_vault.h"
#include "verifier/opening/manifest_header.h"
#include "verifier/opening/manifest_reader.h"
#include "verifier/opening/pack_set.h"
#include "verifier/opening/run_columns.h"
#include "verifier/opening/sealed_deposit.h"

namespace tidemark::verifier {

class DepositReading {
 public:
  explicit DepositReading(SealedDeposit deposit);
  virtual ~DepositReading() = default;

  const std::string& header_file_name() const { return file_name_; }
  uint64_t bytes_given() const { return bytes_given_; }
  // As OpenedDeposit's.
  absl::StatusOr<size_t> ReadOn(absl::Span<char> buffer);
  absl::Status CloseReading() const;

 protected:
  // The header, and what follows it of counts. Gives the packs that it names.
  absl::StatusOr<std::unique_ptr<PackSet>> Begin(vault::RemoteVault& vault,
                                                 std::unique_ptr<ManifestReader> records);

  // Takes from the run, of which `count` is not 0: gives its next object (Give()), or leaves some
  // out. Sets what is left of the run, and keeps the cursor of its pack.
  virtual absl::Status TakeFromRun(ObjectRun& run) = 0;
  // Run number `index` of the columns.
  virtual absl::StatusOr<ObjectRun> PlaceRun(int index) = 0;
  // A run of format 1, which has a place of its own, wherever the one before it got to.
  virtual absl::Status AtOwnPlace(uint32_t pack) = 0;
  // The next record cannot be had. OK: what was read so far is all there is.
  virtual absl::Status AtLostRecord(const absl::Status& error) = 0;
  // Once everything was given out.
  virtual absl::Status CheckEnd(const tidemark::v1::ManifestTrailer* trailer) = 0;

  // `object` stays valid until the next TakeFromRun().
  void Give(absl::string_view object);
  // As ReadRun(), from where the run's pack was left.
  absl::StatusOr<ObjectRun> ReadPlacedRun(int index) const;

  const SealedDeposit& deposit() const { return deposit_; }
  const ManifestReader& records() const { return *records_; }
  RunCursors& cursors() { return *cursors_; }
  const tidemark::v1::RunColumns& columns() const { return columns_; }
  // Given, and pending of what is to be given.
  uint64_t bytes_produced() const { return bytes_produced_; }
  crypto::Sha256Digest FinishDigest() { return digest_.Finish(); }

 private:
  absl::Status Advance();
  absl::Status BeginRun(const tidemark::v1::Run& run);
  absl::Status BeginRunOfColumns();
  absl::Status NextRecord();
  absl::Status TakeRecord(tidemark::v1::ManifestRecord& record);
  absl::Status TakeLiteral(std::string literal);

  const SealedDeposit deposit_;
  const bool has_columns_;  // formats 2 and 3; else runs
  std::string file_name_;
  std::unique_ptr<ManifestReader> records_;
  std::optional<RecordBehindCounts> first_record_;  // read already, and not taken yet
  uint32_t packs_ = 0;
  GapTable gaps_;
  tidemark::v1::RunBatch batch_;      // of format 1
  tidemark::v1::RunColumns columns_;  // of formats 2 and 3
  int next_run_ = 0;
  ObjectRun run_;  // what is left of it
  std::optional<RunCursors> cursors_;
  absl::string_view run_gap_;
  absl::string_view gap_;      // follows what is pending
  absl::string_view pending_;  // into literal_, a gap, or an object
  std::string literal_;
  crypto::Sha256Stream digest_;
  uint64_t bytes_given_ = 0;
  uint64_t bytes_produced_ = 0;
  std::optional<tidemark::v1::ManifestTrailer> trailer_;
  bool at_end_ = false;
  bool is_checked_ = false;
  absl::Status status_;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_DEPOSIT_READING_H_
