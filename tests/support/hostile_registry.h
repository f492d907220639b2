// An upload that keeps no rule but the order of its messages, for tests and measurements of how a
// server bears with it.
//
// It has a real key and certificate, which the server has to let in; what it sends is never sealed,
// and no manifest follows. Threads: a call has its own connection, and may be one of several.
// Errors: what the server said.
#ifndef TIDEMARK_TESTS_SUPPORT_HOSTILE_REGISTRY_H_
#define TIDEMARK_TESTS_SUPPORT_HOSTILE_REGISTRY_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "escrow_agent/client/deposit_client.h"

namespace tidemark::tests {

// Announces deposit B1 of `tld` with the key and certificate of `config`, and sends frames for as
// long as `next` gives any; then a commit that nobody can accept.
absl::Status SendFrames(const escrow_agent::DepositorConfig& config, const std::string& tld,
                        const std::function<std::string(uint32_t number)>& next);

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_SUPPORT_HOSTILE_REGISTRY_H_
