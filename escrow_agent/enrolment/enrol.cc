// Enrolling one holder of a role at an agent that was founded.

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "crypto/deposit_key.h"
#include "crypto/pki.h"
#include "crypto/sign.h"
#include "escrow_agent/enrolment/agent_facts.h"
#include "escrow_agent/enrolment/enrolment.h"
#include "escrow_agent/enrolment/role_directory.h"
#include "vault/deposit_id.h"

namespace tidemark::escrow_agent {
namespace {

constexpr absl::Duration kClockSlack = absl::Hours(1);

absl::Status CheckOptions(const EnrolmentOptions& options) {
  switch (options.role) {
    case vault::Role::kDepositor:
    case vault::Role::kOperator:
    case vault::Role::kAuditor:
    case vault::Role::kSuccessor:
      break;
    case vault::Role::kReplicator:
      if (options.tlds != std::vector<std::string>{"*"}) {
        return absl::InvalidArgumentError(
            "a replicator carries the whole log, which has no gaps: --tld \"*\"");
      }
      break;
    case vault::Role::kServer:
    case vault::Role::kVerifier:
    case vault::Role::kCustodian:
      return absl::InvalidArgumentError(
          absl::StrCat("role ", vault::RoleName(options.role),
                       " is made with the agent, by tidemark keygen; enrolled are depositor, "
                       "operator, auditor, successor and replicator"));
  }
  if (options.tlds.empty()) return absl::InvalidArgumentError("at least one --tld is needed");
  for (const std::string& tld : options.tlds) {
    if (tld == "*") continue;  // who may have all TLDs is vault/access.h's to say
    RETURN_IF_ERROR(vault::DepositId::Create(tld, "0", 0).status());
  }
  return absl::OkStatus();
}

// The role's own keys and its own part of the configuration.
absl::StatusOr<std::string> MakeDepositor(const NewDirectory& dir,
                                          const EnrolmentOptions& options, vault::Peer& peer) {
  const crypto::SigningKey signing_key = crypto::SigningKey::Generate();
  RETURN_IF_ERROR(signing_key.Save(dir.File("signing.key")));
  peer.signer = signing_key.verify_key();
  std::string text =
      "\n[depositor]\nsigning_key = \"signing.key\"\nstate_dir = \"state\"\n";
  for (const std::string& tld : options.tlds) {
    const std::string file = absl::StrCat("object_secret_", tld, ".key");
    RETURN_IF_ERROR(crypto::ObjectSecret::Generate().Save(dir.File(file)));
    absl::StrAppend(&text, "\n[[tld]]\nname = \"", tld, "\"\nobject_secret = \"", file, "\"\n");
  }
  return text;
}

absl::StatusOr<std::string> MakeSuccessor(const NewDirectory& dir) {
  const crypto::OpeningKey key = crypto::OpeningKey::Generate();
  RETURN_IF_ERROR(key.Save(dir.File("opening.key")));
  RETURN_IF_ERROR(dir.WritePublic(
      "successor.pub.toml",
      absl::StrCat("# For the custodians: tidemark release execute --to this file.\n"
                   "[successor]\nopening_public_key = \"", key.public_key().ToHex(), "\"\n")));
  return std::string("\n[successor]\nopening_key = \"opening.key\"\n");
}

}  // namespace

absl::StatusOr<Enrolment> Enrol(const EnrolmentOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(const AgentFacts facts, LoadAgentFacts(options.agent_dir + "/agent.toml"));
  ASSIGN_OR_RETURN(const crypto::CertificateAndKey authority, LoadAuthority(options.agent_dir));
  ASSIGN_OR_RETURN(const auto dir, NewDirectory::Create(options.out_dir, base::FileMode::kPrivate));
  const std::string role(vault::RoleName(options.role));
  vault::Peer peer;
  peer.role = options.role;
  peer.tlds = options.tlds;
  std::string own_section;
  if (options.role == vault::Role::kDepositor) {
    ASSIGN_OR_RETURN(own_section, MakeDepositor(*dir, options, peer));
  } else if (options.role == vault::Role::kSuccessor) {
    ASSIGN_OR_RETURN(own_section, MakeSuccessor(*dir));
  }
  const crypto::CertificateRequest request{
      .common_name = absl::StrCat(role, " ", options.tlds[0]),
      .uris = vault::PeerUris(peer),
      .dns_names = {},
      .ip_addresses = {},
      .use = crypto::CertificateRequest::Use::kClient,
      .not_before = options.now - kClockSlack,
      .not_after = options.now + options.validity,
  };
  ASSIGN_OR_RETURN(const crypto::CertificateAndKey issued,
                   crypto::IssueCertificate(authority, request));
  ASSIGN_OR_RETURN(const crypto::CertificateInfo info,
                   crypto::ParseCertificate(issued.certificate_pem));
  // A certificate that the server would not understand is not handed out.
  const absl::Status is_understood = vault::PeerFromCertificate(info).status();
  if (!is_understood.ok()) return absl::InvalidArgumentError(is_understood.message());
  RETURN_IF_ERROR(dir->WriteCertificate(role, issued));
  RETURN_IF_ERROR(dir->WritePublic("authority.pem", authority.certificate_pem));
  RETURN_IF_ERROR(dir->WritePublic(
      role + ".toml",
      absl::StrCat("# ", role, " at this agent. Paths begin at this file. docs/configuration.md\n",
                   AgentSection(facts), "\n# Our own certificate.\n[tls]\ncertificate = \"", role,
                   ".pem\"\nkey = \"", role, ".key\"\n", own_section)));
  RETURN_IF_ERROR(base::SyncDir(dir->path()));
  dir->Keep();
  return Enrolment{
      .config_path = dir->File(role + ".toml"),
      .serial_hex = info.serial_hex,
      .public_key_path = options.role == vault::Role::kSuccessor ? dir->File("successor.pub.toml")
                                                                 : "",
  };
}

}  // namespace tidemark::escrow_agent
