// tidemarkd that kills itself at a point of the write path, for crash tests.
//
// The environment says where: TIDEMARK_CRASH_POINT is one of vault::kCrashPoints or, of a second
// copy, vault::kReplicaPoints, and
// TIDEMARK_CRASH_COUNT the occurrence, from 1 (the default). SIGKILL cannot be handled: whatever
// was not synced or handed to the kernel by then is lost, as with kill -9.

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "escrow_agent/server/daemon.h"
#include "vault/replica/replica.h"
#include "vault/vault.h"

namespace {

std::string EnvOr(const char* name, const char* default_value) {
  const char* const value = std::getenv(name);
  return value == nullptr ? default_value : value;
}

template <size_t kSize>
bool IsIn(const absl::string_view (&points)[kSize], const std::string& wanted) {
  return std::find(std::begin(points), std::end(points), wanted) != std::end(points);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string wanted = EnvOr("TIDEMARK_CRASH_POINT", "");
  int count = 0;
  if (!absl::SimpleAtoi(EnvOr("TIDEMARK_CRASH_COUNT", "1"), &count) || count < 1 ||
      (!wanted.empty() && !IsIn(tidemark::vault::kCrashPoints, wanted) &&
       !IsIn(tidemark::vault::kReplicaPoints, wanted))) {
    std::fprintf(stderr, "tidemarkd_crash: no such point or count\n");
    return 2;
  }
  tidemark::escrow_agent::DaemonOptions options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const absl::string_view flag = argv[i];
    if (flag == "--config") options.config_path = argv[i + 1];
    if (flag == "--ready-file") options.ready_file = argv[i + 1];
  }
  std::atomic<int> left = count;
  options.at_point = [&wanted, &left](absl::string_view point) {
    if (point == wanted && left.fetch_sub(1) == 1) raise(SIGKILL);
  };
  return tidemark::escrow_agent::RunTidemarkd(options);
}
