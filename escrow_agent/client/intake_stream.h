// One call of Intake.Deposit: messages in the order that the service asks for, replies read when
// they are needed. Only a translator; what is sent is decided elsewhere.
//
// Threads: one at a time, except Cancel(), which any thread may call.
#ifndef TIDEMARK_ESCROW_AGENT_CLIENT_INTAKE_STREAM_H_
#define TIDEMARK_ESCROW_AGENT_CLIENT_INTAKE_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "proto/custody.pb.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::escrow_agent {

class IntakeStream final {
 public:
  // Announces the upload and waits until it is accepted.
  static absl::StatusOr<std::unique_ptr<IntakeStream>> Begin(const vault::AgentConnection& agent,
                                                             std::string begin_body,
                                                             std::string signature,
                                                             absl::Duration deadline);
  ~IntakeStream();

  // Waits while kUnackedFramesMax frames are not acknowledged.
  absl::Status SendFrame(uint32_t number, std::string ciphertext);
  absl::Status SendPart(uint32_t number, std::string ciphertext);
  // Ends the stream, and returns the receipt as it came.
  absl::StatusOr<tidemark::v1::Receipt> Commit(std::string manifest, std::string signature);
  // Makes every call that waits, and every later one, fail.
  void Cancel();

 private:
  struct Call;
  explicit IntakeStream(std::unique_ptr<Call> call);
  absl::Status ReadAck();
  absl::Status Broken();

  const std::unique_ptr<Call> call_;
  uint32_t frames_sent_ = 0;
  uint32_t frames_durable_ = 0;
  absl::Status status_;
};

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_CLIENT_INTAKE_STREAM_H_
