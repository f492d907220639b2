// What a verb that judges may use: --memory, --scratch, --threads.
#ifndef TIDEMARK_CLI_RESOURCE_OPTIONS_H_
#define TIDEMARK_CLI_RESOURCE_OPTIONS_H_

#include "CLI/CLI.hpp"
#include "cli/command.h"
#include "verifier/check.h"

namespace tidemark::cli {

// `resources` outlives the app.
void AddResourceOptions(CLI::App& verb, verifier::Resources& resources);

// Tells a person at a terminal what went to scratch; a report does not depend on it.
void TellSpill(const Session& session, absl::string_view verb, uint64_t spilled_bytes);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_RESOURCE_OPTIONS_H_
