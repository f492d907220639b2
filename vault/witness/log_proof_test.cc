#include "vault/witness/log_proof.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/testing.h"
#include "proto/custody.pb.h"
#include "vault/log/log_testing.h"
#include "vault/log/stored_log.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using base::StatusIs;
using ::testing::HasSubstr;
using tidemark::v1::LogProof;
using tidemark::v1::SignedTreeHead;
using tidemark::v1::TreeHeadBody;

constexpr uint64_t kSize = 21;

class LogProofTest : public ::testing::Test {
 protected:
  LogProofTest() : log_(base::TestDir()), reader_(log_.store()) { log_.GrowTo(kSize); }

  VerifiedHead Head(uint64_t size) {
    return *VerifyHead(*reader_.Head(size), log_.key().verify_key());
  }
  LogProof Proof(uint64_t index, uint64_t size, std::optional<uint64_t> since = std::nullopt) {
    LogProof proof;
    proof.set_format(1);
    proof.set_log_index(index);
    proof.set_log_leaf((*reader_.Leaves(index, 1))[0].leaf);
    *proof.mutable_tree_head() = *reader_.Head(size);
    const auto inclusion = reader_.Inclusion(index, size).value();
    for (const crypto::Sha256Digest& hash : inclusion) {
      proof.add_inclusion_proof(std::string(hash.bytes()));
    }
    if (since.has_value()) {
      *proof.mutable_since() = *reader_.Head(*since);
      const auto consistency = reader_.Consistency(*since, size).value();
      for (const crypto::Sha256Digest& hash : consistency) {
        proof.add_consistency_proof(std::string(hash.bytes()));
      }
    }
    return proof;
  }
  absl::StatusOr<VerifiedLogProof> Verify(const std::string& bytes) {
    return VerifyLogProof(bytes, log_.key().verify_key());
  }
  // A head that the agent's key signs, whatever it says.
  SignedTreeHead Signed(const std::function<void(TreeHeadBody&)>& change) {
    SignedTreeHead head = *reader_.Head(kSize);
    TreeHeadBody body;
    EXPECT_TRUE(body.ParseFromString(head.body()));
    change(body);
    head.set_body(body.SerializeAsString());
    head.set_signature(log_.key().Sign(crypto::SignaturePurpose::kTreeHead, head.body()));
    return head;
  }

  TestLog log_;
  const StoredLog reader_;
};

TEST_F(LogProofTest, EveryLeafIsProvedSinceEverySize) {
  for (uint64_t size = 1; size <= kSize; ++size) {
    for (uint64_t other = 1; other <= size; ++other) {
      ASSERT_OK_AND_ASSIGN(const VerifiedLogProof verified,
                           Verify(Proof(other - 1, size, other).SerializeAsString()));
      EXPECT_EQ(verified.log_index, other - 1);
      EXPECT_EQ(verified.head.tree.size, size);
      ASSERT_TRUE(verified.since.has_value());
      EXPECT_EQ(verified.since->tree.size, other);
    }
  }
  EXPECT_FALSE(Verify(Proof(3, kSize).SerializeAsString())->since.has_value());
}

TEST_F(LogProofTest, EveryFlippedBitAndEveryTruncationIsDataLoss) {
  const std::string good = Proof(3, kSize, 11).SerializeAsString();
  const std::string without_since = Proof(3, kSize).SerializeAsString();
  ASSERT_OK(Verify(good));
  for (size_t at = 0; at < good.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ (1 << bit));
      ASSERT_THAT(Verify(bad), StatusIs(StatusCode::kDataLoss)) << at << " " << bit;
    }
    // What stands before the older head is a proof by itself, of less.
    const std::string cut = good.substr(0, at);
    if (cut == without_since) {
      EXPECT_FALSE(Verify(cut)->since.has_value());
      continue;
    }
    ASSERT_THAT(Verify(cut), StatusIs(StatusCode::kDataLoss)) << at;
  }
  EXPECT_THAT(Verify(good + "x"), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(Verify(good + good), StatusIs(StatusCode::kDataLoss));
}

TEST_F(LogProofTest, PartsOfTwoProofsDoNotMakeOne) {
  const LogProof good = Proof(3, kSize, 11);
  const auto expect_refused = [&](const std::function<void(LogProof&)>& change) {
    LogProof bad = good;
    change(bad);
    EXPECT_THAT(Verify(bad.SerializeAsString()), StatusIs(StatusCode::kDataLoss));
  };
  expect_refused([](LogProof& bad) { bad.set_format(2); });
  expect_refused([](LogProof& bad) { bad.set_log_index(4); });
  expect_refused([&](LogProof& bad) { bad.set_log_leaf(Proof(4, kSize).log_leaf()); });
  expect_refused([&](LogProof& bad) { *bad.mutable_tree_head() = Head(kSize - 1).head; });
  expect_refused([&](LogProof& bad) { *bad.mutable_since() = Head(10).head; });
  expect_refused([](LogProof& bad) { bad.clear_since(); });
  expect_refused([](LogProof& bad) { bad.clear_consistency_proof(); });
  expect_refused([](LogProof& bad) { bad.mutable_consistency_proof()->RemoveLast(); });
  expect_refused([](LogProof& bad) { bad.mutable_inclusion_proof()->SwapElements(0, 1); });
  expect_refused([](LogProof& bad) { bad.add_inclusion_proof("short"); });
  expect_refused([](LogProof& bad) {
    for (int n = 0; n < 100; ++n) bad.add_inclusion_proof(std::string(32, 'h'));
  });
}

TEST_F(LogProofTest, AProofIsTooLongFromTheLimitOn) {
  const auto refused = [this](int hashes) {
    LogProof bad = Proof(3, kSize);
    bad.clear_inclusion_proof();
    for (int n = 0; n < hashes; ++n) bad.add_inclusion_proof(std::string(32, 'h'));
    return std::string(Verify(bad.SerializeAsString()).status().message());
  };
  constexpr int kMax = static_cast<int>(base::kLogProofHashesMax);
  // At the limit it is looked at, and is too long for this tree; beyond it is not.
  EXPECT_THAT(refused(kMax), HasSubstr("an inclusion proof of 64 hashes is too long"));
  EXPECT_THAT(refused(kMax + 1), HasSubstr("the inclusion proof is too long"));
}

TEST_F(LogProofTest, AnActIsTheOneThatTheLeafNames) {
  const LogProof proof = Proof(3, kSize);
  const auto expect_refused = [&](uint32_t format, const std::string& act, const char* words) {
    LogProof bad = proof;
    bad.set_format(format);
    bad.set_act(act);
    EXPECT_THAT(Verify(bad.SerializeAsString()), StatusIs(StatusCode::kDataLoss, HasSubstr(words)));
  };
  expect_refused(1, "x", "goes with format 2");
  expect_refused(2, "", "goes with format 2");
  expect_refused(2, "x", "not the one that the leaf names");
  expect_refused(3, "", "format 3");
}

TEST_F(LogProofTest, HeadsOfOthersAreDataLoss) {
  const crypto::VerifyKey other = crypto::SigningKey::Generate().verify_key();
  EXPECT_THAT(VerifyHead(*reader_.Head(kSize), other), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(VerifyLogProof(Proof(3, kSize).SerializeAsString(), other),
              StatusIs(StatusCode::kDataLoss));
  const std::string bytes = reader_.Head(kSize)->SerializeAsString();
  EXPECT_OK(ParseHead(bytes, log_.key().verify_key()));
  EXPECT_THAT(ParseHead(bytes + "x", log_.key().verify_key()), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(ParseHead("", log_.key().verify_key()), StatusIs(StatusCode::kDataLoss));
}

// The agent's own signature does not make a head of what is none.
TEST_F(LogProofTest, SignedNonsenseIsDataLoss) {
  for (const auto& change : std::vector<std::function<void(TreeHeadBody&)>>{
           [](TreeHeadBody& body) { body.set_tree_size(0); },
           [](TreeHeadBody& body) { body.set_root("short"); },
           [](TreeHeadBody& body) { body.set_vault_id("short"); },
           [](TreeHeadBody& body) { body.set_format(2); }}) {
    EXPECT_THAT(VerifyHead(Signed(change), log_.key().verify_key()),
                StatusIs(StatusCode::kDataLoss));
  }
}

TEST_F(LogProofTest, ContinuationNamesBothHeads) {
  ASSERT_OK_AND_ASSIGN(const auto proof, reader_.Consistency(11, kSize));
  EXPECT_OK(CheckContinuation(Head(11), Head(kSize), proof));
  EXPECT_OK(CheckContinuation(Head(11), Head(11), {}));
  EXPECT_THAT(CheckContinuation(Head(kSize), Head(11), proof),
              StatusIs(StatusCode::kDataLoss, HasSubstr("then: 21 leaves")));
  ASSERT_OK_AND_ASSIGN(
      const VerifiedHead rewritten,
      VerifyHead(Signed([](TreeHeadBody& body) { body.set_root(std::string(32, 'r')); }),
                 log_.key().verify_key()));
  EXPECT_THAT(CheckContinuation(Head(11), rewritten, proof),
              StatusIs(StatusCode::kDataLoss, HasSubstr(rewritten.tree.root.ToHex())));
  EXPECT_THAT(CheckContinuation(Head(kSize), rewritten, {}), StatusIs(StatusCode::kDataLoss));
  ASSERT_OK_AND_ASSIGN(
      const VerifiedHead elsewhere,
      VerifyHead(Signed([](TreeHeadBody& body) { body.set_vault_id(std::string(16, 'w')); }),
                 log_.key().verify_key()));
  EXPECT_THAT(CheckContinuation(Head(11), elsewhere, proof),
              StatusIs(StatusCode::kDataLoss, HasSubstr("two vaults")));
}

}  // namespace
}  // namespace tidemark::vault
