// The secret file of a key that an old registry had: who may read it, and what the old registry had
// planned for the key. Private to the package.
#ifndef TIDEMARK_FAILOVER_DNS_OLD_KEY_FILES_H_
#define TIDEMARK_FAILOVER_DNS_OLD_KEY_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace tidemark::failover {

// INVALID_ARGUMENT: no regular file. FAILED_PRECONDITION: others than its owner can open it.
absl::Status CheckSecretFile(const std::string& path);

// The times that BIND's dnssec-settime writes, "Inactive: 20261126143246", behind "; " in a .key.
// INVALID_ARGUMENT: at `now` the key is not yet active, or no more, or revoked.
absl::Status CheckKeyTimes(absl::string_view text, absl::Time now);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_OLD_KEY_FILES_H_
