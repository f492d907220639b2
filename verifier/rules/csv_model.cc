// What only the CSV model can have wrong as a whole: RST rde-04 (one object type in one model),
// rde-15 (isRequired of the registrant), and columns that no deposit may have (RFC 8909 section 9).
#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

constexpr Code kRegistrantCodes[] = {Code::kIsrequiredAttributeIsAbsent,
                                     Code::kIsrequiredAttributeIsFalse,
                                     Code::kIsrequiredAttributeIsTrue};

class CsvModelRule final : public Rule {
 public:
  using Rule::Rule;

  void OnCsvTable(const rde::CsvTable& table, const Subject& subject) override {
    for (const rde::CsvField& field : table.fields) {
      if (!absl::EqualsIgnoreCase(field.custom_name, "authInfo")) continue;
      j_.log.Raise(Code::kAuthInfoPresent, subject, "a column authInfo must not be in a deposit");
    }
    if (table.deletes || table.uri != rde::kCsvDomainUri || table.name != "domain") return;
    if (!j_.options.data_model.has_value()) {
      for (const Code code : kRegistrantCodes) j_.SkipCode(code, "--data-model is not given");
      return;
    }
    const auto field =
        std::find_if(table.fields.begin(), table.fields.end(), [](const rde::CsvField& candidate) {
          return candidate.uri == rde::kCsvFieldUri && candidate.name == "fRegistrant";
        });
    std::optional<bool> required;
    if (field != table.fields.end()) required = field->is_required;
    if (*j_.options.data_model != DataModel::kMaximum) {
      if (required.value_or(false)) {
        j_.log.Raise(Code::kIsrequiredAttributeIsTrue, subject,
                     "fRegistrant is required, which the data model is not");
      }
    } else if (!required.has_value()) {
      j_.log.Raise(
          Code::kIsrequiredAttributeIsAbsent, subject,
          field == table.fields.end() ? "no field fRegistrant" : "fRegistrant has no isRequired");
    } else if (!*required) {
      j_.log.Raise(Code::kIsrequiredAttributeIsFalse, subject,
                   "fRegistrant is optional, which it is not in a maximum data model");
    }
  }

  void Finish() override {
    for (const auto& [csv_uri, at] : j_.csv_uris) {
      const absl::string_view xml_uri = rde::XmlUriOf(csv_uri);
      const int64_t objects = j_.count_of(xml_uri);
      if (objects == 0) continue;
      j_.log.Raise(Code::kObjectHasMixedTypes, Subject{"namespace", csv_uri, at}, objects,
                   " objects of this type are in the XML model");
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewCsvModelRule(Judgement& judgement) {
  return Rule::New<CsvModelRule>(judgement);
}

}  // namespace tidemark::verifier
