// A program's command line, understood or refused.
#ifndef TIDEMARK_CLI_PARSE_LINE_H_
#define TIDEMARK_CLI_PARSE_LINE_H_

#include <optional>

#include "CLI/CLI.hpp"

namespace tidemark::cli {

// Nothing, and the program goes on; or what main() is to return at once: 0 after help, 2 for wrong
// usage. Either has been printed.
inline std::optional<int> ParseLine(CLI::App& app, int argc, char** argv) {
  // CLI11 reports both by exception; it ends here.
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return 2;
  }
  return std::nullopt;
}

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_PARSE_LINE_H_
