// What no registry of some size looks like, though every object by itself is well: signs that an
// exporter never learned to write something. Whole repositories only.
#include <array>
#include <string>

#include "absl/strings/match.h"
#include "verifier/rules/rule.h"
#include "verifier/statistics.h"

namespace tidemark::verifier {
namespace {

class PlausibilityRule final : public Rule {
 public:
  using Rule::Rule;

  void OnEppParams(const rde::EppParams& params, const Subject&) override {
    for (const std::string& uri : params.ext_uris) {
      signs_ |= absl::StartsWith(uri, "urn:ietf:params:xml:ns:secDNS-");
    }
  }

  void Finish() override {
    if (!j_.is_repository()) return;
    CheckLinked(Counted::kHost, kDomainNs);
    CheckLinked(Counted::kContact, kDomainRegistrant);
    CheckDomains(j_.statistics.of(Counted::kDomain));
  }

 private:
  // RFC 5732 and RFC 5733: what a domain refers to is linked.
  void CheckLinked(Counted kind, DomainField reference) {
    static constexpr size_t kLinked = StatusIndex("linked");
    const KindStatistics& kinds = j_.statistics.of(kind);
    if (kinds.objects < j_.options.plausibility.objects_min || kinds.statuses[kLinked] > 0) return;
    if (j_.statistics.of(Counted::kDomain).filled[reference] == 0) return;
    j_.log.Raise(Code::kNeverLinked, AboutDeposit(j_), "of ", kinds.objects, " ", CountedName(kind),
                 "s none is linked, and domains refer to them");
  }

  void CheckDomains(const KindStatistics& domains) {
    const PlausibilityLimits& limits = j_.options.plausibility;
    if (domains.objects >= limits.domains_min) {
      if (domains.filled[kDomainSeveralStatuses] == 0) {
        j_.log.Raise(Code::kNeverSeveralStatuses, AboutDeposit(j_), "of ", domains.objects,
                     " domains none has more than one status");
      }
      for (const DomainField field :
           {kDomainRgpStatus, kDomainUpRr, kDomainUpDate, kDomainTrnData}) {
        if (domains.filled[field] > 0) continue;
        j_.log.Raise(Code::kFieldNeverFilled, AboutDeposit(j_), "of ", domains.objects,
                     " domains none has ", FieldNames(Counted::kDomain)[field]);
      }
    }
    if (signs_ && domains.objects >= limits.signing_domains_min &&
        domains.filled[kDomainSecDns] == 0) {
      j_.log.Raise(Code::kNeverSigned, AboutDeposit(j_), "of ", domains.objects,
                   " domains none has secDNS, which the registry's EPP offers");
    }
  }

  bool signs_ = false;
};

}  // namespace

std::unique_ptr<Rule> NewPlausibilityRule(Judgement& judgement) {
  return Rule::New<PlausibilityRule>(judgement);
}

}  // namespace tidemark::verifier
