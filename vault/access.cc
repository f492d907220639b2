#include "vault/access.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "vault/deposit_id.h"

namespace tidemark::vault {
namespace {

constexpr absl::string_view kRolePrefix = "tidemark:role:";
constexpr absl::string_view kTldPrefix = "tidemark:tld:";
constexpr absl::string_view kSignerPrefix = "tidemark:signer:";
constexpr absl::string_view kAllTlds = "*";
// A certificate is sent with every connection; this many TLDs are more than any agent's client has.
constexpr size_t kTldsMax = 4096;

struct RoleEntry {
  Role role;
  absl::string_view name;
};
constexpr RoleEntry kRoles[] = {
    {Role::kDepositor, "depositor"}, {Role::kServer, "server"},   {Role::kVerifier, "verifier"},
    {Role::kOperator, "operator"},   {Role::kAuditor, "auditor"}, {Role::kSuccessor, "successor"},
    {Role::kCustodian, "custodian"}, {Role::kReplicator, "replicator"},
};

absl::Status Refuse(absl::string_view why) {
  return absl::PermissionDeniedError(absl::StrCat("certificate: ", why));
}

// Who reads all TLDs by its role's nature may say so by "*"; who acts for a registry may not.
absl::Status CheckTlds(const Peer& peer) {
  if (peer.tlds.empty()) return Refuse("names no TLD");
  if (peer.tlds.size() > kTldsMax) return Refuse("names too many TLDs");
  for (const std::string& tld : peer.tlds) {
    if (tld == kAllTlds) {
      if (peer.tlds.size() != 1) return Refuse("names all TLDs and single ones");
      if (peer.role == Role::kDepositor || peer.role == Role::kSuccessor) {
        return Refuse("a depositor's or successor's certificate names its TLDs one by one");
      }
    } else if (!DepositId::Create(tld, "0", 0).ok()) {
      return Refuse("names a TLD that is not one in A-label form");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view RoleName(Role role) {
  for (const RoleEntry& entry : kRoles) {
    if (entry.role == role) return entry.name;
  }
  return "unknown";
}

absl::StatusOr<Role> ParseRole(absl::string_view name) {
  for (const RoleEntry& entry : kRoles) {
    if (entry.name == name) return entry.role;
  }
  return absl::InvalidArgumentError(
      "unknown role; there are depositor, server, verifier, operator, auditor, successor, "
      "custodian and replicator");
}

bool Peer::MayTouch(absl::string_view tld) const {
  return std::any_of(tlds.begin(), tlds.end(),
                     [tld](const std::string& own) { return own == kAllTlds || own == tld; });
}

std::vector<std::string> PeerUris(const Peer& peer) {
  std::vector<std::string> uris = {absl::StrCat(kRolePrefix, RoleName(peer.role))};
  for (const std::string& tld : peer.tlds) uris.push_back(absl::StrCat(kTldPrefix, tld));
  if (peer.signer.has_value()) uris.push_back(absl::StrCat(kSignerPrefix, peer.signer->ToHex()));
  return uris;
}

absl::StatusOr<Peer> PeerFromCertificate(const crypto::CertificateInfo& certificate) {
  Peer peer;
  peer.serial_hex = certificate.serial_hex;
  bool has_role = false;
  for (const std::string& uri : certificate.uris) {
    absl::string_view value = uri;
    if (absl::ConsumePrefix(&value, kRolePrefix)) {
      const absl::StatusOr<Role> role = ParseRole(value);
      if (!role.ok()) return Refuse("names an unknown role");
      if (has_role) return Refuse("names more than one role");
      peer.role = *role;
      has_role = true;
    } else if (absl::ConsumePrefix(&value, kTldPrefix)) {
      peer.tlds.emplace_back(value);
    } else if (absl::ConsumePrefix(&value, kSignerPrefix)) {
      absl::StatusOr<crypto::VerifyKey> signer = crypto::VerifyKey::FromHex(value);
      if (!signer.ok()) return Refuse("names a signing key that is not one");
      if (peer.signer.has_value()) return Refuse("names more than one signing key");
      peer.signer = *std::move(signer);
    } else {
      return Refuse("carries a name (URI) that this program does not know");
    }
  }
  if (!has_role) return Refuse("names no role");
  RETURN_IF_ERROR(CheckTlds(peer));
  if ((peer.role == Role::kDepositor) != peer.signer.has_value()) {
    return Refuse("a signing key goes with the role depositor, and with no other");
  }
  return peer;
}

}  // namespace tidemark::vault
