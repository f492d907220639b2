#include "failover/dns/child_server.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/log.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

constexpr size_t kLogReadBytesMax = 4 << 20;
constexpr size_t kLogKeptShare = 8;
constexpr size_t kComplaintsBytesMax = 1000;

// As far as it goes: with fewer files a server has fewer places, which is no reason not to serve.
void RaiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, kOpenFilesMax);
  if (limit.rlim_cur >= wanted) return;
  limit.rlim_cur = wanted;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

std::string FindProgram(absl::string_view name) {
  for (const char* dir : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    std::string path = absl::StrCat(dir, name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return std::string(name);
}

absl::StatusOr<std::string> ConfigPath(const std::string& path) {
  std::error_code error;
  const std::string absolute = std::filesystem::absolute(path, error).lexically_normal().string();
  if (error) return base::ErrnoStatus(error.value(), path);
  for (const char c : absolute) {
    if (static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\' || c == '\x7f') {
      return absl::InvalidArgumentError("a path with quotes, backslashes or control characters");
    }
  }
  return absolute;
}

absl::StatusOr<std::unique_ptr<ChildServer>> ChildServer::Start(const ChildServerOptions& options) {
  auto server = absl::WrapUnique(new ChildServer(options));
  RaiseFileLimit();
  std::error_code error;
  const auto size = std::filesystem::file_size(options.log_path, error);
  server->log_begin_ = error ? 0 : static_cast<size_t>(size);
  base::SubprocessOptions process;
  process.argv = {FindProgram(options.program)};
  process.argv.insert(process.argv.end(), options.arguments.begin(), options.arguments.end());
  process.out = base::ProcessOutput::ToFile(options.log_path);
  process.err = base::ProcessOutput::ToFile(options.log_path);
  absl::StatusOr<std::unique_ptr<base::Subprocess>> started = base::Subprocess::Start(process);
  if (absl::IsNotFound(started.status())) {
    return absl::NotFoundError(absl::StrCat(options.program, " is not installed (Debian: apt-get ",
                                            "install ", options.package, ")"));
  }
  RETURN_IF_ERROR(started.status());
  server->process_ = *std::move(started);
  return server;
}

std::string ChildServer::LastOfLog(size_t bytes_max) const {
  const int fd = open(options_.log_path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return "";
  const absl::Cleanup closer = [fd] { close(fd); };
  struct stat info;
  if (fstat(fd, &info) != 0) return "";
  const auto size = static_cast<size_t>(info.st_size);
  if (size < log_begin_) return "";
  std::string log(std::min(size - log_begin_, bytes_max), '\0');
  const ssize_t got = pread(fd, log.data(), log.size(), static_cast<off_t>(size - log.size()));
  log.resize(got < 0 ? 0 : static_cast<size_t>(got));
  return log;
}

// The program goes on at the new end. What it writes between our reading and our cutting is lost.
void ChildServer::BoundLog() {
  struct stat info;
  if (stat(options_.log_path.c_str(), &info) != 0 ||
      static_cast<size_t>(info.st_size) <= options_.log_bytes_max) {
    return;
  }
  const int fd = open(options_.log_path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd < 0) return;
  const absl::Cleanup closer = [fd] { close(fd); };
  const std::string last =
      LastOfLog(std::min(options_.log_bytes_max / kLogKeptShare, kLogReadBytesMax));
  if (ftruncate(fd, 0) != 0) return;
  log_begin_ = 0;
  const bool kept = write(fd, last.data(), last.size()) == static_cast<ssize_t>(last.size());
  base::Log(base::LogLevel::kWarning, "serve",
            {{"log", options_.log_path},
             {"bytes", info.st_size},
             {"warning", kept ? "was cut, its last part is left" : "was cut"}});
}

bool ChildServer::HasLogged(absl::string_view words) const {
  return absl::StrContains(LastOfLog(kLogReadBytesMax), words);
}

std::string ChildServer::Complaints() const {
  std::vector<std::string> bad;
  const std::string log = LastOfLog(kLogReadBytesMax);
  for (const absl::string_view line : absl::StrSplit(log, '\n')) {
    // What a full disk is to knotd before it ends is a warning.
    for (const char* level : {" warning: ", " error: ", " critical: "}) {
      const size_t at = line.find(level);
      if (at != absl::string_view::npos) bad.emplace_back(line.substr(at + 1));
    }
  }
  std::string words = absl::StrJoin(bad, "; ");
  return words.size() <= kComplaintsBytesMax ? words
                                             : words.substr(words.size() - kComplaintsBytesMax);
}

absl::Status ChildServer::CheckRunning(absl::Duration wait) {
  const absl::StatusOr<int> ended = process_->Wait(wait);
  if (absl::IsDeadlineExceeded(ended.status())) {
    BoundLog();
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(ended.status());
  const std::string words = Complaints();
  return absl::UnavailableError(absl::StrCat(options_.program, " ended with status ", *ended,
                                             words.empty() ? "" : ": ", words, "; see ",
                                             options_.log_path));
}

}  // namespace tidemark::failover
