// Addresses of hosts and host attributes, and the host model: RST rde-07, rde-08.
#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "verifier/rules/rule.h"
#include "verifier/rules/values.h"

namespace tidemark::verifier {
namespace {

constexpr size_t kLastLabelsMax = 4096;
constexpr size_t kLabelBytesMax = 63;

bool IsAddress(const rde::HostAddress& address) {
  return address.version == "v6" ? IsIpv6(address.address) : IsIpv4(address.address);
}

// What is wrong, without the address of somebody's server.
std::string FlawOf(const rde::HostAddress& address) {
  const bool v6 = address.version == "v6";
  if (v6 ? IsIpv4(address.address) : IsIpv6(address.address)) {
    return v6 ? "an IPv4 address is given as v6" : "an IPv6 address is given as v4";
  }
  return absl::StrCat("not an IPv", v6 ? "6" : "4", " address");
}

class NameserversRule final : public Rule {
 public:
  using Rule::Rule;

  void OnDomain(const rde::Domain& domain, const Subject& subject) override {
    if (!domain.host_objects.empty() && j_.options.host_model == HostModel::kAttributes) {
      j_.log.Raise(Code::kDomainHasUnexpectedHostObjects, subject, domain.host_objects.size(),
                   " hostObj in the attribute model");
    }
    if (!domain.host_attributes.empty() && j_.options.host_model == HostModel::kObjects) {
      j_.log.Raise(Code::kDomainHasUnexpectedHostAttributes, subject, domain.host_attributes.size(),
                   " hostAttr in the object model");
    }
    for (const rde::HostAttribute& host : domain.host_attributes) {
      CheckAttribute(host, domain, subject);
    }
  }

  void OnHost(const rde::Host& host, const Subject& subject) override {
    for (const rde::HostAddress& address : host.addresses) {
      if (!IsAddress(address)) {
        j_.log.Raise(Code::kHostHasInvalidIpAddress, subject, FlawOf(address));
      }
    }
    if (host.addresses.empty()) CheckNeedsNoAddress(host.name, subject);
  }

  void Finish() override {
    if (!j_.options.host_model.has_value()) {
      j_.SkipCode(Code::kDomainHasUnexpectedHostObjects, "--host-model is not given");
      j_.SkipCode(Code::kDomainHasUnexpectedHostAttributes, "--host-model is not given");
    }
    if (waiting_.empty()) return;
    const absl::string_view tld = j_.tld();
    const bool by_last_label = !tld.empty() && tld.find('.') == absl::string_view::npos;
    if (overflow_ || !by_last_label) {
      j_.SkipCode(Code::kHostHasMissingIpAddress,
                  "hosts came before the header, and --tld is not given");
    }
    const auto it = by_last_label ? waiting_.find(tld) : waiting_.end();
    if (it != waiting_.end()) it->second.Move(Code::kHostHasMissingIpAddress, j_.log);
  }

 private:
  static constexpr absl::string_view kNoAddress = "the host is below the TLD and has no address";

  void CheckNeedsNoAddress(absl::string_view name, const Subject& subject) {
    if (!j_.tld().empty()) {
      if (IsBelow(name, j_.tld())) {
        j_.log.Raise(Code::kHostHasMissingIpAddress, subject, kNoAddress);
      }
      return;
    }
    const std::string label = absl::AsciiStrToLower(LastLabel(name));
    if (label.size() > kLabelBytesMax) return;    // no TLD is
    if (name.size() <= label.size() + 1) return;  // below none
    if (waiting_.size() >= kLastLabelsMax && !waiting_.contains(label)) {
      overflow_ = true;
      return;
    }
    waiting_[label].Add(subject, kNoAddress);
  }

  void CheckAttribute(const rde::HostAttribute& host, const rde::Domain& domain,
                      const Subject& subject) {
    if (!IsHostName(host.name)) {
      j_.log.Raise(Code::kNameserverInvalid, subject, "a hostName is not a host name");
    } else if (j_.rules().tld_not_numeric && EndsInNumber(host.name)) {
      j_.log.Raise(Code::kNameserverInvalid, subject, "a hostName ends in a label of digits alone");
    } else if (LastLabel(host.name).size() == host.name.size()) {
      j_.log.Raise(Code::kHostNameUnqualified, subject, "a hostName has one label");
    }
    for (const rde::HostAddress& address : host.addresses) {
      if (!IsAddress(address)) {
        j_.log.Raise(Code::kNameserverInvalid, subject, "name server ", Printable(host.name), ": ",
                     FlawOf(address));
      }
    }
    if (host.addresses.empty() &&
        (IsBelow(host.name, domain.name) ||
         absl::AsciiStrToLower(host.name) == absl::AsciiStrToLower(domain.name))) {
      j_.log.Raise(Code::kGlueMissing, subject, "name server ", Printable(host.name),
                   " is in the domain itself and has no address");
    }
  }

  // Hosts without addresses that came before the TLD was known, by their last label.
  std::map<std::string, Tally, std::less<>> waiting_;
  bool overflow_ = false;
};

}  // namespace

std::unique_ptr<Rule> NewNameserversRule(Judgement& judgement) {
  return Rule::New<NameserversRule>(judgement);
}

}  // namespace tidemark::verifier
