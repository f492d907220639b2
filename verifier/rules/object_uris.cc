// Which object types the header must and must not count: RST rde-05, by profile and models.
#include <set>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/strings/match.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kCsvPrefix = "urn:ietf:params:xml:ns:csv";

bool IsOfRfc9022(absl::string_view uri) {
  for (const absl::string_view known :
       {rde::kDomainUri, rde::kHostUri, rde::kContactUri, rde::kRegistrarUri, rde::kIdnUri,
        rde::kNndnUri, rde::kEppParamsUri, rde::kPolicyUri, rde::kHeaderUri}) {
    if (uri == known) return true;
  }
  return absl::StartsWith(uri, kCsvPrefix);
}

class ObjectUrisRule final : public Rule {
 public:
  using Rule::Rule;

  void Finish() override {
    if (!j_.header.has_value()) return;
    std::set<std::string> listed;
    for (const rde::HeaderCount& count : j_.header->counts) listed.insert(count.uri);
    const CheckOptions& options = j_.options;
    Expect(listed, rde::kDomainUri, true);
    Expect(listed, rde::kRegistrarUri, true);
    if (j_.rules().epp_params_counted && !j_.has_csv) Expect(listed, rde::kEppParamsUri, true);
    if (options.host_model.has_value()) {
      Expect(listed, rde::kHostUri, *options.host_model == HostModel::kObjects);
    } else {
      SkipUris("--host-model is not given");
    }
    if (options.data_model.has_value()) {
      Expect(listed, rde::kContactUri, *options.data_model != DataModel::kMinimum);
    } else {
      SkipUris("--data-model is not given");
    }
    if (options.idn_tables.has_value()) {
      Expect(listed, rde::kIdnUri, !options.idn_tables->empty());
    } else {
      SkipUris("--idn-tables is not given");
    }
    for (const std::string& uri : listed) {
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
  void Expect(const std::set<std::string>& listed, absl::string_view uri, bool wanted) {
    std::string csv(uri);
    csv.replace(csv.find(":rde"), 4, ":csv");
    const bool present = listed.contains(std::string(uri)) || listed.contains(csv);
    if (wanted && !present) {
      j_.log.Raise(Code::kMissingObjectUri, AboutHeader(j_), "no count of ", uri);
    } else if (!wanted && present) {
      j_.log.Raise(Code::kUnexpectedObjectUri, AboutHeader(j_), "a count of ", uri);
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewObjectUrisRule(Judgement& judgement) {
  return std::make_unique<ObjectUrisRule>(judgement);
}

}  // namespace tidemark::verifier
