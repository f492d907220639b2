// What `tidemark check` reads beside FILE: reports, zone, IANA's lists; keys and schemas by its
// extras.
//
// Not the deposit, nor its bases: those are read as they are judged. Threads: one. Errors:
// INVALID_ARGUMENT for options that do not go together and for files that are not what the option
// says; the system's. Threat: the files are the user's own choice, their bounds those of their
// readers.
#ifndef TIDEMARK_CLI_CHECK_INPUTS_H_
#define TIDEMARK_CLI_CHECK_INPUTS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/check_extras.h"
#include "verifier/check.h"
#include "verifier/id_list.h"
#include "verifier/input/parts.h"

namespace tidemark::cli {

inline constexpr absl::string_view kStandardInput = "-";

// As typed.
struct CheckArguments {
  std::vector<std::string> files;
  std::vector<std::string> bases;
  std::string profile = "gtld";
  std::string ruleset;
  std::string tld;
  std::string now;
  std::string format = "text";
  std::string data_model;
  std::string host_model;
  std::string repository_ids;
  std::string registrar_ids;
  std::string idn_tables;
  std::string report;
  std::string previous;
  std::string zone;
  bool has_idn_tables = false;
  verifier::Resources resources;
  std::unique_ptr<CheckExtras> extras;  // null: none

  bool reads_messages() const { return extras != nullptr && extras->reads_messages(); }
};

// What every FILE is read with. CheckOptions borrow the lists.
struct CheckInputs {
  std::vector<verifier::SplitFile> files;
  std::vector<std::string> bases;
  const CheckExtras* extras = nullptr;  // loaded, if there are any
  std::optional<verifier::IdList> repository_ids;
  std::optional<verifier::IdList> registrar_ids;
};

// Reads them, and sets in `options` what is judged by or compared with; the inputs must outlive
// those, and the arguments the inputs.
absl::StatusOr<std::unique_ptr<CheckInputs>> ReadCheckInputs(const CheckArguments& arguments,
                                                             verifier::CheckOptions& options);

}  // namespace tidemark::cli

#endif  // TIDEMARK_CLI_CHECK_INPUTS_H_
