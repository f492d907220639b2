#include "tests/integration/recording_intake.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "proto/service.grpc.pb.h"
#include "tests/integration/listening.h"

namespace tidemark::tests {
namespace {

using tidemark::v1::DepositReply;
using tidemark::v1::DepositRequest;

class Recorder final : public RecordingIntake, public tidemark::v1::Intake::Service {
 public:
  explicit Recorder(std::string out_dir) : out_dir_(std::move(out_dir)) {}
  ~Recorder() override {
    if (server_ != nullptr) server_->Shutdown();
  }

  absl::Status Listen(const std::string& server_dir) {
    for (const char* folder : {"/frames", "/parts"}) {
      RETURN_IF_ERROR(base::MakeDirs(out_dir_ + folder, base::FileMode::kPrivate));
    }
    ASSIGN_OR_RETURN(server_, ListenInPlaceOf(server_dir, *this, &port_));
    return absl::OkStatus();
  }

  std::string address() const override { return absl::StrCat("127.0.0.1:", port_); }

  grpc::Status Deposit(grpc::ServerContext*,
                       grpc::ServerReaderWriter<DepositReply, DepositRequest>* stream) override {
    DepositRequest request;
    uint32_t frames = 0;
    uint32_t parts = 0;
    while (stream->Read(&request)) {
      DepositReply reply;
      if (request.has_begin()) {
        Write("begin.body", request.begin().body());
        Write("begin.signature", request.begin().signature());
        reply.mutable_accepted();
      } else if (request.has_commit()) {
        Write("manifest.body", request.commit().manifest());
        Write("manifest.signature", request.commit().signature());
        return grpc::Status(grpc::StatusCode::ABORTED, "recorded");
      } else {
        if (request.has_frame()) {
          Write(absl::StrCat("frames/", frames++), request.frame().ciphertext());
        } else {
          Write(absl::StrCat("parts/", parts++), request.manifest_part().ciphertext());
        }
        reply.mutable_acked()->set_frames_durable(frames);
        reply.mutable_acked()->set_parts_durable(parts);
      }
      if (!stream->Write(reply)) break;
    }
    return grpc::Status::OK;
  }

 private:
  void Write(const std::string& name, absl::string_view bytes) const {
    EXPECT_OK(base::WriteFile(absl::StrCat(out_dir_, "/", name), bytes, base::FileMode::kPrivate));
  }

  const std::string out_dir_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecordingIntake>> RecordingIntake::Start(
    const std::string& server_dir, const std::string& out_dir) {
  auto recorder = std::make_unique<Recorder>(out_dir);
  RETURN_IF_ERROR(recorder->Listen(server_dir));
  return recorder;
}

}  // namespace tidemark::tests
