// tidemark check: judges deposit files by the very rules that the agent runs.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/openpgp_options.h"
#include "cli/resource_options.h"
#include "cli/verdict_exit.h"
#include "rde/reader.h"
#include "rde/registry_report.h"
#include "verifier/base_chain.h"
#include "verifier/check.h"
#include "verifier/extension/extension_check.h"
#include "verifier/extension/schema_set.h"
#include "verifier/id_list.h"
#include "verifier/previous_report.h"
#include "verifier/processed_file.h"
#include "verifier/report_json.h"
#include "verifier/report_text.h"
#include "verifier/reports/reports.h"

namespace tidemark::cli {
namespace {

constexpr absl::string_view kStandardInput = "-";

// As typed.
struct Arguments {
  std::vector<std::string> files;
  std::vector<std::string> bases;
  std::string profile = "gtld";
  std::string ruleset;
  std::string tld;
  std::string now;
  std::string format = "text";
  std::string data_model;
  std::string host_model;
  OpenPgpOptions openpgp;
  std::string repository_ids;
  std::string registrar_ids;
  std::string idn_tables;
  std::string report;
  std::string previous;
  std::string zone;
  bool has_idn_tables = false;
  std::string xsd;
  verifier::Resources resources;
};

// Shows how much was read.
class ProgressSource final : public base::ByteSource {
 public:
  ProgressSource(base::FileSource& source, base::ProgressOptions options)
      : source_(source), progress_(std::move(options)) {}

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    ASSIGN_OR_RETURN(const size_t got, source_.Read(buffer));
    progress_.Update(done_ += got);
    return got;
  }
  absl::Status Close() override {
    progress_.Finish();
    return source_.Close();
  }

 private:
  base::FileSource& source_;
  base::Progress progress_;
  uint64_t done_ = 0;
};

// What is compared with one deposit. A malformed report is the registry's flaw and the judge's to
// tell; one that cannot be read is ours.
absl::Status ReadBeside(const Arguments& arguments, verifier::CheckOptions& options) {
  if (arguments.report.empty() && arguments.previous.empty() && arguments.zone.empty())
    return absl::OkStatus();
  if (arguments.files.size() > 1) {
    return absl::InvalidArgumentError("--report, --previous and --zone are about one deposit");
  }
  if (!arguments.report.empty()) {
    ASSIGN_OR_RETURN(const std::string xml, base::ReadSmallFile(arguments.report));
    options.registry_report = rde::ParseRegistryReport(xml);
  }
  if (!arguments.previous.empty()) {
    ASSIGN_OR_RETURN(const std::string json,
                     base::ReadSmallFile(arguments.previous, base::kReportBytesMax));
    ASSIGN_OR_RETURN(options.previous, verifier::ParsePreviousReport(json));
  }
  if (!arguments.zone.empty()) {
    ASSIGN_OR_RETURN(options.zone, base::FileSource::Open(arguments.zone));
  }
  return absl::OkStatus();
}

// IANA's lists, for as long as anything is judged by them.
struct Lists {
  std::optional<verifier::IdList> repository_ids;
  std::optional<verifier::IdList> registrar_ids;
};

absl::StatusOr<Lists> ListsOf(const Arguments& arguments) {
  using Kind = verifier::IdList::Kind;
  Lists lists;
  if (!arguments.repository_ids.empty()) {
    ASSIGN_OR_RETURN(lists.repository_ids,
                     verifier::IdList::ReadFile(arguments.repository_ids, Kind::kRepositories));
  }
  if (!arguments.registrar_ids.empty()) {
    ASSIGN_OR_RETURN(lists.registrar_ids,
                     verifier::IdList::ReadFile(arguments.registrar_ids, Kind::kRegistrars));
  }
  return lists;
}

absl::StatusOr<verifier::CheckOptions> OptionsOf(const Arguments& arguments, const Lists& lists) {
  verifier::CheckOptions options;
  ASSIGN_OR_RETURN(options.profile, verifier::ParseProfile(arguments.profile));
  if (!arguments.ruleset.empty()) {
    ASSIGN_OR_RETURN(options.ruleset, verifier::FindRuleset(arguments.ruleset));
  }
  options.now = absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()));
  std::string error;
  if (!arguments.now.empty() &&
      !absl::ParseTime(absl::RFC3339_full, arguments.now, &options.now, &error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--now is not a time such as 2026-11-22T02:00:00Z: ", error));
  }
  if (!arguments.tld.empty()) options.tld = absl::AsciiStrToLower(arguments.tld);
  if (!arguments.data_model.empty()) {
    ASSIGN_OR_RETURN(options.data_model, verifier::ParseDataModel(arguments.data_model));
  }
  if (!arguments.host_model.empty()) {
    ASSIGN_OR_RETURN(options.host_model, verifier::ParseHostModel(arguments.host_model));
  }
  if (lists.repository_ids.has_value()) options.repository_ids = &*lists.repository_ids;
  if (lists.registrar_ids.has_value()) options.registrar_ids = &*lists.registrar_ids;
  if (arguments.has_idn_tables) {
    options.idn_tables = absl::StrSplit(arguments.idn_tables, ',', absl::SkipWhitespace());
  }
  RETURN_IF_ERROR(ReadBeside(arguments, options));
  options.resources = arguments.resources;
  // A line of JSON may follow another; these are one document each.
  const bool is_document = arguments.format == "html" || arguments.format == "rde-report";
  if (is_document && arguments.files.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--format ", arguments.format, " takes one FILE: it is one document"));
  }
  return options;
}

// What FILE is read with.
struct Inputs {
  std::vector<std::string> bases;
  std::optional<OpenPgpInput> openpgp;
  std::unique_ptr<verifier::SchemaSet> schemas;
};

// Reads `source`, a registry's own objects by `schemas` if there are any.
absl::Status Read(base::ByteSource& source, const verifier::SchemaSet* schemas,
                  const rde::ReadOptions& options, rde::RecordSink& sink) {
  if (schemas == nullptr) return rde::ReadDeposit(source, sink, options);
  verifier::ExtensionCheck extension(*schemas, source, sink);
  absl::Status status = rde::ReadDeposit(extension.source(), extension.sink(), options);
  status.Update(extension.Finish());
  return status;
}

// Reads one file through the judge. What cannot be read is the report's to say.
verifier::Report Judge(const std::string& file, const Inputs& inputs,
                       verifier::CheckOptions options, Session& session) {
  const bool is_input = file == kStandardInput;
  if (!is_input) options.file_name = std::string(file.substr(file.rfind('/') + 1));
  const verifier::Resources resources = options.resources;
  if (inputs.openpgp.has_value()) {
    return verifier::CheckProcessedFile(
        inputs.openpgp->For(file), options, [&](base::ByteSource& content, rde::RecordSink& sink) {
          return Read(content, inputs.schemas.get(), {.threads = resources.threads}, sink);
        });
  }
  verifier::DepositChecker checker(std::move(options));
  if (!is_input && verifier::LooksEncrypted(file)) {
    // Without the key nothing can be said of it, and nothing is the registry's fault.
    const absl::Status status = absl::FailedPreconditionError(
        absl::StrCat(file, " is an OpenPGP message: --decryption-key is needed"));
    Fail(session, "check", status);
    checker.CouldNotRead(status);
    return checker.Finish();
  }
  auto source = base::FileSource::Open(file);
  absl::Status status = source.status();
  if (status.ok()) {
    ProgressSource progress(**source, {.label = is_input ? "checking" : "checking " + file,
                                       .total = (*source)->size_bytes(),
                                       .quiet = session.quiet});
    status = inputs.bases.empty()
                 ? Read(progress, inputs.schemas.get(), {.threads = resources.threads}, checker)
                 : verifier::ReadFileOnBases(progress, file.substr(file.rfind('/') + 1),
                                             inputs.bases, resources, checker);
  }
  if (!status.ok()) {
    Fail(session, "check", status);
    checker.CouldNotRead(status);
  }
  verifier::Report report = checker.Finish();
  TellSpill(session, "check", checker.spilled_bytes());
  return report;
}

absl::StatusOr<std::string> Render(const verifier::Report& report, const std::string& format,
                                   const std::string& file) {
  if (format == "json") return verifier::ReportJson(report) + "\n";
  if (format == "html") return verifier::ReportHtml(report, file);
  if (format == "rde-report") return verifier::RdeReportXml(report);
  return verifier::ReportText(report, file);
}

void Run(const Arguments& arguments, Session& session) {
  const auto lists = ListsOf(arguments);
  if (!lists.ok()) return Fail(session, "check", lists.status());
  auto options = OptionsOf(arguments, *lists);
  if (!options.ok()) return Fail(session, "check", options.status());
  Inputs inputs{arguments.bases, std::nullopt, nullptr};
  if (arguments.openpgp.given()) {
    if (!arguments.bases.empty()) {
      return Fail(session, "check",
                  absl::InvalidArgumentError(
                      "--base goes with a deposit in plain text: decrypt it, then check it"));
    }
    if (arguments.files.size() != 1 || arguments.files[0] == kStandardInput) {
      return Fail(session, "check",
                  absl::InvalidArgumentError("--signature and --decryption-key go with one FILE"));
    }
    auto input = ReadOpenPgpInput(arguments.openpgp);
    if (!input.ok()) return Fail(session, "check", input.status());
    inputs.openpgp = *std::move(input);
  }
  // The second reading would find nothing and call the deposit empty.
  if (std::count(arguments.files.begin(), arguments.files.end(), kStandardInput) > 1) {
    return Fail(session, "check", absl::InvalidArgumentError("- may be given only once"));
  }
  if (std::count(arguments.bases.begin(), arguments.bases.end(), kStandardInput) > 0) {
    return Fail(session, "check", absl::InvalidArgumentError("--base wants files, not -"));
  }
  if (!arguments.xsd.empty()) {
    if (!arguments.bases.empty()) {
      return Fail(session, "check",
                  absl::InvalidArgumentError(
                      "--xsd looks at one deposit: check each by itself, and then with --base"));
    }
    auto loaded = verifier::SchemaSet::Load(arguments.xsd);
    if (!loaded.ok()) return Fail(session, "check", loaded.status());
    inputs.schemas = *std::move(loaded);
    options->extension_uris = inputs.schemas->namespaces();
  }
  for (const std::string& file : arguments.files) {
    const verifier::Report report = Judge(file, inputs, *options, session);
    session.exit = std::max(session.exit, ExitOf(report.verdict));
    const absl::StatusOr<std::string> text = Render(report, arguments.format, file);
    if (!text.ok()) {
      Fail(session, "check", text.status());
      continue;
    }
    std::fwrite(text->data(), 1, text->size(), stdout);
  }
  if (std::fflush(stdout) != 0) {
    Fail(session, "check", absl::UnavailableError("standard output cannot be written"));
  }
}

}  // namespace

void AddCheck(CLI::App& app, Session& session) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* verb = app.add_subcommand("check", "Judge deposit files before sending them");
  verb->add_option("FILE", arguments->files, "Deposit files; - is standard input")
      ->required()
      ->type_name("");
  verb->add_option("--base", arguments->bases,
                   "Judge a DIFF or INCR on these, its FULL and what came between, in any order")
      ->type_name("FILE...");
  CLI::Option* profile =
      verb->add_option("--profile", arguments->profile, "Rules: rst, gtld or cctld")
          ->capture_default_str();
  verb->add_option("--ruleset", arguments->ruleset,
                   "A rule set by its name (default: the profile's at the deposit's watermark)")
      ->excludes(profile);
  verb->add_option("--tld", arguments->tld, "The TLD it must be of (default: the header's)");
  verb->add_option("--now", arguments->now, "Judge as at this time, RFC 3339 (default: now)");
  verb->add_option("--format", arguments->format,
                   "text; json: one object a line for each FILE; html: a page; rde-report: "
                   "rdeReport-1.0 of what was counted")
      ->check(CLI::IsMember({"text", "json", "html", "rde-report"}))
      ->capture_default_str();
  verb->add_option("--data-model", arguments->data_model,
                   "minimum, maximum or per-registrar (default: rules that need it are skipped)");
  verb->add_option("--host-model", arguments->host_model,
                   "objects or attributes (default: rules that need it are skipped)");
  arguments->openpgp.AddTo(*verb);
  verb->add_option("--repository-ids", arguments->repository_ids,
                   "IANA's EPP repository ids: its XML, or one a line (default: form only)");
  verb->add_option("--registrar-ids", arguments->registrar_ids,
                   "IANA's registrar ids: its XML or CSV, or one a line (default: form only)");
  CLI::Option* idn_tables = verb->add_option(
      "--idn-tables", arguments->idn_tables,
      "Ids of the TLD's IDN tables, by commas; \"\" for none (default: rules are skipped)");
  verb->add_option("--report", arguments->report,
                   "The registry's report (.rep) about the deposit, to be compared with it");
  verb->add_option("--previous", arguments->previous,
                   "What --format json said of the deposit before this one: tells what drifted");
  verb->add_option(
      "--zone", arguments->zone,
      "The zone that the TLD published, a master file, to be compared with the deposit");
  verb->add_option("--xsd", arguments->xsd,
                   "Directory of *.xsd for the registry's own objects; complete, with the base "
                   "schemas (default: such objects are a warning)")
      ->type_name("DIR");
  AddResourceOptions(*verb, arguments->resources);
  verb->footer(
      "Exit status: 0 pass, 1 fail, 2 could not decide; of several files, the highest.\n"
      "Example: tidemark check --profile gtld example_2026-11-22_full_S1_R0.xml\n"
      "         tidemark check example_2026-11-23_diff_S1_R0.xml --base "
      "example_2026-11-22_full_S1_R0.xml");
  verb->callback([arguments, idn_tables, &session] {
    arguments->has_idn_tables = idn_tables->count() > 0;
    Run(*arguments, session);
  });
}

}  // namespace tidemark::cli
