// What is relied on, against what a vault that is whole has stored. With retention at work:
// retention/crash_test; of a second copy: replica/relied_on_test.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "proto/stored.pb.h"
#include "vault/expected_keys_testing.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using schema::Family;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::tidemark::base::StatusIs;

class ExpectedKeysTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto vault = Vault::Open({.dir = dir_}, "", receipt_key_, clock_);
    ASSERT_OK(vault);
    for (uint32_t seed = 1; seed <= 5; ++seed) {
      uploads_.push_back(MakeUpload((*vault)->vault_id(), Id(absl::StrCat("example/A", seed, "/0")),
                                    {.seed = seed, .frames = 4, .parts = 3}));
      ASSERT_OK(Store(uploads_.back(), depositor_, **vault));
    }
    vault->reset();
    auto store = RocksStore::Open(dir_);
    ASSERT_OK(store);
    store_ = *std::move(store);
  }
  Keys Stored(Family family, const schema::KeyRange& range = {}) {
    const auto keys = StoredKeys(*store_, family, range);
    EXPECT_OK(keys);
    return *keys;
  }
  absl::StatusOr<Keys> Expected(Family family, const schema::KeyRange& range = {}) {
    return ReliedOnKeys(*store_, family, range);
  }

  const std::string dir_ = base::TestDir() + "/store";
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  std::vector<TestUpload> uploads_;
  std::unique_ptr<RocksStore> store_;
};

TEST_F(ExpectedKeysTest, AllThatAWholeVaultHasStoredIsReliedOnAndNothingElse) {
  for (const Family family : kReliedOnFamilies) {
    const Keys stored = Stored(family);
    ASSERT_GE(stored.size(), 5u);
    ASSERT_OK_AND_ASSIGN(const Keys expected, Expected(family));
    EXPECT_THAT(expected, ElementsAreArray(stored));
    // Whatever the range begins and ends with.
    for (size_t first = 0; first < stored.size(); ++first) {
      const schema::KeyRange range = {stored[first] + '\0', stored[stored.size() - 1 - first / 2]};
      ASSERT_OK_AND_ASSIGN(const Keys within, Expected(family, range));
      if (range.begin >= range.end) {
        EXPECT_THAT(within, IsEmpty());
      } else {
        EXPECT_THAT(within, ElementsAreArray(Stored(family, range)));
      }
    }
  }
}

TEST_F(ExpectedKeysTest, WhatWasRemovedOrShreddedIsNot) {
  const std::string pack = schema::PackKey(uploads_[0].pack);
  tidemark::v1::PackRow row;
  ASSERT_TRUE(row.ParseFromString(*store_->Get(Family::kPacks, pack)));
  row.set_removed_frames(std::string(1, '\x05'));
  const std::string deposit =
      schema::DepositKey(schema::DepositRow::kCatalogue, uploads_[1].deposit);
  tidemark::v1::CatalogueRow catalogue;
  ASSERT_TRUE(catalogue.ParseFromString(*store_->Get(Family::kDeposits, deposit)));
  catalogue.set_shredded_log_index(7);
  StoreBatch batch;
  batch.Put(Family::kPacks, pack, row.SerializeAsString());
  batch.Put(Family::kDeposits, deposit, catalogue.SerializeAsString());
  ASSERT_OK(store_->Apply(batch, Durability::kSynced));
  EXPECT_THAT(*Expected(Family::kFrames, schema::PiecesOf(uploads_[0].pack)), SizeIs(2));
  EXPECT_THAT(*Expected(Family::kParts, schema::PiecesOf(uploads_[1].pack)), IsEmpty());
  EXPECT_THAT(*Expected(Family::kParts), SizeIs(12));
}

// What cannot be told is an error, and never nothing.
TEST_F(ExpectedKeysTest, WhatNoRowTellsIsAnError) {
  const std::string pack = schema::PackKey(uploads_[2].pack);
  tidemark::v1::PackRow row;
  ASSERT_TRUE(row.ParseFromString(*store_->Get(Family::kPacks, pack)));
  row.set_state(tidemark::v1::PACK_STATE_UPLOADING);
  StoreBatch batch;
  batch.Put(Family::kPacks, pack, row.SerializeAsString());
  batch.Delete(Family::kDeposits,
               schema::DepositKey(schema::DepositRow::kCatalogue, uploads_[3].deposit));
  ASSERT_OK(store_->Apply(batch, Durability::kSynced));
  EXPECT_THAT(Expected(Family::kFrames, schema::PiecesOf(uploads_[2].pack)),
              StatusIs(StatusCode::kUnavailable, HasSubstr("is being uploaded")));
  EXPECT_OK(Expected(Family::kFrames, schema::PiecesOf(uploads_[3].pack)));
  EXPECT_FALSE(Expected(Family::kParts, schema::PiecesOf(uploads_[3].pack)).ok());
  EXPECT_THAT(Expected(Family::kDeposits), StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::vault
