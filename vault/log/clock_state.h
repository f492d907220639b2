// What the kernel says of this machine's clock (adjtimex). Receipts and the status carry it.
#ifndef TIDEMARK_VAULT_LOG_CLOCK_STATE_H_
#define TIDEMARK_VAULT_LOG_CLOCK_STATE_H_

#include <string>

namespace tidemark::vault {

inline constexpr char kUnsynchronised[] = "unsynchronised";

// "synchronised", "unsynchronised" or "unknown".
std::string ClockState();

}  // namespace tidemark::vault

#endif  // TIDEMARK_VAULT_LOG_CLOCK_STATE_H_
