// A deposit that custody has whole: anything that is lost is an error.

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "base/scratch.h"
#include "base/status.h"
#include "vault/manifest.h"
#include "verifier/opening/deposit_reading.h"
#include "verifier/opening/frame_reader.h"
#include "verifier/opening/manifest_reader.h"
#include "verifier/opening/opening.h"

namespace tidemark::verifier {
namespace {

class OpenedDepositImpl final : public OpenedDeposit, private DepositReading {
 public:
  explicit OpenedDepositImpl(SealedDeposit deposit) : DepositReading(std::move(deposit)) {}

  absl::Status Init(vault::RemoteVault& vault, const crypto::DepositKey& key,
                    const std::string& scratch_dir) {
    const std::string context =
        vault::SealingContext(deposit().manifest.vault_id(), deposit().id);
    ASSIGN_OR_RETURN(std::unique_ptr<ManifestReader> records,
                     ManifestReader::Open(vault, deposit(), key, context));
    ASSIGN_OR_RETURN(std::unique_ptr<PackSet> packs, Begin(vault, std::move(records)));
    frames_ = std::make_unique<FrameReader>(std::move(packs),
                                            base::ScratchOptions{.dir = scratch_dir});
    return absl::OkStatus();
  }

  const std::string& file_name() const override { return header_file_name(); }
  uint64_t bytes_read() const override { return bytes_given(); }
  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override { return ReadOn(buffer); }
  absl::Status Close() override { return CloseReading(); }

 private:
  absl::Status TakeFromRun(ObjectRun& run) override {
    ASSIGN_OR_RETURN(const FrameObject object, frames_->Get(run.pack, run.begin));
    Give(object.bytes);
    ++objects_;
    --run.count;
    if (object.is_last_of_frame) {
      run.begin = {run.begin.frame + 1, 0};
    } else {
      ++run.begin.ordinal;
    }
    cursors().of(run.pack) = run.begin;
    return absl::OkStatus();
  }

  absl::StatusOr<ObjectRun> PlaceRun(int index) override { return ReadPlacedRun(index); }
  absl::Status AtOwnPlace(uint32_t) override { return absl::OkStatus(); }
  absl::Status AtLostRecord(const absl::Status& error) override { return error; }

  absl::Status CheckEnd(const tidemark::v1::ManifestTrailer* trailer) override {
    if (trailer->file_bytes() != bytes_given() || trailer->objects() != objects_) {
      return ContentMismatch("length or number of objects differ from its trailer's");
    }
    if (trailer->file_sha256() != FinishDigest().bytes()) {
      return ContentMismatch("the file's SHA-256 differs from its trailer's");
    }
    return frames_->CheckAllUsed();
  }

  std::unique_ptr<FrameReader> frames_;
  uint64_t objects_ = 0;
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
