#include "cli/check_inputs.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/registry_report.h"
#include "verifier/previous_report.h"

namespace tidemark::cli {
namespace {

// What is to be judged. A directory of messages is what these are.
absl::StatusOr<std::vector<verifier::SplitFile>> FilesOf(const CheckArguments& arguments) {
  std::vector<std::string> paths;
  for (const std::string& file : arguments.files) {
    struct stat st {};
    if (!arguments.reads_messages() || stat(file.c_str(), &st) != 0 || !S_ISDIR(st.st_mode)) {
      paths.push_back(file);
      continue;
    }
    ASSIGN_OR_RETURN(const std::vector<std::string> messages, verifier::FilesIn(file, "ryde"));
    if (messages.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(file, " holds no .ryde file"));
    }
    paths.insert(paths.end(), messages.begin(), messages.end());
  }
  return verifier::JoinParts(paths);
}

// Options that do not go together.
absl::Status CheckCombination(const CheckArguments& arguments,
                              const std::vector<verifier::SplitFile>& files) {
  const std::vector<std::string>& bases = arguments.bases;
  if (files.size() > 1 &&
      !(arguments.report.empty() && arguments.previous.empty() && arguments.zone.empty())) {
    return absl::InvalidArgumentError("--report, --previous and --zone are about one deposit");
  }
  if (arguments.reads_messages() && (files.size() != 1 || files[0].paths[0] == kStandardInput)) {
    return absl::InvalidArgumentError(
        "--signature and --decryption-key go with one FILE, or with the parts of one");
  }
  // A line of JSON may follow another; these are one document each.
  const bool is_document = arguments.format == "html" || arguments.format == "rde-report";
  if (is_document && files.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("--format ", arguments.format, " takes one FILE: it is one document"));
  }
  // The second reading would find nothing and call the deposit empty.
  if (std::count(arguments.files.begin(), arguments.files.end(), kStandardInput) > 1) {
    return absl::InvalidArgumentError("- may be given only once");
  }
  if (std::count(bases.begin(), bases.end(), kStandardInput) > 0) {
    return absl::InvalidArgumentError("--base wants files, not -");
  }
  return absl::OkStatus();
}

// What is compared with one deposit. A malformed report is the registry's flaw and the judge's to
// tell; what cannot be read or is no report is wrong usage.
absl::Status ReadCompared(const CheckArguments& arguments, verifier::CheckOptions& options) {
  if (!arguments.report.empty()) {
    ASSIGN_OR_RETURN(const std::string xml, base::ReadSmallFile(arguments.report));
    options.registry_report = rde::ParseRegistryReport(xml);
    if (absl::IsNotFound(options.registry_report->status())) {
      return absl::InvalidArgumentError(absl::StrCat("--report ", arguments.report, ": ",
                                                     options.registry_report->status().message()));
    }
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

// IANA's.
absl::Status ReadLists(const CheckArguments& arguments, CheckInputs& inputs,
                       verifier::CheckOptions& options) {
  using Kind = verifier::IdList::Kind;
  if (!arguments.repository_ids.empty()) {
    ASSIGN_OR_RETURN(inputs.repository_ids,
                     verifier::IdList::ReadFile(arguments.repository_ids, Kind::kRepositories));
    options.repository_ids = &*inputs.repository_ids;
  }
  if (!arguments.registrar_ids.empty()) {
    ASSIGN_OR_RETURN(inputs.registrar_ids,
                     verifier::IdList::ReadFile(arguments.registrar_ids, Kind::kRegistrars));
    options.registrar_ids = &*inputs.registrar_ids;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<CheckInputs>> ReadCheckInputs(const CheckArguments& arguments,
                                                             verifier::CheckOptions& options) {
  auto inputs = std::make_unique<CheckInputs>();
  ASSIGN_OR_RETURN(inputs->files, FilesOf(arguments));
  RETURN_IF_ERROR(CheckCombination(arguments, inputs->files));
  inputs->bases = arguments.bases;
  RETURN_IF_ERROR(ReadLists(arguments, *inputs, options));
  RETURN_IF_ERROR(ReadCompared(arguments, options));
  inputs->extras = arguments.extras.get();
  if (arguments.extras != nullptr) RETURN_IF_ERROR(arguments.extras->Load(options));
  return inputs;
}

}  // namespace tidemark::cli
