// A vault of format 1, which has no nodes, is opened.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "vault/log/log_check.h"
#include "vault/log/log_testing.h"
#include "vault/log/node_rebuild.h"
#include "vault/log/stored_log.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using base::IsOkAndHolds;
using base::StatusIs;
using schema::Family;
using ::testing::HasSubstr;

constexpr int kDeposits = 5;
constexpr uint64_t kLeaves = kDeposits + 1;
const schema::KeyRange kAllNodes = {schema::NodeKey(0, 0), schema::NodeKey(63, UINT64_MAX)};

class UpgradeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(const auto vault, Open());
    for (int n = 0; n < kDeposits; ++n) {
      const TestUpload upload =
          MakeUpload(vault->vault_id(), Id(absl::StrCat("example/A", n, "/0")), {});
      ASSERT_OK(Store(upload, depositor_, *vault));
    }
    vault_id_ = std::string(vault->vault_id());
  }

  absl::StatusOr<std::unique_ptr<Vault>> Open() {
    return Vault::Open({.dir = dir_}, "", receipt_key_, clock_);
  }
  template <typename Change>
  void ChangeRows(const Change& change) {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_));
    StoreBatch batch;
    change(*store, batch);
    ASSERT_OK(store->Apply(batch, Durability::kSynced));
  }
  static void SetFormat(uint32_t format, StoreBatch& batch) {
    batch.Put(Family::kMeta, std::string(schema::kFormatKey), schema::FormatValue(format));
  }
  void ExpectFormat(uint32_t format) {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_));
    ASSERT_OK_AND_ASSIGN(const std::string value, store->Get(Family::kMeta, schema::kFormatKey));
    EXPECT_THAT(schema::ParseFormatValue(value), IsOkAndHolds(format));
  }
  void ExpectWholeLog() {
    ASSERT_OK_AND_ASSIGN(const auto store, RocksStore::Open(dir_));
    ASSERT_OK_AND_ASSIGN(
        const LogCheckReport report,
        CheckLog(*store, {.vault_id = vault_id_, .agent_key = receipt_key_.verify_key()}));
    EXPECT_EQ(report.leaves, kLeaves);
    EXPECT_EQ(report.flaws_total, 0u) << report.flaws[0].what;
  }

  const std::string dir_ = base::TestDir() + "/vault";
  const crypto::SigningKey receipt_key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  std::string vault_id_;
};

TEST_F(UpgradeTest, NewVaultHasFormat2AndAWholeLog) {
  ExpectFormat(2);
  ExpectWholeLog();
}

TEST_F(UpgradeTest, FormatOneGetsItsNodesAtTheOpening) {
  ChangeRows([](RocksStore&, StoreBatch& batch) {
    batch.DeleteRange(Family::kNodes, kAllNodes);
    SetFormat(1, batch);
  });
  {
    ASSERT_OK_AND_ASSIGN(const auto vault, Open());
    EXPECT_OK(vault->log().Inclusion(1, kLeaves));
    EXPECT_OK(vault->log().Consistency(1, kLeaves));
    // What it promised before is what it promises now.
    EXPECT_OK(vault->Receipt(Id("example/A0/0")));
  }
  ExpectFormat(2);
  ExpectWholeLog();
}

// A crash on the way leaves some of the nodes and the old format.
TEST_F(UpgradeTest, AnUpgradeThatWasCutOffIsRepeated) {
  for (uint64_t left = 0; left < kLeaves; ++left) {
    ChangeRows([left](RocksStore&, StoreBatch& batch) {
      for (int level = 0; level < 3; ++level) {
        batch.DeleteRange(Family::kNodes, {schema::NodeKey(level, left >> level),
                                           schema::NodeKey(level, UINT64_MAX)});
      }
      SetFormat(1, batch);
    });
    ASSERT_OK(Open());
    ExpectFormat(2);
    ExpectWholeLog();
  }
}

// Nodes of leaves that were altered would prove them.
TEST_F(UpgradeTest, LeavesOfAnAlteredLogAreNotMadeNodesOf) {
  ChangeRows([](RocksStore& store, StoreBatch& batch) {
    batch.DeleteRange(Family::kNodes, kAllNodes);
    SetFormat(1, batch);
    ASSERT_OK_AND_ASSIGN(std::string row, store.Get(Family::kLog, schema::LogKey(2)));
    // In the leaf's digest, which every parser takes.
    const size_t digest = row.find("\x2a\x20");
    ASSERT_NE(digest, std::string::npos);
    row[digest + 5] = static_cast<char>(row[digest + 5] ^ 1);
    batch.Put(Family::kLog, schema::LogKey(2), row);
  });
  EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss,
                               HasSubstr("the leaves are not those of the frontier")));
  ExpectFormat(1);
  ChangeRows([](RocksStore&, StoreBatch& batch) { batch.Delete(Family::kLog, schema::LogKey(2)); });
  EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss, HasSubstr("leaf 2 is missing")));
}

TEST_F(UpgradeTest, FormatsThatNobodyKnowsAreRefused) {
  for (const uint32_t format : {0u, 3u}) {
    ChangeRows([format](RocksStore&, StoreBatch& batch) { SetFormat(format, batch); });
    EXPECT_THAT(Open(), StatusIs(StatusCode::kFailedPrecondition, HasSubstr("knows formats 1")));
  }
}

// More than goes into one batch.
TEST(NodeRebuild, LongLogsAreRebuiltWhole) {
  TestLog log(base::TestDir());
  log.GrowTo(9000);
  const StoredLog reader(log.store());
  ASSERT_OK_AND_ASSIGN(const auto before, reader.Consistency(4097, 9000));
  StoreBatch batch;
  batch.DeleteRange(Family::kNodes, kAllNodes);
  ASSERT_OK(log.store().Apply(batch, Durability::kUnsynced));
  EXPECT_THAT(reader.Consistency(4097, 9000), StatusIs(StatusCode::kDataLoss));
  ASSERT_OK(RebuildNodes(log.store()));
  EXPECT_THAT(reader.Consistency(4097, 9000), IsOkAndHolds(before));
  ASSERT_OK_AND_ASSIGN(const LogCheckReport report,
                       CheckLog(log.store(), {.vault_id = log.vault_id()}));
  EXPECT_EQ(report.flaws_total, 0u);
}

}  // namespace
}  // namespace tidemark::vault
