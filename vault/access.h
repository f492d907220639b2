// Who a peer is: the role and the TLDs that its certificate names.
//
// Certificates carry them as URIs: "tidemark:role:ROLE", one "tidemark:tld:TLD" for each TLD (or
// "tidemark:tld:*"), and for depositors "tidemark:signer:HEX", the Ed25519 key that signs their
// manifests. The agent's authority vouches for all of it; the server keeps no list of its own but
// the serials that it refuses. Unknown URIs are an error: a typing mistake must not widen a right.
#ifndef TIDEMARK_VAULT_ACCESS_H_
#define TIDEMARK_VAULT_ACCESS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/pki.h"
#include "crypto/sign.h"

namespace tidemark::vault {

enum class Role {
  kDepositor,
  kServer,
  kVerifier,
  kOperator,
  kAuditor,
  kSuccessor,
  kCustodian,
  kReplicator,  // keeps a second copy in step: reads all sealed bytes, writes only into a replica
};

absl::string_view RoleName(Role role);
absl::StatusOr<Role> ParseRole(absl::string_view name);

struct Peer {
  Role role = Role::kDepositor;
  std::vector<std::string> tlds;  // {"*"}: all
  std::optional<crypto::VerifyKey> signer;
  std::string serial_hex;

  bool MayTouch(absl::string_view tld) const;
};

// The URIs to put into a certificate, and back. PERMISSION_DENIED if the URIs do not name exactly
// one role and at least one TLD, or contain anything unknown.
std::vector<std::string> PeerUris(const Peer& peer);
absl::StatusOr<Peer> PeerFromCertificate(const crypto::CertificateInfo& certificate);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_ACCESS_H_
