#include "tests/support/shell.h"

#include "absl/time/time.h"
#include "base/testing.h"

namespace tidemark::tests {

base::RunResult Shell(const std::string& command) {
  const auto result = base::RunAndCapture({"/bin/sh", "-c", command}, absl::Minutes(2), 32 << 20);
  EXPECT_OK(result);
  return result.ok() ? *result : base::RunResult{-1, "", ""};
}

}  // namespace tidemark::tests
