#include "vault/log/log_check.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "proto/custody.pb.h"
#include "proto/stored.pb.h"
#include "vault/log/log_testing.h"
#include "vault/schema.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using base::StatusIs;
using schema::Family;
using tidemark::v1::LogRow;

constexpr uint64_t kSize = 40;

class LogCheckTest : public ::testing::Test {
 protected:
  LogCheckTest() : log_(base::TestDir()) {
    log_.GrowTo(kSize - 2);
    log_.Append(tidemark::v1::LOG_EVENT_HOLD_PLACED, "a hold");
    log_.Append(tidemark::v1::LOG_EVENT_VERDICT_APPENDED, "the last");
  }

  LogCheckReport Check() {
    absl::StatusOr<LogCheckReport> report =
        CheckLog(log_.store(), {.vault_id = log_.vault_id(), .agent_key = log_.key().verify_key()});
    EXPECT_OK(report.status());
    return *std::move(report);
  }

  // One flaw at least is about leaf `index` and says `what`; how many there are is returned.
  uint64_t ExpectFlaw(uint64_t index, const std::string& what) {
    const LogCheckReport report = Check();
    bool is_named = false;
    std::string all;
    for (const LogFlaw& flaw : report.flaws) {
      is_named |= flaw.log_index == index && absl::StrContains(flaw.what, what);
      absl::StrAppend(&all, flaw.log_index, " ", flaw.what, "\n");
    }
    EXPECT_TRUE(is_named) << "want at " << index << ": " << what << "; there is:\n" << all;
    return report.flaws_total;
  }

  LogRow Row(uint64_t index) {
    LogRow row;
    EXPECT_TRUE(row.ParseFromString(*log_.store().Get(Family::kLog, schema::LogKey(index))));
    return row;
  }
  void PutRow(uint64_t index, const LogRow& row) {
    log_.Put(Family::kLog, schema::LogKey(index), row.SerializeAsString());
  }
  // Signs the head of leaf `index` anew after `change`.
  template <typename Change>
  void Resign(uint64_t index, const Change& change) {
    LogRow row = Row(index);
    tidemark::v1::TreeHeadBody body;
    ASSERT_TRUE(body.ParseFromString(row.tree_head().body()));
    change(body);
    row.mutable_tree_head()->set_body(body.SerializeAsString());
    row.mutable_tree_head()->set_signature(
        log_.key().Sign(crypto::SignaturePurpose::kTreeHead, row.tree_head().body()));
    PutRow(index, row);
  }

  TestLog log_;
};

TEST_F(LogCheckTest, WholeLogHasNoFlaw) {
  uint64_t asked = 0;
  ASSERT_OK_AND_ASSIGN(const LogCheckReport report,
                       CheckLog(log_.store(), {.vault_id = log_.vault_id(),
                                               .agent_key = log_.key().verify_key(),
                                               .on_progress = [&asked](uint64_t, uint64_t leaves) {
                                                 asked = leaves;
                                                 return absl::OkStatus();
                                               }}));
  EXPECT_EQ(report.flaws_total, 0u) << report.flaws[0].what;
  EXPECT_EQ(report.leaves, kSize);
  EXPECT_EQ(report.signatures, kSize);
  EXPECT_EQ(report.nodes, 2 * kSize - 2);  // 40 is two bits
  EXPECT_EQ(report.acts, 1u);
  EXPECT_EQ(asked, kSize);
}

TEST_F(LogCheckTest, WithoutTheAgentsKeyNoSignatureIsChecked) {
  LogRow row = Row(7);
  row.mutable_tree_head()->set_signature(std::string(64, 's'));
  PutRow(7, row);
  ASSERT_OK_AND_ASSIGN(const LogCheckReport report,
                       CheckLog(log_.store(), {.vault_id = log_.vault_id()}));
  EXPECT_EQ(report.flaws_total, 0u);
  EXPECT_EQ(report.signatures, 0u);
  EXPECT_EQ(ExpectFlaw(7, "did not sign its tree head"), 1u);
}

TEST_F(LogCheckTest, AlteredLeafIsNamedAndNothingElse) {
  LogRow row = Row(12);
  tidemark::v1::LogLeaf leaf;
  ASSERT_TRUE(leaf.ParseFromString(row.leaf()));
  leaf.set_digest(std::string(32, 'x'));
  row.set_leaf(leaf.SerializeAsString());
  PutRow(12, row);
  EXPECT_EQ(ExpectFlaw(12, "log leaf 12: was altered"), 1u);
}

TEST_F(LogCheckTest, MissingLeafIsNamedAndNothingElse) {
  log_.Delete(Family::kLog, schema::LogKey(12));
  EXPECT_EQ(ExpectFlaw(12, "leaf 12 is missing"), 1u);
}

TEST_F(LogCheckTest, DamagedAndMissingNodesAreNamedAndNothingElse) {
  log_.Damage(Family::kNodes, schema::NodeKey(0, 9));
  EXPECT_EQ(ExpectFlaw(9, "node 9 of level 0"), 1u);
  log_.Delete(Family::kNodes, schema::NodeKey(3, 1));
  EXPECT_EQ(ExpectFlaw(15, "node 1 of level 3 is missing"), 2u);
}

TEST_F(LogCheckTest, RootOfAnotherTreeIsNamed) {
  Resign(20, [](tidemark::v1::TreeHeadBody& body) { body.set_root(std::string(32, 'r')); });
  EXPECT_EQ(ExpectFlaw(20, "the root of its tree head is not that of the leaves"), 1u);
}

TEST_F(LogCheckTest, HeadsOfAnotherSizeVaultOrTimeAreNamed) {
  Resign(20, [](tidemark::v1::TreeHeadBody& body) { body.set_tree_size(20); });
  EXPECT_EQ(ExpectFlaw(20, "another size"), 1u);
  Resign(22, [](tidemark::v1::TreeHeadBody& body) { body.set_vault_id(std::string(16, 'w')); });
  EXPECT_EQ(ExpectFlaw(22, "another vault's"), 2u);
  Resign(24, [](tidemark::v1::TreeHeadBody& body) { body.set_time_unix_micros(1); });
  EXPECT_EQ(ExpectFlaw(24, "another time"), 3u);
}

TEST_F(LogCheckTest, TimeThatRunsBackwardsIsNamed) {
  // A log of somebody who has the key, and a clock that was set back.
  TestLog log(base::TestDir() + "/other");
  log.GrowTo(5);
  LogRow row;
  ASSERT_TRUE(row.ParseFromString(*log.store().Get(Family::kLog, schema::LogKey(3))));
  tidemark::v1::LogLeaf leaf;
  ASSERT_TRUE(leaf.ParseFromString(row.leaf()));
  leaf.set_time_unix_micros(1);
  row.set_leaf(leaf.SerializeAsString());
  log.Put(Family::kLog, schema::LogKey(3), row.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const LogCheckReport report,
                       CheckLog(log.store(), {.vault_id = log.vault_id()}));
  ASSERT_GE(report.flaws.size(), 1u);
  EXPECT_EQ(report.flaws[0].what, "log leaf 3: is older than the leaf before it");
}

TEST_F(LogCheckTest, FrontierIsHeldAgainstTheLeaves) {
  tidemark::v1::FrontierRow row;
  const std::string key(schema::kFrontierKey);
  ASSERT_TRUE(row.ParseFromString(*log_.store().Get(Family::kMeta, key)));
  const tidemark::v1::FrontierRow right = row;
  row.set_peaks(0, std::string(32, 'p'));
  row.set_last_time_unix_micros(5);
  log_.Put(Family::kMeta, key, row.SerializeAsString());
  ExpectFlaw(kSize, "the frontier is not that of the leaves");
  EXPECT_EQ(ExpectFlaw(kSize, "the frontier's time"), 2u);
  log_.Put(Family::kMeta, key, "rubbish");
  EXPECT_EQ(ExpectFlaw(0, "the frontier's row is not one"), 1u);
  log_.Put(Family::kMeta, key, right.SerializeAsString());
  EXPECT_EQ(Check().flaws_total, 0u);
}

TEST_F(LogCheckTest, AFrontierOfMoreLeavesThanThereAreIsNamedAndTheCheckEnds) {
  tidemark::v1::FrontierRow row;
  const std::string key(schema::kFrontierKey);
  ASSERT_TRUE(row.ParseFromString(*log_.store().Get(Family::kMeta, key)));
  row.set_size(kSize << 40);  // it has as many peaks
  log_.Put(Family::kMeta, key, row.SerializeAsString());
  ExpectFlaw(kSize, absl::StrCat("the frontier is of ", kSize << 40, " leaves"));
  // A row far behind the end does not make it longer, either.
  log_.Delete(Family::kMeta, key);
  log_.Put(Family::kLog, schema::LogKey(uint64_t{1} << 50), Row(1).SerializeAsString());
  ExpectFlaw(0, "the frontier is missing");
}

TEST_F(LogCheckTest, RowsBeyondTheEndAreNamed) {
  log_.Put(Family::kLog, schema::LogKey(kSize + 3), Row(1).SerializeAsString());
  EXPECT_EQ(ExpectFlaw(kSize, "leaf 43 lies beyond its end"), 1u);
  log_.Put(Family::kNodes, schema::NodeKey(4, 2), std::string(32, 'n'));
  EXPECT_EQ(ExpectFlaw(kSize, "node 2 of level 4 lies beyond its end"), 2u);
  log_.Put(Family::kNodes, std::string(9, '\xff'), std::string(32, 'n'));
  EXPECT_EQ(ExpectFlaw(kSize, "no such level"), 3u);
}

TEST_F(LogCheckTest, ActsAreHeldAgainstTheirLeaves) {
  const uint64_t index = kSize - 2;
  log_.Put(Family::kActs, schema::LogKey(5), "an act of nobody");
  EXPECT_EQ(ExpectFlaw(5, "which is about none"), 1u);
  log_.Delete(Family::kActs, schema::LogKey(5));
  tidemark::v1::ActRow row;
  row.set_format(1);
  row.set_act("another hold");
  log_.Put(Family::kActs, schema::LogKey(index), row.SerializeAsString());
  EXPECT_EQ(ExpectFlaw(index, "is not the one that it is about"), 1u);
  log_.Delete(Family::kActs, schema::LogKey(index));
  EXPECT_EQ(ExpectFlaw(index, "act of leaf 38 is missing"), 1u);
}

TEST_F(LogCheckTest, FlawsThatAreKeptAreBounded) {
  TestLog log(base::TestDir() + "/long");
  log.GrowTo(2 * kLogFlawsKept);
  ASSERT_OK_AND_ASSIGN(
      const LogCheckReport report,
      CheckLog(log.store(), {.vault_id = log.vault_id(), .agent_key = log_.key().verify_key()}));
  EXPECT_EQ(report.flaws_total, 2 * kLogFlawsKept);
  EXPECT_EQ(report.flaws.size(), kLogFlawsKept);
}

TEST_F(LogCheckTest, ProgressEndsTheCheck) {
  EXPECT_THAT(
      CheckLog(log_.store(),
               {.vault_id = log_.vault_id(),
                .on_progress = [](uint64_t, uint64_t) { return absl::CancelledError("stopped"); }}),
      StatusIs(StatusCode::kCancelled));
  EXPECT_THAT(CheckLog(log_.store(), {.vault_id = "short"}),
              StatusIs(StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::vault
