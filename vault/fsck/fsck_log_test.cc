// fsck on the audit log: its nodes, acts of custody, and holds against the acts.
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/testing.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "proto/stored.pb.h"
#include "vault/fsck/fsck.h"
#include "vault/rocks_store.h"
#include "vault/schema.h"
#include "vault/table_damage_testing.h"
#include "vault/vault.h"
#include "vault/vault_testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::tidemark::base::StatusIs;
using schema::DepositRow;
using schema::Family;

// Leaves of the log, in order.
constexpr uint64_t kFirstPlaced = 3;
constexpr uint64_t kSecondPlaced = 4;
constexpr uint64_t kFirstLifted = 5;

class FsckLogTest : public ::testing::Test {
 protected:
  // Two deposits; two holds on the first, of which one was lifted.
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = dir_}, "", key_, clock_));
    options_.dir = dir_;
    options_.vault_id = std::string(vault->vault_id());
    options_.receipt_key = key_.verify_key();
    options_.authority_pem = TestAuthority().certificate_pem;
    for (const char* id : {"example/A1/0", "example/A2/0"}) {
      const TestUpload upload = MakeUpload(vault->vault_id(), Id(id), {.seed = ++seed_});
      ASSERT_OK(Store(upload, depositor_, *vault));
    }
    ASSERT_OK_AND_ASSIGN(const uint64_t first, vault->Retained().PlaceHold(Hold("case-1")));
    ASSERT_OK_AND_ASSIGN(const uint64_t second, vault->Retained().PlaceHold(Hold("case-2")));
    ASSERT_OK_AND_ASSIGN(const uint64_t lifted, vault->Retained().LiftHold(Hold("case-1")));
    ASSERT_EQ(first, kFirstPlaced);
    ASSERT_EQ(second, kSecondPlaced);
    ASSERT_EQ(lifted, kFirstLifted);
  }

  retention::HoldOrder Hold(const std::string& case_id) const {
    return {Id("example/A1/0"), case_id, "a court asked", "operator 1"};
  }

  void Put(Family family, const std::string& key, const std::string& value) {
    StoreBatch batch;
    batch.Put(family, key, value);
    Apply(batch);
  }
  void Delete(Family family, const std::string& key) {
    StoreBatch batch;
    batch.Delete(family, key);
    Apply(batch);
  }
  void Apply(const StoreBatch& batch) {
    const auto store = RocksStore::Open(dir_);
    CHECK(store.ok());
    CHECK((*store)->Apply(batch, Durability::kSynced).ok());
  }
  std::string Get(Family family, const std::string& key) {
    const auto store = RocksStore::Open(dir_);
    CHECK(store.ok());
    const auto value = (*store)->Get(family, key);
    CHECK(value.ok());
    return *value;
  }

  // "WHERE: WHAT" of each finding.
  std::vector<std::string> Findings() {
    const auto report = CheckStore(options_);
    EXPECT_OK(report.status());
    std::vector<std::string> texts;
    if (!report.ok()) return {"no report"};
    for (const FsckFinding& finding : report->findings) {
      texts.push_back(absl::StrCat(finding.where, ": ", finding.what));
    }
    return texts;
  }

  const std::string dir_ = base::TestDir() + "/vault";
  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
  base::FakeClock clock_{TestNow()};
  const TestPeer depositor_ = TestPeer::Make(Role::kDepositor, {"example"});
  FsckOptions options_;
  uint64_t seed_ = 0;
};

TEST_F(FsckLogTest, AWholeLogWithActsHasNoFinding) { EXPECT_THAT(Findings(), IsEmpty()); }

TEST_F(FsckLogTest, DamagedNodesAreNamedAndMadeAnew) {
  Put(Family::kNodes, schema::NodeKey(0, 2), std::string(32, 'n'));
  Delete(Family::kNodes, schema::NodeKey(1, 1));
  Put(Family::kNodes, schema::NodeKey(2, 7), std::string(32, 'n'));
  EXPECT_THAT(Findings(),
              ElementsAre(AllOf(HasSubstr("audit log: node 2 of level 0 is not the root"),
                                HasSubstr("tidemark fsck --rebuild-nodes")),
                          AllOf(HasSubstr("node 1 of level 1"), HasSubstr("--rebuild-nodes")),
                          AllOf(HasSubstr("node 7 of level 2 lies beyond its end"),
                                HasSubstr("--rebuild-nodes"))));
  ASSERT_OK_AND_ASSIGN(const uint64_t rebuilt, RebuildLogNodes(options_));
  EXPECT_EQ(rebuilt, 3u);
  EXPECT_THAT(Findings(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const uint64_t again, RebuildLogNodes(options_));
  EXPECT_EQ(again, 0u);
  // The proofs are there again.
  ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = dir_}, "", key_, clock_));
  EXPECT_OK(vault->log().Consistency(2, 6).status());
}

TEST_F(FsckLogTest, ABlockOfNodesThatCannotBeReadIsGoneOnceTheyAreMadeAnew) {
  // The hashes themselves stand in tree heads, too.
  const std::string node(32, 'n');
  Put(Family::kNodes, schema::NodeKey(1, 0), node);
  ASSERT_OK((*RocksStore::Open(dir_))->FlushForTesting());
  ASSERT_GE(FlipInTables(dir_, node, 3), 1);
  EXPECT_THAT(Findings(), Contains(AllOf(HasSubstr("audit log: node 0 of level 1"),
                                         HasSubstr("checksum mismatch"))));
  ASSERT_OK(RebuildLogNodes(options_));
  EXPECT_THAT(Findings(), IsEmpty());
  std::atomic<bool> stop = false;
  const schema::KeyRange all = {"", std::string(9, '\xff')};
  EXPECT_OK((*RocksStore::Open(dir_))->Erase({{Family::kNodes, all}}, stop));
}

// A database that does not open says nothing; its table files still do.
TEST_F(FsckLogTest, WitnessesOfAStoreThatDoesNotOpenAreComparedWithItsTables) {
  tidemark::v1::SignedTreeHead early;
  {
    ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = dir_}, "", key_, clock_));
    ASSERT_OK_AND_ASSIGN(early, vault->log().Head(3));
  }
  ASSERT_OK((*RocksStore::Open(dir_))->FlushForTesting());
  tidemark::v1::SignedTreeHead late;
  {
    ASSERT_OK_AND_ASSIGN(const auto vault, Vault::Open({.dir = dir_}, "", key_, clock_));
    ASSERT_OK(vault->Retained().PlaceHold(Hold("case-3")));
    ASSERT_OK_AND_ASSIGN(late, vault->TreeHead());
  }
  ASSERT_OK(base::WriteFile(dir_ + "/CURRENT", "rot", base::FileMode::kPrivate));
  options_.witnesses = {{"early.head", early}, {"late.head", late}};
  ASSERT_OK_AND_ASSIGN(const FsckReport report, CheckStore(options_));
  EXPECT_FALSE(report.is_open);
  EXPECT_THAT(report.remarks, AllOf(Contains(HasSubstr("1 witnesses and receipts fit")),
                                    Contains(HasSubstr("late.head: NOT compared"))));
  // Another log of the same key.
  tidemark::v1::TreeHeadBody other;
  ASSERT_TRUE(other.ParseFromString(early.body()));
  other.set_root(std::string(32, 'r'));
  options_.receipt_key.reset();
  options_.witnesses[0].head.set_body(other.SerializeAsString());
  EXPECT_THAT(Findings(), Contains(HasSubstr("rewritten: at 3 leaves it has another root than "
                                             "early.head")));
}

TEST_F(FsckLogTest, AWriteAheadLogThatWasDeletedIsMissed) {
  for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
    if (entry.path().extension() == ".log") std::filesystem::remove(entry.path());
  }
  EXPECT_THAT(Findings(), Contains(HasSubstr("the write-ahead log: there is none")));
}

TEST_F(FsckLogTest, NodesAreNotMadeFromLeavesThatAreDamaged) {
  Put(Family::kNodes, schema::NodeKey(0, 2), std::string(32, 'n'));
  const std::string leaf = Get(Family::kLog, schema::LogKey(1));
  Delete(Family::kLog, schema::LogKey(1));
  EXPECT_THAT(RebuildLogNodes(options_), StatusIs(StatusCode::kDataLoss, HasSubstr("leaf 1")));
  EXPECT_EQ(Get(Family::kNodes, schema::NodeKey(0, 2)), std::string(32, 'n'));
  Put(Family::kLog, schema::LogKey(1), leaf);
  EXPECT_OK(RebuildLogNodes(options_));
  EXPECT_THAT(Findings(), IsEmpty());
  options_.dir = base::TestDir();
  EXPECT_THAT(RebuildLogNodes(options_), StatusIs(StatusCode::kNotFound));
}

TEST_F(FsckLogTest, AnActThatIsMissingOrAlteredIsNamed) {
  const std::string key = schema::LogKey(kSecondPlaced);
  const std::string value = Get(Family::kActs, key);
  Delete(Family::kActs, key);
  EXPECT_THAT(Findings(), AllOf(Contains(HasSubstr("the act of leaf 4 is missing")),
                                Contains(HasSubstr("hold of case case-2 on example/A1/0"))));
  tidemark::v1::ActRow row;
  tidemark::v1::CustodyAct act;
  ASSERT_TRUE(row.ParseFromString(value) && act.ParseFromString(row.act()));
  act.mutable_hold_placed()->set_reason("nobody asked");
  row.set_act(act.SerializeAsString());
  Put(Family::kActs, key, row.SerializeAsString());
  EXPECT_THAT(Findings(), Contains(HasSubstr("the stored act of custody is not the one")));
  Put(Family::kActs, key, value);
  // Of a leaf that is about none.
  Put(Family::kActs, schema::LogKey(1), value);
  EXPECT_THAT(Findings(), Contains(HasSubstr("an act of custody is stored for leaf 1")));
}

TEST_F(FsckLogTest, AnActWhoseDepositIsGoneIsNamed) {
  for (const DepositRow row :
       {DepositRow::kCatalogue, DepositRow::kManifest, DepositRow::kReceipt}) {
    Delete(Family::kDeposits, schema::DepositKey(row, Id("example/A1/0")));
  }
  const std::vector<std::string> findings = Findings();
  for (const uint64_t act : {kFirstPlaced, kSecondPlaced, kFirstLifted}) {
    EXPECT_THAT(findings, Contains(absl::StrCat("act ", act, ": there is no catalogue row for it "
                                                "that can be read")));
  }
}

TEST_F(FsckLogTest, HoldsAreHeldAgainstTheirActs) {
  const std::string key = schema::HoldKey(Id("example/A1/0"), "case-2");
  const std::string value = Get(Family::kHolds, key);
  Delete(Family::kHolds, key);
  EXPECT_THAT(Findings(), ElementsAre(HasSubstr("hold of case case-2 on example/A1/0: missing: act "
                                                "4 placed it")));
  // One that was lifted, one of another deposit, one that another act placed.
  Put(Family::kHolds, key, value);
  tidemark::v1::HoldRow row;
  ASSERT_TRUE(row.ParseFromString(value));
  const struct {
    std::string key;
    uint64_t placed;
  } cases[] = {{schema::HoldKey(Id("example/A1/0"), "case-1"), kFirstPlaced},
               {schema::HoldKey(Id("example/A2/0"), "case-2"), kSecondPlaced},
               {key, kFirstPlaced}};
  for (const auto& test : cases) {
    row.set_placed_log_index(test.placed);
    Put(Family::kHolds, test.key, row.SerializeAsString());
    EXPECT_THAT(Findings(), ElementsAre(HasSubstr(absl::StrCat("act ", test.placed,
                                                               " did not place it"))));
    Delete(Family::kHolds, test.key);
    Put(Family::kHolds, key, value);
  }
  EXPECT_THAT(Findings(), IsEmpty());
}

}  // namespace
}  // namespace tidemark::vault
