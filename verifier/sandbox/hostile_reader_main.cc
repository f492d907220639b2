// For tests: what a reader does that a deposit has taken over. It is confined as the real one is,
// then does what its argument says, and answers "still here" if it can.
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "verifier/sandbox/confined_process.h"
#include "verifier/sandbox/confinement.h"
#include "verifier/sandbox/exchange.h"

namespace tidemark::verifier {
namespace {

constexpr uint64_t kMemoryBytesMax = 128 << 20;

void EatMemory() {
  std::vector<std::string> eaten;
  while (true) eaten.emplace_back(1 << 20, 'x');
}

void EatTime() {
  volatile uint64_t n = 0;
  while (true) n = n + 1;
}

void Answer(absl::string_view text) {
  if (!WriteFrame(STDIN_FILENO, FrameType::kAnswer, text).ok()) _exit(1);
}

void Act(std::string_view action) {
  if (action == "socket") {
    socket(AF_INET, SOCK_STREAM, 0);
  } else if (action == "open") {
    open("/etc/hostname", O_RDONLY);
  } else if (action == "create") {
    open("/tmp/stolen", O_WRONLY | O_CREAT, 0600);
  } else if (action == "fork") {
    fork();
  } else if (action == "exec") {
    execl("/bin/true", "true", nullptr);
  } else if (action == "kill") {
    kill(getppid(), SIGTERM);
  } else if (action == "trace") {
    ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr);
  } else if (action == "code") {
    mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  } else if (action == "shared") {
    mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  } else if (action == "stack") {
    // Memory that no limit counts.
    mmap(nullptr, 1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1,
         0);
  } else if (action == "huge") {
    mmap(nullptr, 1 << 21, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1,
         0);
#if defined(__x86_64__)
  } else if (action == "x32") {
    // getppid() by the numbers of another ABI, which a filter may have forgotten.
    syscall(0x40000000 | SYS_getppid);
  } else if (action == "int80") {
    int result = 64;  // getppid() of 32-bit programs
    asm volatile("int $0x80" : "+a"(result) : : "memory");
#endif
  } else if (action == "ring") {
    syscall(SYS_io_uring_setup, 1, nullptr);
  } else if (action == "peek") {
    char byte = 0;
    iovec here = {&byte, 1};
    iovec there = {&byte, 1};
    process_vm_readv(getppid(), &here, 1, &there, 1, 0);
  } else if (action == "descriptor") {
    msghdr message = {};
    sendmsg(STDIN_FILENO, &message, 0);
  } else if (action == "limits") {
    const rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_DATA, &none);
  } else if (action == "memory") {
    EatMemory();
  } else if (action == "time") {
    EatTime();
  } else if (action == "crash") {
    abort();
  } else if (action == "end") {
    _exit(0);
  } else if (action == "hang") {
    while (true) pause();
  } else if (action == "sleep") {
    while (true) std::this_thread::sleep_for(std::chrono::hours(1));
  } else if (action == "thread") {
    std::string from_thread;
    std::thread([&from_thread] { from_thread = "a thread of its own"; }).join();
    Answer(from_thread);
    _exit(0);
  } else if (action == "long") {
    const EncodedHead head = EncodeHead({FrameType::kAnswer, 0xffffffff});
    if (write(STDIN_FILENO, head.data(), head.size()) < 0) _exit(1);
    EatTime();
  } else if (action == "nonsense") {
    Answer("{\"verdict\":\"pass\"}");
    _exit(0);
  }
}

}  // namespace
}  // namespace tidemark::verifier

// The action is the program's argument or, for who cannot give one, part of its name.
int main(int argc, char** argv) {
  using namespace tidemark::verifier;
  if (!ReadFrame(STDIN_FILENO, FrameType::kOrder).ok()) return 1;
  std::set_new_handler([] { _exit(kReaderOutOfMemory); });
  if (!ConfineThisProcess({.memory_bytes_max = kMemoryBytesMax, .cpu_seconds_max = 1}).ok()) {
    return 1;
  }
  const char* dash = std::strrchr(argv[0], '-');
  Act(argc > 1 ? argv[1] : dash == nullptr ? "" : dash + 1);
  Answer("still here");
  _exit(0);
}
