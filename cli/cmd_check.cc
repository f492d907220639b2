// tidemark check: judges deposit files by the very rules that the agent runs.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/status.h"
#include "cli/command.h"
#include "cli/resource_options.h"
#include "cli/verdict_exit.h"
#include "rde/reader.h"
#include "verifier/check.h"
#include "verifier/report_json.h"
#include "verifier/report_text.h"
#include "verifier/reports/reports.h"

namespace tidemark::cli {
namespace {

constexpr absl::string_view kStandardInput = "-";

// As typed.
struct Arguments {
  std::vector<std::string> files;
  std::string profile = "gtld";
  std::string ruleset;
  std::string tld;
  std::string now;
  std::string format = "text";
  std::string data_model;
  std::string host_model;
  std::string idn_tables;
  bool has_idn_tables = false;
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

absl::StatusOr<verifier::CheckOptions> OptionsOf(const Arguments& arguments) {
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
  if (arguments.has_idn_tables) {
    options.idn_tables = absl::StrSplit(arguments.idn_tables, ',', absl::SkipWhitespace());
  }
  options.resources = arguments.resources;
  // A line of JSON may follow another; these are one document each.
  const bool is_document = arguments.format == "html" || arguments.format == "rde-report";
  if (is_document && arguments.files.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--format ", arguments.format, " takes one FILE: it is one document"));
  }
  return options;
}

// Reads one file through the judge. What cannot be read is the report's to say.
verifier::Report Judge(const std::string& file, verifier::CheckOptions options, Session& session) {
  const bool is_input = file == kStandardInput;
  if (!is_input) options.file_name = std::string(file.substr(file.rfind('/') + 1));
  const int threads = options.resources.threads;
  verifier::DepositChecker checker(std::move(options));
  auto source = base::FileSource::Open(file);
  absl::Status status = source.status();
  if (status.ok()) {
    ProgressSource progress(**source, {.label = is_input ? "checking" : "checking " + file,
                                       .total = (*source)->size_bytes(),
                                       .quiet = session.quiet});
    status = rde::ReadDeposit(progress, checker, {.threads = threads});
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
  const auto options = OptionsOf(arguments);
  if (!options.ok()) return Fail(session, "check", options.status());
  // The second reading would find nothing and call the deposit empty.
  if (std::count(arguments.files.begin(), arguments.files.end(), kStandardInput) > 1) {
    return Fail(session, "check", absl::InvalidArgumentError("- may be given only once"));
  }
  for (const std::string& file : arguments.files) {
    const verifier::Report report = Judge(file, *options, session);
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
  CLI::Option* idn_tables = verb->add_option(
      "--idn-tables", arguments->idn_tables,
      "Ids of the TLD's IDN tables, by commas; \"\" for none (default: rules are skipped)");
  AddResourceOptions(*verb, arguments->resources);
  verb->footer(
      "Exit status: 0 pass, 1 fail, 2 could not decide; of several files, the highest.\n"
      "Example: tidemark check --profile gtld example_2026-11-22_full_S1_R0.xml");
  verb->callback([arguments, idn_tables, &session] {
    arguments->has_idn_tables = idn_tables->count() > 0;
    Run(*arguments, session);
  });
}

}  // namespace tidemark::cli
