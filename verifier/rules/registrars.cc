// Registrars by themselves: RST rde-10. Ids that need IANA's lists are named as not judged.
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

class RegistrarsRule final : public Rule {
 public:
  using Rule::Rule;

  void OnRegistrar(const rde::Registrar& registrar, const Subject& subject) override {
    if (registrar.gurid.empty() && j_.rules().gurid_required) {
      j_.log.Raise(Code::kRegistrarHasMissingGurid, subject, "no gurid");
    }
  }

  void Finish() override {
    j_.SkipCode(Code::kRegistrarHasInvalidGurid,
                "form only: IANA's list of registrar ids is not given");
    for (const Code code :
         {Code::kDomainHasInvalidRoid, Code::kHostHasInvalidRoid, Code::kContactHasInvalidRoid}) {
      j_.SkipCode(code, "form only: IANA's list of repository ids is not given");
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewRegistrarsRule(Judgement& judgement) {
  return std::make_unique<RegistrarsRule>(judgement);
}

}  // namespace tidemark::verifier
