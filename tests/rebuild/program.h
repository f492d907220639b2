// The program tidemark, run as it is, or with a fault in one of its system calls.
#ifndef TIDEMARK_TESTS_REBUILD_PROGRAM_H_
#define TIDEMARK_TESTS_REBUILD_PROGRAM_H_

#include <string>
#include <vector>

#include "base/subprocess.h"

namespace tidemark::tests {

std::string TidemarkProgram();

// strace's words for a fault: "fsync,fdatasync" and "signal=KILL:when=2". It counts for each
// thread apart.
struct SystemCallFault {
  std::string calls;
  std::string fault;
};

// The line that runs `arguments` of tidemark under the fault, which strace lays there from its
// grandchild: signals and waits meet tidemark.
std::vector<std::string> WithFault(const SystemCallFault& fault,
                                   const std::vector<std::string>& arguments);

// 128 + the signal that ended it, as a shell says; -1, and the test fails, if it could not be run.
base::RunResult RunLine(const std::vector<std::string>& line);
base::RunResult Tidemark(std::vector<std::string> arguments);

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_REBUILD_PROGRAM_H_
