// What `tidemark serve --config` reads, and what a rebuild's file may hold beside.
#ifndef TIDEMARK_CLI_SERVE_CONFIG_H_
#define TIDEMARK_CLI_SERVE_CONFIG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/config.h"
#include "failover/front/front_end.h"
#include "failover/lookup/rdds_config.h"

namespace tidemark::cli {

struct ServeConfig {
  failover::RddsConfig rdds;
  failover::front::Limits limits;
};

// [rdds] with all below it, of the file at `path`; "": every default. A rebuild's sections may be
// there, anything else is INVALID_ARGUMENT.
absl::StatusOr<ServeConfig> LoadServeConfig(const std::string& path, const std::string& tld);

// For a verb that does not need [rdds], given the same file: it may be there, and has to be right.
absl::Status CheckRddsSections(const base::Config& config);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_SERVE_CONFIG_H_
