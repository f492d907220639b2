// The verifier's side of a process that reads hostile bytes for it: started, fed, watched, believed
// in nothing, and gone afterwards.
//
//   ASSIGN_OR_RETURN(auto process, ConfinedProcess::Start(options));
//   RETURN_IF_ERROR(process->Send(FrameType::kOrder, order));      // and data, and the end
//   ASSIGN_OR_RETURN(std::string answer, process->Answer(bytes_max));
//
// The program is a new one (execve), so it holds none of our memory; it gets one socket, no other
// descriptor, and nobody hears what it prints. It confines itself before it reads a deposit
// (confinement.h); that it does is its own program's matter and tests'.
//
// Errors: UNAVAILABLE: could not be started. ABORTED: it died, with the signal and what that means,
// or answered with what is no answer. DEADLINE_EXCEEDED: it neither read nor answered for
// `stall_max`. CANCELLED: `keep_going` said no. After any of them the process is gone.
// Threads: one at a time, and the one that called Start() must live as long (base/subprocess.h).
#ifndef TIDEMARK_VERIFIER_SANDBOX_CONFINED_PROCESS_H_
#define TIDEMARK_VERIFIER_SANDBOX_CONFINED_PROCESS_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/subprocess.h"
#include "verifier/sandbox/exchange.h"

namespace tidemark::verifier {

// What the program's exit status says beyond signals.
inline constexpr int kReaderOutOfMemory = 3;

struct ConfinedProcessOptions {
  std::vector<std::string> argv;
  absl::Duration stall_max = absl::Hours(1);
  // Asked several times a second while waiting; none: always yes.
  std::function<bool()> keep_going;
};

class ConfinedProcess {
 public:
  static absl::StatusOr<std::unique_ptr<ConfinedProcess>> Start(
      const ConfinedProcessOptions& options);
  ~ConfinedProcess();
  ConfinedProcess(const ConfinedProcess&) = delete;
  ConfinedProcess& operator=(const ConfinedProcess&) = delete;

  // OK also when the process does not read any more, because it answered or died: Answer() tells.
  absl::Status Send(FrameType type, absl::string_view content);
  // False once nothing that is sent would be read.
  bool reads() const { return reads_; }

  // Once, at the end.
  absl::StatusOr<std::string> Answer(size_t bytes_max);

  pid_t pid() const { return process_->pid(); }

 private:
  ConfinedProcess(std::unique_ptr<base::Subprocess> process, int fd,
                  const ConfinedProcessOptions& options);

  // Waits until the socket is ready for one of `events`, and says for which.
  absl::StatusOr<short> Await(short events);
  absl::Status SendBytes(absl::string_view bytes);
  absl::Status ReadBytes(absl::Span<char> buffer);
  // Why there is no answer.
  absl::Status Death();

  const std::unique_ptr<base::Subprocess> process_;
  const int fd_;
  const ConfinedProcessOptions options_;
  bool reads_ = true;
};

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_SANDBOX_CONFINED_PROCESS_H_
