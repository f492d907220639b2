#include "verifier/rules/rule.h"

namespace tidemark::verifier {

RuleList NewRules(Judgement& judgement) {
  using Maker = std::unique_ptr<Rule> (*)(Judgement&);
  static constexpr Maker kMakers[] = {
      NewHeaderRule,         NewKindRule,         NewFileNameRule,   NewMenuRule,
      NewObjectUrisRule,     NewHeaderCountsRule, NewPresenceRule,   NewUniquenessRule,
      NewReferencesRule,     NewNamesRule,        NewDatesRule,      NewStatusesRule,
      NewNameserversRule,    NewContactsRule,     NewRegistrarsRule, NewIdnTablesRule,
      NewEppParamsRule,      NewPolicyRule,       NewDsRule,         NewDelegationsRule,
      NewUNamesRule,         NewTransfersRule,    NewStatisticsRule, NewPlausibilityRule,
      NewRegistryReportRule, NewDriftRule,        NewZoneRule,       NewOrphansRule,
      NewRegistriesRule,
  };
  RuleList rules;
  for (const Maker maker : kMakers) rules.push_back(maker(judgement));
  return rules;
}

}  // namespace tidemark::verifier
