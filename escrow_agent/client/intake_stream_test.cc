// The client's end of a stream that breaks, against a server in this process. A rival that sends
// the same begin makes the server end the stream: the surest cut there is.
#include "escrow_agent/client/intake_stream.h"

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <thread>

#include "base/testing.h"
#include "crypto/digest.h"
#include "escrow_agent/server/server_testing.h"
#include "vault/vault.h"

namespace tidemark::escrow_agent {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;
using tidemark::v1::DepositRequest;
using vault::Id;
using vault::Role;
using vault::TestPeer;
using vault::TestUpload;

constexpr ResumeOptions kQuick = {.attempts_max = 50,
                                  .total_max = absl::Minutes(1),
                                  .delay = absl::Milliseconds(1),
                                  .delay_max = absl::Milliseconds(20)};

class IntakeStreamTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<IntakeStream>> Begin(const TestUpload& upload,
                                                      const ResumeOptions& resume = kQuick) {
    const DepositRequest begin = BeginRequest(upload, depositor_);
    vault::AgentConnection agent;
    agent.address = server_->address();
    agent.server_name = "127.0.0.1";
    agent.authority_pem = vault::TestAuthority().certificate_pem;
    agent.certificate_pem = depositor_.certificate.certificate_pem;
    agent.key_pem = depositor_.certificate.key_pem;
    return IntakeStream::Begin(agent, begin.begin().body(), begin.begin().signature(),
                               absl::Minutes(5), resume);
  }

  // The stream of `upload` is ended by the server.
  void Cut(const TestUpload& upload) {
    TestClient rival = server_->Client(depositor_);
    EXPECT_THAT(rival.Deposit({BeginRequest(upload, depositor_)}),
                StatusIs(StatusCode::kUnavailable, HasSubstr("another connection")));
  }

  std::unique_ptr<TestServer> server_ =
      std::make_unique<TestServer>(TestServer::Options{.begins_per_minute_max = 100'000});
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  const TestUpload upload_ = vault::MakeUpload(server_->vault().vault_id(), Id("example/A1/0"),
                                               {.frames = 300, .parts = 200});
};

TEST_F(IntakeStreamTest, GoesOnAfterEveryCutAndSendsEachPieceOnce) {
  ASSERT_OK_AND_ASSIGN(const auto stream, Begin(upload_));
  for (uint32_t i = 0; i < upload_.frames.size(); ++i) {
    if (i % 50 == 25) Cut(upload_);
    ASSERT_OK(stream->SendFrame(i, upload_.frames[i]));
  }
  for (uint32_t i = 0; i < upload_.parts.size(); ++i) {
    if (i % 50 == 25) Cut(upload_);
    ASSERT_OK(stream->SendPart(i, upload_.parts[i]));
  }
  Cut(upload_);
  const auto manifest = upload_.Sign(depositor_);
  ASSERT_OK_AND_ASSIGN(const auto receipt, stream->Commit(manifest.body(), manifest.signature()));
  EXPECT_GE(stream->resumptions(), 11);
  EXPECT_EQ(server_->vault().Receipt(upload_.deposit)->SerializeAsString(),
            receipt.SerializeAsString());
  for (uint32_t i = 0; i < upload_.frames.size(); ++i) {
    ASSERT_EQ(*server_->vault().Frame(upload_.deposit, upload_.pack, i), upload_.frames[i]);
  }
}

TEST_F(IntakeStreamTest, ServerThatForgotWhatItAcknowledgedIsUnavailable) {
  ASSERT_OK_AND_ASSIGN(const auto stream, Begin(upload_));
  for (uint32_t i = 0; i < 200; ++i) ASSERT_OK(stream->SendFrame(i, upload_.frames[i]));
  Cut(upload_);
  // The stream ends when its handler does; then the upload can be had, and dropped.
  const DepositRequest begin = BeginRequest(upload_, depositor_);
  absl::StatusOr<std::unique_ptr<vault::Upload>> taken;
  do {
    taken = server_->vault().Begin(
        {.deposit = upload_.deposit,
         .new_pack = upload_.pack,
         .begin_digest = std::string(crypto::Blake2b(begin.begin().body()).bytes()),
         .signer = std::string(depositor_.signing_key.verify_key().bytes())});
  } while (absl::IsUnavailable(taken.status()));
  ASSERT_OK(taken);
  (*taken)->Discard();
  taken->reset();
  absl::Status sent;
  for (uint32_t i = 200; sent.ok() && i < upload_.frames.size(); ++i) {
    sent = stream->SendFrame(i, upload_.frames[i]);
  }
  EXPECT_THAT(sent, StatusIs(StatusCode::kUnavailable, HasSubstr("no longer has")));
}

TEST_F(IntakeStreamTest, WithoutTriesABreakIsTheEnd) {
  ASSERT_OK_AND_ASSIGN(const auto stream, Begin(upload_, {.attempts_max = 0}));
  Cut(upload_);
  absl::Status sent;
  for (uint32_t i = 0; sent.ok() && i < upload_.frames.size(); ++i) {
    sent = stream->SendFrame(i, upload_.frames[i]);
  }
  EXPECT_THAT(sent, StatusIs(StatusCode::kCancelled));
  // And stays it.
  EXPECT_THAT(stream->SendPart(0, "x"), StatusIs(StatusCode::kCancelled));
}

TEST_F(IntakeStreamTest, ServerThatIsGoneIsUnavailableAfterTheTries) {
  ASSERT_OK_AND_ASSIGN(const auto stream,
                       Begin(upload_, {.attempts_max = 5, .delay = absl::Milliseconds(1)}));
  server_->server().Shutdown(absl::ZeroDuration());
  absl::Status sent;
  for (uint32_t i = 0; sent.ok() && i < upload_.frames.size(); ++i) {
    sent = stream->SendFrame(i, upload_.frames[i]);
  }
  EXPECT_THAT(sent, StatusIs(StatusCode::kUnavailable, HasSubstr(server_->address())));
  EXPECT_EQ(stream->resumptions(), 5);
}

TEST_F(IntakeStreamTest, CancelEndsTheWaitForTheNextTry) {
  ASSERT_OK_AND_ASSIGN(const auto stream,
                       Begin(upload_, {.delay = absl::Hours(1), .delay_max = absl::Hours(1)}));
  server_->server().Shutdown(absl::ZeroDuration());
  std::thread canceller([&stream] { stream->Cancel(); });
  absl::Status sent;
  for (uint32_t i = 0; sent.ok() && i < upload_.frames.size(); ++i) {
    sent = stream->SendFrame(i, upload_.frames[i]);
  }
  canceller.join();
  EXPECT_FALSE(sent.ok());
  EXPECT_EQ(stream->resumptions(), 0);
}

TEST_F(IntakeStreamTest, NoIsTheEnd) {
  ASSERT_OK_AND_ASSIGN(const auto stream, Begin(upload_));
  ASSERT_OK(stream->SendFrame(0, upload_.frames[0]));
  const auto manifest = upload_.Sign(depositor_);
  EXPECT_THAT(stream->Commit(manifest.body(), manifest.signature()),
              StatusIs(StatusCode::kInvalidArgument));
  EXPECT_EQ(stream->resumptions(), 0);
}

}  // namespace
}  // namespace tidemark::escrow_agent
