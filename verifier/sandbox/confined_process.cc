#include "verifier/sandbox/confined_process.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"

namespace tidemark::verifier {
namespace {

constexpr absl::Duration kLook = absl::Milliseconds(200);
// A process whose socket is closed is about to end, or never will.
constexpr absl::Duration kEndGrace = absl::Seconds(5);

std::string Meaning(int exit_status) {
  switch (exit_status) {
    case kReaderOutOfMemory:
      return "it needed more memory than it may have";
    case 128 + SIGSYS:
      return "it tried what it may not do";
    case 128 + SIGXCPU:
      return "it used up its CPU time";
    case 128 + SIGKILL:
      return "it was killed";
    default:
      if (exit_status > 128) return absl::StrCat("signal ", exit_status - 128);
      return absl::StrCat("exit status ", exit_status);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<ConfinedProcess>> ConfinedProcess::Start(
    const ConfinedProcessOptions& options) {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return base::ErrnoStatus(errno, "socketpair");
  }
  base::SubprocessOptions start;
  start.argv = options.argv;
  start.in = fds[1];
  // What it says may be what it read.
  start.out = base::ProcessOutput::Discard();
  start.err = base::ProcessOutput::Discard();
  auto process = base::Subprocess::Start(start);
  ::close(fds[1]);
  if (!process.ok()) {
    ::close(fds[0]);
    return absl::UnavailableError(
        absl::StrCat("the process that reads deposits: ", process.status().message()));
  }
  return absl::WrapUnique(new ConfinedProcess(*std::move(process), fds[0], options));
}

ConfinedProcess::ConfinedProcess(std::unique_ptr<base::Subprocess> process, int fd,
                                 const ConfinedProcessOptions& options)
    : process_(std::move(process)), fd_(fd), options_(options) {}

ConfinedProcess::~ConfinedProcess() {
  ::close(fd_);
  process_->Stop(absl::ZeroDuration()).IgnoreError();
}

absl::StatusOr<short> ConfinedProcess::Await(short events) {
  const absl::Time deadline = absl::Now() + options_.stall_max;
  while (true) {
    if (options_.keep_going && !options_.keep_going()) return absl::CancelledError("stopped");
    pollfd poll_fd = {fd_, events, 0};
    const int ready = ::poll(&poll_fd, 1, static_cast<int>(absl::ToInt64Milliseconds(kLook)));
    if (ready < 0 && errno != EINTR) return base::ErrnoStatus(errno, "poll");
    if (ready > 0) return poll_fd.revents;
    if (absl::Now() >= deadline) {
      return absl::DeadlineExceededError(
          absl::StrCat("the process that reads the deposit did nothing for ",
                       absl::ToInt64Seconds(options_.stall_max), " s"));
    }
  }
}

absl::Status ConfinedProcess::SendBytes(absl::string_view bytes) {
  while (!bytes.empty() && reads_) {
    ASSIGN_OR_RETURN(const short ready, Await(POLLIN | POLLOUT));
    // It may answer before it has read everything, and says nothing else.
    if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0) {
      reads_ = false;
      return absl::OkStatus();
    }
    const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n < 0) {
      reads_ = false;
      return absl::OkStatus();
    }
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::Status ConfinedProcess::Send(FrameType type, absl::string_view content) {
  CHECK(content.size() <= kFrameToReaderBytesMax);
  const EncodedHead head = EncodeHead({type, static_cast<uint32_t>(content.size())});
  RETURN_IF_ERROR(SendBytes(absl::string_view(head.data(), head.size())));
  return SendBytes(content);
}

absl::Status ConfinedProcess::ReadBytes(absl::Span<char> buffer) {
  while (!buffer.empty()) {
    RETURN_IF_ERROR(Await(POLLIN).status());
    const ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return Death();
    buffer.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

absl::Status ConfinedProcess::Death() {
  const absl::StatusOr<int> exit_status = process_->Wait(kEndGrace);
  if (!exit_status.ok()) {
    return absl::AbortedError("the process that reads the deposit ended without an answer");
  }
  return absl::AbortedError(absl::StrCat(
      "the process that reads the deposit ended without an answer: ", Meaning(*exit_status)));
}

absl::StatusOr<std::string> ConfinedProcess::Answer(size_t bytes_max) {
  reads_ = false;
  EncodedHead bytes;
  RETURN_IF_ERROR(ReadBytes(absl::MakeSpan(bytes)));
  const absl::StatusOr<FrameHead> head = DecodeHead(bytes);
  if (!head.ok() || head->type != FrameType::kAnswer || head->bytes > bytes_max) {
    return absl::AbortedError("the process that reads the deposit gave no proper answer");
  }
  std::string answer(head->bytes, '\0');
  RETURN_IF_ERROR(ReadBytes(absl::MakeSpan(answer)));
  return answer;
}

}  // namespace tidemark::verifier
