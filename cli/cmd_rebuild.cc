// tidemark rebuild: a deposit becomes a registry store and a zone.
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/bytes.h"
#include "base/config.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/serve_config.h"
#include "cli/vault_source.h"
#include "failover/rebuild/rebuild.h"
#include "rde/file_name.h"
#include "rde/reader.h"
#include "verifier/base_chain.h"
#include "verifier/input/deposit_input.h"
#include "verifier/streamed_chain.h"

namespace tidemark::cli {
namespace {

struct Arguments {
  std::string deposit;
  std::string out;
  std::string config;
  std::vector<std::string> releases;
  std::string tld;
  std::string format = "text";
  bool dry_run = false;
  std::string registrar_map;
  std::string unknown_registrar = "keep";
};

// An existing file wins; otherwise a name of the form tld/id or tld/id/resend is a deposit's.
bool IsFile(const std::string& text) {
  struct stat info;
  return text == "-" || stat(text.c_str(), &info) == 0;
}

absl::StatusOr<failover::RebuildReport> RebuildFrom(const failover::ReadRecords& read,
                                                    uint64_t total,
                                                    failover::RebuildOptions options,
                                                    const Session& session) {
  const bool is_dry = options.purpose == failover::Purpose::kDryRun;
  base::Progress progress(
      {.label = is_dry ? "dry run" : "rebuilding", .total = total, .quiet = session.quiet});
  options.on_progress = [&progress](uint64_t bytes) { progress.Update(bytes); };
  return failover::Rebuild(read, options);
}

// One more thread sorts and writes what these read.
int ReadingThreads() {
  constexpr unsigned kThreadsMax = 4;
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, kThreadsMax));
}

absl::StatusOr<failover::RebuildReport> RebuildFromFile(const std::string& path,
                                                        failover::RebuildOptions options,
                                                        const Session& session) {
  const verifier::Resources resources;
  ASSIGN_OR_RETURN(const std::unique_ptr<verifier::DepositInput> input,
                   verifier::DepositInput::Open(path, resources));
  if (const auto name = rde::ParseDepositFileName(input->xml_name()); name.ok()) {
    options.fallback_tld = name->tld;
  }
  const auto read = [&](const failover::OnRead& on_read, rde::RecordSink& sink) {
    const auto read_xml = [&on_read](base::ByteSource& xml, rde::RecordSink& records) {
      return failover::ReadXml(xml, on_read, records, {.threads = ReadingThreads()});
    };
    return verifier::ReadInput(*input, read_xml, resources, sink);
  };
  return RebuildFrom(read, input->xml_bytes(), std::move(options), session);
}

// A deposit in custody; a DIFF or INCR with those that it builds on.
absl::StatusOr<failover::RebuildReport> RebuildFromVault(VaultSource& source,
                                                         failover::RebuildOptions options,
                                                         const Session& session) {
  const bool is_full = source.info().type == "FULL";
  std::vector<verifier::ChainDeposit> bases;
  if (!is_full) {
    options.records = failover::Records::kRepository;
    ASSIGN_OR_RETURN(bases, source.Bases());
  }
  const auto read = [&](const failover::OnRead& on_read, rde::RecordSink& sink) {
    const auto read_xml = [&on_read](base::ByteSource& xml, rde::RecordSink& records) {
      return failover::ReadXml(xml, on_read, records);
    };
    verifier::StreamedChain chain(
        {source.name(), source.info(), [&source] { return source.TakeBytes(); }}, bases, read_xml,
        {});
    std::vector<size_t> used;
    return is_full ? chain.last().read(sink)
                   : verifier::ReadRepository(chain.last(), chain.bases(), {}, sink, used);
  };
  return RebuildFrom(read, 0, std::move(options), session);
}

absl::StatusOr<failover::RebuildReport> Run(const Arguments& arguments, const Session& session) {
  failover::RebuildOptions options;
  options.out_dir = arguments.out;
  options.tld = absl::AsciiStrToLower(arguments.tld);
  if (arguments.dry_run) options.purpose = failover::Purpose::kDryRun;
  if (!arguments.registrar_map.empty()) {
    ASSIGN_OR_RETURN(options.registrars.map, failover::LoadRegistrarMap(arguments.registrar_map));
  }
  const absl::Status unknown =
      failover::SetUnknownRegistrar(arguments.unknown_registrar, options.registrars);
  if (!unknown.ok()) return base::Annotate(unknown, "--unknown-registrar");
  const bool is_file = IsFile(arguments.deposit);
  std::unique_ptr<base::Config> config;
  if (!arguments.config.empty()) {
    ASSIGN_OR_RETURN(base::Config loaded, base::Config::Load(arguments.config));
    config = std::make_unique<base::Config>(std::move(loaded));
    ASSIGN_OR_RETURN(options.zone, failover::LoadZoneConfig(*config));
    RETURN_IF_ERROR(CheckRddsSections(*config));  // what serve reads of the same file
  }
  if (is_file) {
    if (!arguments.releases.empty()) {
      return absl::InvalidArgumentError("--release goes with a deposit in the vault, not a file");
    }
    if (config != nullptr) RETURN_IF_ERROR(IgnoreVaultSections(*config));
    return RebuildFromFile(arguments.deposit, std::move(options), session);
  }
  if (config == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat(
        arguments.deposit, ": no such file; for a deposit in the vault give --config"));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<VaultSource> source,
                   VaultSource::Open(*config, arguments.deposit, arguments.releases));
  if (options.tld.empty()) options.tld = source->tld();
  return RebuildFromVault(*source, std::move(options), session);
}

}  // namespace

void AddRebuild(CLI::App& app, Session& session) {
  CLI::App* const command = app.add_subcommand(
      "rebuild", "Turn a deposit into a registry store and a zone that can be served");
  const auto arguments = std::make_shared<Arguments>();
  command
      ->add_option(
          "DEPOSIT", arguments->deposit,
          "A deposit: XML file with its CSV files beside it, directory, tar, - for standard "
          "input; or TLD/ID[/RESEND] in the vault")
      ->required();
  command->add_option("--out", arguments->out, "Directory to fill: new, empty or a former rebuild")
      ->required();
  command->add_option("--config", arguments->config,
                      "TOML file with [zone]; for the vault also what keygen or enroll wrote");
  command
      ->add_option("--release", arguments->releases,
                   "Release packages of the custodians, with a successor's --config: one for each "
                   "deposit that a DIFF or INCR builds on, and its own")
      ->allow_extra_args(false)
      ->type_name("FILE");
  command->add_option("--tld", arguments->tld, "Refuse a deposit of another TLD");
  command->add_flag("--dry-run", arguments->dry_run,
                    "Say what would be restored and what not, and leave nothing behind");
  command
      ->add_option("--registrar-map", arguments->registrar_map,
                   "TOML file: which registrar is which of the successor's, by IANA id or id")
      ->type_name("FILE");
  command
      ->add_option("--unknown-registrar", arguments->unknown_registrar,
                   "Ids that name no registrar of deposit or map: keep them, refuse to rebuild, or "
                   "the id of who takes their places")
      ->type_name("keep|refuse|ID")
      ->capture_default_str();
  AddFormatOption(*command, arguments->format);
  command->footer(
      "Writes OUT/zone/TLD.zone, OUT/registry/ and OUT/report.json.\n"
      "A dry run does the same work in OUT/.partial and removes it: it takes as long as the real\n"
      "one, needs as much room on OUT's disk for that time, and is refused and exits for the same\n"
      "reasons.\n"
      "Exit status: 0 every object came back, 1 not every one, 2 nothing was rebuilt.\n"
      "Example: tidemark rebuild example_2026-11-22_full_S1_R0.xml --out rebuilt");
  command->callback([arguments, &session] {
    const absl::StatusOr<failover::RebuildReport> report = Run(*arguments, session);
    if (!report.ok()) return Fail(session, "rebuild", report.status());
    const std::string text =
        arguments->format == "json" ? failover::ToJson(*report) : failover::ToText(*report);
    std::fputs(text.c_str(), stdout);
    session.exit = report->complete() ? Exit::kGood : Exit::kNo;
  });
}

}  // namespace tidemark::cli
