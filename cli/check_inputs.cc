#include "cli/check_inputs.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/status.h"
#include "rde/registry_report.h"
#include "verifier/extension/extension_check.h"
#include "verifier/previous_report.h"

namespace tidemark::cli {
namespace {

// Options that do not go together.
absl::Status CheckCombination(const CheckArguments& arguments) {
  const std::vector<std::string>& files = arguments.files;
  const std::vector<std::string>& bases = arguments.bases;
  if (files.size() > 1 &&
      !(arguments.report.empty() && arguments.previous.empty() && arguments.zone.empty())) {
    return absl::InvalidArgumentError("--report, --previous and --zone are about one deposit");
  }
  if (arguments.openpgp.given() && !bases.empty()) {
    return absl::InvalidArgumentError(
        "--base goes with a deposit in plain text: decrypt it, then check it");
  }
  if (arguments.openpgp.given() && (files.size() != 1 || files[0] == kStandardInput)) {
    return absl::InvalidArgumentError("--signature and --decryption-key go with one FILE");
  }
  // The second reading would find nothing and call the deposit empty.
  if (std::count(files.begin(), files.end(), kStandardInput) > 1) {
    return absl::InvalidArgumentError("- may be given only once");
  }
  if (std::count(bases.begin(), bases.end(), kStandardInput) > 0) {
    return absl::InvalidArgumentError("--base wants files, not -");
  }
  if (!arguments.xsd.empty() && !bases.empty()) {
    return absl::InvalidArgumentError(
        "--xsd looks at one deposit: check each by itself, and then with --base");
  }
  return absl::OkStatus();
}

// What is compared with one deposit. A malformed report is the registry's flaw and the judge's to
// tell; one that cannot be read is ours.
absl::Status ReadCompared(const CheckArguments& arguments, verifier::CheckOptions& options) {
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
  RETURN_IF_ERROR(CheckCombination(arguments));
  auto inputs = std::make_unique<CheckInputs>();
  inputs->bases = arguments.bases;
  RETURN_IF_ERROR(ReadLists(arguments, *inputs, options));
  RETURN_IF_ERROR(ReadCompared(arguments, options));
  if (arguments.openpgp.given()) {
    ASSIGN_OR_RETURN(inputs->openpgp, ReadOpenPgpInput(arguments.openpgp));
  }
  if (!arguments.xsd.empty()) {
    ASSIGN_OR_RETURN(inputs->schemas, verifier::SchemaSet::Load(arguments.xsd));
    options.extension_uris = inputs->schemas->namespaces();
    options.skipped = verifier::UnjudgedBy(*inputs->schemas);
  }
  return inputs;
}

}  // namespace tidemark::cli
