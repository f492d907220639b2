// Works on a vault's directory, or checks what was promised there; see promises.h.
//
//   vault_works keys  --keys DIR
//   vault_works work  --dir DIR --journal FILE --keys DIR [--seed S] [--steps N]
//                     [--script clock-jumps|large|retention|copies|scrub]
//                     [--free-bytes-min BYTES]
//                     [--faults expected]                errors are no breach, if they are clear
//                     [--at POINT --count N]             kill -9 at the N-th time
//                     [--cut MOUNT [--then go-on]]       there: cut this disk's power, too
//   vault_works check --dir DIR --journal FILE --keys DIR [--seed S]
//   vault_works open  --dir DIR --journal FILE --keys DIR
//
// With --copy DIR there is a second copy of the vault, too. After work that nothing has ended,
// standard output says how often each named point was met: "NAME TIMES".
//
// Exit status: 0 all as it should be; 1 a breach, named on standard error; 2 could not be done;
// 3 the vault refused to open, its words on standard output.

#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "tests/campaign/crash/checker.h"
#include "tests/campaign/crash/session.h"
#include "tests/campaign/crash/works.h"

namespace tidemark::campaign {
namespace {

constexpr int kBreach = 1;
constexpr int kCouldNot = 2;
constexpr int kRefused = 3;

// Linux, fs/ext4: EXT4_IOC_SHUTDOWN, and the flag that says to write nothing of the journal.
const unsigned long kShutdown = _IOR('X', 125, uint32_t);
constexpr uint32_t kShutdownWithoutLogFlush = 2;

struct Arguments {
  std::string verb;
  std::map<std::string, std::string> values;

  std::string Text(const std::string& name) const {
    const auto found = values.find(name);
    return found == values.end() ? "" : found->second;
  }
  uint64_t Number(const std::string& name, uint64_t otherwise) const {
    uint64_t value = 0;
    return absl::SimpleAtoi(Text(name), &value) ? value : otherwise;
  }
};

// What happens at the n-th time that a point is met.
struct Ending {
  std::string point;
  uint64_t left = 0;
  std::string mount;     // its power is cut; "": nothing is
  bool goes_on = false;  // the process outlives its disk
};

void EndAt(Ending& ending) {
  if (!ending.mount.empty()) {
    const int fd = open(ending.mount.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    uint32_t flags = kShutdownWithoutLogFlush;
    CHECK(fd >= 0 && ioctl(fd, kShutdown, &flags) == 0);
    close(fd);
  }
  if (!ending.goes_on) raise(SIGKILL);
}

int Refused(const absl::Status& status) {
  std::printf("%s\n", status.ToString().c_str());
  return kRefused;
}

int CouldNot(const absl::Status& status) {
  std::fprintf(stderr, "vault_works: %s\n", status.ToString().c_str());
  return kCouldNot;
}

// A disk that fails or is full, or another process that has the directory: what was stored is not
// at fault, and nobody is told that it were.
bool IsClear(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsFailedPrecondition(status);
}

// A vault may well not open while its disk fails; it has to say so.
int RefusedWhileFaulty(const absl::Status& status, Session& session) {
  session.journal().Error("open", status);
  if (!IsClear(status)) session.Breach(absl::StrCat("open: ", status.ToString()));
  return session.breaches().empty() ? Refused(status) : kBreach;
}

int Work(Session& session, const Arguments& arguments) {
  const bool has_faults = arguments.Text("faults") == "expected";
  Script script = Script::kOrdinary;
  if (arguments.Text("script") == "clock-jumps") script = Script::kClockJumps;
  if (arguments.Text("script") == "large") script = Script::kLarge;
  if (arguments.Text("script") == "retention") script = Script::kRetention;
  if (arguments.Text("script") == "copies") script = Script::kCopies;
  if (arguments.Text("script") == "scrub") script = Script::kScrub;
  const absl::Status opened = session.OpenVault();
  if (!opened.ok()) return RefusedWhileFaulty(opened, session);
  for (uint64_t step = 0; step < arguments.Number("steps", 20); ++step) {
    const ::tidemark::campaign::Work& work = DrawWork(script, session);
    const absl::Status status = work.run(session);
    if (status.ok()) continue;
    session.journal().Error(work.name, status);
    if (!has_faults || !IsClear(status)) {
      session.Breach(absl::StrCat(work.name, ": ", status.ToString()));
    }
    // As an operator would: the server is started anew.
    session.CloseVault();
    const absl::Status again = session.OpenVault();
    if (!again.ok()) {
      return RefusedWhileFaulty(again, session);
    }
  }
  return session.breaches().empty() ? 0 : kBreach;
}

int Check(Session& session) {
  const absl::Status opened = session.OpenVault();
  if (!opened.ok()) return Refused(opened);
  Tally tally;
  const absl::Status checked = CheckPromises(session, tally);
  if (!checked.ok()) session.Breach(checked.ToString());
  std::printf("%s\n", tally.ToJson().c_str());
  return session.breaches().empty() ? 0 : kBreach;
}

int Run(const Arguments& arguments) {
  if (arguments.verb == "keys") {
    const absl::Status made = MakeKeys(arguments.Text("keys"));
    return made.ok() ? 0 : CouldNot(made);
  }
  Ending ending = {.point = arguments.Text("at"),
                   .left = arguments.Number("count", 1),
                   .mount = arguments.Text("cut"),
                   .goes_on = arguments.Text("then") == "go-on"};
  SessionOptions options = {.dir = arguments.Text("dir"),
                            .copy_dir = arguments.Text("copy"),
                            .journal = arguments.Text("journal"),
                            .keys = arguments.Text("keys"),
                            .seed = arguments.Number("seed", 1),
                            .free_bytes_min = arguments.Number("free-bytes-min", 0)};
  std::map<std::string, uint64_t> met;
  options.at_point = [&ending, &met](absl::string_view point) {
    ++met[std::string(point)];
    if (point == ending.point && ending.left-- == 1) EndAt(ending);
  };
  const auto session = Session::Start(options);
  if (!session.ok()) return CouldNot(session.status());
  if (arguments.verb == "work") {
    const int status = Work(**session, arguments);
    for (const auto& [point, times] : met) std::printf("%s %lu\n", point.c_str(), times);
    return status;
  }
  if (arguments.verb == "check") return Check(**session);
  if (arguments.verb == "open") {
    const absl::Status opened = (*session)->OpenVault();
    return opened.ok() ? 0 : Refused(opened);
  }
  return CouldNot(absl::InvalidArgumentError("want keys, work, check or open"));
}

}  // namespace
}  // namespace tidemark::campaign

int main(int argc, char** argv) {
  tidemark::campaign::Arguments arguments;
  if (argc > 1) arguments.verb = argv[1];
  for (int i = 2; i + 1 < argc; i += 2) {
    arguments.values[std::string(absl::StripPrefix(argv[i], "--"))] = argv[i + 1];
  }
  return tidemark::campaign::Run(arguments);
}
