// No judge: counts what reports, plausibility and drift are made of.
#include "verifier/statistics.h"

#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

class StatisticsRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject&) override {
    j_.statistics.Add(domain, j_.statuses);
  }
  void OnHost(const rde::Host& host, const Subject&) override {
    j_.statistics.Add(host, j_.statuses);
  }
  void OnContact(const rde::Contact& contact, const Subject& subject) override {
    j_.statistics.Add(contact, j_.statuses);
    j_.recoverability.Add(contact, subject);
  }
};

}  // namespace

std::unique_ptr<Rule> NewStatisticsRule(Judgement& judgement) {
  return Rule::New<StatisticsRule>(judgement);
}

}  // namespace tidemark::verifier
