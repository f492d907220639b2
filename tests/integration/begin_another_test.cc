// A server that cannot go on with what it has of an upload: the client begins another at once, if
// it may, and does not ask for the same again and again.
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "escrow_agent/client/deposit_client.h"
#include "proto/service.grpc.pb.h"
#include "tests/integration/custody_fixture.h"
#include "tests/integration/listening.h"

namespace tidemark::tests {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;
using tidemark::v1::DepositReply;
using tidemark::v1::DepositRequest;

// Takes a first upload's begin and breaks its connection; says ABORTED when that comes again, and
// no to any other.
class ForgetfulIntake final : public tidemark::v1::Intake::Service {
 public:
  ~ForgetfulIntake() override {
    if (server_ != nullptr) server_->Shutdown();
  }
  absl::Status Listen(const std::string& server_dir) {
    ASSIGN_OR_RETURN(server_, ListenInPlaceOf(server_dir, *this, &port_));
    return absl::OkStatus();
  }
  std::string address() const { return absl::StrCat("127.0.0.1:", port_); }

  grpc::Status Deposit(grpc::ServerContext*,
                       grpc::ServerReaderWriter<DepositReply, DepositRequest>* stream) override {
    DepositRequest request;
    if (!stream->Read(&request)) return grpc::Status::OK;
    absl::MutexLock lock(&mutex_);
    begins_.push_back(request.begin().body());
    if (begins_.size() == 1) {
      DepositReply reply;
      reply.mutable_accepted();
      stream->Write(reply);
      return grpc::Status(grpc::StatusCode::UNAVAILABLE, "the connection broke");
    }
    if (begins_.back() == begins_.front()) {
      return grpc::Status(grpc::StatusCode::ABORTED, "begin another");
    }
    return grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED, "seen");
  }
  std::vector<std::string> begins() {
    absl::MutexLock lock(&mutex_);
    return begins_;
  }

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  absl::Mutex mutex_;
  std::vector<std::string> begins_ ABSL_GUARDED_BY(mutex_);
};

class BeginAnother : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(custody_, Custody::Start());
    ASSERT_OK(intake_.Listen(custody_->dir() + "/agent/server"));
  }
  absl::Status Deposit(int attempts_max) {
    ASSIGN_OR_RETURN(escrow_agent::DepositorConfig config,
                     custody_->Depositor(custody_->dir() + "/depositor/depositor.toml"));
    config.agent.address = intake_.address();
    const std::string path = custody_->dir() + "/a.xml";
    RETURN_IF_ERROR(base::WriteFile(path, MakeDeposit({.id = "A1"}), base::FileMode::kPrivate));
    return escrow_agent::DepositFile(config, path, {.attempts_max = attempts_max}).status();
  }

  std::unique_ptr<Custody> custody_;
  ForgetfulIntake intake_;
};

TEST_F(BeginAnother, OneAttemptEndsWithWhatTheServerSaid) {
  EXPECT_THAT(Deposit(1), StatusIs(StatusCode::kAborted, HasSubstr("begin another")));
  EXPECT_THAT(intake_.begins(), SizeIs(2));
}

TEST_F(BeginAnother, TheNextAttemptIsAnotherUpload) {
  EXPECT_THAT(Deposit(3), StatusIs(StatusCode::kResourceExhausted, HasSubstr("seen")));
  const std::vector<std::string> begins = intake_.begins();
  ASSERT_THAT(begins, SizeIs(3));
  EXPECT_EQ(begins[0], begins[1]);
  EXPECT_NE(begins[0], begins[2]);
}

}  // namespace
}  // namespace tidemark::tests
