#include "vault/access.h"

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace tidemark::vault {
namespace {

using ::absl::StatusCode;
using ::tidemark::base::IsOk;
using ::tidemark::base::StatusIs;

absl::StatusOr<Peer> PeerOf(const std::vector<std::string>& uris) {
  crypto::CertificateInfo info;
  info.serial_hex = "0a1b";
  info.uris = uris;
  return PeerFromCertificate(info);
}

TEST(Access, PeerComesBackFromItsUris) {
  const crypto::SigningKey key = crypto::SigningKey::Generate();
  for (const Role role : {Role::kDepositor, Role::kServer, Role::kVerifier, Role::kOperator,
                          Role::kAuditor, Role::kSuccessor, Role::kCustodian, Role::kReplicator}) {
    Peer peer;
    peer.role = role;
    peer.tlds = {"example", "co.example"};
    if (role == Role::kDepositor) peer.signer = key.verify_key();
    ASSERT_OK_AND_ASSIGN(const Peer back, PeerOf(PeerUris(peer)));
    EXPECT_EQ(back.role, role);
    EXPECT_EQ(back.tlds, peer.tlds);
    EXPECT_EQ(back.signer, peer.signer);
    EXPECT_EQ(back.serial_hex, "0a1b");
    EXPECT_EQ(*ParseRole(RoleName(role)), role);
  }
}

TEST(Access, RightsThatAreNotCertainAreNone) {
  const std::string signer =
      absl::StrCat("tidemark:signer:", crypto::SigningKey::Generate().verify_key().ToHex());
  const std::vector<std::vector<std::string>> refused = {
      {},
      {"tidemark:role:operator"},
      {"tidemark:tld:example"},
      {"tidemark:role:operator", "tidemark:role:operator", "tidemark:tld:*"},
      {"tidemark:role:king", "tidemark:tld:*"},
      {"tidemark:role:", "tidemark:tld:*"},
      {"tidemark:Role:operator", "tidemark:tld:*"},
      {"tidemark:role:operator", "tidemark:tld:*", "tidemark:tld:example"},
      {"tidemark:role:operator", "tidemark:tld:Example"},
      {"tidemark:role:operator", "tidemark:tld:"},
      {"tidemark:role:operator", "tidemark:tld:*", "tidemark:tlds:example"},
      {"tidemark:role:operator", "tidemark:tld:*", "https://example.com/"},
      {"tidemark:role:operator", "tidemark:tld:*", signer},
      {"tidemark:role:depositor", "tidemark:tld:example"},
      {"tidemark:role:depositor", "tidemark:tld:*", signer},
      {"tidemark:role:successor", "tidemark:tld:*"},
      {"tidemark:role:depositor", "tidemark:tld:example", signer, signer},
      {"tidemark:role:depositor", "tidemark:tld:example", "tidemark:signer:00"},
  };
  for (size_t i = 0; i < refused.size(); ++i) {
    EXPECT_THAT(PeerOf(refused[i]), StatusIs(StatusCode::kPermissionDenied)) << i;
  }
}

TEST(Access, TldMustBeNamedWhole) {
  Peer peer;
  peer.tlds = {"example"};
  EXPECT_TRUE(peer.MayTouch("example"));
  EXPECT_FALSE(peer.MayTouch("exampl"));
  EXPECT_FALSE(peer.MayTouch("co.example"));
  EXPECT_FALSE(peer.MayTouch(""));
  EXPECT_FALSE(peer.MayTouch("*"));
  peer.tlds = {"*"};
  EXPECT_TRUE(peer.MayTouch("anything"));
}

}  // namespace
}  // namespace tidemark::vault
