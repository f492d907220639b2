// tidemarkd: the server that stores deposits and cannot read them.

#include <string>

#include "base/standard_descriptors.h"
#include "CLI/CLI.hpp"
#include "escrow_agent/server/daemon.h"

int main(int argc, char** argv) {
  tidemark::base::KeepStandardDescriptors();
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
  // CLI11 reports wrong usage by exception; it ends here.
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return 2;
  }
  return tidemark::escrow_agent::RunTidemarkd(options);
}
