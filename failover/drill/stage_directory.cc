#include "failover/drill/stage_directory.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/status.h"

namespace tidemark::failover {
namespace {

namespace fs = std::filesystem;

// systemd's range for users that exist only while a process runs: nobody's files are theirs.
constexpr uid_t kFirstUid = 61184;
constexpr const char* kPrograms[] = {"tidemark", "tidemark-verbs", "tidemarkd", "tidemark-verifier",
                                     "tidemark-judge"};
constexpr absl::Duration kPollInterval = absl::Milliseconds(50);
constexpr size_t kLogBytesMax = 16 << 20;
// Of each log that outlives the drill: whoever is in trouble may repeat it without an end.
constexpr size_t kKeptLogBytesMax = 1 << 20;
constexpr size_t kCopyBytes = 64 * 1024;

std::string TempDir() {
  const char* const temp = std::getenv("TMPDIR");
  return temp == nullptr || *temp == '\0' ? "/tmp" : temp;
}

absl::Status FromErrorCode(const std::error_code& error, const std::string& what) {
  return error ? base::ErrnoStatus(error.value(), what) : absl::OkStatus();
}

// The last of a log.
absl::StatusOr<std::string> LastOf(const std::string& path) {
  ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> source, base::FileSource::Open(path));
  std::string last;
  std::string buffer(kCopyBytes, '\0');
  while (true) {
    ASSIGN_OR_RETURN(const size_t read, source->Read(absl::MakeSpan(buffer)));
    if (read == 0) break;
    last.append(buffer, 0, read);
    if (last.size() > 2 * kKeptLogBytesMax) last.erase(0, last.size() - kKeptLogBytesMax);
  }
  RETURN_IF_ERROR(source->Close());
  return last.substr(last.size() - std::min(last.size(), kKeptLogBytesMax));
}

}  // namespace

absl::StatusOr<std::unique_ptr<StageDirectory>> StageDirectory::Create(StageOptions options) {
  for (const char* program : kPrograms) {
    const std::string path = absl::StrCat(options.programs_dir, "/", program);
    if (access(path.c_str(), X_OK) != 0) {
      return absl::NotFoundError(
          absl::StrCat(path, " is missing; build it: bazel build //cli/..."));
    }
  }
  const std::string parent = options.parent_dir.empty() ? TempDir() : options.parent_dir;
  RETURN_IF_ERROR(RemoveLeftRunDirs(parent, options.prefix));
  ASSIGN_OR_RETURN(std::unique_ptr<RunDir> run_dir, RunDir::Create(parent, options.prefix));
  const std::string dir = run_dir->path();
  const std::string programs_dir = options.programs_dir;
  auto stage = absl::WrapUnique(new StageDirectory(std::move(run_dir), std::move(options)));
  stage->separate_users_ =
      stage->options_.role_users == RoleUsers::kWherePossible && geteuid() == 0;
  RETURN_IF_ERROR(stage->MakeFor(Role::kObserver, "logs"));
  if (!stage->separate_users_) return stage;
  // Other users pass through, and see no names.
  if (chmod(dir.c_str(), 0711) != 0) return base::ErrnoStatus(errno, dir);
  stage->options_.programs_dir = stage->path("bin");
  RETURN_IF_ERROR(base::MakeDirs(stage->options_.programs_dir, base::FileMode::kPublic));
  for (const char* program : kPrograms) {
    const std::string copy = stage->ProgramPath(program);
    std::error_code error;
    fs::copy_file(absl::StrCat(programs_dir, "/", program), copy, error);
    RETURN_IF_ERROR(FromErrorCode(error, copy));
    if (chmod(copy.c_str(), 0755) != 0) return base::ErrnoStatus(errno, copy);
  }
  return stage;
}

std::optional<base::ProcessUser> StageDirectory::UserOf(Role role) const {
  if (!separate_users_ || role == Role::kObserver) return std::nullopt;
  const uid_t id = kFirstUid + static_cast<uid_t>(role);
  return base::ProcessUser{.uid = id, .gid = id};
}

std::string StageDirectory::ProgramPath(const std::string& program) const {
  return absl::StrCat(options_.programs_dir, "/", program);
}

absl::Status StageDirectory::MakeFor(Role role, const std::string& below) {
  RETURN_IF_ERROR(base::MakeDirs(path(below), base::FileMode::kPrivate));
  return GiveTo(role, below);
}

absl::Status StageDirectory::GiveTo(Role role, const std::string& below) {
  const std::optional<base::ProcessUser> user = UserOf(role);
  if (!user.has_value()) return absl::OkStatus();
  const std::string top = path(below);
  if (lchown(top.c_str(), user->uid, user->gid) != 0) return base::ErrnoStatus(errno, top);
  std::error_code error;
  if (!fs::is_directory(top, error)) return absl::OkStatus();
  for (fs::recursive_directory_iterator entry(top, error), end; !error && entry != end;
       entry.increment(error)) {
    if (lchown(entry->path().c_str(), user->uid, user->gid) != 0) {
      return base::ErrnoStatus(errno, entry->path().string());
    }
  }
  return FromErrorCode(error, top);
}

absl::StatusOr<base::RunResult> StageDirectory::Run(Role role, const std::string& name,
                                                    const std::vector<std::string>& arguments,
                                                    absl::Duration timeout) {
  base::SubprocessOptions options;
  options.argv = {ProgramPath("tidemark")};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.work_dir = "/";
  options.out = base::ProcessOutput::Capture(kLogBytesMax);
  options.err = base::ProcessOutput::ToFile(log_path(name));
  options.user = UserOf(role);
  ASSIGN_OR_RETURN(const std::unique_ptr<base::Subprocess> process,
                   base::Subprocess::Start(options));
  const base::SteadyClock clock;
  const absl::Time deadline = clock.Now() + timeout;
  while (true) {
    const absl::StatusOr<int> ended = process->Wait(kPollInterval);
    if (ended.ok()) return base::RunResult{*ended, process->out(), LastLine(name)};
    if (!absl::IsDeadlineExceeded(ended.status())) return ended.status();
    if (options_.should_stop && options_.should_stop()) return absl::CancelledError("told to stop");
    if (clock.Now() > deadline) {
      return absl::DeadlineExceededError(absl::StrCat(
          "tidemark ", arguments[0], " took longer than ", absl::FormatDuration(timeout)));
    }
  }
}

absl::Status StageDirectory::RunOk(Role role, const std::string& name,
                                   const std::vector<std::string>& arguments,
                                   absl::Duration timeout) {
  ASSIGN_OR_RETURN(const base::RunResult result, Run(role, name, arguments, timeout));
  if (result.exit_status == 0) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("tidemark ", arguments[0], " ended with status ",
                                             result.exit_status, ": ", result.err));
}

absl::StatusOr<std::unique_ptr<base::Subprocess>> StageDirectory::Start(
    Role role, const std::string& name, const std::string& program,
    const std::vector<std::string>& arguments) {
  base::SubprocessOptions options;
  options.argv = {ProgramPath(program)};
  options.argv.insert(options.argv.end(), arguments.begin(), arguments.end());
  options.work_dir = "/";
  options.out = base::ProcessOutput::ToFile(log_path(name));
  options.err = options.out;
  options.user = UserOf(role);
  return base::Subprocess::Start(options);
}

absl::Status StageDirectory::WaitForFile(const std::string& file, base::Subprocess& process,
                                         const std::string& name, absl::Duration timeout) {
  const base::SteadyClock clock;
  const absl::Time deadline = clock.Now() + timeout;
  while (access(file.c_str(), F_OK) != 0) {
    const absl::StatusOr<int> ended = process.Wait(kPollInterval);
    if (ended.ok()) {
      return absl::UnavailableError(
          absl::StrCat(name, " ended with status ", *ended, ": ", LastLine(name)));
    }
    if (!absl::IsDeadlineExceeded(ended.status())) return ended.status();
    if (options_.should_stop && options_.should_stop()) return absl::CancelledError("told to stop");
    if (clock.Now() > deadline) {
      return absl::DeadlineExceededError(absl::StrCat(
          name, " was not ready within ", absl::FormatDuration(timeout), ": ", LastLine(name)));
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> StageDirectory::Lines(const std::string& name) const {
  const absl::StatusOr<std::string> log = base::ReadSmallFile(log_path(name), kLogBytesMax);
  if (!log.ok()) return {};
  return absl::StrSplit(*log, '\n', absl::SkipWhitespace());
}

std::string StageDirectory::FirstLine(const std::string& name) const {
  const std::vector<std::string> lines = Lines(name);
  return lines.empty() ? "" : lines.front();
}

std::string StageDirectory::LastLine(const std::string& name) const {
  const std::vector<std::string> lines = Lines(name);
  return lines.empty() ? "" : lines.back();
}

absl::Status StageDirectory::HandOver(const std::string& from, Role role,
                                      const std::string& below) {
  std::error_code error;
  fs::copy_file(from, path(below), fs::copy_options::overwrite_existing, error);
  RETURN_IF_ERROR(FromErrorCode(error, from));
  return GiveTo(role, below);
}

absl::Status StageDirectory::KeepLogs(const std::string& to_dir) const {
  RETURN_IF_ERROR(base::MakeDirs(to_dir, base::FileMode::kPrivate));
  std::error_code error;
  for (fs::directory_iterator entry(path("logs"), error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (!fs::is_regular_file(entry->symlink_status(ignored))) continue;
    ASSIGN_OR_RETURN(const std::string text, LastOf(entry->path().string()));
    RETURN_IF_ERROR(base::WriteFile(absl::StrCat(to_dir, "/", entry->path().filename().string()),
                                    text, base::FileMode::kPrivate));
  }
  return FromErrorCode(error, to_dir);
}

}  // namespace tidemark::failover
