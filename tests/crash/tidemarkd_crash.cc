// tidemarkd that kills itself, as kill -9 would, at a named point of the write path.
//
// usage: TIDEMARK_CRASH_AT=POINT [TIDEMARK_CRASH_NTH=N] tidemarkd_crash --config FILE ...
// Without the variable it is tidemarkd. A test program: the product has no such hook wired.

#include <signal.h>
#include <stdlib.h>

#include <atomic>
#include <string>

#include "absl/strings/string_view.h"
#include "escrow_agent/server/daemon.h"

int main(int argc, char** argv) {
  const char* at = getenv("TIDEMARK_CRASH_AT");
  const char* nth = getenv("TIDEMARK_CRASH_NTH");
  const std::string wanted = at == nullptr ? "" : at;
  std::atomic<int> left = nth == nullptr ? 1 : atoi(nth);
  return tidemark::escrow_agent::TidemarkdMain(argc, argv, [&](absl::string_view point) {
    if (point == wanted && --left == 0) raise(SIGKILL);
  });
}
