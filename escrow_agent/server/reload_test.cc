// A certificate that is replaced while the server serves.
#include <grpcpp/grpcpp.h>

#include <string>
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
using vault::Id;
using vault::Role;
using vault::TestPeer;

// The certificate that the server showed on the connection of `client`.
std::string CertificateSeenBy(TestClient& client) {
  grpc::ClientContext context;
  tidemark::v1::DepositReply reply;
  const auto stream = client.intake().Deposit(&context);
  stream->WritesDone();
  while (stream->Read(&reply)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  const auto values = context.auth_context()->FindPropertyValues("x509_pem_cert");
  return values.size() == 1 ? std::string(values[0].data(), values[0].size()) : "";
}

TEST(Reload, NewConnectionsSeeTheNewCertificateAndARunningUploadRunsOn) {
  TestServer server;
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example"});
  const auto requests = RequestsOf(
      vault::MakeUpload(server.vault().vault_id(), Id("example/A1/0"), {.frames = 50}), depositor);
  TestClient client = server.Client(depositor);
  const std::string before = CertificateSeenBy(client);
  grpc::ClientContext context;
  const auto stream = client.intake().Deposit(&context);
  for (size_t i = 0; i < 20; ++i) ASSERT_TRUE(stream->Write(requests[i]));

  const TlsIdentity renewed = MakeServerIdentity();
  ASSERT_OK(server.server().Reload(renewed, {}));
  TestClient new_client = server.Client(depositor);
  EXPECT_EQ(CertificateSeenBy(new_client), renewed.certificate_pem);
  EXPECT_NE(before, renewed.certificate_pem);

  for (size_t i = 20; i < requests.size(); ++i) ASSERT_TRUE(stream->Write(requests[i]));
  tidemark::v1::DepositReply reply;
  bool has_receipt = false;
  while (stream->Read(&reply)) has_receipt = has_receipt || reply.has_receipt();
  EXPECT_OK(base::FromGrpcStatus(stream->Finish()));
  EXPECT_TRUE(has_receipt);
}

TEST(Reload, WhatIsNotUsableChangesNothing) {
  TestServer server;
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example"});
  TestClient client = server.Client(depositor);
  const std::string before = CertificateSeenBy(client);
  TlsIdentity mixed = MakeServerIdentity();
  mixed.key_pem = MakeServerIdentity().key_pem;
  EXPECT_THAT(server.server().Reload(mixed, {}),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("the server's key")));
  TlsIdentity empty = MakeServerIdentity();
  empty.certificate_pem = "";
  EXPECT_THAT(server.server().Reload(empty, {}), StatusIs(StatusCode::kInvalidArgument));
  TestClient new_client = server.Client(depositor);
  EXPECT_EQ(CertificateSeenBy(new_client), before);
}

TEST(Reload, SerialsAreRefusedFromTheNextCallOn) {
  TestServer server;
  const TestPeer peer = TestPeer::Make(Role::kOperator, {"*"});
  TestClient client = server.Client(peer);
  EXPECT_OK(client.List(""));
  ASSERT_OK_AND_ASSIGN(const auto info, crypto::ParseCertificate(peer.certificate.certificate_pem));
  ASSERT_OK(server.server().Reload(MakeServerIdentity(), {info.serial_hex}));
  EXPECT_THAT(client.List(""), StatusIs(StatusCode::kPermissionDenied, HasSubstr("refused")));
  ASSERT_OK(server.server().Reload(MakeServerIdentity(), {}));
  EXPECT_OK(client.List(""));
}

}  // namespace
}  // namespace tidemark::escrow_agent
