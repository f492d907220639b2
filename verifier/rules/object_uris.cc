// Which object types the header must and must not count: RST rde-05, by profile and models.
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

bool IsOfRfc9022(absl::string_view uri) {
  for (const absl::string_view known :
       {rde::kDomainUri, rde::kHostUri, rde::kContactUri, rde::kRegistrarUri, rde::kIdnUri,
        rde::kNndnUri, rde::kEppParamsUri, rde::kPolicyUri, rde::kHeaderUri}) {
    if (uri == known) return true;
  }
  for (const absl::string_view object : {"Domain", "Host", "Contact", "Registrar", "IDN", "NNDN"}) {
    if (uri == absl::StrCat("urn:ietf:params:xml:ns:csv", object, "-1.0")) return true;
  }
  return false;
}

class ObjectUrisRule final : public Rule {
 public:
  using Rule::Rule;

  void Finish() override {
    if (!j_.header.has_value()) return;
    for (const std::string& uri : j_.deposit->menu_uris) listed_.insert(uri);
    for (const rde::HeaderCount& count : j_.header->counts) {
      listed_.insert(count.uri);
      // A count that is no number is the schema's to report.
      bool& is_positive = counted_[count.uri];
      is_positive = is_positive || count.value.value_or(1) > 0;
    }
    const CheckOptions& options = j_.options;
    Expect(rde::kDomainUri, true);
    Expect(rde::kRegistrarUri, true);
    if (j_.rules().epp_params_counted && !j_.in_csv(rde::kDomainUri)) {
      Expect(rde::kEppParamsUri, true);
    }
    if (options.host_model.has_value()) {
      Expect(rde::kHostUri, *options.host_model == HostModel::kObjects);
    } else {
      SkipUris("--host-model is not given");
    }
    if (options.data_model.has_value()) {
      Expect(rde::kContactUri, *options.data_model != DataModel::kMinimum);
    } else {
      SkipUris("--data-model is not given");
    }
    if (options.idn_tables.has_value()) {
      Expect(rde::kIdnUri, !options.idn_tables->empty());
    } else {
      SkipUris("--idn-tables is not given");
    }
    for (const std::string& uri : listed_) {
      if (IsOfRfc9022(uri) || IsExpected(uri)) continue;
      j_.log.Raise(
          j_.rules().namespaces_closed ? Code::kUnexpectedObjectUri : Code::kUnknownNamespace,
          AboutHeader(j_), Printable(uri), " is not a namespace of RFC 9022");
    }
  }

 private:
  // A namespace of the registry's own that its schemas judge, where the profile allows any.
  bool IsExpected(absl::string_view uri) const {
    return !j_.rules().namespaces_closed && absl::c_linear_search(j_.options.extension_uris, uri);
  }

  void SkipUris(absl::string_view why) {
    j_.SkipCode(Code::kMissingObjectUri, why);
    j_.SkipCode(Code::kUnexpectedObjectUri, why);
  }

  // Either model's namespace will do for what must be there.
  void Expect(absl::string_view uri, bool wanted) {
    std::string csv(uri);
    csv.replace(csv.find(":rde"), 4, ":csv");
    const auto xml_count = counted_.find(uri);
    const auto csv_count = counted_.find(csv);
    const bool counted = xml_count != counted_.end() || csv_count != counted_.end();
    const bool is_positive = (xml_count != counted_.end() && xml_count->second) ||
                             (csv_count != counted_.end() && csv_count->second);
    if (wanted && !counted) {
      j_.log.Raise(Code::kMissingObjectUri, AboutHeader(j_), "no count of ", uri);
    } else if (wanted && !is_positive && j_.rules().counts_positive) {
      j_.log.Raise(Code::kMissingObjectUri, AboutHeader(j_), "a count of 0 of ", uri);
    } else if (!wanted && (listed_.contains(uri) || listed_.contains(csv))) {
      j_.log.Raise(Code::kUnexpectedObjectUri, AboutHeader(j_), uri, " is listed");
    }
  }

  std::set<std::string, std::less<>> listed_;         // in the menu or the header
  std::map<std::string, bool, std::less<>> counted_;  // in the header; whether any is over 0
};

}  // namespace

std::unique_ptr<Rule> NewObjectUrisRule(Judgement& judgement) {
  return Rule::New<ObjectUrisRule>(judgement);
}

}  // namespace tidemark::verifier
