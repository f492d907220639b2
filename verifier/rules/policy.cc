// Policy objects are paths to elements, and objects have the elements that they require:
// RST rde-14, RFC 9022 section 5.8 and 8 (6); the registrant that a maximum data model requires.
//
// A policy may come after the objects that it is about, so each object type keeps a tally of what
// is absent, for every element that a policy could name.
#include <array>
#include <bit>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "verifier/rules/policy_elements.h"
#include "verifier/rules/policy_path.h"
#include "verifier/rules/rule.h"

namespace tidemark::verifier {
namespace {

// What objects of one type lack.
template <typename Object>
class Absences {
 public:
  explicit Absences(absl::Span<const PolicyElement<Object>> elements)
      : elements_(elements), tallies_(elements.size()) {}

  void See(const Object& object, const Subject& subject) {
    const uint32_t absent = AbsentIn(object);
    if ((absent & open_) != 0) return Tell(absent, subject);
    Run& run = runs_[absent * 0x9e3779b9u >> 28];
    if (run.absent != absent) {
      Settle(run);
      run.absent = absent;
    }
    ++run.objects;
  }
  // After the last object.
  void Settle() {
    for (Run& run : runs_) Settle(run);
  }

  enum class Known { kYes, kNoSuchElement, kNoSuchPredicate };

  // Finds what `path` is about; `tally` stays null where the schema demands the element already.
  Known Find(const PolicyPath& path, const Tally** tally) const {
    Known known = Known::kNoSuchElement;
    for (size_t i = 0; i < elements_.size(); ++i) {
      const PolicyElement<Object>& element = elements_[i];
      if (element.name != path.element) continue;
      known = Known::kNoSuchPredicate;
      if (element.attribute != path.attribute || element.value != path.value) continue;
      if (element.has != nullptr) *tally = &tallies_[i];
      return Known::kYes;
    }
    return known;
  }

 private:
  // Objects that lack the same elements, of which no tally takes another finding: there are few
  // different sets of those, so that objects are counted, and not one by one their elements.
  struct Run {
    uint32_t absent = 0;
    int64_t objects = 0;
  };

  void Settle(Run& run) {
    for (uint32_t left = run.absent; left != 0; left &= left - 1) {
      tallies_[static_cast<size_t>(std::countr_zero(left))].Count(run.objects);
    }
    run.objects = 0;
  }

  void Tell(uint32_t absent, const Subject& subject) {
    for (; absent != 0; absent &= absent - 1) {
      const auto i = static_cast<size_t>(std::countr_zero(absent));
      const PolicyElement<Object>& element = elements_[i];
      const bool plain = element.attribute.empty();
      tallies_[i].Add(subject, "no ", element.name, plain ? "" : "[@", element.attribute,
                      plain ? "" : "='", element.value, plain ? "" : "']");
      if (tallies_[i].full()) open_ &= ~(uint32_t{1} << i);
    }
  }

  const absl::Span<const PolicyElement<Object>> elements_;
  std::vector<Tally> tallies_;
  uint32_t open_ = ~uint32_t{0};  // a bit for each tally that takes findings
  std::array<Run, 16> runs_;      // by a few bits of what is absent
};

class PolicyRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& o, const Subject& s) override { domains_.See(o, s); }
  void OnHost(const rde::Host& o, const Subject& s) override { hosts_.See(o, s); }
  void OnContact(const rde::Contact& o, const Subject& s) override { contacts_.See(o, s); }
  void OnRegistrar(const rde::Registrar& o, const Subject& s) override { registrars_.See(o, s); }
  void OnNndn(const rde::Nndn& o, const Subject& s) override { nndns_.See(o, s); }

  void OnPolicy(const rde::Policy& policy, const Subject& subject) override {
    auto path = ParsePolicy(policy);
    if (!path.ok()) {
      j_.log.Raise(Code::kPolicyObjectInvalid, subject, path.status().message());
    } else if (j_.Keep(path->bytes(), subject)) {
      policies_.push_back({*std::move(path), subject.at.value_or(rde::Position{})});
    }
  }

  void Finish() override {
    domains_.Settle();
    hosts_.Settle();
    contacts_.Settle();
    registrars_.Settle();
    nndns_.Settle();
    std::set<const Tally*> judged;
    bool registrant = j_.options.data_model == DataModel::kMaximum;
    if (j_.rules().policy_follows_model) CompareWithModel();
    for (const auto& [path, at] : policies_) {
      const Tally* tally = Resolve(path, Subject{"policy", "", at});
      if (tally == nullptr || !judged.insert(tally).second) continue;
      registrant = registrant || IsRegistrant(path);
      Tally copy = *tally;
      copy.Move(Code::kPolicyObjectMissingObjects, j_.log);
    }
    if (registrant) {
      RaiseMissingRegistrant();
    } else if (!j_.options.data_model.has_value()) {
      j_.SkipCode(Code::kDomainHasMissingRegistrant,
                  "--data-model is not given, and no policy object asks for a registrant");
    }
  }

 private:
  // What rde-15 says of the CSV model's isRequired, as rde-14 has it for policy objects.
  void CompareWithModel() {
    if (!j_.options.data_model.has_value()) return;
    if (j_.in_csv(rde::kDomainUri) && j_.count_of(rde::kDomainUri) == 0) {
      j_.SkipCode(Code::kPolicyObjectMissingObjects,
                  "all domains are in the CSV model: isRequired says what the model requires");
      return;
    }
    const bool maximum = j_.options.data_model == DataModel::kMaximum;
    bool required = false;
    for (const auto& [path, at] : policies_) {
      if (!IsRegistrant(path)) continue;
      required = true;
      if (maximum) continue;
      j_.log.Raise(Code::kPolicyObjectInvalid, Subject{"policy", "", at},
                   "it requires the registrant, which the data model does not");
    }
    // Without any policy there is a code of its own.
    if (maximum && !required && !policies_.empty() && j_.is_repository()) {
      j_.log.Raise(Code::kPolicyObjectMissingObjects, AboutDeposit(j_),
                   "no policy requires the registrant, as the maximum data model does");
    }
  }

  struct Placed {
    PolicyPath path;
    rde::Position at;
  };

  static bool IsRegistrant(const PolicyPath& path) {
    return path.object_uri == rde::kDomainUri && path.element == "registrant";
  }

  void RaiseMissingRegistrant() {
    PolicyPath path;
    path.element = "registrant";
    const Tally* tally = nullptr;
    domains_.Find(path, &tally);
    Tally copy = *tally;
    copy.Move(Code::kDomainHasMissingRegistrant, j_.log);
  }

  // Null where there is nothing to raise; flaws of the policy itself are raised.
  const Tally* Resolve(const PolicyPath& path, const Subject& subject) {
    const absl::string_view uri = path.object_uri;
    if (uri == rde::kDomainUri) return Find(domains_, "domain", path, subject);
    if (uri == rde::kHostUri) return Find(hosts_, "host", path, subject);
    if (uri == rde::kContactUri) return Find(contacts_, "contact", path, subject);
    if (uri == rde::kRegistrarUri) return Find(registrars_, "registrar", path, subject);
    if (uri == rde::kNndnUri) return Find(nndns_, "NNDN", path, subject);
    if (uri == rde::kIdnUri) return Find(idn_tables_, "idnTableRef", path, subject);
    j_.log.Raise(Code::kPolicyObjectInvalid, subject, "the scope's object ", Printable(path.object),
                 " is not one that a policy can be about");
    return nullptr;
  }

  template <typename Object>
  const Tally* Find(const Absences<Object>& absences, absl::string_view name,
                    const PolicyPath& path, const Subject& subject) {
    const Tally* tally = nullptr;
    using Known = typename Absences<Object>::Known;
    const Known known = path.object == name ? absences.Find(path, &tally) : Known::kNoSuchElement;
    if (known == Known::kNoSuchElement) {
      j_.log.Raise(Code::kPolicyObjectInvalid, subject, "no element ", Printable(path.element),
                   " in ", Printable(path.object));
    } else if (known == Known::kNoSuchPredicate) {
      j_.SkipCode(Code::kPolicyObjectMissingObjects,
                  absl::StrCat("a policy about ", Printable(path.ElementText()), " is not judged"));
    }
    return tally;
  }

  Absences<rde::Domain> domains_{DomainElements()};
  Absences<rde::Host> hosts_{HostElements()};
  Absences<rde::Contact> contacts_{ContactElements()};
  Absences<rde::Registrar> registrars_{RegistrarElements()};
  Absences<rde::Nndn> nndns_{NndnElements()};
  Absences<rde::IdnTableRef> idn_tables_{IdnTableElements()};
  std::vector<Placed> policies_;
};

}  // namespace

std::unique_ptr<Rule> NewPolicyRule(Judgement& judgement) {
  return Rule::New<PolicyRule>(judgement);
}

}  // namespace tidemark::verifier
