// Child processes of ours: the drill's servers, sandboxed readers, probes.
//
// A child is started from an argument vector, never through a shell. It gets standard input from
// /dev/null unless it is given one, no file descriptor of ours but its three, default signal
// dispositions, and SIGKILL when its parent dies, so that no orphan survives a crashed drill.
//
// CAUTION: the kernel sends that SIGKILL when the *thread* that called Start() ends (prctl(2),
// PR_SET_PDEATHSIG), not the process. Start long-lived children from a thread that lives as long.
//
// What it is not: a supervisor (nothing is restarted) or a sandbox (that is verifier's). Children
// of the child are not stopped.
// Threads: one thread at a time. Ownership: the object owns the child; its destructor stops it
// (SIGTERM, kStopGraceDefault, SIGKILL) and reaps it.
#ifndef TIDEMARK_BASE_SUBPROCESS_H_
#define TIDEMARK_BASE_SUBPROCESS_H_

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace tidemark::base {

inline constexpr absl::Duration kStopGraceDefault = absl::Seconds(5);

// Where a standard stream of the child goes.
struct ProcessOutput {
  enum class Kind { kInherit, kDiscard, kFile, kCapture };

  static ProcessOutput Inherit() { return {}; }
  static ProcessOutput Discard() { return {.kind = Kind::kDiscard}; }
  // Appends to `path`, created with mode 0600. Both streams may name the same file.
  static ProcessOutput ToFile(std::string path) {
    return {.kind = Kind::kFile, .path = std::move(path)};
  }
  // Keeps the first `bytes_max` bytes and discards the rest; read only while Wait() or Stop() runs,
  // so a chatty child that nobody waits for stands still.
  static ProcessOutput Capture(size_t bytes_max) {
    return {.kind = Kind::kCapture, .bytes_max = bytes_max};
  }

  Kind kind = Kind::kInherit;
  std::string path = {};
  size_t bytes_max = 0;
};

struct ProcessUser {
  uid_t uid;
  gid_t gid;
};

struct SubprocessOptions {
  std::vector<std::string> argv = {};  // argv[0] without a slash is looked up in PATH
  // Added to our environment, or in place of what has the same name there.
  std::vector<std::pair<std::string, std::string>> env = {};
  std::string work_dir = {};  // "": ours
  // Becomes the child's standard input; borrowed. /dev/null by default.
  std::optional<int> in = std::nullopt;
  ProcessOutput out = {};
  ProcessOutput err = {};
  // Runs as this user and group with no other group and no way back. Only root may ask for it.
  std::optional<ProcessUser> user = std::nullopt;
};

class Subprocess {
 public:
  // OK when the program runs (execve succeeded). NOT_FOUND or PERMISSION_DENIED if it cannot.
  static absl::StatusOr<std::unique_ptr<Subprocess>> Start(const SubprocessOptions& options);
  ~Subprocess();
  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;

  pid_t pid() const { return pid_; }

  // Waits for the end and returns the exit status: 0 to 255, or 128 + the number of the signal that
  // ended it, as a shell does. DEADLINE_EXCEEDED if it still runs after `timeout` (zero: only
  // look).
  absl::StatusOr<int> Wait(absl::Duration timeout);

  // FAILED_PRECONDITION if it has ended and was waited for.
  absl::Status Kill(int signal);

  // SIGTERM, then SIGKILL after `grace`; returns the exit status. Once ended: the same again.
  absl::StatusOr<int> Stop(absl::Duration grace = kStopGraceDefault);

  // What was captured so far, and whether more was discarded.
  const std::string& out() const { return out_.data; }
  const std::string& err() const { return err_.data; }
  bool cut() const { return out_.cut || err_.cut; }

 private:
  struct Captured {
    int fd = -1;
    size_t bytes_max = 0;
    std::string data;
    bool cut = false;
  };

  explicit Subprocess(pid_t pid);
  static void Drain(Captured& captured);
  absl::StatusOr<bool> Reap();

  const pid_t pid_;
  int pid_fd_;  // -1 where the kernel has none: then Wait() polls
  std::optional<int> exit_status_;
  Captured out_;
  Captured err_;
};

struct RunResult {
  int exit_status;
  std::string out;
  std::string err;
};

// Runs a program to its end. DEADLINE_EXCEEDED (and it is killed) after `timeout`;
// RESOURCE_EXHAUSTED if either output has more than `bytes_max`. An exit status that is not 0 is
// not an error here.
absl::StatusOr<RunResult> RunAndCapture(const std::vector<std::string>& argv,
                                        absl::Duration timeout, size_t bytes_max);

// The folder of the program that runs: others of the same build lie beside it.
absl::StatusOr<std::string> OwnProgramDir();

}  // namespace tidemark::base

#endif  // TIDEMARK_BASE_SUBPROCESS_H_
