// Nights whose depositor has no index, or a wrong one: everything comes back all the same.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/subprocess.h"
#include "base/testing.h"
#include "crypto/object_id.h"
#include "escrow_agent/client/deposit_client.h"
#include "escrow_agent/client/index/object_index.h"
#include "tests/integration/custody_fixture.h"
#include "tests/integration/nights_fixture.h"
#include "tests/support/escrow.h"

namespace tidemark::tests {
namespace {

using base::StatusIs;
using escrow_agent::DepositorConfig;
using escrow_agent::DepositResult;
using escrow_agent::IndexMode;
using escrow_agent::ObjectIndex;
using escrow_agent::ObjectPlace;
using ::testing::HasSubstr;

class WrongIndexTest : public NightsTest {
 protected:
  // An object that no file has, in a pack that no agent has.
  static void AddObject(ObjectIndex& index, IndexMode mode, const crypto::ObjectId& id) {
    ASSERT_OK_AND_ASSIGN(const auto update, index.BeginUpdate(mode));
    const ObjectPlace place = {.slot = index.new_slot(), .frame = 0, .ordinal = 0};
    ASSERT_OK(update->Append({&id, 1}, {&place, 1}));
    ASSERT_OK(update->Commit({.id = crypto::PackId::Random(),
                              .secret = crypto::PackSecret::Generate(),
                              .frames_digest = std::string(32, 'd'),
                              .frame_objects = {1},
                              .is_to_renew = {}}));
  }

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
};

TEST_F(WrongIndexTest, WithoutItsIndexADepositIsSentInFull) {
  const DepositResult first = Night(registry_.Deposit("A1"));
  ASSERT_OK(base::RemoveTree(escrow_agent::IndexPath(Config(), "example")));
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_EQ(second.stats.new_objects, second.stats.objects);
  EXPECT_EQ(Night(registry_.Deposit("A3")).stats.new_objects, 0u);
}

TEST_F(WrongIndexTest, AnIndexOfOtherObjectIdsCostsOneNightInFull) {
  Night(registry_.Deposit("A1"));
  const DepositorConfig config = Config();
  const std::string dir = escrow_agent::IndexPath(config, "example");
  ASSERT_OK(base::RemoveTree(dir));
  {
    ASSERT_OK_AND_ASSIGN(const auto index,
                         ObjectIndex::Open(dir, {.vault_id = config.agent.vault_id,
                                                 .tld = "example",
                                                 .secret_check = std::string(16, 'o')}));
    ASSERT_NO_FATAL_FAILURE(AddObject(*index, IndexMode::kReplace, {}));
  }
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_EQ(second.stats.new_objects, second.stats.objects);
  EXPECT_THAT(second.why_full, ::testing::HasSubstr("named objects otherwise"));
  EXPECT_EQ(Night(registry_.Deposit("A3")).stats.new_objects, 0u);
}

TEST_F(WrongIndexTest, WhatOfItIsDamagedIsSentAgainAndThatIsSaid) {
  EXPECT_EQ(Night(registry_.Deposit("A1")).why_more, "");
  const std::string path = escrow_agent::IndexPath(Config(), "example") + "/index";
  ASSERT_OK_AND_ASSIGN(std::string index, base::ReadSmallFile(path, 16 << 20));
  index[5000] = static_cast<char>(index[5000] ^ 1);  // behind the header: an entry
  ASSERT_OK(base::WriteFile(path, index, base::FileMode::kPrivate));
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_GT(second.stats.new_objects, 0u);
  EXPECT_THAT(second.why_more, HasSubstr("/index: 1 of its "));
  const DepositResult third = Night(registry_.Deposit("A3"));
  EXPECT_EQ(third.stats.new_objects, third.stats.renewed_objects);
  EXPECT_EQ(third.why_more, "");
}

TEST_F(WrongIndexTest, WhoeverAsksForItSendsEverything) {
  Night(registry_.Deposit("A1"));
  const std::string path = custody_->dir() + "/again.xml";
  ASSERT_OK(base::WriteFile(path, registry_.Deposit("A2"), base::FileMode::kPrivate));
  ASSERT_OK_AND_ASSIGN(const DepositResult result,
                       DepositFile(Config(), path, {.send_everything = true}));
  EXPECT_EQ(result.stats.new_objects, result.stats.objects);
  EXPECT_THAT(result.why_full, HasSubstr("--send-everything"));
}

TEST_F(WrongIndexTest, APackThatTheAgentDoesNotHoldMakesTheNightAFullOne) {
  Night(registry_.Deposit("A1"));
  {
    const std::unique_ptr<ObjectIndex> index = Index();
    ASSERT_NO_FATAL_FAILURE(AddObject(*index, IndexMode::kExtend, {{1, 2, 3}}));
  }
  const DepositResult second = Night(registry_.Deposit("A2"));
  EXPECT_EQ(second.stats.new_objects, second.stats.objects);
  EXPECT_THAT(second.why_full, HasSubstr("the agent does not hold, or does not trust"));
  EXPECT_EQ(Night(registry_.Deposit("A3")).stats.new_objects, 0u);
}

// The index says that an object is where another one lies: the manifest gives another file.
TEST_F(WrongIndexTest, AnIndexThatLiesMakesADepositThatDoesNotOpen) {
  Night(registry_.Deposit("A1"));
  registry_.Change(5);
  Lie(Config());
  ASSERT_OK_AND_ASSIGN(const DepositResult result, custody_->Deposit(registry_.Deposit("A2")));
  EXPECT_EQ(result.stats.new_objects, 0u);
  EXPECT_THAT(custody_->Open(result.id), StatusIs(absl::StatusCode::kFailedPrecondition));
}

// The whole way round, as people see it: the verdict names the lie, the agent then trusts none of
// the packs that the deposit named, and the client sends the next night in full.
TEST_F(WrongIndexTest, ALieIsFoundByTheVerifierAndTheNextNightIsAFullOneThatWorks) {
  ASSERT_OK_AND_ASSIGN(const auto escrow, Escrow::Start({}));
  const auto deposit = [&](const std::string& id) {
    const std::string path = absl::StrCat(escrow->dir(), "/", id, ".xml");
    EXPECT_OK(base::WriteFile(path, registry_.Deposit(id), base::FileMode::kPrivate));
    const absl::StatusOr<base::RunResult> result =
        Tidemark({"deposit", path, "--config", escrow->depositor(), "--stats", "json", "--quiet"});
    EXPECT_OK(result.status());
    EXPECT_EQ(result->exit_status, 0) << result->err;
    return result->out;
  };
  const auto verify = [&](const std::string& id) {
    return *Tidemark({"verify", absl::StrCat("example/", id), "--config", escrow->verifier()});
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

}  // namespace
}  // namespace tidemark::tests
