// tidemark-verifier: the process that opens deposits, and can neither store nor delete them.

#include "base/core_dumps.h"
#include "base/standard_descriptors.h"
#include "CLI/CLI.hpp"
#include "cli/parse_line.h"
#include "verifier/service/daemon.h"

int main(int argc, char** argv) {
  tidemark::base::KeepStandardDescriptors();
  tidemark::base::RequireNoCoreDumps();
  CLI::App app("tidemark-verifier: judges deposits in custody and records signed verdicts",
               "tidemark-verifier");
  tidemark::verifier::DaemonOptions options;
  bool once = false;
  app.add_option("--config", options.config_path, "Configuration file (docs/configuration.md)")
      ->envname("TIDEMARK_CONFIG")
      ->required();
  app.add_flag("--once", once, "Judge all deposits without a verdict, and end");
  app.footer(
      "Ends on SIGTERM or SIGINT. Exit status: 0 stopped cleanly, 2 could not start; with --once\n"
      "0 all pass, 1 some fail, 2 some could not be decided.\n"
      "Example: tidemark-verifier --config agent/verifier/verifier.toml");
  if (const auto status = tidemark::cli::ParseLine(app, argc, argv)) return *status;
  if (once) options.mode = tidemark::verifier::DaemonOptions::Mode::kOnce;
  return tidemark::verifier::RunVerifier(options);
}
