#include "failover/dns/child_server.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

constexpr size_t kLogBytesMax = 64 << 20;
constexpr size_t kComplaintsBytesMax = 1000;

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

std::string ChildServer::Log() const {
  const absl::StatusOr<std::string> log = base::ReadSmallFile(options_.log_path, kLogBytesMax);
  return !log.ok() || log->size() < log_begin_ ? "" : log->substr(log_begin_);
}

bool ChildServer::HasLogged(absl::string_view words) const {
  return absl::StrContains(Log(), words);
}

std::string ChildServer::Complaints() const {
  std::vector<std::string> bad;
  const std::string log = Log();
  for (const absl::string_view line : absl::StrSplit(log, '\n')) {
    // What a full disk is to knotd before it ends is a warning.
    for (const char* level : {" warning: ", " error: ", " critical: "}) {
      const size_t at = line.find(level);
      if (at != absl::string_view::npos) bad.emplace_back(line.substr(at + 1));
    }
  }
  std::string words = absl::StrJoin(bad, "; ");
  if (words.size() > kComplaintsBytesMax) words.resize(kComplaintsBytesMax);
  return words;
}

absl::Status ChildServer::CheckRunning(absl::Duration wait) {
  const absl::StatusOr<int> ended = process_->Wait(wait);
  if (absl::IsDeadlineExceeded(ended.status())) return absl::OkStatus();
  RETURN_IF_ERROR(ended.status());
  const std::string words = Complaints();
  return absl::UnavailableError(absl::StrCat(options_.program, " ended with status ", *ended,
                                             words.empty() ? "" : ": ", words, "; see ",
                                             options_.log_path));
}

}  // namespace tidemark::failover
