// A primary, or somebody on the way, who lies: each lie is refused by name, and leaves nothing.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "base/testing.h"
#include "vault/replica/replica_testing.h"

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

}  // namespace
}  // namespace tidemark::vault
