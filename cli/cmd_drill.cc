// tidemark drill: the whole story, from a registry that is made up to its zone on the wire.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/status.h"
#include "base/subprocess.h"
#include "cli/command.h"
#include "failover/drill/drill.h"
#include "tools/generator/generator.h"

namespace tidemark::cli {
namespace {

struct Arguments {
  bool demo = false;
  uint64_t domains = 20'000;
  std::string out;
  std::string tld = "example";
  uint64_t seed = 1;
  std::string hosts = "objects";
};

volatile sig_atomic_t stop_requested = 0;
void RequestStop(int) { stop_requested = 1; }

void CatchStopSignals() {
  struct sigaction action = {};
  action.sa_handler = RequestStop;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

absl::Status Generate(const generator::GeneratorOptions& options, bool quiet,
                      const std::string& deposit_path, const std::string& zone_path) {
  ASSIGN_OR_RETURN(const auto deposit,
                   base::FileSink::Create(deposit_path, base::FileMode::kPrivate));
  ASSIGN_OR_RETURN(const auto zone, base::FileSink::Create(zone_path, base::FileMode::kPrivate));
  std::unique_ptr<base::Progress> progress;
  const auto on_progress = [&](uint64_t done, uint64_t total) {
    if (progress == nullptr) {
      progress =
          std::make_unique<base::Progress>(base::ProgressOptions{.label = "  generating",
                                                                 .total = total,
                                                                 .unit = base::ProgressUnit::kItems,
                                                                 .quiet = quiet});
    }
    progress->Update(done);
  };
  RETURN_IF_ERROR(generator::Generate(options, *deposit, *zone, on_progress).status());
  RETURN_IF_ERROR(deposit->Close());
  return zone->Close();
}

absl::StatusOr<failover::DrillReport> Run(const Arguments& arguments, const Session& session) {
  generator::GeneratorOptions generator_options;
  generator_options.tld = arguments.tld;
  generator_options.domains = arguments.domains;
  generator_options.seed = arguments.seed;
  if (arguments.hosts == "attributes") {
    generator_options.host_model = generator::HostModel::kAttributes;
  }
  RETURN_IF_ERROR(generator::Validate(generator_options));
  RETURN_IF_ERROR(base::MakeDirs(arguments.out, base::FileMode::kPublic));
  CatchStopSignals();

  const bool is_talking = !session.quiet && isatty(STDERR_FILENO) == 1;
  std::unique_ptr<base::Progress> probing;
  failover::DrillOptions options;
  ASSIGN_OR_RETURN(options.programs_dir, base::OwnProgramDir());
  options.logs_dir = arguments.out + "/logs";
  options.tld = arguments.tld;
  options.domains = arguments.domains;
  options.seed = arguments.seed;
  options.deposit_name = generator::DepositName(generator_options);
  options.generate = [&](const std::string& deposit_path, const std::string& zone_path) {
    return Generate(generator_options, session.quiet, deposit_path, zone_path);
  };
  options.on_stage_begin = [&](const std::string& stage) {
    if (is_talking) std::fprintf(stderr, "%-14s ...\r", stage.c_str());
  };
  options.on_stage_end = [&](const std::string& stage, double seconds) {
    probing.reset();
    if (is_talking) std::fprintf(stderr, "%-14s %8.2f s\033[K\n", stage.c_str(), seconds);
  };
  options.on_probe = [&](uint64_t done, uint64_t total) {
    if (probing == nullptr) {
      probing =
          std::make_unique<base::Progress>(base::ProgressOptions{.label = "  asking",
                                                                 .total = total,
                                                                 .unit = base::ProgressUnit::kItems,
                                                                 .quiet = session.quiet});
    }
    probing->Update(done);
  };
  options.should_stop = [] { return stop_requested != 0; };
  failover::DrillReport report = failover::RunDrill(options);
  RETURN_IF_ERROR(base::WriteFile(arguments.out + "/report.json", failover::ToJson(report),
                                  base::FileMode::kPublic));
  RETURN_IF_ERROR(base::WriteFile(arguments.out + "/report.html", failover::ToHtml(report),
                                  base::FileMode::kPublic));
  return report;
}

}  // namespace

void AddDrill(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "drill", "Lose a registry on purpose and bring it back, measured, with a report");
  const auto arguments = std::make_shared<Arguments>();
  command->add_flag("--demo", arguments->demo, "With a registry that is made up for the occasion")
      ->required();
  command->add_option("--domains", arguments->domains, "Domains of the registry")
      ->capture_default_str()
      ->check(CLI::Range(uint64_t{10}, uint64_t{generator::kDomainsMax}));
  command->add_option("--out", arguments->out, "Directory for report.json and report.html")
      ->default_str("drill-report");
  command->add_option("--tld", arguments->tld, "TLD to make up")->capture_default_str();
  command->add_option("--seed", arguments->seed, "Same seed, same registry")->capture_default_str();
  command->add_option("--hosts", arguments->hosts, "Name servers as objects or attributes")
      ->capture_default_str()
      ->check(CLI::IsMember({"objects", "attributes"}));
  command->footer(
      "Exit status: 0 everything measured is as it should be, 1 an answer is no, 2 it could not "
      "run.\nAs root every role runs as a user of its own.\n"
      "Example: tidemark drill --demo --domains 20000 --out drill-report");
  command->callback([arguments, &session] {
    if (arguments->out.empty()) arguments->out = "drill-report";
    const absl::StatusOr<failover::DrillReport> report = Run(*arguments, session);
    if (!report.ok()) return Fail(session, "drill", report.status());
    std::fputs(failover::ToText(*report).c_str(), stdout);
    std::printf("  report: %s/report.html\n", arguments->out.c_str());
    switch (report->verdict) {
      case failover::DrillVerdict::kPass:
        session.exit = Exit::kGood;
        break;
      case failover::DrillVerdict::kFail:
        session.exit = Exit::kNo;
        break;
      case failover::DrillVerdict::kUndecided:
        session.exit = Exit::kUndecided;
        break;
    }
  });
}

}  // namespace tidemark::cli
