// tidemarkd: the server that stores deposits and cannot read them.

#include <string>

#include "base/core_dumps.h"
#include "base/standard_descriptors.h"
#include "CLI/CLI.hpp"
#include "cli/parse_line.h"
#include "escrow_agent/server/daemon.h"

int main(int argc, char** argv) {
  tidemark::base::KeepStandardDescriptors();
  tidemark::base::RequireNoCoreDumps();
  CLI::App app("tidemarkd: takes in sealed deposits, keeps them, and cannot open them",
               "tidemarkd");
  tidemark::escrow_agent::DaemonOptions options;
  app.add_option("--config", options.config_path, "Configuration file (docs/configuration.md)")
      ->required();
  app.add_option("--ready-file", options.ready_file,
                 "File that gets HOST:PORT once calls are taken; goes before the key ready_file");
  app.footer(
      "Ends on SIGTERM or SIGINT. Exit status: 0 stopped cleanly, 2 could not start.\n"
      "Example: tidemarkd --config agent/server/tidemarkd.toml");
  if (const auto status = tidemark::cli::ParseLine(app, argc, argv)) return *status;
  return tidemark::escrow_agent::RunTidemarkd(options);
}
