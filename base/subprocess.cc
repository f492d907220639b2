#include "base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status.h"
#include "base/subprocess_child.h"

namespace tidemark::base {
namespace {

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  ~Fd() { Reset(); }
  Fd(Fd&& other) noexcept : fd_(other.Release()) {}
  Fd& operator=(Fd&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  int get() const { return fd_; }
  int Release() { return std::exchange(fd_, -1); }
  void Reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

// What pipe(7) allows without privilege; a pipe has 64 KiB unless somebody asks for more.
constexpr size_t kPipeBytesMax = 1 << 20;

struct Pipe {
  Fd read;
  Fd write;
};

// Descriptors of ours lie above the three standard ones, so that dup2() in the child can never
// overwrite one that it still needs.
absl::StatusOr<Fd> AboveStandard(Fd fd) {
  if (fd.get() > STDERR_FILENO) return fd;
  Fd moved(::fcntl(fd.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (moved.get() < 0) return ErrnoStatus(errno, "descriptor");
  return moved;
}

absl::StatusOr<Pipe> MakePipe() {
  int fds[2];
  if (::pipe2(fds, O_CLOEXEC) != 0) return ErrnoStatus(errno, "pipe");
  Fd read(fds[0]);
  Fd write(fds[1]);
  Pipe pipe;
  ASSIGN_OR_RETURN(pipe.read, AboveStandard(std::move(read)));
  ASSIGN_OR_RETURN(pipe.write, AboveStandard(std::move(write)));
  return pipe;
}

absl::StatusOr<Fd> OpenFd(const std::string& path, int flags) {
  Fd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY, 0600));
  if (fd.get() < 0) return ErrnoStatus(errno, path);
  return AboveStandard(std::move(fd));
}

absl::StatusOr<std::string> FindProgram(const std::string& name) {
  if (absl::StrContains(name, "/")) return name;
  const char* path = std::getenv("PATH");
  for (absl::string_view dir : absl::StrSplit(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    if (dir.empty()) continue;
    const std::string candidate = absl::StrCat(dir, "/", name);
    struct stat info;
    if (::stat(candidate.c_str(), &info) == 0 && S_ISREG(info.st_mode) &&
        ::access(candidate.c_str(), X_OK) == 0) {
      return candidate;
    }
  }
  return absl::NotFoundError(absl::StrCat(name, ": is not in PATH"));
}

std::vector<std::string> MakeEnvironment(const SubprocessOptions& options) {
  std::vector<std::string> env;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const absl::string_view old = *entry;
    const bool is_replaced = std::any_of(
        options.env.begin(), options.env.end(),
        [old](const auto& added) { return absl::StartsWith(old, absl::StrCat(added.first, "=")); });
    if (!is_replaced) env.emplace_back(old);
  }
  for (const auto& [name, value] : options.env) env.push_back(absl::StrCat(name, "=", value));
  return env;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& s : strings) pointers.push_back(s.data());
  pointers.push_back(nullptr);
  return pointers;
}

pid_t WaitPid(pid_t pid, int* status, int flags) {
  pid_t result;
  do {
    result = ::waitpid(pid, status, flags);
  } while (result < 0 && errno == EINTR);
  return result;
}

// The two ends of where a stream goes: the child's, and ours if it is captured.
absl::StatusOr<Pipe> OpenOutput(const ProcessOutput& output) {
  Pipe pipe;
  switch (output.kind) {
    case ProcessOutput::Kind::kInherit:
      break;
    case ProcessOutput::Kind::kDiscard: {
      ASSIGN_OR_RETURN(pipe.write, OpenFd("/dev/null", O_WRONLY));
      break;
    }
    case ProcessOutput::Kind::kFile: {
      ASSIGN_OR_RETURN(pipe.write, OpenFd(output.path, O_WRONLY | O_CREAT | O_APPEND));
      break;
    }
    case ProcessOutput::Kind::kCapture: {
      ASSIGN_OR_RETURN(pipe, MakePipe());
      if (::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK) != 0) return ErrnoStatus(errno, "pipe");
      break;
    }
  }
  return pipe;
}

absl::StatusOr<Fd> OpenInput(const SubprocessOptions& options) {
  if (!options.in.has_value()) return OpenFd("/dev/null", O_RDONLY);
  Fd fd(::fcntl(*options.in, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  if (fd.get() < 0) return ErrnoStatus(errno, "standard input");
  return fd;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Subprocess>> Subprocess::Start(const SubprocessOptions& options) {
  if (options.argv.empty()) return absl::InvalidArgumentError("a process needs a program");
  if (options.user.has_value() && ::geteuid() != 0) {
    return absl::PermissionDeniedError("only root may start a process as another user");
  }
  ASSIGN_OR_RETURN(const std::string program, FindProgram(options.argv[0]));
  std::vector<std::string> argv_strings = options.argv;
  std::vector<std::string> env_strings = MakeEnvironment(options);
  const std::vector<char*> argv = Pointers(argv_strings);
  const std::vector<char*> env = Pointers(env_strings);
  ASSIGN_OR_RETURN(const Fd in, OpenInput(options));
  ASSIGN_OR_RETURN(Pipe out, OpenOutput(options.out));
  ASSIGN_OR_RETURN(Pipe err, OpenOutput(options.err));
  ASSIGN_OR_RETURN(Pipe failure_pipe, MakePipe());

  const ChildPlan plan = {
      .program = program.c_str(),
      .argv = argv.data(),
      .env = env.data(),
      .work_dir = options.work_dir.empty() ? nullptr : options.work_dir.c_str(),
      .in = in.get(),
      .out = out.write.get(),
      .err = err.write.get(),
      .failure_pipe = failure_pipe.write.get(),
      .parent = ::getpid(),
      .user = options.user.has_value() ? &*options.user : nullptr,
  };
  const pid_t pid = ForkChild(plan);
  if (pid < 0) return ErrnoStatus(errno, "fork");

  // execve() closes the pipe; a failure before it is written there.
  failure_pipe.write.Reset();
  ChildFailure failure;
  ssize_t n;
  do {
    n = ::read(failure_pipe.read.get(), &failure, sizeof(failure));
  } while (n < 0 && errno == EINTR);
  if (n != 0) {
    int status;
    WaitPid(pid, &status, 0);
    if (n != sizeof(failure)) return absl::InternalError("the child's report was cut");
    return ErrnoStatus(failure.error_number,
                       absl::StrCat(program, ": ", ChildStepName(failure.step)));
  }
  std::unique_ptr<Subprocess> process(new Subprocess(pid));
  process->out_.fd = out.read.Release();
  process->out_.bytes_max = options.out.bytes_max;
  process->err_.fd = err.read.Release();
  process->err_.bytes_max = options.err.bytes_max;
  return process;
}

Subprocess::Subprocess(pid_t pid)
    : pid_(pid), pid_fd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}

Subprocess::~Subprocess() {
  Stop().IgnoreError();
  for (const int fd : {pid_fd_, out_.fd, err_.fd}) {
    if (fd >= 0) ::close(fd);
  }
}

// Takes what is there now; forgets the descriptor at its end. Not more than the largest pipe holds:
// a child that writes faster than we read must not keep Wait() from its deadline.
void Subprocess::Drain(Captured& captured) {
  std::array<char, 16 * 1024> buffer;
  for (size_t reads = 0; captured.fd >= 0 && reads < kPipeBytesMax / buffer.size(); ++reads) {
    const ssize_t n = ::read(captured.fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return;
    if (n <= 0) {
      ::close(captured.fd);
      captured.fd = -1;
      return;
    }
    const size_t got = static_cast<size_t>(n);
    const size_t kept = std::min(got, captured.bytes_max - captured.data.size());
    captured.data.append(buffer.data(), kept);
    captured.cut = captured.cut || kept < got;
  }
}

// True if the child has ended; then its exit status is known.
absl::StatusOr<bool> Subprocess::Reap() {
  int status;
  const pid_t result = WaitPid(pid_, &status, WNOHANG);
  if (result < 0) return ErrnoStatus(errno, absl::StrCat("process ", pid_));
  if (result == 0) return false;
  exit_status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

// By a clock that nobody sets: the wall clock may jump by hours meanwhile, at which a wait is
// neither to end nor to go on.
absl::StatusOr<int> Subprocess::Wait(absl::Duration timeout) {
  const auto begin = std::chrono::steady_clock::now();
  while (!exit_status_.has_value()) {
    ASSIGN_OR_RETURN(const bool ended, Reap());
    Drain(out_);
    Drain(err_);
    if (ended) break;
    const absl::Duration left =
        timeout - absl::FromChrono(std::chrono::steady_clock::now() - begin);
    if (left <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError(absl::StrCat("process ", pid_, " still runs"));
    }
    // poll() ignores negative descriptors.
    pollfd fds[] = {{pid_fd_, POLLIN, 0}, {out_.fd, POLLIN, 0}, {err_.fd, POLLIN, 0}};
    const absl::Duration step = std::min(left, absl::Milliseconds(pid_fd_ >= 0 ? 1000 : 10));
    ::poll(fds, std::size(fds), static_cast<int>(absl::ToInt64Milliseconds(step)) + 1);
  }
  return *exit_status_;
}

absl::Status Subprocess::Kill(int signal) {
  // Until it is reaped, nobody else can have its process id.
  if (exit_status_.has_value()) {
    return absl::FailedPreconditionError(absl::StrCat("process ", pid_, " has ended"));
  }
  if (::kill(pid_, signal) != 0) return ErrnoStatus(errno, absl::StrCat("process ", pid_));
  return absl::OkStatus();
}

absl::StatusOr<int> Subprocess::Stop(absl::Duration grace) {
  if (exit_status_.has_value()) return *exit_status_;
  RETURN_IF_ERROR(Kill(SIGTERM));
  const absl::StatusOr<int> status = Wait(grace);
  if (!absl::IsDeadlineExceeded(status.status())) return status;
  RETURN_IF_ERROR(Kill(SIGKILL));
  return Wait(absl::InfiniteDuration());
}

absl::StatusOr<RunResult> RunAndCapture(const std::vector<std::string>& argv,
                                        absl::Duration timeout, size_t bytes_max) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Subprocess> process,
                   Subprocess::Start({.argv = argv,
                                      .out = ProcessOutput::Capture(bytes_max),
                                      .err = ProcessOutput::Capture(bytes_max)}));
  const absl::StatusOr<int> exit_status = process->Wait(timeout);
  if (!exit_status.ok()) {
    process->Stop(absl::ZeroDuration()).IgnoreError();
    return Annotate(exit_status.status(), argv[0]);
  }
  if (process->cut()) {
    return absl::ResourceExhaustedError(
        absl::StrCat(argv[0], ": output over the limit of ", bytes_max, " bytes"));
  }
  return RunResult{*exit_status, process->out(), process->err()};
}

absl::StatusOr<std::string> OwnProgramDir() {
  char path[4096];
  const ssize_t n = ::readlink("/proc/self/exe", path, sizeof(path));
  if (n < 0) return ErrnoStatus(errno, "/proc/self/exe");
  if (n == static_cast<ssize_t>(sizeof(path))) {
    return absl::UnavailableError("/proc/self/exe: the path is too long");
  }
  const std::string text(path, static_cast<size_t>(n));
  return text.substr(0, text.rfind('/'));
}

}  // namespace tidemark::base
