// Objects that nobody refers to, and hosts without the domain that they belong to. RFC 5732
// sections 1.1 and 3.2.1, RFC 5733. FULL deposits only.
#include <string>

#include "absl/strings/str_cat.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

// More than every second object of a kind: no registry's left-overs.
constexpr int64_t kUnreferredPercentMax = 50;

class OrphansRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject&) override {
    // With names registered at several depths a host's superordinate domain is anybody's guess.
    const absl::string_view name = domain.name;
    deep_ = deep_ || (!j_.tld().empty() && SuperordinateOf(name).size() != name.size() &&
                      IsBelow(name, j_.tld()) && IsHostName(name));
  }

  void OnHost(const rde::Host& host, const Subject&) override {
    if (!j_.is_repository()) return;
    if (j_.tld().empty()) {
      before_header_ = true;
      return;
    }
    if (!IsHostName(host.name) || !IsBelow(host.name, j_.tld())) return;
    const absl::string_view domain = SuperordinateOf(host.name);
    j_.keys.Refer(domains_.OfName(domain), Code::kHostSuperordinateMissing, "superordinate domain",
                  domain);
  }

  void Finish() override {
    if (!j_.is_repository() || j_.unread_csv) {
      Skip("the deposit is not the whole repository");
      return;
    }
    if (deep_) {
      j_.Withdraw(Code::kHostSuperordinateMissing, "domains are registered at several depths");
    } else if (before_header_) {
      j_.SkipCode(Code::kHostSuperordinateMissing,
                  "hosts came before the header, and --tld is not given");
    }
    Judge(KeyKind::kHostName, rde::kHostUri, "host", Code::kHostUnreferred);
    Judge(KeyKind::kContactId, rde::kContactUri, "contact", Code::kContactUnreferred);
  }

 private:
  // The name directly below the TLD that `name` is or is below.
  absl::string_view SuperordinateOf(absl::string_view name) const {
    const size_t rest = j_.tld().size() + 1;
    if (name.size() <= rest) return name;
    size_t label = name.size() - rest;
    while (label > 0 && name[label - 1] != '.') --label;
    return name.substr(label);
  }

  void Judge(KeyKind kind, absl::string_view uri, absl::string_view name, Code code) {
    const absl::Status status = j_.keys.RaiseUnreferred(kind, code, "nothing refers to it", j_.log);
    if (!status.ok()) return Skip(KeysLost(status));
    const int64_t all = j_.objects_of(uri);
    const int64_t unreferred = j_.log.count(code);
    if (all < j_.options.plausibility.objects_min ||
        unreferred * 100 <= all * kUnreferredPercentMax) {
      return;
    }
    j_.log.Raise(Code::kObjectsUnreferred, AboutDeposit(j_), "nothing refers to ", unreferred,
                 " of ", all, " ", name, "s");
  }

  void Skip(absl::string_view why) {
    for (const Code code : {Code::kHostUnreferred, Code::kContactUnreferred,
                            Code::kObjectsUnreferred, Code::kHostSuperordinateMissing}) {
      j_.SkipCode(code, why);
    }
  }

  LastKey domains_{j_.hasher, KeyKind::kDomainName};
  bool deep_ = false;
  bool before_header_ = false;
};

}  // namespace

std::unique_ptr<Rule> NewOrphansRule(Judgement& judgement) {
  return Rule::New<OrphansRule>(judgement);
}

}  // namespace tidemark::verifier
