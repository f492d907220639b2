// The server over real gRPC and mutual TLS: who may do what, and what bad peers leave behind.
#include "escrow_agent/server/server.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/grpc_status.h"
#include "base/limits.h"
#include "base/testing.h"
#include "escrow_agent/server/server_testing.h"
#include "vault/receipt.h"

namespace tidemark::escrow_agent {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::IsOk;
using ::tidemark::base::IsOkAndHolds;
using ::tidemark::base::StatusIs;
using tidemark::v1::DepositRequest;
using vault::Id;
using vault::Role;
using vault::TestPeer;
using vault::TestUpload;

class ServerTest : public ::testing::Test {
 protected:
  TestUpload Make(absl::string_view id, const vault::TestUploadOptions& options = {}) {
    return vault::MakeUpload(server_.vault().vault_id(), Id(id), options);
  }

  // After whatever a test did: nothing is visible, and an honest deposit is taken.
  void ExpectUnharmed() {
    EXPECT_THAT(*server_.vault().List(""), IsEmpty());
    TestClient client = server_.Client(depositor_);
    EXPECT_OK(client.Deposit(RequestsOf(Make("example/HONEST/0"), depositor_)));
  }

  TestServer server_;
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
};

TEST_F(ServerTest, DepositIsCommittedAndItsReceiptVerifies) {
  const TestUpload upload = Make("example/A1/0", {.frames = 200, .parts = 3});
  TestClient client = server_.Client(depositor_);
  ASSERT_OK_AND_ASSIGN(const auto receipt, client.Deposit(RequestsOf(upload, depositor_)));
  EXPECT_OK(vault::VerifyReceipt(receipt, server_.receipt_key().verify_key()));
  // The manifest is kept with the certificate of the connection.
  EXPECT_EQ(server_.vault().Manifest(upload.deposit)->certificate_pem(),
            depositor_.certificate.certificate_pem);

  TestClient verifier = server_.Client(TestPeer::Make(Role::kVerifier, {"*"}));
  EXPECT_THAT(verifier.ReadManifest(upload.deposit), IsOkAndHolds(upload.parts));
  EXPECT_THAT(verifier.ReadFrames(upload.deposit, upload.pack, 0, 200),
              IsOkAndHolds(upload.frames));
  EXPECT_THAT(verifier.ReadFrames(upload.deposit, upload.pack, 198, 0xffffffff),
              IsOkAndHolds(SizeIs(2)));
  EXPECT_THAT(verifier.ReadFrames(upload.deposit, crypto::PackId::Random(), 0, 1),
              StatusIs(StatusCode::kNotFound));
}

TEST_F(ServerTest, RepeatedDepositGetsTheSameReceipt) {
  TestClient client = server_.Client(depositor_);
  ASSERT_OK_AND_ASSIGN(const auto first,
                       client.Deposit(RequestsOf(Make("example/A1/0"), depositor_)));
  ASSERT_OK_AND_ASSIGN(const auto second,
                       client.Deposit(RequestsOf(Make("example/A1/0"), depositor_)));
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_THAT(client.Deposit(RequestsOf(Make("example/A1/0", {.content = "other"}), depositor_)),
              StatusIs(StatusCode::kAlreadyExists));
}

// Every role at every call: the table is the specification (proto/service.proto).
TEST_F(ServerTest, EachRoleMayMakeItsCallsAndNoOther) {
  const TestUpload stored = Make("example/A1/0");
  {
    TestClient client = server_.Client(depositor_);
    ASSERT_OK(client.Deposit(RequestsOf(stored, depositor_)));
  }
  const auto verdict = vault::MakeVerdict(
      server_.vault().vault_id(), stored.deposit, *server_.vault().Manifest(stored.deposit),
      tidemark::v1::VERDICT_OUTCOME_PASS, server_.verdict_key());
  const std::map<Role, std::string> allowed = {
      {Role::kDepositor, "Deposit"},
      {Role::kServer, ""},
      {Role::kVerifier, "List Show Status ReadManifest ReadFrames AppendVerdict"},
      {Role::kOperator, "List Show Status"},
      {Role::kAuditor, "List Show Status"},
      {Role::kSuccessor, "List Show ReadManifest ReadFrames"},
      {Role::kCustodian, "Show"},
      {Role::kReplicator, ""},
  };
  for (const auto& [role, calls] : allowed) {
    const TestPeer peer = TestPeer::Make(role, {"example"});
    TestClient client = server_.Client(peer);
    const auto expect = [&, calls = calls, role = role](absl::string_view call,
                                                        const absl::Status& got) {
      SCOPED_TRACE(absl::StrCat(vault::RoleName(role), " ", call));
      const std::vector<std::string> may = absl::StrSplit(calls, ' ');
      if (std::find(may.begin(), may.end(), call) != may.end()) {
        EXPECT_OK(got);
      } else {
        EXPECT_THAT(got, StatusIs(StatusCode::kPermissionDenied));
      }
    };
    expect("Deposit", client.Deposit(RequestsOf(Make("example/B1/0"), peer)).status());
    expect("List", client.List("").status());
    expect("Show", client.Show(stored.deposit).status());
    expect("Status", client.Status("").status());
    expect("ReadManifest", client.ReadManifest(stored.deposit).status());
    expect("ReadFrames", client.ReadFrames(stored.deposit, stored.pack, 0, 5).status());
    expect("AppendVerdict", client.AppendVerdict(verdict).status());
  }
}

TEST_F(ServerTest, NobodyTouchesATldThatItsCertificateDoesNotName) {
  const TestUpload stored = Make("example/A1/0");
  TestClient client = server_.Client(depositor_);
  ASSERT_OK(client.Deposit(RequestsOf(stored, depositor_)));

  const auto denied = StatusIs(StatusCode::kPermissionDenied);
  const TestPeer other = TestPeer::Make(Role::kDepositor, {"other"});
  TestClient other_depositor = server_.Client(other);
  EXPECT_THAT(other_depositor.Deposit(RequestsOf(Make("example/A2/0"), other)), denied);

  TestClient successor = server_.Client(TestPeer::Make(Role::kSuccessor, {"other"}));
  EXPECT_THAT(successor.List(""), IsOkAndHolds(0));
  EXPECT_THAT(successor.List("example"), denied);
  EXPECT_THAT(successor.Show(stored.deposit), denied);
  EXPECT_THAT(successor.Show(Id("example/ABSENT/0")), denied);
  EXPECT_THAT(successor.ReadManifest(stored.deposit), denied);
  EXPECT_THAT(successor.ReadFrames(stored.deposit, stored.pack, 0, 1), denied);

  TestClient verifier = server_.Client(TestPeer::Make(Role::kVerifier, {"other"}));
  EXPECT_THAT(
      verifier.AppendVerdict(vault::MakeVerdict(
          server_.vault().vault_id(), stored.deposit, *server_.vault().Manifest(stored.deposit),
          tidemark::v1::VERDICT_OUTCOME_PASS, server_.verdict_key())),
      denied);
}

TEST_F(ServerTest, PeerWithoutACertificateOfTheAuthorityHasNoCall) {
  TestClient nobody(server_.address(), {});
  EXPECT_THAT(nobody.List(""), StatusIs(StatusCode::kUnavailable));
  ASSERT_OK_AND_ASSIGN(const auto strange_authority,
                       crypto::CreateAuthority("Other", vault::TestNow() - absl::Hours(1),
                                               vault::TestNow() + absl::Hours(24)));
  crypto::CertificateRequest request;
  request.common_name = "stranger";
  request.uris = {"tidemark:role:operator", "tidemark:tld:*"};
  request.not_before = vault::TestNow() - absl::Hours(1);
  request.not_after = vault::TestNow() + absl::Hours(24);
  ASSERT_OK_AND_ASSIGN(const auto certificate,
                       crypto::IssueCertificate(strange_authority, request));
  TestClient stranger(server_.address(), certificate);
  EXPECT_THAT(stranger.List(""), StatusIs(StatusCode::kUnavailable));
  ExpectUnharmed();
}

TEST_F(ServerTest, ExpiredCertificateHasNoCall) {
  const auto certificate =
      vault::IssueForTest({"tidemark:role:operator", "tidemark:tld:*"},
                          vault::TestNow() - absl::Hours(2), vault::TestNow() - absl::Hours(1));
  TestClient expired(server_.address(), certificate);
  EXPECT_THAT(expired.List(""), StatusIs(StatusCode::kUnavailable));
}

TEST_F(ServerTest, CertificateThatExpiresUnderAnOpenConnectionIsRefused) {
  TestClient client = server_.Client(TestPeer::Make(Role::kOperator, {"*"}));
  EXPECT_OK(client.List(""));
  server_.clock().Advance(absl::Hours(48));
  EXPECT_THAT(client.List(""),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("not valid at this time")));
}

TEST_F(ServerTest, CertificateWithARoleThatNobodyKnowsIsRefused) {
  for (const std::vector<std::string>& uris : std::vector<std::vector<std::string>>{
           {"tidemark:role:king", "tidemark:tld:*"},
           {"tidemark:role:operator"},
           {"tidemark:tld:example"},
           {"tidemark:role:operator", "tidemark:role:verifier", "tidemark:tld:*"},
           {"tidemark:role:operator", "tidemark:tld:*", "https://example.com/"},
           {}}) {
    TestClient client(server_.address(),
                      vault::IssueForTest(uris, vault::TestNow() - absl::Hours(1),
                                          vault::TestNow() + absl::Hours(1)));
    EXPECT_THAT(client.List(""), StatusIs(StatusCode::kPermissionDenied));
  }
}

TEST(Server, RefusedSerialHasNoCall) {
  const TestPeer peer = TestPeer::Make(Role::kOperator, {"*"});
  ASSERT_OK_AND_ASSIGN(const auto info, crypto::ParseCertificate(peer.certificate.certificate_pem));
  TestServer server(TestServer::Options{.refused_serials = {info.serial_hex}});
  TestClient client = server.Client(peer);
  EXPECT_THAT(client.List(""), StatusIs(StatusCode::kPermissionDenied, HasSubstr("refused")));
  TestClient another = server.Client(TestPeer::Make(Role::kOperator, {"*"}));
  EXPECT_OK(another.List(""));
}

TEST_F(ServerTest, BeginOfAnotherSignerOrVaultIsRefused) {
  TestClient client = server_.Client(depositor_);
  const TestPeer stranger = TestPeer::Make(Role::kDepositor, {"example"});
  EXPECT_THAT(client.Deposit({BeginRequest(Make("example/A1/0"), stranger)}),
              StatusIs(StatusCode::kPermissionDenied, HasSubstr("not signed")));
  const TestUpload elsewhere = vault::MakeUpload(std::string(16, 'x'), Id("example/A1/0"), {});
  EXPECT_THAT(client.Deposit(RequestsOf(elsewhere, depositor_)),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("another vault")));
  ExpectUnharmed();
}

TEST_F(ServerTest, MessagesOutOfOrderAreRefused) {
  const std::vector<DepositRequest> good = RequestsOf(Make("example/A1/0"), depositor_);
  TestClient client = server_.Client(depositor_);
  const auto refused = StatusIs(StatusCode::kFailedPrecondition);
  EXPECT_THAT(client.Deposit({good[1]}), refused);
  EXPECT_THAT(client.Deposit({good.back()}), refused);
  EXPECT_THAT(client.Deposit({good[0], good[0]}), refused);
  EXPECT_THAT(client.Deposit({DepositRequest()}), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(client.Deposit({good[0], good[2]}), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(client.Deposit({good[0], good[1], good.back()}),
              StatusIs(StatusCode::kInvalidArgument));
  ExpectUnharmed();
}

TEST_F(ServerTest, OversizedMessageIsRefused) {
  TestClient client = server_.Client(depositor_);
  std::vector<DepositRequest> requests = {BeginRequest(Make("example/A1/0"), depositor_)};
  requests.emplace_back().mutable_frame()->set_ciphertext(
      std::string(base::kGrpcMessageBytesMax + 1, 'x'));
  EXPECT_THAT(client.Deposit(requests), StatusIs(StatusCode::kResourceExhausted));
  // One that fits a message but is no frame.
  requests[1].mutable_frame()->set_ciphertext(std::string(base::kFrameCipherBytesMax + 1, 'x'));
  EXPECT_THAT(client.Deposit(requests), StatusIs(StatusCode::kResourceExhausted));
  ExpectUnharmed();
}

TEST_F(ServerTest, StreamThatEndsBeforeTheCommitMakesNothingVisible) {
  TestClient client = server_.Client(depositor_);
  for (const TestClient::End end : {TestClient::End::kHalfClose, TestClient::End::kCut}) {
    for (size_t length = 0; length <= 8; ++length) {
      std::vector<DepositRequest> requests = RequestsOf(Make("example/A1/0"), depositor_);
      ASSERT_THAT(requests, SizeIs(9));
      requests.resize(length);
      EXPECT_THAT(client.Deposit(requests, end), StatusIs(StatusCode::kCancelled));
    }
  }
  ExpectUnharmed();
}

TEST(Server, IdleCallIsEnded) {
  TestServer server(TestServer::Options{.idle_max = absl::Milliseconds(200)});
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example"});
  TestClient client = server.Client(depositor);
  const TestUpload upload = vault::MakeUpload(server.vault().vault_id(), Id("example/A1/0"), {});
  grpc::ClientContext context;
  const auto stream = client.intake().Deposit(&context);
  ASSERT_TRUE(stream->Write(BeginRequest(upload, depositor)));
  tidemark::v1::DepositReply reply;
  ASSERT_TRUE(stream->Read(&reply));
  // Nothing more is said; the server ends it, not the (absent) deadline.
  EXPECT_FALSE(stream->Read(&reply));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST(Server, OneCertificateHasOnlySoManyCallsOpen) {
  TestServer server(TestServer::Options{.calls_per_certificate_max = 1});
  const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example"});
  TestClient client = server.Client(depositor);
  const TestUpload upload = vault::MakeUpload(server.vault().vault_id(), Id("example/A1/0"), {});
  grpc::ClientContext context;
  const auto stream = client.intake().Deposit(&context);
  ASSERT_TRUE(stream->Write(BeginRequest(upload, depositor)));
  tidemark::v1::DepositReply reply;
  ASSERT_TRUE(stream->Read(&reply));
  EXPECT_THAT(client.Deposit({BeginRequest(upload, depositor)}),
              StatusIs(StatusCode::kUnavailable));
  TestClient other = server.Client(TestPeer::Make(Role::kOperator, {"*"}));
  EXPECT_OK(other.List(""));
  context.TryCancel();
  stream->Finish();
}

}  // namespace
}  // namespace tidemark::escrow_agent
