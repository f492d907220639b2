// tidemark release liveness: verbs below `release` that ask custodians whether they have their
// shares. Threads, errors: as every verb (command.h).
#ifndef TIDEMARK_CLI_RELEASE_LIVENESS_H_
#define TIDEMARK_CLI_RELEASE_LIVENESS_H_

#include "CLI/CLI.hpp"
#include "cli/command.h"

namespace tidemark::cli {

void AddReleaseLiveness(CLI::App& release, Session& session);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_RELEASE_LIVENESS_H_
