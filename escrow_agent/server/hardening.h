// Private to server/: what a process gives up before it holds keys.
#ifndef TIDEMARK_ESCROW_AGENT_SERVER_HARDENING_H_
#define TIDEMARK_ESCROW_AGENT_SERVER_HARDENING_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"

namespace tidemark::escrow_agent {

// Takes on another user for good, with no supplementary groups. FAILED_PRECONDITION unless root
// (asking for the user that the process is already is fine).
absl::Status BecomeUser(std::optional<uint32_t> uid, std::optional<uint32_t> gid);

}  // namespace tidemark::escrow_agent

#endif  // TIDEMARK_ESCROW_AGENT_SERVER_HARDENING_H_
