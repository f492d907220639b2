// The EPP parameters' namespaces: RST rde-13.
#include <algorithm>

#include "verifier/rules/epp_namespaces.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kEppDomain = "urn:ietf:params:xml:ns:domain-1.0";
constexpr absl::string_view kEppHost = "urn:ietf:params:xml:ns:host-1.0";
constexpr absl::string_view kEppContact = "urn:ietf:params:xml:ns:contact-1.0";
constexpr absl::string_view kDemandedExtensions[] = {"urn:ietf:params:xml:ns:secDNS-1.1",
                                                     "urn:ietf:params:xml:ns:rgp-1.0"};

template <typename List>
bool Contains(const List& list, absl::string_view uri) {
  return std::find(list.begin(), list.end(), uri) != list.end();
}

class EppParamsRule final : public Rule {
 public:
  using Rule::Rule;

  void OnEppParams(const rde::EppParams& params, const Subject& subject) override {
    if (!Contains(params.obj_uris, kEppDomain)) {
      j_.log.Raise(Code::kEppParamsMissingObjuri, subject, "no objURI ", kEppDomain);
    }
    if (j_.options.host_model.has_value()) {
      Expect(params, kEppHost, *j_.options.host_model == HostModel::kObjects, subject);
    }
    if (j_.options.data_model.has_value()) {
      Expect(params, kEppContact, *j_.options.data_model != DataModel::kMinimum, subject);
    }
    if (j_.rules().epp_uris_registered) CheckRegistered(params, subject);
    if (!j_.rules().epp_params_required) return;
    for (const absl::string_view uri : kDemandedExtensions) {
      if (!Contains(params.ext_uris, uri)) {
        j_.log.Raise(Code::kEppParamsMissingExturi, subject, "no extURI ", uri);
      }
    }
  }

  void Finish() override {
    if (!j_.options.host_model.has_value()) SkipObjUris("--host-model is not given");
    if (!j_.options.data_model.has_value()) SkipObjUris("--data-model is not given");
  }

 private:
  void SkipObjUris(absl::string_view why) {
    j_.SkipCode(Code::kEppParamsMissingObjuri, why);
    j_.SkipCode(Code::kEppParamsUnexpectedObjuri, why);
  }

  void CheckRegistered(const rde::EppParams& params, const Subject& subject) {
    for (const std::string& uri : params.obj_uris) {
      if (Contains(EppObjectNamespaces(), uri)) continue;
      j_.log.Raise(Code::kEppParamsUnexpectedObjuri, subject, "objURI ", Printable(uri),
                   " is no object mapping of the EPP extension registry of ", kEppNamespacesDate);
    }
    for (const std::string& uri : params.ext_uris) {
      if (Contains(EppExtensionNamespaces(), uri)) continue;
      j_.log.Raise(Code::kEppParamsUnexpectedExturi, subject, "extURI ", Printable(uri),
                   " is no extension of the EPP extension registry of ", kEppNamespacesDate);
    }
  }

  void Expect(const rde::EppParams& params, absl::string_view uri, bool wanted,
              const Subject& subject) {
    const bool present = Contains(params.obj_uris, uri);
    if (wanted && !present) {
      j_.log.Raise(Code::kEppParamsMissingObjuri, subject, "no objURI ", uri);
    } else if (!wanted && present) {
      j_.log.Raise(Code::kEppParamsUnexpectedObjuri, subject, "objURI ", uri);
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewEppParamsRule(Judgement& judgement) {
  return Rule::New<EppParamsRule>(judgement);
}

}  // namespace tidemark::verifier
