// A deposit as custody has it, before anything of it is opened.
#ifndef TIDEMARK_VERIFIER_OPENING_SEALED_DEPOSIT_H_
#define TIDEMARK_VERIFIER_OPENING_SEALED_DEPOSIT_H_

#include <string>

#include "proto/custody.pb.h"
#include "vault/deposit_id.h"

namespace tidemark::verifier {

// What was checked about a deposit before a byte of it was opened.
struct SealedDeposit {
  vault::DepositId id;
  tidemark::v1::SignedManifest signed_manifest;
  tidemark::v1::ClearManifest manifest;
  std::string manifest_digest;  // BLAKE2b-256 of signed_manifest.body
  tidemark::v1::ReceiptBody receipt;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_OPENING_SEALED_DEPOSIT_H_
