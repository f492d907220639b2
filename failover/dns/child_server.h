// A name server as a child process that writes a log: started, looked at, stopped. What it
// complained of goes into the error once it ends.
#ifndef TIDEMARK_FAILOVER_DNS_CHILD_SERVER_H_
#define TIDEMARK_FAILOVER_DNS_CHILD_SERVER_H_

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/subprocess.h"

namespace tidemark::failover {

// Where the program is; `name` itself if it is nowhere. Daemons live in sbin, which is not in
// everybody's PATH.
std::string FindProgram(absl::string_view name);

// Absolute, and without anything that could end a quoted string of a server's configuration;
// INVALID_ARGUMENT otherwise.
absl::StatusOr<std::string> ConfigPath(const std::string& path);

// What strangers can have a server write is not to fill the disk.
inline constexpr size_t kLogBytesMax = 64 << 20;

inline constexpr size_t kOpenFilesMax = 32'768;

struct ChildServerOptions {
  std::string program = {};  // "knotd"
  std::string package = {};  // Debian's, for whoever does not have it
  std::vector<std::string> arguments = {};
  std::string log_path = {};  // appended to, 0600; the program must append, too
  size_t log_bytes_max = kLogBytesMax;
  // How long it may take to end.
  absl::Duration stop_grace = base::kStopGraceDefault;
};

class ChildServer {
 public:
  // It may open kOpenFilesMax files, or as many as this process may be allowed: the limit of this
  // process is raised for it. Places over TCP are half of them (knotd), and a shell's 1024 would be
  // taken by 512 strangers who say nothing. NOT_FOUND: not installed.
  static absl::StatusOr<std::unique_ptr<ChildServer>> Start(const ChildServerOptions& options);

  // OK while it runs; looks for at most `wait`. UNAVAILABLE once it has ended, and why. A log that
  // has become longer than it may is cut: what is left is its last part, an eighth of that or 4
  // MiB.
  absl::Status CheckRunning(absl::Duration wait = absl::ZeroDuration());
  absl::Status Stop() { return process_->Stop(options_.stop_grace).status(); }
  pid_t pid() const { return process_->pid(); }
  // Warnings and errors of this run, the last of them (1000 bytes); "" if there is none.
  std::string Complaints() const;
  // Whether the last 4 MiB of this run's log have these words.
  bool HasLogged(absl::string_view words) const;

 private:
  explicit ChildServer(ChildServerOptions options) : options_(std::move(options)) {}

  std::string LastOfLog(size_t bytes_max) const;
  void BoundLog();

  const ChildServerOptions options_;
  size_t log_begin_ = 0;  // of this run
  std::unique_ptr<base::Subprocess> process_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_CHILD_SERVER_H_
