#include "escrow_agent/server/front_door.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/pki.h"

namespace tidemark::escrow_agent {
namespace {

// The leaf certificate of the connection, as it stood in the handshake.
absl::StatusOr<std::string> PeerCertificate(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) {
    return absl::UnauthenticatedError("a client certificate is needed");
  }
  const std::vector<grpc::string_ref> certificates =
      auth->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (certificates.size() != 1) {
    return absl::UnauthenticatedError("the connection has no client certificate");
  }
  return std::string(certificates[0].data(), certificates[0].size());
}

}  // namespace

FrontDoor::FrontDoor(const FrontDoorOptions& options, const base::Clock& clock)
    : clock_(clock),
      gate_(options.calls_per_certificate_max, options.calls_max),
      watch_(options.call_limits) {
  Refuse(options.refused_serials);
}

void FrontDoor::Refuse(const std::vector<std::string>& serials) {
  absl::MutexLock lock(&mutex_);
  refused_serials_.clear();
  for (const std::string& serial : serials) {
    refused_serials_.insert(absl::AsciiStrToLower(serial));
  }
}

absl::StatusOr<AuthenticatedPeer> FrontDoor::Recognise(std::string certificate_pem) const {
  const absl::StatusOr<crypto::CertificateInfo> certificate =
      crypto::ParseCertificate(certificate_pem);
  if (!certificate.ok()) return absl::PermissionDeniedError("the client certificate is not one");
  {
    absl::MutexLock lock(&mutex_);
    if (refused_serials_.contains(absl::AsciiStrToLower(certificate->serial_hex))) {
      return absl::PermissionDeniedError("this certificate is refused; ask the escrow agent");
    }
  }
  const absl::Time now = clock_.Now();
  if (now < certificate->not_before || now > certificate->not_after) {
    return absl::PermissionDeniedError("the client certificate is not valid at this time");
  }
  ASSIGN_OR_RETURN(vault::Peer peer, vault::PeerFromCertificate(*certificate));
  return AuthenticatedPeer{std::move(peer), std::move(certificate_pem)};
}

absl::StatusOr<Admission> FrontDoor::Admit(grpc::ServerContextBase& context,
                                           std::initializer_list<vault::Role> roles) {
  ASSIGN_OR_RETURN(std::string certificate, PeerCertificate(context));
  ASSIGN_OR_RETURN(AuthenticatedPeer who, Recognise(std::move(certificate)));
  if (std::find(roles.begin(), roles.end(), who.peer.role) == roles.end()) {
    return absl::PermissionDeniedError(
        absl::StrCat("the role ", vault::RoleName(who.peer.role), " may not make this call"));
  }
  return Seat(context, std::move(who));
}

absl::StatusOr<Admission> FrontDoor::AdmitAnyRole(grpc::ServerContextBase& context) {
  ASSIGN_OR_RETURN(std::string certificate, PeerCertificate(context));
  ASSIGN_OR_RETURN(AuthenticatedPeer who, Recognise(std::move(certificate)));
  return Seat(context, std::move(who));
}

absl::StatusOr<Admission> FrontDoor::Seat(grpc::ServerContextBase& context, AuthenticatedPeer who) {
  if (context.deadline() < std::chrono::system_clock::now()) {
    return absl::DeadlineExceededError("the call's deadline has passed");
  }
  ASSIGN_OR_RETURN(StreamGate::Ticket ticket, gate_.Enter(who.peer.serial_hex));
  auto entry = std::make_unique<CallWatch::Entry>(watch_, [&context] { context.TryCancel(); });
  return Admission{std::move(who), std::move(ticket), std::move(entry)};
}

absl::Status Admission::Pulse(const grpc::ServerContextBase& context) const {
  watch->Touch();
  if (context.IsCancelled()) return absl::CancelledError("the call was cancelled");
  return absl::OkStatus();
}

absl::Status Admission::RequireTld(absl::string_view tld) const {
  if (who.peer.MayTouch(tld)) return absl::OkStatus();
  return absl::PermissionDeniedError("the client certificate is not for this TLD");
}

}  // namespace tidemark::escrow_agent
