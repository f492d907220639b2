// Registrars by themselves: RST rde-10.
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
};

}  // namespace

std::unique_ptr<Rule> NewRegistrarsRule(Judgement& judgement) {
  return Rule::New<RegistrarsRule>(judgement);
}

}  // namespace tidemark::verifier
