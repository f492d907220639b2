// tidemark check: judges deposit files by the very rules that the agent runs.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/check_extras.h"
#include "cli/check_inputs.h"
#include "cli/command.h"
#include "cli/resource_options.h"
#include "cli/verdict_exit.h"
#include "rde/reader.h"
#include "verifier/base_files.h"
#include "verifier/check.h"
#include "verifier/input/deposit_input.h"
#include "verifier/input/judge_on_bet.h"
#include "verifier/input/parts.h"
#include "verifier/looks_encrypted.h"
#include "verifier/report_json.h"
#include "verifier/report_text.h"
#include "verifier/reports/reports.h"
#include "verifier/rules/values.h"

namespace tidemark::cli {
namespace {

// Shows how much was read.
class ProgressSource final : public base::ByteSource {
 public:
  ProgressSource(base::ByteSource& source, base::ProgressOptions options)
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
  base::ByteSource& source_;
  base::Progress progress_;
  uint64_t done_ = 0;
};

absl::StatusOr<verifier::CheckOptions> OptionsOf(const CheckArguments& arguments) {
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
  if (!arguments.tld.empty()) {
    options.tld = absl::AsciiStrToLower(arguments.tld);
    if (!verifier::IsHostName(*options.tld)) {
      return absl::InvalidArgumentError("--tld is not a name of letters, digits and hyphens");
    }
  }
  if (!arguments.data_model.empty()) {
    ASSIGN_OR_RETURN(options.data_model, verifier::ParseDataModel(arguments.data_model));
  }
  if (!arguments.host_model.empty()) {
    ASSIGN_OR_RETURN(options.host_model, verifier::ParseHostModel(arguments.host_model));
  }
  if (arguments.has_idn_tables) {
    options.idn_tables = absl::StrSplit(arguments.idn_tables, ',', absl::SkipWhitespace());
  }
  options.resources = arguments.resources;
  return options;
}

// How the XML of `file` and of its bases is read.
verifier::ReadXmlFrom XmlReaderOf(const CheckInputs& inputs, const verifier::Resources& resources,
                                  const base::ProgressOptions& progress) {
  return [extras = inputs.extras, options = rde::ReadOptions{.threads = resources.threads},
          progress](base::ByteSource& xml, rde::RecordSink& records) {
    ProgressSource shown(xml, progress);
    return extras != nullptr ? extras->ReadXml(shown, options, records)
                             : rde::ReadDeposit(shown, records, options);
  };
}

// A base, which may be a message to the same key.
absl::StatusOr<std::unique_ptr<verifier::DepositInput>> OpenBase(
    const CheckInputs& inputs, const verifier::Resources& resources, const std::string& path) {
  if (!verifier::LooksEncrypted(path)) return verifier::DepositInput::Open(path, resources);
  if (inputs.extras == nullptr) {
    return absl::FailedPreconditionError("it is an OpenPGP message: --decryption-key is needed");
  }
  return inputs.extras->OpenMessage(path, resources);
}

// Whether its CSV files may be read on a bet: a deposit alone, which can be read again from its
// start.
bool MayBet(verifier::DepositInput& input, const CheckInputs& inputs) {
  return inputs.bases.empty() && inputs.extras == nullptr && input.files() != nullptr;
}

// Reads all of a deposit, on its bases if there are any. `name`: for findings. ABORTED: the bet
// that `reading` says is lost.
absl::Status Read(verifier::DepositInput& input, const std::string& name, const CheckInputs& inputs,
                  const verifier::Resources& resources, base::ProgressOptions progress,
                  verifier::DepositChecker& checker, const verifier::CsvReading& reading = {}) {
  if (inputs.bases.empty()) {
    progress.total = input.xml_bytes();
    return verifier::ReadInput(input, XmlReaderOf(inputs, resources, progress), resources, checker,
                               reading);
  }
  const verifier::BaseFiles bases = {
      inputs.bases, [&](const std::string& path) { return OpenBase(inputs, resources, path); },
      XmlReaderOf(inputs, resources, progress)};
  return verifier::ReadInputOnBases(input, name, bases, resources, checker);
}

// The report about a file that is read with keys.
absl::StatusOr<verifier::Report> JudgeProcessed(const verifier::SplitFile& file,
                                                const CheckInputs& inputs,
                                                verifier::CheckOptions options,
                                                const base::ProgressOptions& progress) {
  options.file_name = file.paths[0].substr(file.paths[0].rfind('/') + 1);
  const verifier::Resources& resources = options.resources;
  const auto read = [&](base::ByteSource& content, verifier::DepositChecker& checker) {
    auto input = verifier::DepositInput::OfStream(content, resources);
    if (!input.ok()) return input.status();
    return Read(**input, *options.file_name, inputs, resources, progress, checker);
  };
  return inputs.extras->Judge(file, options, read);
}

absl::StatusOr<std::unique_ptr<verifier::DepositInput>> Open(const verifier::SplitFile& file,
                                                             const verifier::Resources& resources) {
  const std::string& first = file.paths[0];
  if (first != kStandardInput && verifier::LooksEncrypted(first)) {
    // Without the key nothing can be said of it, and nothing is the registry's fault.
    return absl::FailedPreconditionError(
        absl::StrCat(first, " is an OpenPGP message: --decryption-key is needed"));
  }
  return file.paths.size() == 1 ? verifier::DepositInput::Open(first, resources)
                                : verifier::DepositInput::OpenParts(file.paths, resources);
}

// Reads one file through the judge. What cannot be read is the report's to say; an error is wrong
// usage.
absl::StatusOr<verifier::Report> Judge(const verifier::SplitFile& file, const CheckInputs& inputs,
                                       verifier::CheckOptions options, Session& session) {
  const std::string& first = file.paths[0];
  const base::ProgressOptions progress = {
      .label = first == kStandardInput ? "checking" : "checking " + first, .quiet = session.quiet};
  if (inputs.extras != nullptr && inputs.extras->reads_messages()) {
    return JudgeProcessed(file, inputs, std::move(options), progress);
  }
  const auto input = Open(file, options.resources);
  absl::Status status = input.status();
  if (status.ok() && !(*input)->xml_name().empty()) options.file_name = (*input)->xml_name();
  auto checker = std::make_unique<verifier::DepositChecker>(options);
  if (status.ok()) {
    const auto read = [&](const verifier::CsvReading& reading, verifier::DepositChecker& sink) {
      return Read(**input, (*input)->xml_name(), inputs, options.resources, progress, sink,
                  reading);
    };
    if (MayBet(**input, inputs)) {
      verifier::Judged judged = verifier::JudgeOnBet(options, read);
      checker = std::move(judged.checker);
      status = judged.status;
    } else {
      status = read({}, *checker);
    }
  }
  if (!status.ok()) {
    Fail(session, "check", status);
    checker->CouldNotRead(status);
  }
  verifier::Report report = checker->Finish();
  TellSpill(session, "check", checker->spilled_bytes());
  return report;
}

absl::StatusOr<std::string> Render(const verifier::Report& report, const std::string& format,
                                   const std::string& file) {
  if (format == "json") return verifier::ReportJson(report) + "\n";
  if (format == "html") return verifier::ReportHtml(report, file);
  if (format == "rde-report") return verifier::RdeReportXml(report);
  return verifier::ReportText(report, file);
}

void Run(const CheckArguments& arguments, Session& session) {
  auto options = OptionsOf(arguments);
  if (!options.ok()) return Fail(session, "check", options.status());
  const auto inputs = ReadCheckInputs(arguments, *options);
  if (!inputs.ok()) return Fail(session, "check", inputs.status());
  for (const verifier::SplitFile& file : (*inputs)->files) {
    const absl::StatusOr<verifier::Report> report = Judge(file, **inputs, *options, session);
    if (!report.ok()) return Fail(session, "check", report.status());
    session.exit = std::max(session.exit, ExitOf(report->verdict));
    const absl::StatusOr<std::string> text = Render(*report, arguments.format, file.paths[0]);
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

void AddCheckWith(std::unique_ptr<CheckExtras> extras, CLI::App& app, Session& session) {
  auto arguments = std::make_shared<CheckArguments>();
  arguments->extras = std::move(extras);
  CLI::App* verb = app.add_subcommand("check", "Judge deposit files before sending them");
  verb->add_option(
          "FILE", arguments->files,
          "Deposits: XML files, also in gzip, their CSV files beside them; directories; tar files, "
          "also in gzip; -, which holds XML or a tar; the parts S1, S2, ... of one that was split")
      ->required()
      ->type_name("");
  verb->add_option("--base", arguments->bases,
                   "Judge a DIFF or INCR on these, its FULL and what came between, in any order: "
                   "whatever FILE may be, also messages to --decryption-key")
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
  if (arguments->extras != nullptr) arguments->extras->AddTo(*verb);
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
