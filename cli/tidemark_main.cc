// tidemark: what people and scripts run. It judges plain deposits itself and starts tidemark-verbs,
// which lies beside it, for every other line, also for one that it does not understand.
//
// Before main() the dynamic linker binds all libraries of a program. Those of all verbs (gRPC,
// RocksDB, Xerces-C++, RNP) take it longer than most deposits take to be judged.

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "CLI/CLI.hpp"
#include "base/core_dumps.h"
#include "base/standard_descriptors.h"
#include "base/subprocess.h"
#include "cli/check_extras.h"
#include "cli/command.h"

namespace tidemark::cli {
namespace {

// Whoever serves is told to stop by a signal that it takes once it can (cli/cmd_serve.cc), not one
// that ends it while it is still being loaded.
void HoldStopsBack(int argc, char** argv) {
  if (argc < 2 || std::strcmp(argv[1], "serve") != 0) return;
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGTERM);
  sigaddset(&stops, SIGINT);
  sigprocmask(SIG_BLOCK, &stops, nullptr);
}

// Becomes tidemark-verbs. Returns only if that cannot be: an exit status.
int RunVerbs(char** argv) {
  const absl::StatusOr<std::string> dir = base::OwnProgramDir();
  if (!dir.ok()) {
    std::fprintf(stderr, "tidemark: %s\n", std::string(dir.status().message()).c_str());
    return static_cast<int>(Exit::kUndecided);
  }
  const std::string program = *dir + "/tidemark-verbs";
  ::execv(program.c_str(), argv);
  std::fprintf(stderr, "tidemark: %s: %s; it belongs beside tidemark\n", program.c_str(),
               std::strerror(errno));
  return static_cast<int>(Exit::kUndecided);
}

int Run(int argc, char** argv) {
  CLI::App app;
  Session session;
  SetUp(app, session);
  AddCheckWith(/*extras=*/nullptr, app, session);
  // Help, too, is reported by exception. Nothing was done by then: verbs run after the whole line
  // was understood.
  try {
    app.parse(argc, argv);
  } catch (const CLI::Error&) {
    return RunVerbs(argv);
  }
  return ExitStatus(session);
}

}  // namespace
}  // namespace tidemark::cli

int main(int argc, char** argv) {
  tidemark::cli::HoldStopsBack(argc, argv);
  tidemark::base::KeepStandardDescriptors();
  tidemark::base::RequireNoCoreDumps();
  return tidemark::cli::Run(argc, argv);
}
