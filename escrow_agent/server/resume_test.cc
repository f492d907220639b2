// Streams that break, seen from the wire: who may resume what, and what it hears.
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/grpc_status.h"
#include "base/testing.h"
#include "escrow_agent/server/server_testing.h"

namespace tidemark::escrow_agent {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;
using tidemark::v1::DepositReply;
using tidemark::v1::DepositRequest;
using vault::Id;
using vault::Role;
using vault::TestPeer;
using vault::TestUpload;

// One open stream, driven message by message.
class OpenStream {
 public:
  explicit OpenStream(TestClient& client) : stream_(client.intake().Deposit(&context_)) {}
  ~OpenStream() { Cut().IgnoreError(); }

  void Write(const DepositRequest& request) { EXPECT_TRUE(stream_->Write(request)); }
  // Default if the stream has ended.
  DepositReply Read() {
    DepositReply reply;
    if (!stream_->Read(&reply)) reply.Clear();
    return reply;
  }
  // Reads what is left; why the stream ended.
  absl::Status End() {
    if (std::exchange(has_ended_, true)) return absl::OkStatus();
    DepositReply reply;
    while (stream_->Read(&reply)) {
    }
    return base::FromGrpcStatus(stream_->Finish());
  }
  absl::Status Cut() {
    context_.TryCancel();
    return End();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<DepositRequest, DepositReply>> stream_;
  bool has_ended_ = false;
};

class ResumeTest : public ::testing::Test {
 protected:
  TestUpload Make(absl::string_view id, const vault::TestUploadOptions& options = {}) {
    return vault::MakeUpload(server_.vault().vault_id(), Id(id), options);
  }

  // Asks until the server has noticed that the stream before is gone.
  std::unique_ptr<OpenStream> BeginAgain(const DepositRequest& begin, TestClient& client,
                                         vault::PiecesHeld& held) {
    while (true) {
      auto stream = std::make_unique<OpenStream>(client);
      stream->Write(begin);
      const DepositReply reply = stream->Read();
      if (reply.has_accepted()) {
        held = {reply.accepted().frames_received(), reply.accepted().parts_received()};
        return stream;
      }
      const absl::Status why = stream->End();
      EXPECT_THAT(why, StatusIs(StatusCode::kUnavailable, HasSubstr("another connection")));
      if (!absl::IsUnavailable(why)) return nullptr;
    }
  }

  TestServer server_{TestServer::Options{.begins_per_minute_max = 100'000}};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
};

TEST_F(ResumeTest, SameBeginGoesOnFromWhatAcceptedSays) {
  const TestUpload upload = Make("example/A1/0", {.frames = 40, .parts = 3});
  const std::vector<DepositRequest> requests = RequestsOf(upload, depositor_);
  TestClient client = server_.Client(depositor_);
  {
    OpenStream stream(client);
    for (size_t i = 0; i <= 32; ++i) stream.Write(requests[i]);
    EXPECT_EQ(stream.Read().accepted().frames_received(), 0u);
    EXPECT_EQ(stream.Read().acked().frames_durable(), 16u);
    EXPECT_EQ(stream.Read().acked().frames_durable(), 32u);
    stream.Write(requests[41]);
  }
  vault::PiecesHeld held;
  const auto stream = BeginAgain(requests[0], client, held);
  ASSERT_NE(stream, nullptr);
  EXPECT_EQ(held.frames, 32u);
  for (size_t i = 1 + held.frames; i <= 40; ++i) stream->Write(requests[i]);
  for (size_t i = 41 + held.parts; i < requests.size(); ++i) stream->Write(requests[i]);
  DepositReply reply;
  while (!reply.has_receipt()) {
    reply = stream->Read();
    ASSERT_TRUE(reply.has_acked() || reply.has_receipt());
  }
  EXPECT_OK(stream->End());

  // The answer was lost: the same messages give the same receipt.
  OpenStream again(client);
  again.Write(requests.front());
  EXPECT_EQ(again.Read().accepted().frames_received(), 40u);
  again.Write(requests.back());
  DepositReply second;
  while (!second.has_receipt()) {
    second = again.Read();
    ASSERT_TRUE(second.has_acked() || second.has_receipt());
  }
  EXPECT_EQ(second.receipt().SerializeAsString(), reply.receipt().SerializeAsString());
}

TEST_F(ResumeTest, NewerStreamTakesOverAndTheOlderIsEnded) {
  const std::vector<DepositRequest> requests = RequestsOf(Make("example/A1/0"), depositor_);
  TestClient client = server_.Client(depositor_);
  OpenStream older(client);
  older.Write(requests[0]);
  ASSERT_TRUE(older.Read().has_accepted());
  vault::PiecesHeld held;
  const auto newer = BeginAgain(requests[0], client, held);
  ASSERT_NE(newer, nullptr);
  EXPECT_THAT(older.End(), StatusIs(StatusCode::kCancelled));
  for (size_t i = 1 + held.frames; i < requests.size(); ++i) newer->Write(requests[i]);
  EXPECT_OK(newer->End());
}

TEST_F(ResumeTest, AnotherTldHearsTheSameOfEveryPackThatIsThere) {
  const TestUpload parked = Make("example/A1/0");
  const TestUpload committed = Make("example/A2/0");
  TestClient client = server_.Client(depositor_);
  ASSERT_OK(client.Deposit(RequestsOf(committed, depositor_)));
  {
    OpenStream stream(client);
    stream.Write(BeginRequest(parked, depositor_));
    ASSERT_TRUE(stream.Read().has_accepted());
  }
  const TestPeer other = TestPeer::Make(Role::kDepositor, {"other"});
  TestClient other_client = server_.Client(other);
  for (const TestUpload& upload : {parked, committed}) {
    TestUpload theirs = Make("other/A1/0");
    theirs.pack = upload.pack;
    EXPECT_THAT(other_client.Deposit({BeginRequest(theirs, other)}),
                StatusIs(StatusCode::kAlreadyExists,
                         "the new pack's id is taken; choose another at random"));
    // Nor can it speak for the other TLD.
    EXPECT_THAT(other_client.Deposit({BeginRequest(upload, other)}),
                StatusIs(StatusCode::kPermissionDenied));
  }
  const auto absent = crypto::PackId::Random();
  for (const crypto::PackId& pack : {parked.pack, committed.pack, absent}) {
    EXPECT_THAT(other_client.Deposit({BeginRequest(Make("other/A1/0"), other, {pack})}),
                StatusIs(StatusCode::kFailedPrecondition,
                         "pack " + pack.ToHex() + " is not held for this TLD; send in full"));
  }
}

TEST_F(ResumeTest, StreamThatBrokeARuleIsNotKept) {
  const std::vector<DepositRequest> requests = RequestsOf(Make("example/A1/0"), depositor_);
  TestClient client = server_.Client(depositor_);
  EXPECT_THAT(client.Deposit({requests[0], requests[1], requests[0]}),
              StatusIs(StatusCode::kFailedPrecondition));
  vault::PiecesHeld held;
  ASSERT_NE(BeginAgain(requests[0], client, held), nullptr);
  EXPECT_EQ(held, vault::PiecesHeld());
}

TEST(BeginsPerMinute, AreCountedForEachCertificate) {
  TestServer server(TestServer::Options{.begins_per_minute_max = 2});
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example"});
  TestClient client = server.Client(depositor);
  const auto requests = [&server](absl::string_view id, const TestPeer& peer) {
    return RequestsOf(vault::MakeUpload(server.vault().vault_id(), Id(id), {}), peer);
  };
  EXPECT_OK(client.Deposit(requests("example/A1/0", depositor)));
  EXPECT_OK(client.Deposit(requests("example/A2/0", depositor)));
  EXPECT_THAT(client.Deposit(requests("example/A3/0", depositor)),
              StatusIs(StatusCode::kUnavailable, HasSubstr("limits.begins_per_minute_max")));
  const TestPeer other = TestPeer::Make(Role::kDepositor, {"example"});
  TestClient other_client = server.Client(other);
  EXPECT_OK(other_client.Deposit(requests("example/A3/0", other)));
}

}  // namespace
}  // namespace tidemark::escrow_agent
