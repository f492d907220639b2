// Names of TLDs that become names of directories and arguments of programs.
#ifndef TIDEMARK_FAILOVER_DRILL_TLD_NAME_H_
#define TIDEMARK_FAILOVER_DRILL_TLD_NAME_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover {

// INVALID_ARGUMENT unless it is a name in lower-case A-label form: letters, digits and hyphens, in
// labels with dots between. Threat: a server's list, or a file, with "../".
absl::Status CheckTldName(absl::string_view tld);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DRILL_TLD_NAME_H_
