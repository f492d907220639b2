#include "failover/dns/secondary.h"

#include "base/file.h"
#include "base/status.h"

namespace tidemark::failover {

absl::StatusOr<std::unique_ptr<ChildServer>> StartSecondary(const NsdConfiguration& configuration,
                                                            size_t log_bytes_max) {
  RETURN_IF_ERROR(base::RemoveTree(configuration.dir));
  RETURN_IF_ERROR(base::MakeDirs(configuration.dir, base::FileMode::kPrivate));
  const std::string config_path = configuration.dir + "/nsd.conf";
  RETURN_IF_ERROR(
      base::WriteFile(config_path, NsdConfigurationText(configuration), base::FileMode::kPrivate));
  ChildServerOptions options;
  options.program = "nsd";
  options.package = "nsd";
  options.arguments = {"-d", "-c", config_path};
  options.log_path = configuration.dir + "/nsd.log";
  options.log_bytes_max = log_bytes_max;
  return ChildServer::Start(options);
}

}  // namespace tidemark::failover
