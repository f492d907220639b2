#include "failover/probe/asker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status.h"

namespace tidemark::failover::probe {
namespace {

constexpr size_t kMessageBytesMax = 65535;
constexpr int kOutstandingLimit = 4096;  // far fewer than there are message ids
constexpr int kReceiveBufferBytes = 4 << 20;

// Rounded up, and no more than a poll takes.
int MillisecondsOf(absl::Duration wait) {
  constexpr int64_t kMax = 60'000;
  return static_cast<int>(std::clamp<int64_t>(absl::ToInt64Milliseconds(wait) + 1, 1, kMax));
}

// All of it by the deadline, however slowly the bytes come.
bool ReceiveAll(int fd, absl::Time deadline, char* data, size_t bytes) {
  while (bytes > 0) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) return false;
    pollfd waiting = {.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = poll(&waiting, 1, MillisecondsOf(left));
    if (ready < 0 && errno != EINTR) return false;
    if (ready <= 0) continue;
    const ssize_t n = recv(fd, data, bytes, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (n <= 0) return false;
    data += n;
    bytes -= static_cast<size_t>(n);
  }
  return true;
}

// One UDP conversation. A slot's number is the low part of its message id; the high part changes
// with every attempt, so that a late answer is not taken for another's.
class UdpAsker {
 public:
  UdpAsker(const AskerOptions& options, const std::vector<std::string>& names, Wanted wanted,
           const std::function<void(size_t, std::optional<Answer>)>& on_answer, int fd)
      : options_(options),
        names_(names),
        wanted_(wanted),
        on_answer_(on_answer),
        fd_(fd),
        slots_(static_cast<size_t>(std::clamp(options.outstanding_max, 1, kOutstandingLimit))) {}

  absl::Status Run() {
    while (true) {
      if (options_.should_stop && options_.should_stop()) {
        return absl::CancelledError("told to stop");
      }
      const absl::Time now = absl::Now();
      absl::Time next = absl::InfiniteFuture();
      for (size_t i = 0; i < slots_.size(); ++i) {
        Slot& slot = slots_[i];
        if (!slot.busy && next_name_ < names_.size()) Begin(slot, next_name_++);
        if (slot.busy && slot.deadline <= now) RETURN_IF_ERROR(SendOrGiveUp(i, now));
        if (slot.busy) next = std::min(next, slot.deadline);
      }
      if (next == absl::InfiniteFuture()) {
        if (next_name_ >= names_.size()) return absl::OkStatus();
        continue;
      }
      RETURN_IF_ERROR(Receive(next - absl::Now()));
    }
  }

 private:
  struct Slot {
    bool busy = false;
    size_t index = 0;
    int attempts = 0;
    uint16_t id = 0;
    absl::Time deadline;
  };

  void Begin(Slot& slot, size_t index) {
    slot.busy = true;
    slot.index = index;
    slot.attempts = 0;
    slot.deadline = absl::InfinitePast();  // send now
  }

  void End(Slot& slot, std::optional<Answer> answer) {
    slot.busy = false;
    on_answer_(slot.index, std::move(answer));
  }

  absl::Status SendOrGiveUp(size_t number, absl::Time now) {
    Slot& slot = slots_[number];
    const std::string wire =
        slot.attempts < options_.attempts_max
            ? EncodeQuestion(
                  slot.id = static_cast<uint16_t>(turn_++ % 16 * kOutstandingLimit + number),
                  names_[slot.index], wanted_)
            : "";
    if (wire.empty()) {
      End(slot, std::nullopt);
      return absl::OkStatus();
    }
    ++slot.attempts;
    slot.deadline = now + options_.answer_timeout;
    // A refused or full socket is a lost question: it is asked again.
    if (send(fd_, wire.data(), wire.size(), 0) < 0 && errno != ECONNREFUSED && errno != EAGAIN &&
        errno != ENOBUFS && errno != EINTR) {
      return base::ErrnoStatus(errno, "send");
    }
    return absl::OkStatus();
  }

  // Waits at most so long for the first answer, then takes all that are there.
  absl::Status Receive(absl::Duration wait) {
    pollfd waiting = {.fd = fd_, .events = POLLIN, .revents = 0};
    if (poll(&waiting, 1, MillisecondsOf(wait)) < 0 && errno != EINTR) {
      return base::ErrnoStatus(errno, "poll");
    }
    while (true) {
      const ssize_t n = recv(fd_, buffer_, sizeof(buffer_), MSG_DONTWAIT);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return absl::OkStatus();
      if (n < 0 && errno == ECONNREFUSED) continue;  // of an earlier question
      if (n < 0) return base::ErrnoStatus(errno, "recv");
      Take(DecodeAnswer(absl::string_view(buffer_, static_cast<size_t>(n))));
    }
  }

  void Take(std::optional<Answer> answer) {
    if (!answer.has_value()) return;
    const size_t number = answer->id % kOutstandingLimit;
    if (number >= slots_.size()) return;
    Slot& slot = slots_[number];
    if (!slot.busy || slot.id != answer->id || names_[slot.index] != answer->name ||
        answer->type != static_cast<uint16_t>(wanted_)) {
      return;
    }
    End(slot, std::move(answer));
  }

  const AskerOptions& options_;
  const std::vector<std::string>& names_;
  const Wanted wanted_;
  const std::function<void(size_t, std::optional<Answer>)>& on_answer_;
  const int fd_;
  std::vector<Slot> slots_;
  size_t next_name_ = 0;
  uint32_t turn_ = 0;
  char buffer_[kMessageBytesMax];
};

}  // namespace

absl::StatusOr<int> Connect(const AskerOptions& options, int type) {
  sockaddr_storage storage = {};
  socklen_t length = 0;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, options.address.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(static_cast<uint16_t>(options.port));
    length = sizeof(sockaddr_in);
  } else if (inet_pton(AF_INET6, options.address.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(static_cast<uint16_t>(options.port));
    length = sizeof(sockaddr_in6);
  } else {
    return absl::InvalidArgumentError(absl::StrCat(options.address, " is not an address"));
  }
  const int fd = socket(storage.ss_family, type | SOCK_CLOEXEC, 0);
  if (fd < 0) return base::ErrnoStatus(errno, "socket");
  const timeval timeout = absl::ToTimeval(options.answer_timeout);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBufferBytes, sizeof(kReceiveBufferBytes));
  if (connect(fd, reinterpret_cast<sockaddr*>(&storage), length) != 0) {
    const int error = errno;
    close(fd);
    return base::ErrnoStatus(error, absl::StrCat(options.address, " port ", options.port));
  }
  return fd;
}

absl::Status SendMessage(int fd, absl::string_view message) {
  if (message.size() > kMessageBytesMax) return absl::InvalidArgumentError("too long a message");
  std::string wire = {static_cast<char>(message.size() >> 8),
                      static_cast<char>(message.size() & 0xff)};
  absl::StrAppend(&wire, message);
  if (send(fd, wire.data(), wire.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(wire.size())) {
    return absl::UnavailableError("a question over TCP cannot be sent");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReceiveMessage(int fd, absl::Time deadline) {
  char size[2];
  std::string message;
  if (ReceiveAll(fd, deadline, size, sizeof(size))) {
    message.resize(static_cast<size_t>(static_cast<uint8_t>(size[0])) << 8 |
                   static_cast<uint8_t>(size[1]));
    if (ReceiveAll(fd, deadline, message.data(), message.size())) return message;
  }
  return absl::UnavailableError("the server ends, or is silent, within an answer over TCP");
}

absl::Status AskAll(const AskerOptions& options, const std::vector<std::string>& names,
                    Wanted wanted,
                    const std::function<void(size_t index, std::optional<Answer>)>& on_answer) {
  ASSIGN_OR_RETURN(const int fd, Connect(options, SOCK_DGRAM));
  const absl::Cleanup closer = [fd] { close(fd); };
  return std::make_unique<UdpAsker>(options, names, wanted, on_answer, fd)->Run();
}

std::optional<Answer> AskByTcp(const AskerOptions& options, const std::string& name,
                               Wanted wanted) {
  const absl::StatusOr<int> fd = Connect(options, SOCK_STREAM);
  if (!fd.ok()) return std::nullopt;
  const absl::Cleanup closer = [&fd] { close(*fd); };
  const std::string question = EncodeQuestion(1, name, wanted);
  if (question.empty()) return std::nullopt;
  if (!SendMessage(*fd, question).ok()) return std::nullopt;
  const absl::StatusOr<std::string> message =
      ReceiveMessage(*fd, absl::Now() + options.answer_timeout);
  if (!message.ok()) return std::nullopt;
  std::optional<Answer> answer = DecodeAnswer(*message);
  if (!answer.has_value() || answer->id != 1 || answer->name != name ||
      answer->type != static_cast<uint16_t>(wanted)) {
    return std::nullopt;
  }
  return answer;
}

}  // namespace tidemark::failover::probe
