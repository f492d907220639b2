// The Log service over real gRPC and mutual TLS, with the client that everybody uses.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "base/testing.h"
#include "crypto/merkle.h"
#include "crypto/merkle_proof.h"
#include "escrow_agent/server/server_testing.h"
#include "vault/receipt.h"
#include "vault/remote/remote_log.h"

namespace tidemark::escrow_agent {
namespace {

using ::absl::StatusCode;
using base::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using tidemark::v1::StoredLeaf;
using tidemark::v1::TreeHeadBody;
using vault::Id;
using vault::Role;
using vault::TestPeer;

class LogServiceTest : public ::testing::Test {
 protected:
  // Four leaves: creation, two deposits of example, one of other.
  void SetUp() override {
    const TestPeer depositor = TestPeer::Make(Role::kDepositor, {"example", "other"});
    for (const char* id : {"example/A1/0", "other/A1/0", "example/A2/0"}) {
      ASSERT_OK(vault::Store(vault::MakeUpload(server_.vault().vault_id(), Id(id)), depositor,
                             server_.vault()));
    }
  }

  std::unique_ptr<vault::RemoteLog> Log(Role role, const std::string& tld) {
    const TestPeer peer = TestPeer::Make(role, {tld});
    vault::AgentConnection agent;
    agent.address = server_.address();
    agent.server_name = "127.0.0.1";
    agent.authority_pem = vault::TestAuthority().certificate_pem;
    agent.certificate_pem = peer.certificate.certificate_pem;
    agent.key_pem = peer.certificate.key_pem;
    return *vault::RemoteLog::Connect(agent);
  }
  TreeHeadBody Verified(const tidemark::v1::SignedTreeHead& head) {
    const auto body = vault::VerifyTreeHead(head, server_.receipt_key().verify_key());
    EXPECT_OK(body.status());
    return *body;
  }
  static absl::StatusOr<std::vector<uint64_t>> Indexes(vault::RemoteLog& log, uint64_t first,
                                                       uint32_t count) {
    std::vector<uint64_t> indexes;
    RETURN_IF_ERROR(log.Leaves(first, count, [&indexes](const StoredLeaf& leaf) {
      indexes.push_back(leaf.log_index());
      return absl::OkStatus();
    }));
    return indexes;
  }

  TestServer server_;
};

TEST_F(LogServiceTest, ProofsHoldAgainstTheHeads) {
  const auto log = Log(Role::kDepositor, "example");
  ASSERT_OK_AND_ASSIGN(const auto newest, log->TreeHead(0));
  const TreeHeadBody now = Verified(newest);
  EXPECT_EQ(now.tree_size(), 4u);
  EXPECT_EQ(now.vault_id(), server_.vault().vault_id());
  const auto root_now = *crypto::Sha256Digest::FromBytes(now.root());
  ASSERT_OK_AND_ASSIGN(const auto leaves, server_.vault().log().Leaves(0, 4));
  for (uint64_t size = 1; size <= 4; ++size) {
    ASSERT_OK_AND_ASSIGN(const auto head, log->TreeHead(size));
    const TreeHeadBody then = Verified(head);
    EXPECT_EQ(then.tree_size(), size);
    ASSERT_OK_AND_ASSIGN(const auto consistency, log->Consistency(size, 4));
    EXPECT_OK(crypto::VerifyMerkleConsistency({size, *crypto::Sha256Digest::FromBytes(then.root())},
                                              {4, root_now}, consistency));
    ASSERT_OK_AND_ASSIGN(const auto inclusion, log->Inclusion(size - 1, 4));
    EXPECT_OK(crypto::VerifyMerkleInclusion(
        size - 1, 4, crypto::MerkleLeafHash(leaves[size - 1].leaf), inclusion, root_now));
  }
}

TEST_F(LogServiceTest, WhatTheLogDoesNotHaveIsSaid) {
  const auto log = Log(Role::kAuditor, "*");
  EXPECT_THAT(log->TreeHead(5), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT(log->Consistency(4, 5), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(log->Consistency(0, 4), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(log->Inclusion(4, 4), StatusIs(StatusCode::kOutOfRange));
  EXPECT_THAT(Indexes(*log, 0, base::kLogLeavesMax + 1), StatusIs(StatusCode::kOutOfRange));
  ASSERT_OK_AND_ASSIGN(const auto beyond, Indexes(*log, 4, 10));
  EXPECT_THAT(beyond, IsEmpty());
}

// The table is the specification (proto/service.proto).
TEST_F(LogServiceTest, EveryRoleSeesHeadsAndProofsAndSomeSeeLeaves) {
  const std::map<Role, bool> sees_leaves = {
      {Role::kDepositor, false}, {Role::kServer, false},    {Role::kVerifier, true},
      {Role::kOperator, true},   {Role::kAuditor, true},    {Role::kSuccessor, false},
      {Role::kCustodian, false}, {Role::kReplicator, true},
  };
  for (const auto& [role, sees] : sees_leaves) {
    SCOPED_TRACE(vault::RoleName(role));
    const auto log = Log(role, "example");
    EXPECT_OK(log->TreeHead(0));
    EXPECT_OK(log->Consistency(1, 4));
    EXPECT_OK(log->Inclusion(1, 4));
    const auto leaves = Indexes(*log, 0, 4);
    if (sees) {
      EXPECT_OK(leaves);
    } else {
      EXPECT_THAT(leaves, StatusIs(StatusCode::kPermissionDenied));
    }
  }
}

TEST_F(LogServiceTest, LeavesOfOtherTldsAreLeftOut) {
  ASSERT_OK_AND_ASSIGN(const auto all, Indexes(*Log(Role::kAuditor, "*"), 0, 100));
  EXPECT_THAT(all, ElementsAre(0, 1, 2, 3));
  ASSERT_OK_AND_ASSIGN(const auto own, Indexes(*Log(Role::kAuditor, "example"), 0, 100));
  EXPECT_THAT(own, ElementsAre(0, 1, 3));
}

TEST_F(LogServiceTest, ASinkThatFailsEndsTheCall) {
  EXPECT_THAT(Log(Role::kAuditor, "*")
                  ->Leaves(0, 4, [](const StoredLeaf&) { return absl::AbortedError("enough"); }),
              StatusIs(StatusCode::kAborted));
}

}  // namespace
}  // namespace tidemark::escrow_agent
