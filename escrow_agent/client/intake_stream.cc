#include "escrow_agent/client/intake_stream.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

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
  std::string address;
  grpc::ClientContext context;
  std::unique_ptr<tidemark::v1::Intake::Stub> stub;
  std::unique_ptr<grpc::ClientReaderWriter<DepositRequest, DepositReply>> stream;
  bool is_finished = false;
};

IntakeStream::IntakeStream(std::unique_ptr<Call> call) : call_(std::move(call)) {}

absl::StatusOr<std::unique_ptr<IntakeStream>> IntakeStream::Begin(
    const vault::AgentConnection& agent, std::string begin_body, std::string signature,
    absl::Duration deadline) {
  auto call = std::make_unique<Call>();
  call->address = agent.address;
  call->context.set_deadline(absl::ToChronoTime(absl::Now() + deadline));
  call->stub = tidemark::v1::Intake::NewStub(vault::CreateAgentChannel({
      .address = agent.address,
      .server_name = agent.server_name,
      .authority_pem = agent.authority_pem,
      .certificate_pem = agent.certificate_pem,
      .key_pem = agent.key_pem,
  }));
  call->stream = call->stub->Deposit(&call->context);
  auto stream = absl::WrapUnique(new IntakeStream(std::move(call)));
  DepositRequest request;
  request.mutable_begin()->set_body(std::move(begin_body));
  request.mutable_begin()->set_signature(std::move(signature));
  if (!stream->call_->stream->Write(request)) return stream->Broken();
  DepositReply reply;
  if (!stream->call_->stream->Read(&reply)) return stream->Broken();
  if (!reply.has_accepted()) {
    return absl::DataLossError("the server answered an announcement with something else");
  }
  return stream;
}

IntakeStream::~IntakeStream() {
  if (call_->is_finished) return;
  call_->context.TryCancel();
  Broken().IgnoreError();
}

absl::Status IntakeStream::SendFrame(uint32_t number, std::string ciphertext) {
  while (frames_sent_ - frames_durable_ >= base::kUnackedFramesMax) RETURN_IF_ERROR(ReadAck());
  DepositRequest request;
  request.mutable_frame()->set_number(number);
  request.mutable_frame()->set_ciphertext(std::move(ciphertext));
  if (!call_->stream->Write(request)) return Broken();
  ++frames_sent_;
  return absl::OkStatus();
}

absl::Status IntakeStream::SendPart(uint32_t number, std::string ciphertext) {
  DepositRequest request;
  request.mutable_manifest_part()->set_number(number);
  request.mutable_manifest_part()->set_ciphertext(std::move(ciphertext));
  return call_->stream->Write(request) ? absl::OkStatus() : Broken();
}

absl::StatusOr<tidemark::v1::Receipt> IntakeStream::Commit(std::string manifest,
                                                           std::string signature) {
  DepositRequest request;
  request.mutable_commit()->set_manifest(std::move(manifest));
  request.mutable_commit()->set_signature(std::move(signature));
  if (!call_->stream->Write(request) || !call_->stream->WritesDone()) return Broken();
  DepositReply reply;
  while (call_->stream->Read(&reply)) {
    if (!reply.has_receipt()) continue;
    tidemark::v1::Receipt receipt = std::move(*reply.mutable_receipt());
    // The deposit is kept: how the call ends after that changes nothing.
    Broken().IgnoreError();
    return receipt;
  }
  return Broken();
}

void IntakeStream::Cancel() { call_->context.TryCancel(); }

absl::Status IntakeStream::ReadAck() {
  DepositReply reply;
  if (!call_->stream->Read(&reply)) return Broken();
  if (!reply.has_acked() || reply.acked().frames_durable() > frames_sent_ ||
      reply.acked().frames_durable() < frames_durable_) {
    Cancel();
    return absl::DataLossError("the server acknowledged frames that were not sent");
  }
  frames_durable_ = reply.acked().frames_durable();
  return absl::OkStatus();
}

// The stream has ended; says why. The server's reason comes last, after replies that were not read.
absl::Status IntakeStream::Broken() {
  if (std::exchange(call_->is_finished, true)) return status_;
  DepositReply reply;
  while (call_->stream->Read(&reply)) {
  }
  status_ = base::FromGrpcStatus(call_->stream->Finish());
  if (status_.ok()) {
    status_ = absl::UnavailableError("the server ended the upload without a receipt");
  }
  if (absl::IsUnavailable(status_) || absl::IsDeadlineExceeded(status_)) {
    status_ = base::Annotate(status_, absl::StrCat("tidemarkd at ", call_->address));
  }
  return status_;
}

}  // namespace tidemark::escrow_agent
