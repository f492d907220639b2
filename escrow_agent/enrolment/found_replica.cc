// A directory for the server of a second copy.

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "crypto/pki.h"
#include "escrow_agent/enrolment/agent_facts.h"
#include "escrow_agent/enrolment/enrolment.h"
#include "escrow_agent/enrolment/role_directory.h"
#include "escrow_agent/enrolment/server_names.h"

namespace tidemark::escrow_agent {
namespace {

constexpr absl::Duration kClockSlack = absl::Hours(1);

}  // namespace

absl::Status FoundReplica(const ReplicaFoundingOptions& options) {
  ASSIGN_OR_RETURN(const AgentFacts facts, LoadAgentFacts(options.agent_dir + "/agent.toml"));
  ASSIGN_OR_RETURN(const crypto::CertificateAndKey authority, LoadAuthority(options.agent_dir));
  vault::Peer peer;
  peer.role = vault::Role::kServer;
  peer.tlds = {"*"};
  crypto::CertificateRequest request{
      .common_name = "second copy",
      .uris = vault::PeerUris(peer),
      .dns_names = {},
      .ip_addresses = {},
      .use = crypto::CertificateRequest::Use::kServer,
      .not_before = options.now - kClockSlack,
      .not_after = options.now + options.validity,
  };
  RETURN_IF_ERROR(NameServer(options.listen, request));
  ASSIGN_OR_RETURN(const crypto::CertificateAndKey issued,
                   crypto::IssueCertificate(authority, request));
  ASSIGN_OR_RETURN(const auto dir, NewDirectory::Create(options.out_dir, base::FileMode::kPrivate));
  RETURN_IF_ERROR(dir->WritePublic("authority.pem", authority.certificate_pem));
  RETURN_IF_ERROR(dir->WriteCertificate("server", issued));
  RETURN_IF_ERROR(dir->WritePublic(
      "tidemarkd.toml",
      absl::StrCat("# tidemarkd of a second copy: it takes what the primary logged, and signs\n"
                   "# nothing. docs/configuration.md\n"
                   "listen = \"", options.listen,
                   "\"\ndata_dir = \"data\"\nready_file = \"tidemarkd.ready\"\nvault_id = \"",
                   facts.vault_id, "\"\nverdict_key = \"", facts.verdict_key,
                   "\"\n# Serial numbers (hex) of certificates that are refused.\n"
                   "refused_serials = []\n\n# The key that signs the primary's receipts and tree "
                   "heads.\n[replica]\nof = \"", facts.receipt_key,
                   "\"\n\n# What the primary deletes is judged by this; not more than its own.\n"
                   "[retention]\ndays = 365\n\n[tls]\ncertificate = \"server.pem\"\n"
                   "key = \"server.key\"\nauthority = \"authority.pem\"\n")));
  RETURN_IF_ERROR(base::SyncDir(dir->path()));
  dir->Keep();
  return absl::OkStatus();
}

}  // namespace tidemark::escrow_agent
