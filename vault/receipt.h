// Checking a receipt and a tree head offline, with only public keys.
//
// Threads: pure functions. Threat: the bytes are from anywhere; a receipt that somebody altered, or
// that another vault or another key made, is DATA_LOSS. A receipt promises custody, not validity.
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

// The tree head's body if the agent signed it. Says nothing about whether it is the newest: only a
// witness that kept an older one can tell.
absl::StatusOr<tidemark::v1::TreeHeadBody> VerifyTreeHead(const tidemark::v1::SignedTreeHead& head,
                                                          const crypto::VerifyKey& agent_key);

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_RECEIPT_H_
