// Names of models and verdicts.
#include "absl/strings/str_cat.h"
#include "verifier/check.h"

namespace tidemark::verifier {

absl::string_view DataModelName(DataModel model) {
  switch (model) {
    case DataModel::kMinimum:
      return "minimum";
    case DataModel::kMaximum:
      return "maximum";
    case DataModel::kPerRegistrar:
      return "per-registrar";
  }
  return "";
}

absl::StatusOr<DataModel> ParseDataModel(absl::string_view name) {
  for (const DataModel model :
       {DataModel::kMinimum, DataModel::kMaximum, DataModel::kPerRegistrar}) {
    if (name == DataModelName(model)) return model;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "data model \"", Printable(name), "\" is not one of minimum, maximum, per-registrar"));
}

absl::string_view HostModelName(HostModel model) {
  return model == HostModel::kObjects ? "objects" : "attributes";
}

absl::StatusOr<HostModel> ParseHostModel(absl::string_view name) {
  for (const HostModel model : {HostModel::kObjects, HostModel::kAttributes}) {
    if (name == HostModelName(model)) return model;
  }
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
