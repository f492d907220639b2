// tidemark drill: a registry is lost on purpose and brought back; one that is made up, or a TLD's
// latest verified deposit, every night.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/drill_modes.h"
#include "tools/generator/generator.h"

namespace tidemark::cli {
namespace {

using Mode = void (*)(const DrillArguments&, Session&);

// What the line asks for; INVALID_ARGUMENT if it asks for none, or for two things at once.
absl::StatusOr<Mode> ModeOf(const DrillArguments& arguments, bool has_tld) {
  const bool has_config = !arguments.config.empty();
  const int modes = (arguments.demo ? 1 : 0) + (arguments.scenario.empty() ? 0 : 1) +
                    (has_config ? 1 : 0) + (arguments.verify.empty() ? 0 : 1) +
                    (arguments.make_key.empty() ? 0 : 1);
  if (modes != 1) {
    return absl::InvalidArgumentError(
        "one of --demo, --scenario, --config, --verify and --make-key");
  }
  if (arguments.demo) return RunDemo;
  if (!arguments.scenario.empty()) return RunScenario;
  if (!arguments.make_key.empty()) return MakeReportKey;
  if (!arguments.verify.empty()) {
    if (arguments.key.empty()) return absl::InvalidArgumentError("--verify needs --key");
    return VerifyReport;
  }
  if (arguments.all == has_tld) return absl::InvalidArgumentError("either --tld or --all");
  if (arguments.schedule && !arguments.all) {
    return absl::InvalidArgumentError("--schedule goes with --all");
  }
  if (arguments.history && arguments.all) {
    return absl::InvalidArgumentError("--history is of one --tld");
  }
  if (arguments.history) return ShowHistory;
  return arguments.all ? RunAllNights : RunOneNight;
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
  command.add_option("--hosts", arguments.hosts, "Name servers as objects or attributes")
      ->capture_default_str()
      ->check(CLI::IsMember({"objects", "attributes"}));
}

CLI::Option* AddNightlyOptions(CLI::App& command, DrillArguments& arguments) {
  command.add_option("--config", arguments.config,
                     "drill.toml: with the latest verified deposit of the vault");
  CLI::Option* const tld = command.add_option(
      "--tld", arguments.tld, "TLD to drill; with --demo, to make up (default: example)");
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
  return tld;
}

}  // namespace

void AddDrill(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "drill", "Lose a registry on purpose and bring it back, measured, with a report");
  const auto arguments = std::make_shared<DrillArguments>();
  AddDemoOptions(*command, *arguments);
  const CLI::Option* const tld = AddNightlyOptions(*command, *arguments);
  command->footer(
      "Exit status: 0 everything measured is as it should be, 1 an answer is no, 2 it could not "
      "run;\nwith --all 1 if one TLD's is no, else 2 if one could not run; with --scenario 0 if "
      "the outcome is\nas expected; with --verify 1 if the signature is not the key's.\n"
      "As root every role of a demo runs as a user of its own, and a nightly drill in a network of "
      "its own.\n"
      "Example: tidemark drill --demo --domains 20000 --out drill-report\n"
      "         tidemark drill --config drill.toml --all --schedule");
  command->callback([arguments, tld, &session] {
    const absl::StatusOr<Mode> mode = ModeOf(*arguments, tld->count() > 0);
    if (!mode.ok()) return Fail(session, "drill", mode.status());
    (*mode)(*arguments, session);
  });
}

}  // namespace tidemark::cli
