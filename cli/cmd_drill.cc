// tidemark drill: a registry is lost on purpose and brought back; one that is made up, or a TLD's
// latest verified deposit, every night.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/drill_modes.h"
#include "tools/generator/generator.h"

namespace tidemark::cli {
namespace {

// What a line asks for, and the options that mean something there.
struct Mode {
  const char* name;
  void (*run)(const DrillArguments&, Session&);
  std::vector<std::string> options;
};

bool Has(const CLI::App& command, const char* option) {
  return command.get_option(option)->count() > 0;
}

absl::StatusOr<Mode> NightlyMode(const CLI::App& command) {
  if (Has(command, "--all") == Has(command, "--tld")) {
    return absl::InvalidArgumentError("either --tld or --all");
  }
  if (Has(command, "--all")) {
    return Mode{"--all", RunAllNights, {"--config", "--all", "--schedule"}};
  }
  if (Has(command, "--history")) {
    return Mode{"--history", ShowHistory, {"--config", "--tld", "--history"}};
  }
  return Mode{"a drill of one --tld", RunOneNight, {"--config", "--tld"}};
}

absl::StatusOr<Mode> ModeOf(const CLI::App& command) {
  const Mode modes[] = {
      {"--demo", RunDemo, {"--demo", "--tld", "--domains", "--seed", "--hosts", "--out"}},
      {"--scenario", RunScenario, {"--scenario", "--tld", "--hosts", "--out"}},
      {"--verify", VerifyReport, {"--verify", "--key"}},
      {"--make-key", MakeReportKey, {"--make-key"}}};
  std::vector<Mode> asked;
  for (const Mode& mode : modes) {
    if (Has(command, mode.name)) asked.push_back(mode);
  }
  if (asked.size() + (Has(command, "--config") ? 1 : 0) != 1) {
    return absl::InvalidArgumentError(
        "one of --demo, --scenario, --config, --verify and --make-key");
  }
  if (asked.empty()) return NightlyMode(command);
  if (Has(command, "--verify") && !Has(command, "--key")) {
    return absl::InvalidArgumentError("--verify needs --key");
  }
  return asked[0];
}

// INVALID_ARGUMENT if it asks for nothing, for two things at once, or gives an option that would
// have no effect.
absl::StatusOr<Mode> ReadLine(const CLI::App& command) {
  ASSIGN_OR_RETURN(Mode mode, ModeOf(command));
  for (const CLI::Option* const option : command.get_options()) {
    const std::string name = option->get_name();
    if (option->count() == 0 ||
        std::find(mode.options.begin(), mode.options.end(), name) != mode.options.end()) {
      continue;
    }
    return absl::InvalidArgumentError(absl::StrCat(name, " has no effect with ", mode.name));
  }
  return mode;
}

void AddDemoOptions(CLI::App& command, DrillArguments& arguments) {
  command.add_flag("--demo", arguments.demo, "With a registry that is made up for the occasion");
  command.add_option("--scenario", arguments.scenario,
                     "Play an exercise and compare with the outcome that its file expects");
  command.add_option("--domains", arguments.domains, "Domains of the registry; with --demo")
      ->capture_default_str()
      ->check(CLI::Range(uint64_t{10}, uint64_t{generator::kDomainsMax}));
  command
      .add_option("--out", arguments.out,
                  "Directory for report.json and report.html; with --demo and --scenario")
      ->default_str("drill-report");
  command.add_option("--seed", arguments.seed, "Same seed, same registry; with --demo")
      ->capture_default_str();
  command
      .add_option("--hosts", arguments.hosts,
                  "Name servers as objects or attributes; with --demo and --scenario")
      ->capture_default_str()
      ->check(CLI::IsMember({"objects", "attributes"}));
}

void AddNightlyOptions(CLI::App& command, DrillArguments& arguments) {
  command.add_option("--config", arguments.config,
                     "drill.toml: with the latest verified deposit of the vault");
  command.add_option("--tld", arguments.tld,
                     "TLD to drill; with --demo and --scenario, to make up (default: example)");
  command.add_flag("--all", arguments.all, "Every TLD, one after the other; with --config");
  command.add_flag("--schedule", arguments.schedule,
                   "Every night at the configured time, until it is told to stop; with --all");
  command.add_flag("--history", arguments.history,
                   "Show earlier drills of a TLD whose signatures verify; with --config");
  command.add_option("--verify", arguments.verify,
                     "Check the signature of a report.json or report.html");
  command.add_option("--key", arguments.key, "Public key in hex, or its file; with --verify");
  command.add_option("--make-key", arguments.make_key,
                     "Make a key that signs reports: FILE, and FILE.pub");
}

}  // namespace

void AddDrill(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "drill", "Lose a registry on purpose and bring it back, measured, with a report");
  const auto arguments = std::make_shared<DrillArguments>();
  AddDemoOptions(*command, *arguments);
  AddNightlyOptions(*command, *arguments);
  command->footer(
      "Exit status: 0 everything measured is as it should be, 1 an answer is no, 2 it could not "
      "run;\nwith --all 1 if one TLD's is no, else 2 if one could not run; with --scenario 0 if "
      "the outcome is\nas expected; with --verify 1 if the signature is not the key's; with "
      "--schedule, told to stop,\n1 if the latest night of one TLD was a no, else 2 if one could "
      "not run or that night not begin, else 0.\nOf each night the log has a line drill-ends with "
      "its status and the TLDs that are no.\n"
      "As root every role of a demo runs as a user of its own, and a nightly drill in a network of "
      "its own.\n"
      "Example: tidemark drill --demo --domains 20000 --out drill-report\n"
      "         tidemark drill --config drill.toml --all --schedule");
  command->callback([arguments, command, &session] {
    const absl::StatusOr<Mode> mode = ReadLine(*command);
    if (!mode.ok()) return Fail(session, "drill", mode.status());
    mode->run(*arguments, session);
  });
}

}  // namespace tidemark::cli
