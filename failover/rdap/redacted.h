// The member `redacted` of RFC 9537, with the names of the gTLD RDAP response profile (section 2.7
// of the version of February 2024). Private to rdap/.
//
// A hidden field is listed whether or not the contact has it: otherwise the list would tell.
#ifndef TIDEMARK_FAILOVER_RDAP_REDACTED_H_
#define TIDEMARK_FAILOVER_RDAP_REDACTED_H_

#include <optional>

#include "failover/lookup/lookup.h"
#include "failover/rdap/json_writer.h"

namespace tidemark::failover::rdap {

// The word of RFC 9083 section 10.2.4 for a role.
absl::string_view RdapRole(ContactRole role);

// Whether a contact's card has no address at all: optional properties of which nothing may be shown
// are removed (RFC 9537 section 3.2). A registrant's stays, because the profile (section 2.7.4)
// wants its parts there, empty. `role` is nothing for the topmost object.
bool RemovesAddress(const DisclosedContact& contact, std::optional<ContactRole> role);

// What of a domain's answer is left out; whether anything is.
bool HasRedactions(const DomainFacts& domain);
bool HasRedactions(const DisclosedContact& contact);

// Hidden addresses of mail are said to be replaced: the card has a contact-uri for them.
void WriteRedacted(const DomainFacts& domain, JsonWriter& json);
// Of a contact that is the topmost object.
void WriteRedacted(const DisclosedContact& contact, JsonWriter& json);

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_REDACTED_H_
