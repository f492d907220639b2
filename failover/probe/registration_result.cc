#include "failover/probe/registration_probe.h"

namespace tidemark::failover {

absl::string_view RegistrationQuestionName(RegistrationQuestion question) {
  switch (question) {
    case RegistrationQuestion::kRdapDomain:
      return "rdap-domain";
    case RegistrationQuestion::kRdapAbsent:
      return "rdap-absent";
    case RegistrationQuestion::kRdapRegistrar:
      return "rdap-registrar";
    case RegistrationQuestion::kRdapNameserver:
      return "rdap-nameserver";
    case RegistrationQuestion::kRdapContact:
      return "rdap-contact";
    case RegistrationQuestion::kWhoisDomain:
      return "whois-domain";
    case RegistrationQuestion::kWhoisAbsent:
      return "whois-absent";
    case RegistrationQuestion::kWhoisNameserver:
      return "whois-nameserver";
  }
  return "";
}

absl::string_view RegistrationFlawName(RegistrationFlaw flaw) {
  switch (flaw) {
    case RegistrationFlaw::kUnanswered:
      return "unanswered";
    case RegistrationFlaw::kStatusCode:
      return "status-code";
    case RegistrationFlaw::kMalformed:
      return "malformed";
    case RegistrationFlaw::kName:
      return "name";
    case RegistrationFlaw::kRoid:
      return "roid";
    case RegistrationFlaw::kStatuses:
      return "statuses";
    case RegistrationFlaw::kRegistrar:
      return "registrar";
    case RegistrationFlaw::kDates:
      return "dates";
    case RegistrationFlaw::kServers:
      return "servers";
    case RegistrationFlaw::kDelegationSigner:
      return "delegation-signer";
    case RegistrationFlaw::kPersonalData:
      return "personal-data";
    case RegistrationFlaw::kAddresses:
      return "addresses";
    case RegistrationFlaw::kContacts:
      return "contacts";
  }
  return "";
}

}  // namespace tidemark::failover
