#include "escrow_agent/enrolment/enrolment.h"

#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/testing.h"
#include "crypto/pki.h"
#include "vault/access.h"
#include "vault/remote/remote_vault.h"

namespace tidemark::escrow_agent {
namespace {

using base::IsOk;
using base::StatusIs;
using ::testing::ElementsAre;
using ::testing::Not;

unsigned ModeOf(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
}

class EnrolmentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_ = base::TestDir();
    ASSERT_OK(FoundAgent({.dir = dir_ + "/agent", .listen = "127.0.0.1:7043", .now = now_}));
  }

  EnrolmentOptions Options(vault::Role role, std::vector<std::string> tlds) const {
    return {.agent_dir = dir_ + "/agent",
            .out_dir = dir_ + "/out",
            .role = role,
            .tlds = std::move(tlds),
            .now = now_};
  }
  absl::StatusOr<vault::Peer> PeerOf(const std::string& certificate_path,
                                     const std::string& agent = "/agent") const {
    ASSIGN_OR_RETURN(const std::string pem, base::ReadSmallFile(certificate_path));
    ASSIGN_OR_RETURN(const std::string authority,
                     base::ReadSmallFile(dir_ + agent + "/authority.pem"));
    RETURN_IF_ERROR(crypto::VerifyCertificate(pem, authority, now_ + absl::Hours(1)));
    ASSIGN_OR_RETURN(const crypto::CertificateInfo info, crypto::ParseCertificate(pem));
    return vault::PeerFromCertificate(info);
  }
  absl::StatusOr<vault::AgentConnection> Load(const std::string& path) const {
    ASSIGN_OR_RETURN(base::Config config, base::Config::Load(path));
    return vault::LoadAgentConnection(config);
  }

  const absl::Time now_ = absl::FromUnixSeconds(1'795'305'600);
  std::string dir_;
};

TEST_F(EnrolmentTest, EveryRoleHasADirectoryOfItsOwn) {
  for (const char* role : {"authority", "server", "verifier", "custodian"}) {
    EXPECT_EQ(ModeOf(absl::StrCat(dir_, "/agent/", role)), 0700u) << role;
  }
  for (const char* key :
       {"authority/authority.key", "server/server.key", "server/receipt.key",
        "verifier/verifier.key", "verifier/opening.key", "verifier/verdict.key",
        "custodian/custodian.key", "custodian/release_share.key", "custodian/signing.key"}) {
    EXPECT_EQ(ModeOf(absl::StrCat(dir_, "/agent/", key)), 0600u) << key;
  }
  // The one that stores has nothing that opens, the one that opens nothing that signs receipts.
  EXPECT_EQ(ModeOf(dir_ + "/agent/server/opening.key"), 0u);
  EXPECT_EQ(ModeOf(dir_ + "/agent/verifier/receipt.key"), 0u);
  EXPECT_EQ(ModeOf(dir_ + "/agent/verifier/release_share.key"), 0u);
}

TEST_F(EnrolmentTest, SeveralCustodiansHaveADirectoryEach) {
  FoundingOptions options{.dir = dir_ + "/three", .listen = "127.0.0.1:7043", .now = now_};
  for (const char* const wrong : {"2 of 3", "02of3", "2of03", "+2of3", "2of3 ", " 2of3", "2of",
                                  "of3", "2/3", "2of3of4", "", "0of0", "4of3"}) {
    EXPECT_FALSE(ParseCustodians(wrong, options).ok()) << wrong;
  }
  ASSERT_OK(ParseCustodians("2of3", options));
  ASSERT_OK(FoundAgent(options));
  for (const char* number : {"1", "2", "3"}) {
    const std::string dir = absl::StrCat(options.dir, "/custodian-", number);
    EXPECT_EQ(ModeOf(dir), 0700u);
    EXPECT_EQ(ModeOf(dir + "/release_share.key"), 0600u);
    EXPECT_EQ(ModeOf(dir + "/signing.key"), 0600u);
    ASSERT_OK_AND_ASSIGN(const vault::Peer peer, PeerOf(dir + "/custodian.pem", "/three"));
    EXPECT_EQ(peer.role, vault::Role::kCustodian);
  }
  EXPECT_EQ(ModeOf(options.dir + "/custodian"), 0u);
  // What everybody is told of them comes along with every enrolment.
  EnrolmentOptions enrol = Options(vault::Role::kSuccessor, {"example"});
  enrol.agent_dir = options.dir;
  ASSERT_OK_AND_ASSIGN(const Enrolment enrolment, Enrol(enrol));
  ASSERT_OK_AND_ASSIGN(const auto own, Load(enrolment.config_path));
  ASSERT_OK_AND_ASSIGN(const auto theirs, Load(options.dir + "/custodian-3/custodian.toml"));
  EXPECT_EQ(own.release_commitments_hex.size(), 2u);
  EXPECT_EQ(own.custodian_keys_hex.size(), 3u);
  EXPECT_EQ(own.release_commitments_hex, theirs.release_commitments_hex);
  EXPECT_EQ(own.custodian_keys_hex, theirs.custodian_keys_hex);
  EXPECT_EQ(own.release_key_hex, own.release_commitments_hex[0]);
}

TEST_F(EnrolmentTest, AnAgentOfBeforeSeveralCustodiansGetsASecondCopy) {
  // Its agent.toml names one custodian, and no [release].
  ASSERT_OK_AND_ASSIGN(const std::string agent, base::ReadSmallFile(dir_ + "/agent/agent.toml"));
  ASSERT_THAT(agent, ::testing::HasSubstr("custodian_key = "));
  ASSERT_THAT(agent, Not(::testing::HasSubstr("[release]")));
  ASSERT_OK(FoundReplica({.agent_dir = dir_ + "/agent",
                          .out_dir = dir_ + "/copy",
                          .listen = "127.0.0.1:7044",
                          .now = now_}));
  ASSERT_OK_AND_ASSIGN(const base::Config config,
                       base::Config::Load(dir_ + "/copy/tidemarkd.toml"));
  ASSERT_OK_AND_ASSIGN(const base::Config facts, base::Config::Load(dir_ + "/agent/agent.toml"));
  EXPECT_EQ(*config.RequiredString("replica.of"), *facts.RequiredString("agent.receipt_key"));
  EXPECT_EQ(*config.RequiredString("vault_id"), *facts.RequiredString("agent.vault_id"));
  EXPECT_EQ(*config.IntOr("retention.days", 0, 0, 1000), 365);
  EXPECT_FALSE(config.Has("receipt_key"));
  EXPECT_EQ(ModeOf(dir_ + "/copy/server.key"), 0600u);
  EXPECT_EQ(ModeOf(dir_ + "/copy/receipt.key"), 0u);
  // One that lacks what a copy has to know is refused by name.
  const size_t at = agent.find("vault_id");
  ASSERT_NE(at, std::string::npos);
  std::string older = agent;
  older.erase(at, older.find('\n', at) + 1 - at);
  ASSERT_OK(base::WriteFile(dir_ + "/agent/agent.toml", older, base::FileMode::kPublic));
  EXPECT_THAT(FoundReplica({.agent_dir = dir_ + "/agent",
                            .out_dir = dir_ + "/none",
                            .listen = "127.0.0.1:7044",
                            .now = now_}),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::HasSubstr("vault_id")));
  EXPECT_EQ(ModeOf(dir_ + "/none"), 0u);
}

TEST_F(EnrolmentTest, NothingIsOverwritten) {
  EXPECT_THAT(FoundAgent({.dir = dir_ + "/agent", .listen = "127.0.0.1:7043", .now = now_}),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(ModeOf(dir_ + "/agent/verifier/opening.key"), 0600u);
  ASSERT_OK(Enrol(Options(vault::Role::kOperator, {"*"})));
  EXPECT_THAT(Enrol(Options(vault::Role::kOperator, {"*"})),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(Load(dir_ + "/out/operator.toml"), IsOk());
}

TEST_F(EnrolmentTest, AFailureLeavesNothingBehind) {
  EXPECT_THAT(FoundAgent({.dir = dir_ + "/new", .listen = "no port", .now = now_}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ModeOf(dir_ + "/new"), 0u);
  // A depositor's certificate names its TLDs one by one.
  EXPECT_THAT(Enrol(Options(vault::Role::kDepositor, {"*"})),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ModeOf(dir_ + "/out"), 0u);
}

TEST_F(EnrolmentTest, DepositorsCertificateNamesTldsAndSigningKey) {
  ASSERT_OK_AND_ASSIGN(const Enrolment enrolment,
                       Enrol(Options(vault::Role::kDepositor, {"example", "xn--p1ai"})));
  ASSERT_OK_AND_ASSIGN(const vault::Peer peer, PeerOf(dir_ + "/out/depositor.pem"));
  EXPECT_EQ(peer.role, vault::Role::kDepositor);
  EXPECT_THAT(peer.tlds, ElementsAre("example", "xn--p1ai"));
  EXPECT_TRUE(peer.signer.has_value());
  EXPECT_EQ(peer.serial_hex, enrolment.serial_hex);
  // An object secret belongs to a registry, not to a certificate.
  EXPECT_EQ(ModeOf(dir_ + "/out/object_secret_example.key"), 0600u);
  EXPECT_EQ(ModeOf(dir_ + "/out/object_secret_xn--p1ai.key"), 0600u);
}

TEST_F(EnrolmentTest, EveryFileLoadsAndSaysTheSameOfTheAgent) {
  for (const vault::Role role : {vault::Role::kDepositor, vault::Role::kOperator,
                                 vault::Role::kAuditor, vault::Role::kSuccessor}) {
    EnrolmentOptions options = Options(role, {"example"});
    options.out_dir = absl::StrCat(dir_, "/", vault::RoleName(role));
    ASSERT_OK_AND_ASSIGN(const Enrolment enrolment, Enrol(options));
    ASSERT_OK_AND_ASSIGN(const auto own, Load(enrolment.config_path));
    ASSERT_OK_AND_ASSIGN(const auto verifiers, Load(dir_ + "/agent/verifier/verifier.toml"));
    EXPECT_EQ(own.vault_id, verifiers.vault_id);
    EXPECT_EQ(own.opening_key_hex, verifiers.opening_key_hex);
    EXPECT_EQ(own.authority_pem, verifiers.authority_pem);
    EXPECT_EQ(own.address, "127.0.0.1:7043");
  }
}

TEST_F(EnrolmentTest, TheAgentsOwnRolesAreNotEnrolled) {
  for (const vault::Role role :
       {vault::Role::kServer, vault::Role::kVerifier, vault::Role::kCustodian}) {
    EXPECT_THAT(Enrol(Options(role, {"*"})), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST_F(EnrolmentTest, AKeyThatOthersCanReadIsNotLoaded) {
  ASSERT_OK(Enrol(Options(vault::Role::kOperator, {"*"})));
  ASSERT_EQ(chmod((dir_ + "/out/operator.key").c_str(), 0644), 0);
  EXPECT_THAT(Load(dir_ + "/out/operator.toml"), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(EnrolmentTest, ListenTakesNamesAndBothAddressFamilies) {
  for (const char* listen : {"escrow.example.net:7043", "[::1]:7043", "0.0.0.0:0"}) {
    const std::string dir = absl::StrCat(dir_, "/", std::string(listen).substr(0, 3));
    EXPECT_OK(FoundAgent({.dir = dir, .listen = listen, .now = now_})) << listen;
  }
  for (const char* listen : {"", ":1", "host", "host:", "host:70000", "a\"b:1", "a b:1", "::1:1"}) {
    EXPECT_THAT(FoundAgent({.dir = dir_ + "/bad", .listen = listen, .now = now_}), Not(IsOk()))
        << listen;
  }
}

}  // namespace
}  // namespace tidemark::escrow_agent
