#include "escrow_agent/client/intake_stream.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/grpc_status.h"
#include "base/limits.h"
#include "base/status.h"
#include "proto/service.grpc.pb.h"
#include "vault/remote/channel.h"

namespace tidemark::escrow_agent {

using tidemark::v1::DepositReply;
using tidemark::v1::DepositRequest;

struct IntakeStream::Call {
  grpc::ClientContext context;
  std::unique_ptr<tidemark::v1::Intake::Stub> stub;
  std::unique_ptr<grpc::ClientReaderWriter<DepositRequest, DepositReply>> stream;
  bool is_finished = false;
};

IntakeStream::IntakeStream(const vault::AgentConnection& agent, DepositRequest begin,
                           absl::Time deadline, const ResumeOptions& resume)
    : agent_(agent), begin_(std::move(begin)), deadline_(deadline), resume_(resume) {}

absl::StatusOr<std::unique_ptr<IntakeStream>> IntakeStream::Begin(
    const vault::AgentConnection& agent, std::string begin_body, std::string signature,
    absl::Duration deadline, const ResumeOptions& resume) {
  DepositRequest begin;
  begin.mutable_begin()->set_body(std::move(begin_body));
  begin.mutable_begin()->set_signature(std::move(signature));
  auto stream =
      absl::WrapUnique(new IntakeStream(agent, std::move(begin), absl::Now() + deadline, resume));
  RETURN_IF_ERROR(stream->Connect());
  return stream;
}

IntakeStream::~IntakeStream() {
  if (call_ == nullptr || call_->is_finished) return;
  call_->context.TryCancel();
  Ended().IgnoreError();
}

// A connection of its own each time: one that broke would wait for gRPC's own pauses.
absl::Status IntakeStream::Connect() {
  auto call = std::make_unique<Call>();
  call->context.set_deadline(absl::ToChronoTime(deadline_));
  call->stub = tidemark::v1::Intake::NewStub(
      vault::CreateAgentChannel(vault::ChannelOptionsOf(agent_)));
  call->stream = call->stub->Deposit(&call->context);
  {
    absl::MutexLock lock(&mutex_);
    call_ = std::move(call);
    if (is_cancelled_) call_->context.TryCancel();
  }
  if (!call_->stream->Write(begin_)) return Ended();
  DepositReply reply;
  if (!call_->stream->Read(&reply)) return Ended();
  if (!reply.has_accepted()) {
    return absl::DataLossError("the server answered an announcement with something else");
  }
  const uint32_t frames = reply.accepted().frames_received();
  const uint32_t parts = reply.accepted().parts_received();
  is_lost_ = frames < frames_.durable || parts < parts_.durable;
  return is_lost_ ? absl::OkStatus() : Adopt(frames, parts);
}

absl::Status IntakeStream::Adopt(uint32_t frames_durable, uint32_t parts_durable) {
  if (frames_durable > frames_.sent() || frames_durable < frames_.durable ||
      parts_durable > parts_.sent() || parts_durable < parts_.durable) {
    return absl::DataLossError("the server acknowledged frames that were not sent");
  }
  if (frames_durable > frames_.durable || parts_durable > parts_.durable) {
    attempts_ = 0;
    first_attempt_ = absl::InfiniteFuture();
  }
  for (; frames_.durable < frames_durable; ++frames_.durable) frames_.kept.pop_front();
  for (; parts_.durable < parts_durable; ++parts_.durable) parts_.kept.pop_front();
  return absl::OkStatus();
}

absl::Status IntakeStream::SendKept() {
  for (const Unacked* unacked : {&frames_, &parts_}) {
    for (const DepositRequest& request : unacked->kept) {
      if (!call_->stream->Write(request)) return Ended();
    }
  }
  return absl::OkStatus();
}

absl::Status IntakeStream::SendFrame(uint32_t number, std::string ciphertext) {
  DepositRequest request;
  request.mutable_frame()->set_number(number);
  request.mutable_frame()->set_ciphertext(std::move(ciphertext));
  return Send(frames_, base::kUnackedFramesMax, std::move(request));
}

absl::Status IntakeStream::SendPart(uint32_t number, std::string ciphertext) {
  DepositRequest request;
  request.mutable_manifest_part()->set_number(number);
  request.mutable_manifest_part()->set_ciphertext(std::move(ciphertext));
  return Send(parts_, base::kUnackedPartsMax, std::move(request));
}

absl::Status IntakeStream::Send(Unacked& unacked, size_t unacked_max, DepositRequest request) {
  RETURN_IF_ERROR(status_);
  while (unacked.kept.size() >= unacked_max) {
    const absl::Status acked = ReadAck();
    if (!acked.ok()) RETURN_IF_ERROR(Resume(acked));
  }
  unacked.kept.push_back(std::move(request));
  // Resuming sends it with everything else that is kept.
  return call_->stream->Write(unacked.kept.back()) ? absl::OkStatus() : Resume(Ended());
}

absl::Status IntakeStream::ReadAck() {
  DepositReply reply;
  if (!call_->stream->Read(&reply)) return Ended();
  if (!reply.has_acked()) return absl::DataLossError("the server answered a frame with no ack");
  return Adopt(reply.acked().frames_durable(), reply.acked().parts_durable());
}

absl::StatusOr<tidemark::v1::Receipt> IntakeStream::Commit(std::string manifest,
                                                           std::string signature) {
  RETURN_IF_ERROR(status_);
  DepositRequest request;
  request.mutable_commit()->set_manifest(std::move(manifest));
  request.mutable_commit()->set_signature(std::move(signature));
  is_committing_ = true;
  while (true) {
    absl::StatusOr<tidemark::v1::Receipt> receipt = TryCommit(request);
    if (receipt.ok()) return receipt;
    if (is_lost_ && absl::IsInvalidArgument(receipt.status())) {
      return absl::UnavailableError(
          "the connection broke at the commit, and the server no longer has the upload; send it "
          "again");
    }
    RETURN_IF_ERROR(Resume(receipt.status()));
  }
}

absl::StatusOr<tidemark::v1::Receipt> IntakeStream::TryCommit(const DepositRequest& commit) {
  if (!call_->stream->Write(commit) || !call_->stream->WritesDone()) return Ended();
  DepositReply reply;
  while (call_->stream->Read(&reply)) {
    if (reply.has_acked()) {
      RETURN_IF_ERROR(Adopt(reply.acked().frames_durable(), reply.acked().parts_durable()));
    }
    if (!reply.has_receipt()) continue;
    tidemark::v1::Receipt receipt = std::move(*reply.mutable_receipt());
    // The deposit is kept: how the call ends after that changes nothing.
    Ended().IgnoreError();
    return receipt;
  }
  return Ended();
}

void IntakeStream::Cancel() {
  absl::MutexLock lock(&mutex_);
  is_cancelled_ = true;
  if (call_ != nullptr) call_->context.TryCancel();
}

// The call has ended; says why. The server's reason comes last, after replies that were not read.
absl::Status IntakeStream::Ended() {
  if (std::exchange(call_->is_finished, true)) return absl::CancelledError("the call has ended");
  DepositReply reply;
  while (call_->stream->Read(&reply)) {
  }
  absl::Status status = base::FromGrpcStatus(call_->stream->Finish());
  if (status.ok()) {
    status = absl::UnavailableError("the server ended the upload without a receipt");
  }
  if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) {
    status = base::Annotate(status, absl::StrCat("tidemarkd at ", agent_.address));
  }
  return status;
}

bool IntakeStream::MayResume(const absl::Status& why) const {
  // CANCELLED: a server that stops, or that found the call idle. UNKNOWN: what gRPC says of some
  // connections that were cut.
  const bool is_broken = absl::IsUnavailable(why) || absl::IsCancelled(why) || absl::IsUnknown(why);
  absl::MutexLock lock(&mutex_);
  return is_broken && !is_cancelled_ && attempts_ < resume_.attempts_max &&
         absl::Now() - first_attempt_ < resume_.total_max && absl::Now() < deadline_;
}

bool IntakeStream::SleepUnlessCancelled(absl::Duration time) {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&is_cancelled_), time);
}

// A new connection on which everything is sent that is kept.
absl::Status IntakeStream::Resume(const absl::Status& why) {
  absl::Status last = why;
  while (MayResume(last)) {
    const absl::Duration pause =
        std::min(resume_.delay * (int64_t{1} << std::min(attempts_, 20)), resume_.delay_max);
    first_attempt_ = std::min(first_attempt_, absl::Now());
    ++attempts_;
    if (!SleepUnlessCancelled(pause)) break;
    ++resumptions_;
    last = Connect();
    if (last.ok() && is_lost_ && !is_committing_) {
      last =
          absl::UnavailableError(absl::StrCat("the server no longer has what it had acknowledged "
                                              "of this upload; send it again from its "
                                              "start (the connection had ended so: ",
                                              why.message(), ")"));
      break;
    }
    // A commit may have been done although its answer was lost: then nothing is missing.
    if (last.ok() && !is_lost_) last = SendKept();
    if (last.ok()) return last;
  }
  status_ = last;
  return status_;
}

}  // namespace tidemark::escrow_agent
