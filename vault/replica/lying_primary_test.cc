// A primary, or somebody on the way, who lies: each lie is refused by name, and leaves nothing.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/status.h"
#include "base/testing.h"
#include "vault/replica/replica_testing.h"
#include "vault/replica/resolve.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;
using tidemark::v1::ReplicatedLeaf;
using tidemark::v1::VERDICT_OUTCOME_PASS;

class LyingPrimaryTest : public ::testing::Test {
 protected:
  // The lie is refused in these words, and an honest primary is then copied from to the end.
  void ExpectRefused(const Meddling& meddling, StatusCode code, const std::string& words) {
    EXPECT_THAT(copies_.Copy(meddling), StatusIs(code, HasSubstr(words)));
    ASSERT_OK(copies_.Copy());
    EXPECT_EQ(copies_.replica().TreeHead()->body(), copies_.primary().TreeHead()->body());
  }

  TwoCopies copies_;
};

TEST_F(LyingPrimaryTest, AlteredPiecesAreRefusedAndComeAnew) {
  copies_.Deposit("example/A1/0", {.frames = 5, .parts = 2});
  EXPECT_THAT(copies_.Copy({.on_piece =
                                [](tidemark::v1::SealedPiece& piece) {
                                  if (piece.number() == 4) (*piece.mutable_ciphertext())[17] ^= 1;
                                  return true;
                                }}),
              StatusIs(StatusCode::kDataLoss, HasSubstr("not those that the manifest names")));
  EXPECT_THAT(*copies_.replica().List(""), IsEmpty());
  ExpectRefused({.on_piece =
                     [](tidemark::v1::SealedPiece& piece) {
                       if (piece.type() == tidemark::v1::PIECE_TYPE_MANIFEST_PART) {
                         (*piece.mutable_ciphertext())[3] ^= 1;
                       }
                       return true;
                     }},
                StatusCode::kDataLoss, "sealed manifest");
}

TEST_F(LyingPrimaryTest, PiecesOutOfOrderAndTooLargeAreRefused) {
  copies_.Deposit("example/A1/0");
  ExpectRefused({.on_piece =
                     [](tidemark::v1::SealedPiece& piece) {
                       if (piece.number() == 2) piece.set_number(3);
                       return true;
                     }},
                StatusCode::kDataLoss, "was due");
  copies_.Deposit("example/A2/0");
  ExpectRefused({.on_piece =
                     [](tidemark::v1::SealedPiece& piece) {
                       piece.mutable_ciphertext()->resize(3 << 20);
                       return true;
                     }},
                StatusCode::kDataLoss, "bytes, want 1 to");
}

TEST_F(LyingPrimaryTest, AlteredRowsAreRefused) {
  const TestUpload first = copies_.Deposit("example/A1/0");
  const TestUpload second = copies_.DepositOn(first, "example/A2/0");
  copies_.Judge(first.deposit, VERDICT_OUTCOME_PASS);
  ASSERT_OK(copies_.primary().Retained().PlaceHold({first.deposit, "case", "why", "who"}));
  struct Lie {
    const char* name;
    std::function<void(ReplicatedLeaf&)> tell;
    const char* words;
  };
  const std::vector<Lie> lies = {
      {"manifest",
       [](ReplicatedLeaf& leaf) {
         if (leaf.has_deposit())
           (*leaf.mutable_deposit()->mutable_manifest()->mutable_body())[9] ^= 1;
       },
       "example/A1/0"},
      {"no manifest",
       [](ReplicatedLeaf& leaf) {
         if (leaf.has_deposit()) leaf.mutable_deposit()->clear_manifest();
       },
       "no later leaf of the primary's log can say why"},
      {"kept back",
       [](ReplicatedLeaf& leaf) {
         if (!leaf.has_deposit() || leaf.log_index() != 2) return;
         tidemark::v1::ClearManifest clear;
         CHECK(clear.ParseFromString(leaf.deposit().manifest().body()));
         leaf.mutable_deposit()->clear_manifest();
         leaf.mutable_deposit()->set_new_pack_id(clear.new_pack_id());
         leaf.mutable_deposit()->set_manifest_parts(clear.manifest_parts());
         leaf.mutable_deposit()->set_shredded_log_index(4);
       },
       "kept example/A2/0 back"},
      {"receipt",
       [](ReplicatedLeaf& leaf) {
         if (leaf.has_deposit())
           (*leaf.mutable_deposit()->mutable_receipt()->mutable_body())[9] ^= 1;
       },
       "receipt"},
      {"frames of the pack",
       [](ReplicatedLeaf& leaf) {
         if (leaf.has_deposit()) leaf.mutable_deposit()->mutable_pack()->set_frame_count(4);
       },
       "does not fit the manifest"},
      {"removed frames",
       [](ReplicatedLeaf& leaf) {
         if (leaf.has_deposit()) leaf.mutable_deposit()->mutable_pack()->set_removed_frames("\x02");
       },
       "no longer all frames"},
      {"verdict",
       [](ReplicatedLeaf& leaf) {
         if (leaf.has_verdict()) leaf.mutable_verdict()->mutable_body()->append("x");
       },
       "the verdict is not the one that the leaf names"},
      {"act",
       [](ReplicatedLeaf& leaf) {
         if (!leaf.act().empty()) leaf.mutable_act()->append("x");
       },
       "the act is not the one that the leaf names"},
      {"the leaf's own head",
       [](ReplicatedLeaf& leaf) {
         if (leaf.log_index() == 2) (*leaf.mutable_tree_head()->mutable_signature())[0] ^= 1;
       },
       "tree head"},
      {"the leaf itself",
       [](ReplicatedLeaf& leaf) {
         tidemark::v1::LogLeaf parsed;
         CHECK(parsed.ParseFromString(leaf.leaf()));
         parsed.set_time_unix_micros(parsed.time_unix_micros() + 1);
         if (leaf.log_index() == 2) leaf.set_leaf(parsed.SerializeAsString());
       },
       "not a continuation"},
  };
  // What came between the two proves nothing against the primary: no head of it is kept.
  const auto accuses = [this] {
    const auto state = copies_.replica().replication().State();
    EXPECT_OK(state);
    return state->has_contradicting_head();
  };
  for (const Lie& lie : lies) {
    SCOPED_TRACE(lie.name);
    EXPECT_THAT(copies_.Copy({.on_leaf = lie.tell}),
                testing::AnyOf(StatusIs(StatusCode::kDataLoss, HasSubstr(lie.words)),
                               StatusIs(StatusCode::kFailedPrecondition, HasSubstr(lie.words))));
    EXPECT_FALSE(accuses());
    copies_.CloseReplica();
    std::filesystem::remove_all(copies_.replica_dir());
    copies_.OpenReplica();
  }
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(*copies_.replica().List(""), SizeIs(2));
}

TEST_F(LyingPrimaryTest, LeavesInAnotherOrderAreRefused) {
  copies_.Deposit("example/A1/0", {.frames = 2});
  copies_.Deposit("example/A2/0", {.frames = 2});
  ExpectRefused({.on_leaf =
                     [this](ReplicatedLeaf& leaf) {
                       if (leaf.log_index() != 1) return;
                       leaf = *copies_.primary().replication().Leaf(2);
                     }},
                StatusCode::kFailedPrecondition, "came where leaf 1 was due");
}

TEST_F(LyingPrimaryTest, AHeadOfAnotherKeyOrVaultIsRefused) {
  copies_.Deposit("example/A1/0");
  ExpectRefused({.on_head =
                     [](tidemark::v1::SignedTreeHead& head) {
                       head.set_signature(crypto::SigningKey::Generate().Sign(
                           crypto::SignaturePurpose::kTreeHead, head.body()));
                     }},
                StatusCode::kDataLoss, "tree head");
  const auto resign = [this](tidemark::v1::SignedTreeHead& head,
                             const std::function<void(tidemark::v1::TreeHeadBody&)>& alter) {
    tidemark::v1::TreeHeadBody body;
    CHECK(body.ParseFromString(head.body()));
    alter(body);
    head.set_body(body.SerializeAsString());
    head.set_signature(
        copies_.receipt_key().Sign(crypto::SignaturePurpose::kTreeHead, head.body()));
  };
  ExpectRefused({.on_head =
                     [&](tidemark::v1::SignedTreeHead& head) {
                       resign(head, [](auto& body) { body.set_vault_id(std::string(16, 'x')); });
                     }},
                StatusCode::kFailedPrecondition, "another vault");
  // The primary's own key over another past: this is the fork that a witness is for.
  EXPECT_THAT(copies_.Copy({.on_head =
                                [&](tidemark::v1::SignedTreeHead& head) {
                                  resign(head,
                                         [](auto& body) { body.set_root(std::string(32, 'x')); });
                                }}),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("different roots (a fork)")));
  ASSERT_OK_AND_ASSIGN(const auto state, copies_.replica().replication().State());
  EXPECT_TRUE(state.has_contradicting_head());
  EXPECT_NE(state.contradicting_head().body(), state.tree_head().body());
}

class SetBackTest : public LyingPrimaryTest {
 protected:
  // The primary's directory as it is now, put aside.
  std::string KeepPrimary(const std::string& name) {
    copies_.ClosePrimary();
    const std::string kept = copies_.primary_dir() + name;
    std::filesystem::copy(copies_.primary_dir(), kept, std::filesystem::copy_options::recursive);
    copies_.OpenPrimary();
    return kept;
  }
  void PutBack(const std::string& kept) {
    copies_.ClosePrimary();
    std::filesystem::remove_all(copies_.primary_dir());
    std::filesystem::copy(kept, copies_.primary_dir(), std::filesystem::copy_options::recursive);
    copies_.OpenPrimary();
  }
  tidemark::v1::ReplicaState State() {
    const auto state = copies_.replica().replication().State();
    EXPECT_OK(state);
    return state.ok() ? *state : tidemark::v1::ReplicaState();
  }
};

TEST_F(SetBackTest, AnOlderHeadOfTheSameLogAccusesNobody) {
  copies_.Deposit("example/A1/0");
  const auto older = *copies_.primary().TreeHead();
  copies_.Deposit("example/A2/0");
  ASSERT_OK(copies_.Copy());
  // A slow copier beside another one.
  EXPECT_THAT(copies_.replica().replication().Apply(older).status(),
              StatusIs(StatusCode::kUnavailable, HasSubstr("older than what this copy has")));
  EXPECT_FALSE(State().has_contradicting_head());
  EXPECT_EQ(State().stopped(), "");
  copies_.Deposit("example/A3/0");
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(*copies_.replica().List(""), SizeIs(3));
}

TEST_F(SetBackTest, AForkStopsTheCopyUntilAPersonHasDecided) {
  copies_.Deposit("example/A1/0");
  const std::string older = KeepPrimary("_older");
  copies_.Deposit("example/A2/0");
  ASSERT_OK(copies_.Copy());
  const std::string newest = copies_.replica().TreeHead()->body();
  const std::string true_one = KeepPrimary("_true");

  PutBack(older);
  EXPECT_THAT(copies_.Copy(), StatusIs(StatusCode::kUnavailable, HasSubstr("older")));
  EXPECT_FALSE(State().has_contradicting_head()) << "it has signed nothing else yet";
  // It goes on as if nothing had been: same length, another past.
  copies_.Deposit("example/B1/0");
  EXPECT_THAT(copies_.Copy(), StatusIs(StatusCode::kFailedPrecondition, HasSubstr("a fork")));
  EXPECT_EQ(State().contradicting_head().body(), copies_.primary().TreeHead()->body());
  copies_.Deposit("example/B2/0");
  EXPECT_THAT(copies_.Copy(), StatusIs(StatusCode::kFailedPrecondition, HasSubstr("a fork")));
  EXPECT_EQ(State().contradicting_head().body(), copies_.primary().log().Head(3)->body());

  // The true primary, grown on, after a restart of the copy: nothing is taken of it either.
  PutBack(true_one);
  copies_.Deposit("example/A3/0");
  copies_.CloseReplica();
  copies_.OpenReplica();
  const auto stopped = StatusIs(StatusCode::kFailedPrecondition,
                                testing::AllOf(HasSubstr("a fork"), HasSubstr("replica resolve")));
  EXPECT_THAT(copies_.Copy(), stopped);
  std::atomic<bool> stop = false;
  EXPECT_THAT(copies_.replica().replication().Erase(stop).status(), stopped);
  EXPECT_THAT(State().stopped(), HasSubstr("a fork"));
  EXPECT_EQ(copies_.replica().TreeHead()->body(), newest);

  const std::string evidence = base::TestDir() + "/evidence";
  const auto head_in = [&evidence](const char* name) {
    tidemark::v1::SignedTreeHead head;
    EXPECT_TRUE(head.ParseFromString(base::ReadSmallFile(evidence + name).value_or("")));
    return head;
  };
  const auto contradicting = State().contradicting_head();
  copies_.CloseReplica();
  EXPECT_THAT(ResolveStop(copies_.replica_dir(), {evidence, 3}),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("not what it refused")));
  ASSERT_OK_AND_ASSIGN(const Resolved resolved, ResolveStop(copies_.replica_dir(), {evidence}));
  EXPECT_TRUE(resolved.had_contradiction);
  EXPECT_EQ(resolved.tree_size, 3u);
  EXPECT_THAT(ResolveStop(copies_.replica_dir(), {evidence}),
              StatusIs(StatusCode::kFailedPrecondition, HasSubstr("has not stopped")));
  copies_.OpenReplica();
  // What both signed at three leaves is the proof.
  EXPECT_EQ(head_in("/contradicting.head").SerializeAsString(), contradicting.SerializeAsString());
  EXPECT_EQ(head_in("/own.head").body(), newest);
  ASSERT_OK(copies_.Copy());
  EXPECT_THAT(*copies_.replica().List(""), SizeIs(3));
}

}  // namespace
}  // namespace tidemark::vault
