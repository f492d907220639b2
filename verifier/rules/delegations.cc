// Delegations that cannot work well, whatever the host model: RFC 1034 section 4.1, RFC 2182, RFC
// 6890.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "base/text_words.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

// What the largest referral without truncation held once, and what registries keep to.
constexpr size_t kNameserversMax = 13;

class DelegationsRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    const size_t servers = domain.host_objects.size() + domain.host_attributes.size();
    if (servers == 0) return;
    if (servers == 1) {
      j_.log.Raise(Code::kNameserverSingle, subject, "one name server");
    } else if (servers > kNameserversMax) {
      j_.log.Raise(Code::kNameserversTooMany, subject, servers, " name servers");
      CheckManyRepeated(domain, subject);
    } else {
      CheckFewRepeated(domain, subject);
    }
    for (const rde::HostAttribute& host : domain.host_attributes) {
      CheckAddresses(host.addresses, subject);
    }
  }

  void OnHost(const rde::Host& host, const Subject& subject) override {
    CheckAddresses(host.addresses, subject);
  }

 private:
  static absl::string_view ServerAt(const rde::Domain& domain, size_t i) {
    const size_t objects = domain.host_objects.size();
    return i < objects ? domain.host_objects[i] : domain.host_attributes[i - objects].name;
  }

  void RaiseRepeated(absl::string_view server, const Subject& subject) {
    j_.log.Raise(Code::kNameserverRepeated, subject, "name server ", Printable(server), " twice");
  }

  // The usual case: without allocation.
  void CheckFewRepeated(const rde::Domain& domain, const Subject& subject) {
    const size_t servers = domain.host_objects.size() + domain.host_attributes.size();
    for (size_t i = 1; i < servers; ++i) {
      for (size_t k = 0; k < i; ++k) {
        if (!base::EqualsFolded(ServerAt(domain, i), ServerAt(domain, k))) continue;
        return RaiseRepeated(ServerAt(domain, i), subject);
      }
    }
  }

  void CheckManyRepeated(const rde::Domain& domain, const Subject& subject) {
    std::vector<std::string> names;
    for (const std::string& name : domain.host_objects)
      names.push_back(absl::AsciiStrToLower(name));
    for (const rde::HostAttribute& host : domain.host_attributes) {
      names.push_back(absl::AsciiStrToLower(host.name));
    }
    std::sort(names.begin(), names.end());
    const auto it = std::adjacent_find(names.begin(), names.end());
    if (it != names.end()) RaiseRepeated(*it, subject);
  }

  void CheckAddresses(const std::vector<rde::HostAddress>& addresses, const Subject& subject) {
    for (const rde::HostAddress& address : addresses) {
      absl::string_view use = SpecialUseOf(address.address);
      if (use.empty() && j_.rules().reads_closely) use = RareUseOf(address.address);
      if (use.empty()) continue;
      j_.log.Raise(Code::kAddressSpecialUse, subject, "a name server's address is ", use);
    }
  }
};

}  // namespace

std::unique_ptr<Rule> NewDelegationsRule(Judgement& judgement) {
  return Rule::New<DelegationsRule>(judgement);
}

}  // namespace tidemark::verifier
