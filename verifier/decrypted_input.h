// What an OpenPGP message holds, as a deposit to build on: verifier/base_files.h.
//
// The message is decrypted as it is read. What OpenXml() gives is authentic once it was closed
// without an error, and files() are at once. A message without integrity protection is refused:
// nothing vouches for it.
//
// Threads: one at a time. Errors: INVALID_ARGUMENT for a message that is not good, or not to this
// key; the file's. Threat: the message is hostile; see verifier/openpgp/openpgp.h.
#ifndef TIDEMARK_VERIFIER_DECRYPTED_INPUT_H_
#define TIDEMARK_VERIFIER_DECRYPTED_INPUT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "verifier/check.h"
#include "verifier/input/deposit_input.h"
#include "verifier/openpgp/openpgp.h"

namespace tidemark::verifier {

// `keys` must outlive the result.
absl::StatusOr<std::unique_ptr<DepositInput>> OpenDecrypted(const std::string& path,
                                                            const OpenPgpKeys& keys,
                                                            const Resources& resources);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_DECRYPTED_INPUT_H_
