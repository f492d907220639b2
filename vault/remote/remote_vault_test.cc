#include "vault/remote/remote_vault.h"

#include <sys/stat.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/config.h"
#include "base/file.h"
#include "base/testing.h"

namespace tidemark::vault {
namespace {

using base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kConfig[] = R"([agent]
address = "127.0.0.1:1"
server_name = "tidemarkd"
authority = "authority.pem"
vault_id = "000102030405060708090a0b0c0d0e0f"
receipt_key = "aa"
verdict_key = "bb"
opening_key = "cc"
release_key = "dd"
custodian_key = "ee"
[tls]
certificate = "own.pem"
key = "own.key"
)";

class AgentConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = base::TestDir();
    for (const char* name : {"authority.pem", "own.pem"}) {
      ASSERT_OK(base::WriteFile(dir_ + "/" + name, name, base::FileMode::kPublic));
    }
    ASSERT_OK(base::WriteFile(dir_ + "/own.key", "own.key", base::FileMode::kPrivate));
  }

  absl::StatusOr<AgentConnection> Load(const std::string& text) {
    RETURN_IF_ERROR(base::WriteFile(dir_ + "/peer.toml", text, base::FileMode::kPublic));
    ASSIGN_OR_RETURN(base::Config config, base::Config::Load(dir_ + "/peer.toml"));
    ASSIGN_OR_RETURN(AgentConnection agent, LoadAgentConnection(config));
    RETURN_IF_ERROR(config.CheckAllKeysKnown());
    return agent;
  }

  std::string dir_;
};

TEST_F(AgentConnectionTest, ReadsItsSectionsAndTheFilesTheyName) {
  ASSERT_OK_AND_ASSIGN(const AgentConnection agent, Load(kConfig));
  EXPECT_EQ(agent.address, "127.0.0.1:1");
  EXPECT_EQ(agent.authority_pem, "authority.pem");
  EXPECT_EQ(agent.key_pem, "own.key");
  EXPECT_EQ(agent.vault_id.size(), 16u);
  EXPECT_THAT(agent.custodian_keys_hex, ElementsAre("ee"));
}

TEST_F(AgentConnectionTest, EachKeyIsRequired) {
  for (const char* key : {"address", "server_name", "authority", "vault_id", "receipt_key",
                          "verdict_key", "opening_key", "release_key", "custodian_key",
                          "certificate", "key"}) {
    const std::string without = absl::StrReplaceAll(
        kConfig, {{absl::StrCat("\n", key, " = "), absl::StrCat("\nx", key, " = ")}});
    EXPECT_THAT(Load(without), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(key)));
  }
}

constexpr char kThreeOfFive[] = R"([release]
commitments = ["dd", "d1", "d2"]
custodian_keys = ["e1", "e2", "e3", "e4", "e5"]
)";

TEST_F(AgentConnectionTest, OneCustodianOfOneIsASharingOfOne) {
  ASSERT_OK_AND_ASSIGN(const AgentConnection agent, Load(kConfig));
  EXPECT_THAT(agent.release_commitments_hex, ElementsAre("dd"));
  EXPECT_THAT(agent.custodian_keys_hex, ElementsAre("ee"));
}

TEST_F(AgentConnectionTest, SeveralCustodiansStandInTheirOwnSection) {
  const std::string without =
      absl::StrReplaceAll(kConfig, {{"custodian_key = \"ee\"\n", ""}});
  ASSERT_OK_AND_ASSIGN(const AgentConnection agent, Load(without + kThreeOfFive));
  EXPECT_THAT(agent.release_commitments_hex, ElementsAre("dd", "d1", "d2"));
  EXPECT_THAT(agent.custodian_keys_hex, ElementsAre("e1", "e2", "e3", "e4", "e5"));
  EXPECT_THAT(Load(absl::StrCat(kConfig, kThreeOfFive)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("remove one")));
  // Of another key; more to answer than there are; none.
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {"[\"dd\", ", "[\"aa\", "},
           {"\"e1\", \"e2\", \"e3\", ", ""},
           {"[\"dd\", \"d1\", \"d2\"]", "[]"},
           {"custodian_keys", "custodian_kyes"}}) {
    EXPECT_THAT(Load(without + absl::StrReplaceAll(kThreeOfFive, {{from, to}})),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << to;
  }
}

TEST_F(AgentConnectionTest, VaultIdMustBeOne) {
  EXPECT_THAT(Load(absl::StrReplaceAll(kConfig, {{"000102", "0001"}})),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("vault_id")));
}

TEST_F(AgentConnectionTest, PrivateKeyThatOthersCanReadIsRefused) {
  ASSERT_EQ(chmod((dir_ + "/own.key").c_str(), 0640), 0);
  EXPECT_THAT(Load(kConfig), StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("chmod")));
}

TEST(RemoteVault, AConnectionWithoutKeysIsNotTried) {
  EXPECT_THAT(RemoteVault::Connect(AgentConnection()),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace tidemark::vault
