// One upload to Intake.Deposit, over as many connections as it takes.
//
// Messages go out in the order that the service asks for; replies are read when they are needed.
// What the server has not acknowledged is kept (at most kUnackedFramesMax frames and
// kUnackedPartsMax parts). When the connection breaks, the very same begin is sent again, and the
// upload goes on from what the server says that it holds; a commit whose answer was lost is asked
// again, and gets the receipt of then. Only a translator; what is sent is decided elsewhere.
//
// Threads: one at a time, except Cancel(), which any thread may call. Errors: what the server said,
// if that is the end; ABORTED among it: the server cannot go on with this upload, begin another;
// UNAVAILABLE the tries are used up, or the server no longer has what it had acknowledged: send
// again from the start; DATA_LOSS the server's numbers cannot be true.
// Threat: the server may break every connection and acknowledge anything. It cannot make us keep
// more, try more often, or leave out a frame that it did not acknowledge.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INTAKE_STREAM_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INTAKE_STREAM_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "proto/custody.pb.h"
#include "proto/service.pb.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::escrow_agent {

struct ResumeOptions {
  // Tries in a row, and the time that they may take, in which the server acknowledges nothing more
  // than before. 0 tries: a connection that breaks is the end.
  int attempts_max = 20;
  absl::Duration total_max = absl::Minutes(3);
  // Pause before the first try; doubles with each, up to the second.
  absl::Duration delay = absl::Milliseconds(100);
  absl::Duration delay_max = absl::Seconds(15);
};

class IntakeStream final {
 public:
  // Announces the upload and waits until it is accepted. This first connection is tried once.
  // `deadline` is for the whole upload.
  static absl::StatusOr<std::unique_ptr<IntakeStream>> Begin(const vault::AgentConnection& agent,
                                                             std::string begin_body,
                                                             std::string signature,
                                                             absl::Duration deadline,
                                                             const ResumeOptions& resume = {});
  ~IntakeStream();

  // Frames and parts come numbered from 0 without gaps. Waits while as many as may be are not
  // acknowledged.
  absl::Status SendFrame(uint32_t number, std::string ciphertext);
  absl::Status SendPart(uint32_t number, std::string ciphertext);
  // Ends the stream, and returns the receipt as it came.
  absl::StatusOr<tidemark::v1::Receipt> Commit(std::string manifest, std::string signature);
  // Makes every call that waits, and every later one, fail.
  void Cancel();

  // Connections that were made after the first.
  int resumptions() const { return resumptions_; }

 private:
  struct Call;
  // What was sent of one kind, and not acknowledged: `kept` begins with number `durable`.
  struct Unacked {
    std::deque<tidemark::v1::DepositRequest> kept;
    uint32_t durable = 0;
    uint32_t sent() const { return durable + static_cast<uint32_t>(kept.size()); }
  };

  IntakeStream(const vault::AgentConnection& agent, tidemark::v1::DepositRequest begin,
               absl::Time deadline, const ResumeOptions& resume);
  absl::Status Connect();
  absl::Status SendKept();
  absl::Status Send(Unacked& unacked, size_t unacked_max, tidemark::v1::DepositRequest request);
  absl::Status ReadAck();
  absl::Status Adopt(uint32_t frames_durable, uint32_t parts_durable);
  absl::StatusOr<tidemark::v1::Receipt> TryCommit(const tidemark::v1::DepositRequest& commit);
  absl::Status Ended();
  absl::Status Resume(const absl::Status& why);
  bool MayResume(const absl::Status& why) const;
  bool SleepUnlessCancelled(absl::Duration time);

  const vault::AgentConnection agent_;
  const tidemark::v1::DepositRequest begin_;
  const absl::Time deadline_;
  const ResumeOptions resume_;
  Unacked frames_;
  Unacked parts_;
  bool is_committing_ = false;
  bool is_lost_ = false;  // the server holds less than it had acknowledged
  // Since the server last acknowledged something new.
  int attempts_ = 0;
  absl::Time first_attempt_ = absl::InfiniteFuture();
  int resumptions_ = 0;
  absl::Status status_;  // the end

  mutable absl::Mutex mutex_;
  bool is_cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  // Replaced by the caller's thread under the lock, for Cancel() looks at it.
  std::unique_ptr<Call> call_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INTAKE_STREAM_H_
