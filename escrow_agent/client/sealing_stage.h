// The end of the pipeline: compress, seal and digest frames on two threads, send them in order on a
// third.
//
// Before it runs what reads, recognises and packs; between the two is a queue of a few frames, so
// that neither runs ahead of the other. The first error latches and comes back from every later
// call.
// Threads: Push, Finish and the destructor belong to one thread at a time.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_SEALING_STAGE_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_SEALING_STAGE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/compress.h"
#include "crypto/digest.h"
#include "crypto/frame.h"
#include "escrow_agent/client/intake_stream.h"
#include "verifier/opening/frame_content.h"

namespace tidemark::escrow_agent {

class SealingStage final {
 public:
  struct Pack {
    std::string label;  // the frame namespace: the TLD
    crypto::PackId id;
    const crypto::PackSecret& secret;  // must outlive the stage
    base::ZstdTuning tuning;           // what suits the objects
  };
  // What was sent of the pack.
  struct Totals {
    uint32_t frames = 0;
    uint64_t frame_bytes = 0;
    std::string frames_digest;
  };

  // `stream` must outlive the stage, and is the stage's until Finish() has returned.
  SealingStage(Pack pack, IntakeStream& stream);
  // Without Finish(): cancels the stream and waits for the threads.
  ~SealingStage();

  // A frame, to be compressed and sealed, in whose place an empty one is left; and a manifest part,
  // sealed already.
  absl::Status PushFrame(uint32_t number, verifier::FrameContentBuilder& frame);
  absl::Status PushPart(uint32_t number, std::string ciphertext);
  // Waits until everything is sent.
  absl::StatusOr<Totals> Finish();

 private:
  struct Item {
    enum class Kind { kFrame, kPart } kind;
    uint32_t number;
    verifier::FrameContentBuilder frame{};
    std::string bytes{};   // ciphertext
    std::string digest{};  // of a frame's ciphertext
    bool is_sealed = false;
  };

  absl::Status Push(Item item);
  bool CanPush() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool CanSeal() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool CanSend() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RunSealer();
  void RunSender();
  absl::Status Send(Item item);
  void Fail(const absl::Status& status);
  void Join();

  const Pack pack_;
  IntakeStream& stream_;
  absl::Mutex mutex_;
  // In the order in which they are sent. Their addresses stay: sealers work on them in place.
  std::deque<std::unique_ptr<Item>> queue_ ABSL_GUARDED_BY(mutex_);
  std::deque<Item*> to_seal_ ABSL_GUARDED_BY(mutex_);
  // Spent ones, to be filled again: a frame's memory is large enough for the allocator to give it
  // back to the system, and to ask for it anew, each time.
  std::vector<verifier::FrameContentBuilder> spent_ ABSL_GUARDED_BY(mutex_);
  bool is_closed_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  // The sender's, and after Finish() the caller's.
  crypto::Blake2bStream digests_;
  Totals totals_;
  std::vector<std::thread> threads_;  // last: they use everything above
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_SEALING_STAGE_H_
