// Names of models and verdicts.
#include "absl/strings/str_cat.h"
#include "verifier/check.h"

namespace tidemark::verifier {

absl::StatusOr<DataModel> ParseDataModel(absl::string_view name) {
  if (name == "minimum") return DataModel::kMinimum;
  if (name == "maximum") return DataModel::kMaximum;
  if (name == "per-registrar") return DataModel::kPerRegistrar;
  return absl::InvalidArgumentError(absl::StrCat(
      "data model \"", Printable(name), "\" is not one of minimum, maximum, per-registrar"));
}

absl::StatusOr<HostModel> ParseHostModel(absl::string_view name) {
  if (name == "objects") return HostModel::kObjects;
  if (name == "attributes") return HostModel::kAttributes;
  return absl::InvalidArgumentError(
      absl::StrCat("host model \"", Printable(name), "\" is not one of objects, attributes"));
}

absl::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kFail:
      return "fail";
    case Verdict::kUndecided:
      return "undecided";
  }
  return "";
}

}  // namespace tidemark::verifier
