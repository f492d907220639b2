#include "verifier/rules/epp_namespaces.h"

namespace tidemark::verifier {
namespace {

// In the order of the list, so that a newer one is easily compared.
constexpr absl::string_view kObjects[] = {
    "urn:ietf:params:xml:ns:domain-1.0",
    "urn:ietf:params:xml:ns:host-1.0",
    "urn:ietf:params:xml:ns:contact-1.0",
    "urn:ietf:params:xml:ns:epp:org-1.0",
    "urn:ietf:params:xml:ns:finance-1.1",
    "urn:ietf:params:xml:ns:epp:maintenance-1.0",
    "urn:ietf:params:xml:ns:keyrelay-1.0",
    "http://www.verisign.com/epp/registry-1.0",
    "http://www.verisign.com/epp/balance-1.0",
    "http://www.verisign-grs.com/epp/suggestion-1.1",
    "http://www.nic.name/epp/nameWatch-1.0",
    "http://www.nic.name/epp/defReg-1.0",
    "http://www.nic.name/epp/emailFwd-1.0",
    "http://www.verisign.com/epp/whowas-1.0",
    "http://xmlns.corenic.net/epp/promotion-info-1.0",
    "http://xmlns.tango-rs.net/epp/promotion-info-1.0",
};

constexpr absl::string_view kExtensions[] = {
    "urn:ietf:params:xml:ns:rgp-1.0",
    "urn:ietf:params:xml:ns:e164epp-1.0",
    "urn:ietf:params:xml:ns:e164valex-1.1",
    "urn:ietf:params:xml:ns:secDNS-1.1",
    "urn:ietf:params:xml:ns:coa-1.0",
    "http://www.verisign-grs.com/epp/namestoreExt-1.1",
    "http://www.verisign.com/epp/rgp-poll-1.0",
    "http://www.verisign.com/epp/sync-1.0",
    "http://www.verisign.com/epp/idnLang-1.0",
    "urn:ietf:params:xml:ns:idn-1.0",
    "urn:se:iis:xml:epp:iis-1.2",
    "urn:se:iis:xml:epp:registryLock-1.0",
    "urn:ietf:params:xml:ns:epp:addlEmail-1.0",
    "urn:ietf:params:xml:ns:epp:ttl-1.0",
    "http://www.unitedtld.com/epp/charge-1.0",
    "http://www.nic.at/xsd/at-ext-verification-1.0",
    "urn:ietf:params:xml:ns:verificationCode-1.0",
    "urn:ietf:params:xml:ns:epp:secure-authinfo-transfer-1.0",
    "urn:dkhm:params:xml:ns:dkhm-4.4",
    "urn:ietf:params:xml:ns:launch-1.0",
    "urn:ietf:params:xml:ns:allocationToken-1.0",
    "urn:ietf:params:xml:ns:epp:orgext-1.0",
    "urn:ietf:params:xml:ns:changePoll-1.0",
    "urn:ietf:params:xml:ns:epp:fee-1.0",
    "urn:ietf:params:xml:ns:epp:loginSec-1.0",
    "urn:ietf:params:xml:ns:epp:unhandled-namespaces-1.0",
    "urn:ietf:params:xml:ns:epp:b-dn",
    "http://www.verisign.com/epp/premiumdomain-1.0",
    "http://www.verisign.com/epp/relatedDomain-1.0",
    "http://www.nic.name/epp/persReg-1.0",
    "http://www.verisign.com/epp/whoisInf-1.0",
    "http://www.verisign.com/epp/jobsContact-1.0",
    "http://www.verisign.com/epp/lowbalance-poll-1.0",
    "http://xmlns.tango-rs.net/epp/idn-1.0",
    "http://xmlns.tango-rs.net/epp/auction-1.0",
    "http://xmlns.tango-rs.net/epp/contact-eligibility-1.1",
    "http://xmlns.tango-rs.net/epp/eligibility-1.0",
    "http://xmlns.tango-rs.net/epp/privacy-1.0",
    "http://xmlns.tango-rs.net/epp/promotion-1.0",
    "http://xmlns.tango-rs.net/epp/mark-ext-1.0",
    "urn:ietf:params:xml:ns:fury-rgp-1.0",
    "urn:ietf:params:xml:ns:fury-2.1",
    "http://xmlns.corenic.net/epp/auction-1.0",
    "http://xmlns.corenic.net/epp/contact-eligibility-1.1",
    "http://xmlns.corenic.net/epp/eligibility-1.0",
    "http://xmlns.corenic.net/epp/privacy-1.0",
    "http://xmlns.corenic.net/epp/idn-1.0",
    "http://xmlns.corenic.net/epp/promotion-1.0",
    "http://xmlns.corenic.net/epp/mark-ext-1.0",
    "urn:ietf:params:xml:ns:artRecord-0.2",
    "urn:gdr:params:xml:ns:variant-1.0",
    "urn:ietf:params:xml:ns:cdn-1.0",
};

}  // namespace

absl::Span<const absl::string_view> EppObjectNamespaces() { return kObjects; }
absl::Span<const absl::string_view> EppExtensionNamespaces() { return kExtensions; }

}  // namespace tidemark::verifier
