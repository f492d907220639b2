// The clear manifest's rules: one place that client, server and verifier all call.
//
// docs/formats/custody.md has them in words. Nothing here says that a manifest is true: the vault
// compares it with what was uploaded, the verifier with what is in the deposit.
// Threads: pure functions. Threat: `body` is a depositor's to choose, byte by byte.
#ifndef TIDEMARK_VAULT_MANIFEST_H_
#define TIDEMARK_VAULT_MANIFEST_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/custody.pb.h"
#include "vault/deposit_id.h"

namespace tidemark::vault {

// Parses and bounds the body: format, sizes of every field, bitmaps exactly as long as their packs,
// the new pack among the packs, no pack twice. INVALID_ARGUMENT names the field. No signature
// check.
absl::StatusOr<tidemark::v1::ClearManifest> ParseClearManifest(absl::string_view body);

// Parses, then checks that the certificate in it names a depositor of that TLD, and that its
// signing key made the signature. Does not ask who issued the certificate: for callers that have it
// from an authenticated connection. PERMISSION_DENIED or DATA_LOSS says which fails.
absl::StatusOr<tidemark::v1::ClearManifest> CheckManifestSigner(
    const tidemark::v1::SignedManifest& manifest);

// Parses, then checks signature and certificate against the authority at `at` (receipt time): role
// depositor, the manifest's TLD, the signing key. PERMISSION_DENIED or DATA_LOSS says which fails.
absl::StatusOr<tidemark::v1::ClearManifest> VerifySignedManifest(
    const tidemark::v1::SignedManifest& manifest, absl::string_view authority_pem, absl::Time at);

// The PackRef of `pack_id`, or nullptr; and whether its bitmap names frame `number`.
const tidemark::v1::PackRef* FindPack(const tidemark::v1::ClearManifest& manifest,
                                      absl::string_view pack_id);
bool UsesFrame(const tidemark::v1::PackRef& pack, uint32_t number);

absl::StatusOr<DepositId> IdOf(const tidemark::v1::DepositIdentity& identity);
tidemark::v1::DepositIdentity ToProto(const DepositId& id);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_MANIFEST_H_
