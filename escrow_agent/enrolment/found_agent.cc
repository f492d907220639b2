// Founding an agent: its authority, its server, its verifier, its custodians.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/status.h"
#include "crypto/deposit_key.h"
#include "crypto/pack_id.h"
#include "crypto/pki.h"
#include "crypto/sign.h"
#include "escrow_agent/enrolment/agent_facts.h"
#include "escrow_agent/enrolment/deal_shares.h"
#include "escrow_agent/enrolment/enrolment.h"
#include "escrow_agent/enrolment/role_directory.h"
#include "escrow_agent/enrolment/server_names.h"

namespace tidemark::escrow_agent {
namespace {

// Clocks of peers differ; a certificate that is not valid yet helps nobody.
constexpr absl::Duration kClockSlack = absl::Hours(1);

// Issues for one of the agent's own processes.
absl::Status WriteOwnCertificate(const NewDirectory& dir, const FoundingOptions& options,
                                 const crypto::CertificateAndKey& authority, vault::Role role,
                                 absl::string_view number = "") {
  vault::Peer peer;
  peer.role = role;
  peer.tlds = {"*"};
  crypto::CertificateRequest request{
      .common_name = absl::StrCat(options.name, " ", vault::RoleName(role), number),
      .uris = vault::PeerUris(peer),
      .dns_names = {},
      .ip_addresses = {},
      .use = crypto::CertificateRequest::Use::kClient,
      .not_before = options.now - kClockSlack,
      .not_after = options.now + options.validity,
  };
  if (role == vault::Role::kServer) {
    RETURN_IF_ERROR(NameServer(options.listen, request));
  }
  ASSIGN_OR_RETURN(const crypto::CertificateAndKey issued,
                   crypto::IssueCertificate(authority, request));
  RETURN_IF_ERROR(dir.WritePublic("authority.pem", authority.certificate_pem));
  return dir.WriteCertificate(vault::RoleName(role), issued);
}

std::string TlsSection(absl::string_view role) {
  return absl::StrCat("\n# This process's own certificate.\n[tls]\ncertificate = \"", role,
                      ".pem\"\nkey = \"", role, ".key\"\n");
}

absl::Status MakeServer(const NewDirectory& dir, const FoundingOptions& options,
                        const crypto::CertificateAndKey& authority,
                        const crypto::SigningKey& receipt_key, const AgentFacts& facts) {
  RETURN_IF_ERROR(WriteOwnCertificate(dir, options, authority, vault::Role::kServer));
  RETURN_IF_ERROR(receipt_key.Save(dir.File("receipt.key")));
  return dir.WritePublic(
      "tidemarkd.toml",
      absl::StrCat("# tidemarkd: stores deposits, and can't read them. docs/configuration.md\n"
                   "listen = \"", options.listen,
                   "\"\ndata_dir = \"data\"\nready_file = \"tidemarkd.ready\"\nvault_id = \"",
                   facts.vault_id, "\"\nreceipt_key = \"receipt.key\"\nverdict_key = \"",
                   facts.verdict_key,
                   "\"\n# Serial numbers (hex) of certificates that are refused.\n"
                   "refused_serials = []\n\n[tls]\ncertificate = \"server.pem\"\n"
                   "key = \"server.key\"\nauthority = \"authority.pem\"\n"));
}

absl::Status MakeVerifier(const NewDirectory& dir, const FoundingOptions& options,
                          const crypto::CertificateAndKey& authority,
                          const crypto::OpeningKey& opening_key,
                          const crypto::SigningKey& verdict_key, const AgentFacts& facts) {
  RETURN_IF_ERROR(WriteOwnCertificate(dir, options, authority, vault::Role::kVerifier));
  RETURN_IF_ERROR(opening_key.Save(dir.File("opening.key")));
  RETURN_IF_ERROR(verdict_key.Save(dir.File("verdict.key")));
  return dir.WritePublic(
      "verifier.toml",
      absl::StrCat("# tidemark-verifier: reads deposits, and can't store or delete them.\n",
                   AgentSection(facts), TlsSection("verifier"),
                   "\n[verifier]\nopening_key = \"opening.key\"\nsigning_key = \"verdict.key\"\n"
                   "state_dir = \"state\"\n"));
}

// `number`: " 2" where there are several custodians.
absl::Status MakeCustodian(const NewDirectory& dir, const FoundingOptions& options,
                           const crypto::CertificateAndKey& authority,
                           const crypto::ReleaseShare& share, const crypto::SigningKey& key,
                           const AgentFacts& facts, absl::string_view number) {
  RETURN_IF_ERROR(
      WriteOwnCertificate(dir, options, authority, vault::Role::kCustodian, number));
  RETURN_IF_ERROR(share.Save(dir.File("release_share.key")));
  RETURN_IF_ERROR(key.Save(dir.File("signing.key")));
  return dir.WritePublic(
      "custodian.toml",
      absl::StrCat("# A custodian", number,
                   ": releases one deposit at a time to one successor. Keep it offline.\n",
                   AgentSection(facts), TlsSection("custodian"),
                   "\n[custodian]\nrelease_share = \"release_share.key\"\n"
                   "signing_key = \"signing.key\"\n"));
}

}  // namespace

absl::Status FoundAgent(const FoundingOptions& options) {
  RETURN_IF_ERROR(CheckListen(options.listen));
  ASSIGN_OR_RETURN(const DealtShares dealt,
                   DealShares(options.custodians_needed, options.custodians));
  ASSIGN_OR_RETURN(const auto top, NewDirectory::Create(options.dir, base::FileMode::kPublic));
  ASSIGN_OR_RETURN(
      const crypto::CertificateAndKey authority,
      crypto::CreateAuthority(absl::StrCat(options.name, " authority"),
                              options.now - kClockSlack, options.now + options.validity));
  const crypto::SigningKey receipt_key = crypto::SigningKey::Generate();
  const crypto::SigningKey verdict_key = crypto::SigningKey::Generate();
  const crypto::OpeningKey opening_key = crypto::OpeningKey::Generate();
  std::vector<crypto::SigningKey> custodian_keys;
  AgentFacts facts{
      .address = options.listen,
      .server_name = kServerName,
      // 16 random bytes that name something are what PackId makes, whatever is named.
      .vault_id = crypto::PackId::Random().ToHex(),
      .receipt_key = receipt_key.verify_key().ToHex(),
      .verdict_key = verdict_key.verify_key().ToHex(),
      .opening_key = opening_key.public_key().ToHex(),
      .release_key = dealt.sharing.public_key().ToHex(),
      .custodian_keys = {},
      .release_commitments = dealt.sharing.CommitmentsHex(),
  };
  for (int i = 0; i < options.custodians; ++i) {
    custodian_keys.push_back(crypto::SigningKey::Generate());
    facts.custodian_keys.push_back(custodian_keys.back().verify_key().ToHex());
  }
  std::vector<std::unique_ptr<NewDirectory>> dirs;
  const auto make = [&](absl::string_view name) -> absl::StatusOr<NewDirectory*> {
    ASSIGN_OR_RETURN(dirs.emplace_back(),
                     NewDirectory::Create(top->File(name), base::FileMode::kPrivate));
    return dirs.back().get();
  };
  ASSIGN_OR_RETURN(const NewDirectory* const authority_dir, make("authority"));
  RETURN_IF_ERROR(authority_dir->WriteCertificate("authority", authority));
  ASSIGN_OR_RETURN(const NewDirectory* const server_dir, make("server"));
  RETURN_IF_ERROR(MakeServer(*server_dir, options, authority, receipt_key, facts));
  ASSIGN_OR_RETURN(const NewDirectory* const verifier_dir, make("verifier"));
  RETURN_IF_ERROR(
      MakeVerifier(*verifier_dir, options, authority, opening_key, verdict_key, facts));
  for (int i = 0; i < options.custodians; ++i) {
    const bool is_only = options.custodians == 1;
    ASSIGN_OR_RETURN(const NewDirectory* const custodian_dir,
                     make(is_only ? "custodian" : absl::StrCat("custodian-", i + 1)));
    RETURN_IF_ERROR(MakeCustodian(*custodian_dir, options, authority, dealt.shares[i],
                                  custodian_keys[i], facts,
                                  is_only ? "" : absl::StrCat(" ", i + 1)));
  }
  RETURN_IF_ERROR(top->WritePublic("authority.pem", authority.certificate_pem));
  RETURN_IF_ERROR(top->WritePublic("agent.toml", AgentSection(facts)));
  for (const auto& dir : dirs) RETURN_IF_ERROR(base::SyncDir(dir->path()));
  RETURN_IF_ERROR(base::SyncDir(top->path()));
  for (const auto& dir : dirs) dir->Keep();
  top->Keep();
  return absl::OkStatus();
}

}  // namespace tidemark::escrow_agent
