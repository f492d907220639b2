// gRPC's own services: health and reflection, behind the same door as ours.
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/grpc_status.h"
#include "base/testing.h"
#include "crypto/pki.h"
#include "escrow_agent/server/server_testing.h"

namespace tidemark::escrow_agent {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;
using vault::Role;
using vault::TestPeer;

constexpr char kHealth[] = "/grpc.health.v1.Health/Check";
constexpr char kReflection[] = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
// ServerReflectionRequest{list_services: "*"}: field 7, one byte. Debian has no header for it.
constexpr absl::string_view kListServices = "\x3a\x01*";

// A stream of raw messages, for services whose messages this test has no code for.
class RawStream {
 public:
  RawStream(TestClient& client, const std::string& method) : stub_(client.channel()) {
    stream_ = stub_.PrepareCall(&context_, method, &queue_);
    stream_->StartCall(this);
    started_ = Wait();
  }
  ~RawStream() {
    if (!finished_) {
      context_.TryCancel();
      Finish().IgnoreError();
    }
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }
  // The answer to one message, or why there is none.
  absl::StatusOr<std::string> Ask(absl::string_view message) {
    if (!started_) return Finish();
    const grpc::Slice slice(message.data(), message.size());
    stream_->Write(grpc::ByteBuffer(&slice, 1), this);
    if (!Wait()) return Finish();
    grpc::ByteBuffer answer;
    stream_->Read(&answer, this);
    if (!Wait()) return Finish();
    std::vector<grpc::Slice> slices;
    if (!answer.Dump(&slices).ok()) return absl::InternalError("no bytes");
    std::string bytes;
    for (const grpc::Slice& piece : slices) {
      bytes.append(reinterpret_cast<const char*>(piece.begin()), piece.size());
    }
    return bytes;
  }
  absl::Status Finish() {
    finished_ = true;
    grpc::Status status;
    stream_->Finish(&status, this);
    Wait();
    return base::FromGrpcStatus(status);
  }

 private:
  bool Wait() {
    void* tag = nullptr;
    bool ok = false;
    return queue_.Next(&tag, &ok) && ok;
  }

  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  grpc::GenericStub stub_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
  bool started_ = false;
  bool finished_ = false;
};

TEST(LibraryCalls, HealthAndReflectionAnswerEveryRoleOverMutualTls) {
  TestServer server;
  for (const Role role : {Role::kDepositor, Role::kOperator}) {
    TestClient client = server.Client(TestPeer::Make(role, {"example"}));
    RawStream health(client, kHealth);
    // HealthCheckResponse{status: SERVING}.
    ASSERT_OK_AND_ASSIGN(const std::string status, health.Ask(""));
    EXPECT_EQ(status, "\x08\x01");
    RawStream reflection(client, kReflection);
    ASSERT_OK_AND_ASSIGN(const std::string services, reflection.Ask(kListServices));
    EXPECT_THAT(services, HasSubstr("tidemark.v1.Intake"));
    EXPECT_THAT(services, HasSubstr("tidemark.v1.Custody"));
  }
  TestClient nobody(server.address(), {});
  RawStream health(nobody, kHealth);
  EXPECT_THAT(health.Ask("").status(), StatusIs(StatusCode::kUnavailable));
}

TEST(LibraryCalls, RefusedSerialHasNone) {
  const TestPeer peer = TestPeer::Make(Role::kOperator, {"*"});
  ASSERT_OK_AND_ASSIGN(const auto info, crypto::ParseCertificate(peer.certificate.certificate_pem));
  TestServer server(TestServer::Options{.refused_serials = {info.serial_hex}});
  TestClient client = server.Client(peer);
  for (const char* method : {kHealth, kReflection}) {
    RawStream stream(client, method);
    EXPECT_THAT(stream.Ask(method == kHealth ? "" : kListServices).status(),
                StatusIs(StatusCode::kCancelled));
  }
}

TEST(LibraryCalls, ReflectionCountsAmongTheCallsOfItsCertificateAndEndsWhenIdle) {
  TestServer server(
      TestServer::Options{.idle_max = absl::Milliseconds(500), .calls_per_certificate_max = 1});
  TestClient client = server.Client(TestPeer::Make(Role::kOperator, {"*"}));
  RawStream held(client, kReflection);
  ASSERT_OK(held.Ask(kListServices));
  EXPECT_THAT(client.List(""), StatusIs(StatusCode::kUnavailable));
  // Nothing more is said on it; it is ended, and its place is free.
  EXPECT_THAT(held.Finish(), StatusIs(StatusCode::kCancelled));
  absl::Status listed;
  do {
    listed = client.List("").status();
  } while (absl::IsUnavailable(listed));
  EXPECT_OK(listed);
}

}  // namespace
}  // namespace tidemark::escrow_agent
