// What tidemark serve says once everything answers: a file for programs, a few lines for a person.
#ifndef TIDEMARK_CLI_SERVE_READY_H_
#define TIDEMARK_CLI_SERVE_READY_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "failover/rebuild/rebuild.h"
#include "failover/serve/registry_server.h"

namespace tidemark::cli {

// Says that something answers now, where to ask and what to trust; gone when nothing does any more.
class ReadyFile {
 public:
  explicit ReadyFile(std::string path) : path_(std::move(path)) {}  // "": none

  // INVALID_ARGUMENT if it can never be written: its folder is not there, or it is a folder.
  // PERMISSION_DENIED: its folder is not this user's to write.
  absl::Status Check() const;
  absl::Status Write(const failover::FinishedRebuild& rebuild,
                     const failover::RegistryServer& server) const;
  // It may not be there.
  absl::Status Remove() const;

 private:
  const std::string path_;
};

std::string ServingText(const failover::FinishedRebuild& rebuild,
                        const failover::RegistryServer& server);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_SERVE_READY_H_
