// The Replica service over real mutual TLS: who may reach it, and a copier that talks out of turn.
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "base/grpc_status.h"
#include "base/testing.h"
#include "escrow_agent/server/server_testing.h"
#include "proto/service.grpc.pb.h"

namespace tidemark::escrow_agent {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::testing::Not;
using ::tidemark::base::StatusIs;
using tidemark::v1::Replica;
using vault::Role;
using vault::TestPeer;

// Every call of the service, as far as its first answer.
absl::Status Call(Replica::Stub& stub, const std::string& call) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto drain = [](auto& reader, auto message) {
    while (reader.Read(&message)) continue;
    return base::FromGrpcStatus(reader.Finish());
  };
  tidemark::v1::LeavesRequest leaves;
  leaves.set_count(1);
  if (call == "State") {
    tidemark::v1::ReplicaState state;
    return base::FromGrpcStatus(stub.State(&context, {}, &state));
  }
  if (call == "ReadLeaves") {
    return drain(*stub.ReadLeaves(&context, leaves), tidemark::v1::ReplicatedLeaf());
  }
  if (call == "ReadPieces") {
    return drain(*stub.ReadPieces(&context, {}), tidemark::v1::SealedPiece());
  }
  if (call == "ReadDigests") {
    return drain(*stub.ReadDigests(&context, {}), tidemark::v1::PieceDigests());
  }
  if (call == "Damaged") {
    return drain(*stub.Damaged(&context, {}), tidemark::v1::PieceIdentity());
  }
  if (call == "Heal") {
    tidemark::v1::HealReply reply;
    const auto writer = stub.Heal(&context, &reply);
    writer->WritesDone();
    return base::FromGrpcStatus(writer->Finish());
  }
  if (call == "FinishHealing") {
    tidemark::v1::FinishHealingReply reply;
    return base::FromGrpcStatus(stub.FinishHealing(&context, {}, &reply));
  }
  if (call == "Apply") {
    const auto stream = stub.Apply(&context);
    stream->WritesDone();
    return drain(*stream, tidemark::v1::ApplyReply());
  }
  if (call == "Erase") {
    tidemark::v1::EraseReply reply;
    return base::FromGrpcStatus(stub.Erase(&context, {}, &reply));
  }
  tidemark::v1::ConfirmErasedReply reply;
  return base::FromGrpcStatus(stub.ConfirmErased(&context, {}, &reply));
}

constexpr const char* kCalls[] = {"State",   "ReadLeaves",   "ReadPieces",    "ReadDigests",
                                  "Damaged", "Heal",         "FinishHealing", "Apply",
                                  "Erase",   "ConfirmErased"};

TEST(ReplicaService, OnlyAReplicatorOfAllTldsReachesIt) {
  TestServer server;
  for (const Role role : {Role::kDepositor, Role::kServer, Role::kVerifier, Role::kOperator,
                          Role::kAuditor, Role::kSuccessor, Role::kCustodian, Role::kReplicator}) {
    SCOPED_TRACE(vault::RoleName(role));
    // Of one TLD: the log is whole or it is nothing.
    TestClient client = server.Client(TestPeer::Make(role, {"example"}));
    const auto stub = Replica::NewStub(client.channel());
    for (const char* const call : kCalls) {
      EXPECT_THAT(Call(*stub, call), StatusIs(StatusCode::kPermissionDenied)) << call;
    }
  }
  TestClient client = server.Client(TestPeer::Make(Role::kReplicator, {"*"}));
  const auto stub = Replica::NewStub(client.channel());
  for (const char* const call : kCalls) {
    EXPECT_THAT(Call(*stub, call), Not(StatusIs(StatusCode::kPermissionDenied))) << call;
  }
}

TEST(ReplicaService, APrimaryTakesNoLeaf) {
  TestServer server;
  TestClient client = server.Client(TestPeer::Make(Role::kReplicator, {"*"}));
  const auto stub = Replica::NewStub(client.channel());
  grpc::ClientContext context;
  const auto stream = stub->Apply(&context);
  tidemark::v1::ApplyRequest request;
  *request.mutable_head() = *server.vault().TreeHead();
  EXPECT_TRUE(stream->Write(request));
  tidemark::v1::ApplyReply reply;
  EXPECT_FALSE(stream->Read(&reply));
  EXPECT_THAT(base::FromGrpcStatus(stream->Finish()),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("no second copy")));
  EXPECT_THAT(Call(*stub, "Erase"), StatusIs(StatusCode::kFailedPrecondition));
}

TEST(ReplicaService, WhoTalksOutOfTurnIsTold) {
  TestServer server;
  TestClient client = server.Client(TestPeer::Make(Role::kReplicator, {"*"}));
  const auto stub = Replica::NewStub(client.channel());
  for (const bool has_piece : {true, false}) {
    grpc::ClientContext context;
    const auto stream = stub->Apply(&context);
    tidemark::v1::ApplyRequest request;
    if (has_piece) request.mutable_piece()->set_ciphertext("x");
    EXPECT_TRUE(stream->Write(request));
    tidemark::v1::ApplyReply reply;
    EXPECT_FALSE(stream->Read(&reply));
    EXPECT_THAT(base::FromGrpcStatus(stream->Finish()),
                StatusIs(StatusCode::kFailedPrecondition, HasSubstr("head comes first")));
  }
  grpc::ClientContext context;
  tidemark::v1::HealReply reply;
  const auto writer = stub->Heal(&context, &reply);
  tidemark::v1::HealRequest request;
  request.mutable_piece()->set_ciphertext("x");
  EXPECT_TRUE(writer->Write(request));
  writer->WritesDone();
  EXPECT_THAT(base::FromGrpcStatus(writer->Finish()),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("subject comes first")));
}

}  // namespace
}  // namespace tidemark::escrow_agent
