// tidemark-verbs: all verbs of tidemark, the one program that people and scripts run and that
// starts it (cli/tidemark_main.cc). One verb a file.

#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "base/core_dumps.h"
#include "base/standard_descriptors.h"
#include "cli/command.h"
#include "cli/parse_line.h"

namespace tidemark::cli {
namespace {

// "check" or "receipt verify": as far as the line was understood.
const CLI::App& VerbOf(const CLI::App& app, std::string& name) {
  const CLI::App* verb = &app;
  while (!verb->get_subcommands().empty()) {
    verb = verb->get_subcommands().front();
    name += " " + verb->get_name();
  }
  return *verb;
}

// What nobody understood explains more than what is missing because of it.
std::string UsageError(const CLI::App* app, const CLI::Error& error) {
  std::string name = "tidemark";
  const CLI::App& verb = VerbOf(*app, name);
  const std::vector<std::string> unknown = app->remaining(/*recurse=*/true);
  std::string what = error.what();
  if (!unknown.empty()) {
    what = unknown.front() + " is not known here";
  } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr &&
             verb.get_require_subcommand_min() > 0) {
    what = "what should it do?";
  }
  return name + ": " + what + "\nUsage and an example: " + name + " --help\n";
}

int Run(int argc, char** argv) {
  CLI::App app("Tidemark: registry data escrow and continuity", "tidemark");
  Session session;
  SetUp(app, session);
  app.footer(
      "Exit status of every verb: 0 good, 1 the answer is no, 2 could not decide.\n"
      "Example: tidemark check example_2026-11-22_full_S1_R0.xml");
  app.failure_message(UsageError);
  AddCheck(app, session);
  AddExplain(app, session);
  AddKeygen(app, session);
  AddEnroll(app, session);
  AddDeposit(app, session);
  AddReceipt(app, session);
  AddLog(app, session);
  AddStatus(app, session);
  AddList(app, session);
  AddShow(app, session);
  AddHold(app, session);
  AddRetention(app, session);
  AddVerify(app, session);
  AddVerdict(app, session);
  AddRelease(app, session);
  AddRebuild(app, session);
  AddRestore(app, session);
  AddServe(app, session);
  AddCutover(app, session);
  AddExport(app, session);
  AddDrill(app, session);
  AddReplicate(app, session);
  AddReplica(app, session);
  AddFsck(app, session);
  if (const auto status = ParseLine(app, argc, argv)) return *status;
  return ExitStatus(session);
}

}  // namespace
}  // namespace tidemark::cli

int main(int argc, char** argv) {
  tidemark::base::KeepStandardDescriptors();
  tidemark::base::RequireNoCoreDumps();
  return tidemark::cli::Run(argc, argv);
}
