// One bad neighbour, over and over until standard input ends; for tools/bench, line "many".
//
//   hostile_registry loris|endless|tiny|thief DEPOSITOR.TOML TLD
//   hostile_registry cut HOST:PORT CUT_EVERY_BYTES
//
// loris: a frame of one byte now and then. endless: frames of the largest size without end. tiny: a
// million frames of one byte. thief: begins for TLD, which its certificate does not name. cut: a
// proxy before the server, whose address it prints, that cuts ten times what goes through. At the
// end it prints how often it was refused, or how often it cut.
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "escrow_agent/client/deposit_client.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/hostile_registry.h"

namespace tidemark::tests {
namespace {

constexpr int kCuts = 10;
constexpr uint32_t kTinyFrames = 1'000'000;
// One who begins anew as fast as it can would measure what a handshake costs, and nothing else.
constexpr absl::Duration kPause = absl::Milliseconds(50);

// Until whoever started us closes our input, or ends.
void WaitForEnd() {
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

int Cut(const char* target, const char* cut_every_bytes) {
  const absl::StatusOr<std::unique_ptr<CuttingProxy>> proxy =
      CuttingProxy::Start({.target = target,
                           .cut_every_bytes = std::strtoull(cut_every_bytes, nullptr, 10),
                           .cuts_max = kCuts});
  if (!proxy.ok()) {
    std::fprintf(stderr, "hostile_registry: %s\n", proxy.status().ToString().c_str());
    return 2;
  }
  std::printf("%s\n", (*proxy)->address().c_str());
  std::fflush(stdout);
  WaitForEnd();
  std::printf("%d\n", (*proxy)->cuts());
  return 0;
}

std::string Frame(absl::string_view kind, uint32_t number) {
  if (kind == "endless") return std::string(base::kFrameCipherBytesMax, 'x');
  if (kind == "loris") absl::SleepFor(absl::Milliseconds(200));
  return kind == "tiny" && number == kTinyFrames ? "" : "x";
}

int Annoy(absl::string_view kind, const char* config_path, const char* tld) {
  const absl::StatusOr<escrow_agent::DepositorConfig> config =
      escrow_agent::LoadDepositorConfig(config_path);
  if (!config.ok()) {
    std::fprintf(stderr, "hostile_registry: %s\n", config.status().ToString().c_str());
    return 2;
  }
  std::atomic<bool> is_over = false;
  std::atomic<int> refusals = 0;
  std::thread upload([&] {
    while (!is_over) {
      const absl::Status end = SendFrames(*config, tld, [&](uint32_t number) {
        return is_over ? std::string() : Frame(kind, number);
      });
      if (is_over || end.ok()) continue;
      ++refusals;
      absl::SleepFor(kPause);
    }
  });
  WaitForEnd();
  is_over = true;
  upload.join();
  std::printf("%d\n", refusals.load());
  return 0;
}

int Main(int argc, char** argv) {
  const absl::string_view kind = argc > 1 ? argv[1] : "";
  if (kind == "cut" && argc == 4) return Cut(argv[2], argv[3]);
  const bool is_known = kind == "loris" || kind == "endless" || kind == "tiny" || kind == "thief";
  if (is_known && argc == 4) return Annoy(kind, argv[2], argv[3]);
  std::fputs("usage: hostile_registry loris|endless|tiny|thief DEPOSITOR.TOML TLD\n"
             "       hostile_registry cut HOST:PORT CUT_EVERY_BYTES\n",
             stderr);
  return 2;
}

}  // namespace
}  // namespace tidemark::tests

int main(int argc, char** argv) { return tidemark::tests::Main(argc, argv); }
