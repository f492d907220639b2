// Rounds between two sides that answer as told: what a real store says now and then only. Rounds
// between real servers are tests/integration's.
#include "escrow_agent/replication/copier.h"

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "escrow_agent/server/server_testing.h"
#include "proto/service.grpc.pb.h"
#include "vault/remote/remote_vault.h"
#include "vault/vault_testing.h"

namespace tidemark::escrow_agent {
namespace {

using ::absl::StatusCode;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::StatusIs;

const std::string& VaultId() {
  static const std::string id(16, 'v');
  return id;
}

// A side with an empty log that knows damaged frames, the first of each pack, and mends them or
// not. Whatever is asked for it has.
class Side final : public tidemark::v1::Replica::Service, public tidemark::v1::Log::Service {
 public:
  explicit Side(bool is_replica) : is_replica_(is_replica) {
    const TlsIdentity identity = MakeServerIdentity();
    grpc::SslServerCredentialsOptions tls(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = vault::TestAuthority().certificate_pem;
    tls.pem_key_cert_pairs.push_back({identity.key_pem, identity.certificate_pem});
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
    builder.RegisterService(static_cast<tidemark::v1::Replica::Service*>(this));
    builder.RegisterService(static_cast<tidemark::v1::Log::Service*>(this));
    server_ = builder.BuildAndStart();
    CHECK(server_ != nullptr);
    address_ = absl::StrCat("127.0.0.1:", port);
  }
  ~Side() override { server_->Shutdown(); }

  const std::string& address() const { return address_; }

  // Set before a round, looked at after it.
  std::vector<std::string> damaged;
  std::set<std::string> busy_with;
  bool is_ending = false;  // once it has said so, it answers nothing
  std::vector<std::string> mended;
  std::vector<size_t> finished;  // how many it had mended whenever a round ended
  bool is_finishing = false;  // for somebody else
  uint32_t tables_refused = 0;
  std::vector<std::string> refusals;  // of the first of them; a server of an earlier version: none
  int erasures = 0;

  grpc::Status State(grpc::ServerContext*, const tidemark::v1::ReplicaStateRequest*,
                     tidemark::v1::ReplicaState* reply) override {
    if (has_ended_) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "is ending");
    reply->set_vault_id(VaultId());
    reply->set_is_replica(is_replica_);
    return grpc::Status::OK;
  }
  grpc::Status TreeHead(grpc::ServerContext*, const tidemark::v1::TreeHeadRequest*,
                        tidemark::v1::SignedTreeHead*) override {
    return grpc::Status::OK;
  }
  grpc::Status Apply(grpc::ServerContext*,
                     grpc::ServerReaderWriter<tidemark::v1::ApplyReply,
                                              tidemark::v1::ApplyRequest>* stream) override {
    tidemark::v1::ApplyRequest request;
    tidemark::v1::ApplyReply reply;
    reply.mutable_continue_from()->set_log_index(0);
    while (stream->Read(&request)) stream->Write(reply);
    return grpc::Status::OK;
  }
  grpc::Status Damaged(grpc::ServerContext*, const tidemark::v1::DamagedRequest*,
                       grpc::ServerWriter<tidemark::v1::PieceIdentity>* writer) override {
    for (const std::string& pack : damaged) {
      tidemark::v1::PieceIdentity piece;
      piece.set_type(tidemark::v1::PIECE_TYPE_FRAME);
      piece.set_pack_id(pack);
      writer->Write(piece);
    }
    return grpc::Status::OK;
  }
  grpc::Status ReadDigests(grpc::ServerContext*, const tidemark::v1::ReadDigestsRequest*,
                           grpc::ServerWriter<tidemark::v1::PieceDigests>* writer) override {
    writer->Write(tidemark::v1::PieceDigests());
    return grpc::Status::OK;
  }
  grpc::Status ReadPieces(grpc::ServerContext*, const tidemark::v1::ReadPiecesRequest* request,
                          grpc::ServerWriter<tidemark::v1::SealedPiece>* writer) override {
    tidemark::v1::SealedPiece piece;
    piece.set_type(request->type());
    piece.set_number(request->first());
    piece.set_ciphertext("sealed");
    writer->Write(piece);
    return grpc::Status::OK;
  }
  grpc::Status Heal(grpc::ServerContext*, grpc::ServerReader<tidemark::v1::HealRequest>* reader,
                    tidemark::v1::HealReply* reply) override {
    tidemark::v1::HealRequest request;
    std::string pack;
    while (reader->Read(&request)) {
      if (request.has_subject()) pack = request.subject().pack_id();
    }
    has_ended_ = is_ending;
    if (is_ending || busy_with.contains(pack)) {
      return grpc::Status(grpc::StatusCode::UNAVAILABLE, "the store was too busy");
    }
    mended.push_back(pack);
    reply->set_healed(1);
    return grpc::Status::OK;
  }
  grpc::Status FinishHealing(grpc::ServerContext*, const tidemark::v1::FinishHealingRequest*,
                             tidemark::v1::FinishHealingReply* reply) override {
    finished.push_back(mended.size());
    if (is_finishing) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "another call is at it");
    reply->set_tables_refused(tables_refused);
    for (const std::string& why : refusals) {
      auto& refused = *reply->add_refused();
      refused.set_table(absl::StrCat("/", reply->refused_size(), ".sst"));
      refused.set_why(why);
    }
    return grpc::Status::OK;
  }
  grpc::Status Erase(grpc::ServerContext*, const tidemark::v1::EraseRequest*,
                     tidemark::v1::EraseReply*) override {
    ++erasures;
    return grpc::Status::OK;
  }

 private:
  const bool is_replica_;
  std::atomic<bool> has_ended_ = false;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

class CopierTest : public ::testing::Test {
 protected:
  absl::StatusOr<CopyRound> RunRound() {
    const vault::TestPeer peer = vault::TestPeer::Make(vault::Role::kReplicator, {"*"});
    vault::AgentConnection agent;
    agent.address = primary_.address();
    agent.server_name = "127.0.0.1";
    agent.authority_pem = vault::TestAuthority().certificate_pem;
    agent.vault_id = VaultId();
    agent.certificate_pem = peer.certificate.certificate_pem;
    agent.key_pem = peer.certificate.key_pem;
    vault::AgentConnection replica = agent;
    replica.address = replica_.address();
    const auto copier = Copier::Connect(agent, replica, {});
    if (!copier.ok()) return copier.status();
    return (*copier)->Run();
  }

  const std::string one_ = std::string(16, '1');
  const std::string two_ = std::string(16, '2');
  Side primary_{false};
  Side replica_{true};
};

TEST_F(CopierTest, ASideThatIsTooBusyForOnePackKeepsNothingElseFromBeingDone) {
  replica_.damaged = {one_, two_};
  replica_.busy_with = {one_};
  primary_.damaged = {two_};
  ASSERT_OK_AND_ASSIGN(const CopyRound round, RunRound());
  EXPECT_THAT(round.not_healed, ElementsAre(HasSubstr("too busy")));
  EXPECT_THAT(round.not_healed, ElementsAre(HasSubstr("frames 0 of pack 31313131")));
  EXPECT_THAT(replica_.mended, ElementsAre(two_));
  EXPECT_THAT(primary_.mended, ElementsAre(two_));
  EXPECT_EQ(round.replica_healed, 1u);
  EXPECT_EQ(round.primary_healed, 1u);
  EXPECT_EQ(replica_.erasures, 1);
  // The next round asks again.
  replica_.busy_with = {};
  ASSERT_OK_AND_ASSIGN(const CopyRound next, RunRound());
  EXPECT_THAT(next.not_healed, IsEmpty());
  EXPECT_THAT(replica_.mended, ElementsAre(two_, one_, two_));
}

TEST_F(CopierTest, TablesAreMadeAnewOnceAfterTheLastPackOfASide) {
  primary_.damaged = {one_, two_};
  ASSERT_OK_AND_ASSIGN(const CopyRound round, RunRound());
  EXPECT_THAT(round.not_healed, IsEmpty());
  EXPECT_THAT(primary_.finished, ElementsAre(2));
  EXPECT_THAT(replica_.finished, IsEmpty()) << "nothing of it was damaged";
}

TEST_F(CopierTest, ATableThatIsRefusedIsSaidAndEndsNoRound) {
  replica_.damaged = {one_, two_};
  replica_.tables_refused = 3;
  primary_.damaged = {two_};
  ASSERT_OK_AND_ASSIGN(const CopyRound round, RunRound());
  EXPECT_THAT(round.not_healed, ElementsAre(HasSubstr("3 damaged table files of tidemarkd at")));
  EXPECT_THAT(round.not_healed, ElementsAre(HasSubstr(replica_.address())));
  EXPECT_EQ(round.replica_healed, 2u);
  EXPECT_EQ(round.primary_healed, 1u);
  EXPECT_EQ(replica_.erasures, 1);
}

TEST_F(CopierTest, EachTableThatIsRefusedIsNamedWithItsReason) {
  replica_.damaged = {one_};
  replica_.tables_refused = 3;
  replica_.refusals = {"a row is not mended yet", "no room"};
  ASSERT_OK_AND_ASSIGN(const CopyRound round, RunRound());
  EXPECT_THAT(round.not_healed,
              ElementsAre(AllOf(HasSubstr("/1.sst of tidemarkd at"), HasSubstr("not mended yet")),
                          AllOf(HasSubstr("/2.sst of tidemarkd at"), HasSubstr("no room")),
                          HasSubstr("1 damaged table files of tidemarkd at")));
}

TEST_F(CopierTest, ASideThatEndsAnotherRoundIsSaidAndEndsNone) {
  replica_.damaged = {one_};
  replica_.is_finishing = true;
  primary_.damaged = {two_};
  ASSERT_OK_AND_ASSIGN(const CopyRound round, RunRound());
  EXPECT_THAT(round.not_healed, ElementsAre(HasSubstr("another call is at it")));
  EXPECT_THAT(primary_.finished, ElementsAre(1));
  EXPECT_EQ(replica_.erasures, 1);
}

TEST_F(CopierTest, ASideThatIsAwayEndsTheRound) {
  replica_.damaged = {one_, two_};
  replica_.is_ending = true;
  EXPECT_THAT(RunRound(), StatusIs(StatusCode::kUnavailable));
  EXPECT_THAT(replica_.mended, IsEmpty());
  EXPECT_EQ(replica_.erasures, 0);
}

}  // namespace
}  // namespace tidemark::escrow_agent
