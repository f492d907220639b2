#include "tests/rebuild/program.h"

#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/testing.h"

namespace tidemark::tests {
namespace {

constexpr absl::Duration kTimeout = absl::Minutes(4);
constexpr size_t kOutputBytesMax = 16 << 20;
constexpr char kStrace[] = "/usr/bin/strace";

}  // namespace

std::string TidemarkProgram() {
  const char* const root = std::getenv("TEST_SRCDIR");
  return absl::StrCat(root == nullptr ? "." : root, "/tidemark/cli/tidemark");
}

std::vector<std::string> WithFault(const SystemCallFault& fault,
                                   const std::vector<std::string>& arguments) {
  std::vector<std::string> line = {kStrace,
                                   "-D",
                                   "-f",
                                   "-qqq",
                                   "-o",
                                   "/dev/null",
                                   "-e",
                                   "trace=" + fault.calls,
                                   "-e",
                                   absl::StrCat("inject=", fault.calls, ":", fault.fault),
                                   TidemarkProgram()};
  line.insert(line.end(), arguments.begin(), arguments.end());
  return line;
}

base::RunResult RunLine(const std::vector<std::string>& line) {
  absl::StatusOr<base::RunResult> result = base::RunAndCapture(line, kTimeout, kOutputBytesMax);
  EXPECT_OK(result);
  return result.ok() ? *std::move(result) : base::RunResult{-1, "", ""};
}

base::RunResult Tidemark(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), TidemarkProgram());
  return RunLine(arguments);
}

}  // namespace tidemark::tests
