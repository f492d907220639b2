// Checking a receipt and a tree head offline, with only public keys.
#ifndef TIDEMARK_VAULT_RECEIPT_H_
#define TIDEMARK_VAULT_RECEIPT_H_

#include "absl/status/statusor.h"
#include "crypto/sign.h"
#include "proto/custody.pb.h"

namespace tidemark::vault {

// The receipt's body if everything in it holds together: the agent's signature, the log leaf's
// hash led by the inclusion proof to the root of the signed tree head, and leaf, manifest digest
// and identity that agree. DATA_LOSS says which of these does not hold.
absl::StatusOr<tidemark::v1::ReceiptBody> VerifyReceipt(const tidemark::v1::Receipt& receipt,
                                                        const crypto::VerifyKey& agent_key);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_RECEIPT_H_
