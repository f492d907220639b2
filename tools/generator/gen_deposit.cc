// gen_deposit: writes a made-up registry's deposit, its zone and its report to a directory.
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/bytes.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/status.h"
#include "base/tar_writer.h"
#include "tools/generator/generator.h"

namespace tidemark::generator {
namespace {

constexpr int kExitOk = 0;
constexpr int kExitFailed = 2;

constexpr char kFooter[] = R"(Examples:
  gen_deposit --tld example --domains 1000 --out /tmp/night0
  gen_deposit --tld example --domains 1000 --night 1 --changed 0.005 --out /tmp/night1
  gen_deposit --tld example --domains 1000 --night 1 --changed 0.005 --kind diff --out /tmp/night1
  gen_deposit --domains 10000000 --shuffled --plant duplicate-domain,dangling-host --out - | ...
  gen_deposit --domains 20000 --hosts attributes --data-model minimum --report --out /tmp/thin

  gen_deposit --model csv:domain,host --domains 1000 --out /tmp/mixed
  gen_deposit --model csv --domains 100000 --tar --out - | tidemark check -

DIR then holds {tld}_{date}_full_S1_R0.xml, for the CSV model {tld}_{date}_{table}.csv, {tld}.zone
and, with --report, {tld}_{date}_full_R0.rep; "diff" or "incr" stands for "full" in those of another
kind, which are in the XML model. With --tar XML and CSV files are in {tld}_{date}_full_S1_R0.tar
instead. With --out - the XML or the tar goes to standard output, and nothing else is made.
The same arguments give the same bytes. Exit status: 0 good, 2 wrong usage or failure.)";

struct Arguments {
  GeneratorOptions options;
  std::string date = "2026-11-22";
  std::string out;
  std::string model = "xml";
  std::vector<std::string> plant;
  bool wants_report = false;
  bool tar = false;
  bool quiet = false;
};

void Declare(CLI::App& app, Arguments& arguments) {
  GeneratorOptions& options = arguments.options;
  const std::map<std::string, HostModel> host_models = {{"objects", HostModel::kObjects},
                                                        {"attributes", HostModel::kAttributes}};
  const std::map<std::string, DataModel> data_models = {{"minimum", DataModel::kMinimum},
                                                        {"maximum", DataModel::kMaximum}};
  const std::map<std::string, DepositKind> kinds = {
      {"full", DepositKind::kFull}, {"diff", DepositKind::kDiff}, {"incr", DepositKind::kIncr}};
  app.footer(kFooter);
  app.add_option("--tld", options.tld, "The registry's TLD, as an A-label")->capture_default_str();
  app.add_option("--domains", options.domains, "Domains on night 0")->capture_default_str();
  app.add_option("--seed", options.seed, "Another seed is another registry")->capture_default_str();
  app.add_option("--model", arguments.model,
                 "xml, csv, or csv:TYPES of domain, host, contact, registrar, idnLanguage, NNDN")
      ->capture_default_str();
  app.add_option("--date", arguments.date, "Watermark of night 0: YYYY-MM-DD, 00:00 UTC")
      ->capture_default_str();
  app.add_option("--night", options.night, "The same registry so many days later")
      ->capture_default_str();
  app.add_option("--kind", options.kind,
                 "full, diff (against the night before) or incr (against night 0); default full")
      ->transform(CLI::CheckedTransformer(kinds).description("KIND"));
  app.add_option("--changed", options.changed_fraction,
                 "Fraction of the objects that changes each night")
      ->capture_default_str();
  app.add_option("--hosts", options.host_model, "objects or attributes; default objects")
      ->transform(CLI::CheckedTransformer(host_models).description("MODEL"));
  app.add_option("--data-model", options.data_model, "minimum or maximum; default maximum")
      ->transform(CLI::CheckedTransformer(data_models).description("MODEL"));
  app.add_flag("--shuffled", options.shuffled, "Objects in a mixed order, by the seed");
  app.add_option("--plant", arguments.plant,
                 "Flaws to plant, one each, by commas: duplicate-domain, dangling-host")
      ->delimiter(',')
      ->check(CLI::IsMember({"duplicate-domain", "dangling-host"}))
      ->type_name("FLAWS");
  app.add_option("--repository", options.repository, "EPP repository id that ROIDs end with")
      ->capture_default_str();
  app.add_option("--out", arguments.out, "Directory to write to, made if missing; or -")
      ->required();
  app.add_flag("--tar", arguments.tar, "The deposit's files in a tar");
  app.add_flag("--report", arguments.wants_report, "Also write the registry's report");
  app.add_flag("--quiet", arguments.quiet, "No progress bar");
}

absl::StatusOr<absl::Time> ParseDate(const std::string& date) {
  absl::CivilDay day;
  if (date.size() != 10 || !absl::ParseCivilTime(date, &day)) {
    return absl::InvalidArgumentError("--date: want YYYY-MM-DD");
  }
  return absl::FromCivil(day, absl::UTCTimeZone());
}

absl::StatusOr<std::set<std::string>> ParseModel(absl::string_view model) {
  if (model == "xml") return std::set<std::string>();
  if (model == "csv") return ParseCsvTypes("all");
  if (absl::ConsumePrefix(&model, "csv:")) return ParseCsvTypes(model);
  return absl::InvalidArgumentError("--model: want xml, csv or csv:TYPES");
}

class StandardOutput final : public base::ByteSink {
 public:
  absl::Status Write(absl::string_view data) override {
    return Check(std::fwrite(data.data(), 1, data.size(), stdout) == data.size());
  }
  absl::Status Close() override { return Check(std::fflush(stdout) == 0); }

 private:
  static absl::Status Check(bool good) {
    return good ? absl::OkStatus() : base::ErrnoStatus(errno, "standard output");
  }
};

// A directory of our own below another, gone when this is.
class TemporaryDirectory {
 public:
  static absl::StatusOr<std::unique_ptr<TemporaryDirectory>> Make(const std::string& where) {
    std::string path = absl::StrCat(where, "/.gen_deposit.XXXXXX");
    if (mkdtemp(path.data()) == nullptr) return base::ErrnoStatus(errno, where);
    return std::make_unique<TemporaryDirectory>(std::move(path));
  }
  explicit TemporaryDirectory(std::string path) : path_(std::move(path)) {}
  ~TemporaryDirectory() { base::RemoveTree(path_).IgnoreError(); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

// Where files go: those of the deposit, and those beside it.
struct Places {
  std::string deposit;  // with a slash at the end
  std::string others;
};

struct Written {
  std::vector<std::string> names;  // of the deposit's files, the XML first
  rde::Header header;
};

absl::StatusOr<Written> WriteFiles(const Arguments& arguments, const Places& places) {
  const GeneratorOptions& options = arguments.options;
  ASSIGN_OR_RETURN(
      const std::unique_ptr<base::FileSink> deposit,
      base::FileSink::Create(places.deposit + DepositName(options), base::FileMode::kPublic));
  ASSIGN_OR_RETURN(
      const std::unique_ptr<base::FileSink> zone,
      base::FileSink::Create(places.others + ZoneName(options), base::FileMode::kPublic));
  std::unique_ptr<base::Progress> progress;
  const OnProgress on_progress = [&](uint64_t done, uint64_t total) {
    if (progress == nullptr) {
      progress =
          std::make_unique<base::Progress>(base::ProgressOptions{.label = "generating",
                                                                 .total = total,
                                                                 .unit = base::ProgressUnit::kItems,
                                                                 .quiet = arguments.quiet});
    }
    progress->Update(done);
  };
  Written written;
  const NewCsvFile new_csv_file =
      [&](const std::string& name) -> absl::StatusOr<std::unique_ptr<base::ByteSink>> {
    written.names.push_back(name);
    return base::FileSink::Create(places.deposit + name, base::FileMode::kPublic);
  };
  ASSIGN_OR_RETURN(written.header, Generate(options, *deposit, *zone, on_progress, new_csv_file));
  RETURN_IF_ERROR(deposit->Close());
  RETURN_IF_ERROR(zone->Close());
  if (progress != nullptr) progress->Finish();
  std::sort(written.names.begin(), written.names.end());
  written.names.insert(written.names.begin(), DepositName(options));
  return written;
}

absl::Status Pack(const Places& places, const Written& written, absl::Time watermark,
                  base::ByteSink& sink) {
  ASSIGN_OR_RETURN(const std::unique_ptr<base::TarWriter> tar,
                   base::TarWriter::Create(sink, watermark));
  for (const std::string& name : written.names) {
    ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSource> file,
                     base::FileSource::Open(places.deposit + name));
    RETURN_IF_ERROR(tar->Add(name, file->size_bytes(), *file));
  }
  RETURN_IF_ERROR(tar->Close());
  return sink.Close();
}

absl::Status RunToStandardOutput(const Arguments& arguments) {
  if (arguments.wants_report) {
    return absl::InvalidArgumentError("--report needs a directory to go to");
  }
  StandardOutput output;
  if (!arguments.tar) {
    RETURN_IF_ERROR(GenerateDeposit(arguments.options, output).status());
    return output.Close();
  }
  const char* const where = std::getenv("TMPDIR");
  ASSIGN_OR_RETURN(const auto temporary,
                   TemporaryDirectory::Make(where == nullptr ? "/tmp" : where));
  const Places places = {temporary->path() + "/", temporary->path() + "/"};
  ASSIGN_OR_RETURN(const Written written, WriteFiles(arguments, places));
  return Pack(places, written, arguments.options.watermark, output);
}

absl::Status RunToDirectory(const Arguments& arguments) {
  const GeneratorOptions& options = arguments.options;
  RETURN_IF_ERROR(base::MakeDirs(arguments.out, base::FileMode::kPublic));
  Places places = {absl::StrCat(arguments.out, "/"), absl::StrCat(arguments.out, "/")};
  std::unique_ptr<TemporaryDirectory> temporary;
  if (arguments.tar) {
    ASSIGN_OR_RETURN(temporary, TemporaryDirectory::Make(arguments.out));
    places.deposit = temporary->path() + "/";
  }
  ASSIGN_OR_RETURN(const Written written, WriteFiles(arguments, places));
  if (arguments.tar) {
    const std::string name = absl::StrCat(absl::StripSuffix(DepositName(options), ".xml"), ".tar");
    ASSIGN_OR_RETURN(const std::unique_ptr<base::FileSink> file,
                     base::FileSink::Create(places.others + name, base::FileMode::kPublic));
    RETURN_IF_ERROR(Pack(places, written, options.watermark, *file));
  }
  if (!arguments.wants_report) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string report, ReportXml(options, written.header));
  return base::WriteFile(places.others + ReportName(options), report, base::FileMode::kPublic);
}

absl::Status Run(Arguments& arguments) {
  GeneratorOptions& options = arguments.options;
  ASSIGN_OR_RETURN(options.watermark, ParseDate(arguments.date));
  ASSIGN_OR_RETURN(options.csv_uris, ParseModel(arguments.model));
  for (const std::string& flaw : arguments.plant) {
    (flaw == "duplicate-domain" ? options.plant_duplicate_domain : options.plant_dangling_host) =
        true;
  }
  RETURN_IF_ERROR(Validate(options));
  return arguments.out == "-" ? RunToStandardOutput(arguments) : RunToDirectory(arguments);
}

int Main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Writes a made-up registry's deposit (RFC 9022) and its zone.", "gen_deposit");
  try {
    Declare(app, arguments);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitFailed;
  }
  if (const absl::Status status = Run(arguments); !status.ok()) {
    std::cerr << "gen_deposit: " << status.message() << "\n";
    return kExitFailed;
  }
  return kExitOk;
}

}  // namespace
}  // namespace tidemark::generator

int main(int argc, char** argv) { return tidemark::generator::Main(argc, argv); }
