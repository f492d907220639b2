#include "vault/receipt.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;
using tidemark::v1::ReceiptBody;

class ReceiptTest : public ::testing::Test {
 protected:
  ReceiptTest() {
    auto vault = Vault::Open({.dir = base::TestDir()}, "", key_, clock_);
    CHECK(vault.ok());
    vault_ = *std::move(vault);
  }

  tidemark::v1::Receipt Commit(absl::string_view id) {
    const auto receipt = Store(MakeUpload(vault_->vault_id(), Id(id), {}), depositor_, *vault_);
    CHECK(receipt.ok());
    return *receipt;
  }

  // Signed again after a change: only the inner checks can object.
  tidemark::v1::Receipt Forge(const tidemark::v1::Receipt& good,
                              const std::function<void(ReceiptBody&)>& alter) {
    ReceiptBody body;
    CHECK(body.ParseFromString(good.body()));
    alter(body);
    tidemark::v1::Receipt forged;
    forged.set_body(body.SerializeAsString());
    forged.set_signature(key_.Sign(crypto::SignaturePurpose::kReceipt, forged.body()));
    return forged;
  }

  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  std::unique_ptr<Vault> vault_;
};

TEST_F(ReceiptTest, EveryReceiptOfAGrowingLogVerifies) {
  std::vector<tidemark::v1::Receipt> receipts;
  for (int i = 0; i < 20; ++i) {
    clock_.Advance(absl::Seconds(1));
    receipts.push_back(Commit(absl::StrCat("example/N", i, "/0")));
  }
  for (size_t i = 0; i < receipts.size(); ++i) {
    ASSERT_OK_AND_ASSIGN(const ReceiptBody body, VerifyReceipt(receipts[i], key_.verify_key()));
    EXPECT_EQ(body.log_index(), i + 1);
    ASSERT_OK_AND_ASSIGN(const auto head, VerifyTreeHead(body.tree_head(), key_.verify_key()));
    EXPECT_EQ(head.tree_size(), i + 2);
  }
}

TEST_F(ReceiptTest, AnotherKeyIsDataLoss) {
  EXPECT_THAT(VerifyReceipt(Commit("example/A1/0"), crypto::SigningKey::Generate().verify_key()),
              StatusIs(StatusCode::kDataLoss));
}

TEST_F(ReceiptTest, EveryFlippedBitIsDataLoss) {
  const auto good = Commit("example/A1/0");
  for (size_t bit = 0; bit < good.body().size() * 8; ++bit) {
    auto bad = good;
    (*bad.mutable_body())[bit / 8] ^= static_cast<char>(1 << (bit % 8));
    ASSERT_THAT(VerifyReceipt(bad, key_.verify_key()), StatusIs(StatusCode::kDataLoss)) << bit;
  }
}

// An agent that signs anything still cannot make parts of two receipts agree.
TEST_F(ReceiptTest, PartsThatDoNotBelongTogetherAreDataLoss) {
  const auto first = Commit("example/A1/0");
  const auto second = Commit("example/A2/0");
  ReceiptBody other;
  ASSERT_TRUE(other.ParseFromString(second.body()));
  const std::vector<std::function<void(ReceiptBody&)>> alterations = {
      [](ReceiptBody& b) { b.set_format(2); },
      [](ReceiptBody& b) { b.mutable_identity()->set_id("A2"); },
      [](ReceiptBody& b) { (*b.mutable_manifest_digest())[0] ^= 1; },
      [](ReceiptBody& b) { b.set_received_at_unix_micros(1); },
      [](ReceiptBody& b) { b.set_log_index(0); },
      [](ReceiptBody& b) { b.set_log_index(2); },
      [](ReceiptBody& b) { (*b.mutable_vault_id())[0] ^= 1; },
      [](ReceiptBody& b) { b.clear_inclusion_proof(); },
      [](ReceiptBody& b) { b.add_inclusion_proof(std::string(32, 'x')); },
      [](ReceiptBody& b) { b.add_inclusion_proof("x"); },
      [](ReceiptBody& b) { b.clear_tree_head(); },
      [&](ReceiptBody& b) { *b.mutable_tree_head() = other.tree_head(); },
      [&](ReceiptBody& b) { b.set_log_leaf(other.log_leaf()); },
      [](ReceiptBody& b) { b.set_log_leaf("x"); },
  };
  ASSERT_OK(VerifyReceipt(Forge(first, [](ReceiptBody&) {}), key_.verify_key()));
  for (size_t i = 0; i < alterations.size(); ++i) {
    EXPECT_THAT(VerifyReceipt(Forge(first, alterations[i]), key_.verify_key()),
                StatusIs(StatusCode::kDataLoss))
        << i;
  }
}

TEST_F(ReceiptTest, TimeNeverRunsBackwards) {
  const auto first = Commit("example/A1/0");
  clock_.Advance(-absl::Hours(5));
  const auto second = Commit("example/A2/0");
  ASSERT_OK_AND_ASSIGN(const auto earlier, VerifyReceipt(first, key_.verify_key()));
  ASSERT_OK_AND_ASSIGN(const auto later, VerifyReceipt(second, key_.verify_key()));
  EXPECT_EQ(later.received_at_unix_micros(), earlier.received_at_unix_micros());
  EXPECT_EQ(later.clock_state(), "unsynchronised");
}

}  // namespace
}  // namespace tidemark::vault
