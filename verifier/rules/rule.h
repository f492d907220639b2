// One rule: sees every object once, in document order, and the whole at the end.
//
// A rule raises findings (verifier/code.h) and lists what it could not judge; it keeps no records.
// All rules of a run are in one table, rules.cc; a new rule is a file here and a line there.
#ifndef TIDEMARK_VERIFIER_RULES_RULE_H_
#define TIDEMARK_VERIFIER_RULES_RULE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "rde/records.h"
#include "verifier/rules/judgement.h"

namespace tidemark::verifier {

// What a rule can look at: a hook each.
enum class Hook : uint8_t {
  kHeader,
  kDomain,
  kHost,
  kContact,
  kRegistrar,
  kIdnTable,
  kNndn,
  kEppParams,
  kPolicy,
  kDelete,
  kCsvTable,
};
inline constexpr size_t kHookCount = 11;

class Rule {
 public:
  // A rule of class R. Only those of its hooks are called that R has of its own: most rules look at
  // two or three kinds of object, and there are millions of objects.
  template <typename R>
  static std::unique_ptr<Rule> New(Judgement& judgement) {
    auto rule = std::make_unique<R>(judgement);
    rule->hooks_ = HooksOf<R>();
    return rule;
  }
  bool has(Hook hook) const { return (hooks_ >> static_cast<int>(hook) & 1) != 0; }

  // `judgement` must outlive the rule.
  explicit Rule(Judgement& judgement) : j_(judgement) {}
  virtual ~Rule() = default;
  Rule(const Rule&) = delete;
  Rule& operator=(const Rule&) = delete;

  // `subject` carries label and position of the object.
  virtual void OnHeader(const rde::Header&, const Subject&) {}
  virtual void OnDomain(const rde::Domain&, const Subject&) {}
  virtual void OnHost(const rde::Host&, const Subject&) {}
  virtual void OnContact(const rde::Contact&, const Subject&) {}
  virtual void OnRegistrar(const rde::Registrar&, const Subject&) {}
  virtual void OnIdnTable(const rde::IdnTableRef&, const Subject&) {}
  virtual void OnNndn(const rde::Nndn&, const Subject&) {}
  virtual void OnEppParams(const rde::EppParams&, const Subject&) {}
  virtual void OnPolicy(const rde::Policy&, const Subject&) {}
  virtual void OnDelete(const rde::Delete&, const Subject&) {}
  // A definition of the CSV model; its objects come as those of the XML model do.
  virtual void OnCsvTable(const rde::CsvTable&, const Subject&) {}

  // After the last object that was read, whatever ended reading.
  virtual void OnEnd() {}
  // Then, if the file was read to its end.
  virtual void Finish() {}

 protected:
  Judgement& j_;

 private:
  // A pointer to a member that R inherits is of Rule's type.
  template <typename R>
  static constexpr uint32_t HooksOf() {
    uint32_t hooks = 0;
    const auto add = [&hooks](Hook hook, auto of_r, auto of_rule) {
      const bool own = !std::is_same_v<decltype(of_r), decltype(of_rule)>;
      hooks |= uint32_t{own} << static_cast<int>(hook);
    };
    add(Hook::kHeader, &R::OnHeader, &Rule::OnHeader);
    add(Hook::kDomain, &R::OnDomain, &Rule::OnDomain);
    add(Hook::kHost, &R::OnHost, &Rule::OnHost);
    add(Hook::kContact, &R::OnContact, &Rule::OnContact);
    add(Hook::kRegistrar, &R::OnRegistrar, &Rule::OnRegistrar);
    add(Hook::kIdnTable, &R::OnIdnTable, &Rule::OnIdnTable);
    add(Hook::kNndn, &R::OnNndn, &Rule::OnNndn);
    add(Hook::kEppParams, &R::OnEppParams, &Rule::OnEppParams);
    add(Hook::kPolicy, &R::OnPolicy, &Rule::OnPolicy);
    add(Hook::kDelete, &R::OnDelete, &Rule::OnDelete);
    add(Hook::kCsvTable, &R::OnCsvTable, &Rule::OnCsvTable);
    return hooks;
  }

  uint32_t hooks_ = 0;
};

using RuleList = std::vector<std::unique_ptr<Rule>>;

std::unique_ptr<Rule> NewFileNameRule(Judgement& judgement);        // file_name.cc
std::unique_ptr<Rule> NewHeaderRule(Judgement& judgement);          // header.cc
std::unique_ptr<Rule> NewKindRule(Judgement& judgement);            // kind.cc
std::unique_ptr<Rule> NewMenuRule(Judgement& judgement);            // menu.cc
std::unique_ptr<Rule> NewObjectUrisRule(Judgement& judgement);      // object_uris.cc
std::unique_ptr<Rule> NewHeaderCountsRule(Judgement& judgement);    // header_counts.cc
std::unique_ptr<Rule> NewPresenceRule(Judgement& judgement);        // presence.cc
std::unique_ptr<Rule> NewUniquenessRule(Judgement& judgement);      // uniqueness.cc
std::unique_ptr<Rule> NewReferencesRule(Judgement& judgement);      // references.cc
std::unique_ptr<Rule> NewNamesRule(Judgement& judgement);           // names.cc
std::unique_ptr<Rule> NewDatesRule(Judgement& judgement);           // dates.cc
std::unique_ptr<Rule> NewStatusesRule(Judgement& judgement);        // statuses.cc
std::unique_ptr<Rule> NewNameserversRule(Judgement& judgement);     // nameservers.cc
std::unique_ptr<Rule> NewContactsRule(Judgement& judgement);        // contacts.cc
std::unique_ptr<Rule> NewRegistrarsRule(Judgement& judgement);      // registrars.cc
std::unique_ptr<Rule> NewRegistriesRule(Judgement& judgement);      // registries.cc
std::unique_ptr<Rule> NewIdnTablesRule(Judgement& judgement);       // idn_tables.cc
std::unique_ptr<Rule> NewEppParamsRule(Judgement& judgement);       // epp_params.cc
std::unique_ptr<Rule> NewPolicyRule(Judgement& judgement);          // policy.cc
std::unique_ptr<Rule> NewDsRule(Judgement& judgement);              // ds.cc
std::unique_ptr<Rule> NewDelegationsRule(Judgement& judgement);     // delegations.cc
std::unique_ptr<Rule> NewUNamesRule(Judgement& judgement);          // u_names.cc
std::unique_ptr<Rule> NewTransfersRule(Judgement& judgement);       // transfers.cc
std::unique_ptr<Rule> NewStatisticsRule(Judgement& judgement);      // statistics.cc
std::unique_ptr<Rule> NewPlausibilityRule(Judgement& judgement);    // plausibility.cc
std::unique_ptr<Rule> NewRegistryReportRule(Judgement& judgement);  // registry_report.cc
std::unique_ptr<Rule> NewDriftRule(Judgement& judgement);           // drift.cc
std::unique_ptr<Rule> NewOrphansRule(Judgement& judgement);         // orphans.cc
std::unique_ptr<Rule> NewZoneRule(Judgement& judgement);            // zone.cc
std::unique_ptr<Rule> NewCsvModelRule(Judgement& judgement);        // csv_model.cc

// All of them, in the order in which they see an object.
RuleList NewRules(Judgement& judgement);

}  // namespace tidemark::verifier

#endif  // TIDEMARK_VERIFIER_RULES_RULE_H_
