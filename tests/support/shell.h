// A line for /bin/sh, for what tests do with tar, gzip and pipes as people do.
#ifndef TIDEMARK_TESTS_SUPPORT_SHELL_H_
#define TIDEMARK_TESTS_SUPPORT_SHELL_H_

#include <string>

#include "base/subprocess.h"

namespace tidemark::tests {

// What it printed and its exit status; -1, and the test fails, if it could not be run to its end
// within two minutes, or printed over 32 MiB.
base::RunResult Shell(const std::string& command);

}  // namespace tidemark::tests

#endif  // TIDEMARK_TESTS_SUPPORT_SHELL_H_
