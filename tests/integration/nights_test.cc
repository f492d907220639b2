// Night after night into one real agent: what did not change is not sent again, and everything
// comes back, whatever the depositor's index says.
#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "crypto/object_id.h"
#include "escrow_agent/client/deposit_client.h"
#include "escrow_agent/client/index/object_index.h"
#include "tests/integration/custody_fixture.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

using base::IsOkAndHolds;
using base::StatusIs;
using escrow_agent::DepositorConfig;
using escrow_agent::DepositResult;
using escrow_agent::IndexedPack;
using escrow_agent::IndexMode;
using escrow_agent::ObjectIndex;
using escrow_agent::ObjectPlace;
using ::testing::HasSubstr;

// A registry of objects that do not compress.
class Registry {
 public:
  explicit Registry(int objects) {
    for (int i = 0; i < objects; ++i) objects_.push_back(Object(i));
  }

  void Change(size_t i) { objects_[i] = Object(static_cast<int>(i)); }
  void Shuffle() { std::shuffle(objects_.begin(), objects_.end(), random_); }
  const std::string& object(size_t i) const { return objects_[i]; }

  std::string Deposit(const std::string& id, const std::string& type = "FULL",
                      size_t first = 0) const {
    std::string out = absl::StrCat(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rde:deposit type=\"", type, "\" id=\"", id,
        "\" resend=\"0\" xmlns:rde=\"urn:ietf:params:xml:ns:rde-1.0\"\n"
        " xmlns:h=\"urn:ietf:params:xml:ns:rdeHeader-1.0\"\n"
        " xmlns:d=\"urn:ietf:params:xml:ns:rdeDomain-1.0\">\n"
        "<rde:watermark>2026-11-22T00:00:00Z</rde:watermark>\n<rde:rdeMenu>\n"
        "<rde:version>1.0</rde:version>\n"
        "<rde:objURI>urn:ietf:params:xml:ns:rdeDomain-1.0</rde:objURI>\n</rde:rdeMenu>\n"
        "<rde:contents>\n<h:header><h:tld>example</h:tld></h:header>\n");
    for (size_t i = first; i < objects_.size(); ++i) absl::StrAppend(&out, objects_[i], "\n");
    return absl::StrCat(out, "</rde:contents>\n</rde:deposit>\n");
  }

 private:
  std::string Object(int number) {
    std::string noise;
    for (int i = 0; i < 60; ++i) absl::StrAppend(&noise, random_());
    return absl::StrCat("<d:domain>\n <d:name>d", number, ".example</d:name>\n <d:x>", noise,
                        "</d:x>\n</d:domain>");
  }

  std::mt19937_64 random_{1};
  std::vector<std::string> objects_;
};

constexpr int kObjects = 3000;

class NightsTest : public ::testing::Test {
 protected:
  NightsTest() : registry_(kObjects) {
    absl::StatusOr<std::unique_ptr<Custody>> custody = Custody::Start();
    EXPECT_OK(custody.status());
    custody_ = *std::move(custody);
  }

  // Deposits, and expects it back. What it cost is in the result.
  DepositResult Night(const std::string& content) {
    absl::StatusOr<DepositResult> result = custody_->Deposit(content);
    EXPECT_OK(result.status());
    EXPECT_OK(result->index_status);
    const absl::StatusOr<std::string> opened = custody_->Open(result->id);
    EXPECT_OK(opened.status());
    EXPECT_TRUE(*opened == content) << "of " << result->id.ToString();
    return *std::move(result);
  }

  DepositorConfig Config() {
    return *custody_->Depositor(custody_->dir() + "/depositor/depositor.toml");
  }

  static std::unique_ptr<ObjectIndex> IndexOf(const DepositorConfig& config) {
    return *ObjectIndex::Open(
        escrow_agent::IndexPath(config, "example"),
        {.vault_id = config.agent.vault_id,
         .tld = "example",
         .secret_check = crypto::ObjectHasher(config.object_secrets.at("example")).Check()});
  }
  std::unique_ptr<ObjectIndex> Index() { return IndexOf(Config()); }

  // Has the index say of object 5, as it is now, that it lies where object 9 does.
  void Lie(const DepositorConfig& config) {
    crypto::ObjectHasher hasher(config.object_secrets.at("example"));
    const std::unique_ptr<ObjectIndex> index = IndexOf(config);
    const crypto::ObjectId known = hasher.Of(registry_.object(9));
    ObjectPlace place;
    index->Find({&known, 1}, {&place, 1});
    ASSERT_TRUE(place.is_known());
    ASSERT_OK_AND_ASSIGN(const auto update, index->BeginUpdate(IndexMode::kExtend));
    const crypto::ObjectId changed = hasher.Of(registry_.object(5));
    ASSERT_OK(update->Append({&changed, 1}, {&place, 1}));
    ASSERT_OK(update->Commit({.id = crypto::PackId::Random(),
                              .secret = crypto::PackSecret::Generate(),
                              .frames_digest = std::string(32, 'd'),
                              .frame_objects = {},
                              .is_to_renew = {}}));
  }

  Registry registry_;
  std::unique_ptr<Custody> custody_;
};

TEST_F(NightsTest, TheSecondNightSendsWhatChangedAndTheWholeComesBack) {
  const DepositResult first = Night(registry_.Deposit("A1"));
  EXPECT_EQ(first.stats.new_objects, first.stats.objects);
  EXPECT_NE(first.why_full, "");
  for (size_t i = 7; i < kObjects; i += 200) registry_.Change(i);
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_EQ(second.stats.objects, first.stats.objects);
  EXPECT_EQ(second.stats.new_objects, 15u);
  EXPECT_EQ(second.why_full, "");
  EXPECT_LT(second.stats.bytes_sent, first.stats.bytes_sent / 50);
  EXPECT_LT(second.body.stored_bytes(), first.body.stored_bytes() / 50);
}

TEST_F(NightsTest, AnotherOrderOfObjectsCostsTheOrder) {
  const DepositResult first = Night(registry_.Deposit("A1"));
  registry_.Shuffle();
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_EQ(second.stats.new_objects, 0u);
  EXPECT_LT(second.stats.bytes_sent, first.stats.bytes_sent / 50);
}

TEST_F(NightsTest, ADifferentialKeepsWhatItDoesNotName) {
  Night(registry_.Deposit("A1"));
  // Names the last ten objects only.
  EXPECT_EQ(Night(registry_.Deposit("A2", "DIFF", kObjects - 10)).stats.new_objects, 0u);
  registry_.Change(3);
  EXPECT_EQ(Night(registry_.Deposit("A3")).stats.new_objects, 1u);
}

TEST_F(NightsTest, AFullForgetsWhatItDoesNotName) {
  Night(registry_.Deposit("A1"));
  EXPECT_EQ(Night(registry_.Deposit("A2", "FULL", 1000)).stats.new_objects, 0u);
  const DepositResult third = Night(registry_.Deposit("A3"));
  EXPECT_EQ(third.stats.new_objects - third.stats.renewed_objects, 1000u);
  EXPECT_EQ(third.why_mostly_new, "");
}

TEST_F(NightsTest, AfterAFullThatWasCutShortTheNextSaysWhyItIsFuller) {
  EXPECT_EQ(Night(registry_.Deposit("A1")).why_mostly_new, "");
  EXPECT_EQ(Night(registry_.Deposit("A2", "FULL", kObjects - 100)).why_mostly_new, "");
  const DepositResult third = Night(registry_.Deposit("A3"));
  EXPECT_EQ(third.why_full, "");
  EXPECT_THAT(third.why_mostly_new, HasSubstr("2900 of 3001 objects are not among the 101 "));
  EXPECT_EQ(Night(registry_.Deposit("A4")).why_mostly_new, "");
}

TEST_F(NightsTest, TheSameDepositAgainGivesTheSameReceiptAndLeavesTheIndexUsable) {
  const DepositResult first = Night(registry_.Deposit("A1"));
  const DepositResult again = Night(registry_.Deposit("A1"));
  EXPECT_TRUE(again.is_repeated);
  EXPECT_EQ(again.receipt.body(), first.receipt.body());
  registry_.Change(0);
  EXPECT_EQ(Night(registry_.Deposit("A2")).stats.new_objects, 1u);
}

TEST_F(NightsTest, WithoutItsIndexADepositIsSentInFull) {
  const DepositResult first = Night(registry_.Deposit("A1"));
  ASSERT_OK(base::RemoveTree(escrow_agent::IndexPath(Config(), "example")));
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_EQ(second.stats.new_objects, second.stats.objects);
  EXPECT_EQ(Night(registry_.Deposit("A3")).stats.new_objects, 0u);
}

TEST_F(NightsTest, AnIndexOfOtherObjectIdsCostsOneNightInFull) {
  Night(registry_.Deposit("A1"));
  const DepositorConfig config = Config();
  const std::string dir = escrow_agent::IndexPath(config, "example");
  ASSERT_OK(base::RemoveTree(dir));
  {
    ASSERT_OK_AND_ASSIGN(const auto index,
                         ObjectIndex::Open(dir, {.vault_id = config.agent.vault_id,
                                                 .tld = "example",
                                                 .secret_check = std::string(16, 'o')}));
    ASSERT_OK_AND_ASSIGN(const auto update, index->BeginUpdate(IndexMode::kReplace));
    const crypto::ObjectId id = {};
    const ObjectPlace place = {.slot = index->new_slot(), .frame = 0, .ordinal = 0};
    ASSERT_OK(update->Append({&id, 1}, {&place, 1}));
    ASSERT_OK(update->Commit({.id = crypto::PackId::Random(),
                              .secret = crypto::PackSecret::Generate(),
                              .frames_digest = std::string(32, 'd'),
                              .frame_objects = {1},
                              .is_to_renew = {}}));
  }
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_EQ(second.stats.new_objects, second.stats.objects);
  EXPECT_THAT(second.why_full, ::testing::HasSubstr("named objects otherwise"));
  EXPECT_EQ(Night(registry_.Deposit("A3")).stats.new_objects, 0u);
}

TEST_F(NightsTest, WhoeverAsksForItSendsEverything) {
  Night(registry_.Deposit("A1"));
  const std::string path = custody_->dir() + "/again.xml";
  ASSERT_OK(base::WriteFile(path, registry_.Deposit("A2"), base::FileMode::kPrivate));
  ASSERT_OK_AND_ASSIGN(const DepositResult result,
                       DepositFile(Config(), path, {.send_everything = true}));
  EXPECT_EQ(result.stats.new_objects, result.stats.objects);
  EXPECT_THAT(result.why_full, HasSubstr("--send-everything"));
}

TEST_F(NightsTest, APackThatTheAgentDoesNotHoldMakesTheNightAFullOne) {
  Night(registry_.Deposit("A1"));
  {
    const std::unique_ptr<ObjectIndex> index = Index();
    ASSERT_OK_AND_ASSIGN(const auto update, index->BeginUpdate(IndexMode::kExtend));
    const crypto::ObjectId id = {{1, 2, 3}};
    const ObjectPlace place = {.slot = index->new_slot(), .frame = 0, .ordinal = 0};
    ASSERT_OK(update->Append({&id, 1}, {&place, 1}));
    ASSERT_OK(update->Commit({.id = crypto::PackId::Random(),
                              .secret = crypto::PackSecret::Generate(),
                              .frames_digest = std::string(32, 'd'),
                              .frame_objects = {1},
                              .is_to_renew = {}}));
  }
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_EQ(second.stats.new_objects, second.stats.objects);
  EXPECT_THAT(second.why_full, HasSubstr("the agent does not hold, or does not trust"));
  EXPECT_EQ(Night(registry_.Deposit("A3")).stats.new_objects, 0u);
}

// The index says that an object is where another one lies: the manifest gives another file.
TEST_F(NightsTest, AnIndexThatLiesMakesADepositThatDoesNotOpen) {
  Night(registry_.Deposit("A1"));
  registry_.Change(5);
  Lie(Config());
  ASSERT_OK_AND_ASSIGN(const DepositResult result, custody_->Deposit(registry_.Deposit("A2")));
  EXPECT_EQ(result.stats.new_objects, 0u);
  EXPECT_THAT(custody_->Open(result.id), StatusIs(absl::StatusCode::kFailedPrecondition));
}

// The whole way round, as people see it: the verdict names the lie, the agent then trusts none of
// the packs that the deposit named, and the client sends the next night in full.
TEST_F(NightsTest, ALieIsFoundByTheVerifierAndTheNextNightIsAFullOneThatWorks) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({}));
  const auto deposit = [&](const std::string& id) {
    const std::string path = absl::StrCat(escrow->dir(), "/", id, ".xml");
    EXPECT_OK(base::WriteFile(path, registry_.Deposit(id), base::FileMode::kPrivate));
    const absl::StatusOr<base::RunResult> result = Tidemark(
        {"deposit", path, "--config", escrow->depositor(), "--stats", "json", "--quiet"});
    EXPECT_OK(result.status());
    EXPECT_EQ(result->exit_status, 0) << result->err;
    return result->out;
  };
  const auto verify = [&](const std::string& id) {
    return *Tidemark(
        {"verify", absl::StrCat("example/", id), "--config", escrow->verifier()});
  };
  const std::string everything = absl::StrCat("\"new_objects\": ", kObjects + 1);
  EXPECT_THAT(deposit("A1"), HasSubstr(everything));
  registry_.Change(5);
  Lie(*escrow_agent::LoadDepositorConfig(escrow->depositor()));
  EXPECT_THAT(deposit("A2"), HasSubstr("\"new_objects\": 0"));
  const base::RunResult found = verify("A2");
  EXPECT_EQ(found.exit_status, 1) << found.err;
  EXPECT_THAT(found.out, HasSubstr("TDM_CONTENT_MISMATCH"));
  // The same again would mend nothing, and is not answered with the receipt of then.
  ASSERT_OK_AND_ASSIGN(const base::RunResult again,
                       Tidemark({"deposit", absl::StrCat(escrow->dir(), "/A2.xml"), "--config",
                                 escrow->depositor()}));
  EXPECT_EQ(again.exit_status, 1);
  EXPECT_THAT(again.err, HasSubstr("higher resend"));
  EXPECT_THAT(deposit("A3"), HasSubstr(everything));
  EXPECT_THAT(verify("A3").out, ::testing::Not(HasSubstr("TDM_CONTENT_MISMATCH")));
  EXPECT_THAT(deposit("A4"), HasSubstr("\"new_objects\": 0"));
}

TEST_F(NightsTest, TwoDepositsOfARegistryAtOnceAreOneAfterTheOther) {
  const std::unique_ptr<ObjectIndex> held = Index();
  EXPECT_THAT(custody_->Deposit(registry_.Deposit("A1")),
              StatusIs(absl::StatusCode::kUnavailable));
}

// Nights in which much changes leave frames with little alive in them. That is sent again, a little
// a night, until their pack is needed no more.
TEST_F(NightsTest, MostlyDeadFramesAreRenewedALittleANight) {
  Night(registry_.Deposit("A0"));
  for (size_t i = 0; i < kObjects; ++i) {
    if (i % 100 != 0) registry_.Change(i);
  }
  Night(registry_.Deposit("A1"));
  // The header did not change either.
  constexpr uint64_t kAlive = kObjects / 100 + 1;
  uint64_t renewed = 0;
  int nights = 0;
  while (renewed < kAlive && nights < 20) {
    const DepositResult night = Night(registry_.Deposit(absl::StrCat("B", nights++)));
    EXPECT_EQ(night.stats.new_objects, night.stats.renewed_objects);
    EXPECT_LT(night.stats.renewed_objects, kAlive);
    renewed += night.stats.renewed_objects;
  }
  EXPECT_EQ(renewed, kAlive);
  EXPECT_GT(nights, 1);
  // A0's pack had nothing else.
  Night(registry_.Deposit("C0"));
  const std::unique_ptr<ObjectIndex> index = Index();
  int packs = 0;
  for (const std::optional<IndexedPack>& pack : index->packs()) packs += pack.has_value() ? 1 : 0;
  EXPECT_LE(packs, 1 + nights);
}

}  // namespace
}  // namespace tidemark::tests
