// The clear manifest's rules: one place that client, server and verifier all call.
#ifndef TIDEMARK_VAULT_MANIFEST_H_
#define TIDEMARK_VAULT_MANIFEST_H_

#include "absl/status/statusor.h"
#include "crypto/pki.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"

namespace tidemark::vault {

// Parses and bounds the body: format, sizes of every field, bitmaps exactly as long as their packs,
// the new pack among the packs, no pack twice. INVALID_ARGUMENT names the field. No signature check.
absl::StatusOr<tidemark::v1::ClearManifest> ParseClearManifest(absl::string_view body);

// Parses, then checks signature and certificate against the authority at `at` (receipt time): role
// depositor, the manifest's TLD, the signing key. PERMISSION_DENIED or DATA_LOSS says which fails.
absl::StatusOr<tidemark::v1::ClearManifest> VerifySignedManifest(
    const tidemark::v1::SignedManifest& manifest, absl::string_view authority_pem, absl::Time at);

absl::StatusOr<DepositId> IdOf(const tidemark::v1::DepositIdentity& identity);
tidemark::v1::DepositIdentity ToProto(const DepositId& id);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_MANIFEST_H_
