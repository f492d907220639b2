// The member `redacted` of RFC 9537, with the names of the gTLD RDAP response profile (section 2.7
// of the version of February 2024). Private to rdap/.
//
// A hidden field is listed whether or not the contact has it: otherwise the list would tell.
#ifndef TIDEMARK_FAILOVER_RDAP_REDACTED_H_
#define TIDEMARK_FAILOVER_RDAP_REDACTED_H_

#include "failover/lookup/lookup.h"
#include "failover/rdap/json_writer.h"

namespace tidemark::failover::rdap {

// The word of RFC 9083 section 10.2.4 for a role.
absl::string_view RdapRole(ContactRole role);

// What of a domain's answer is left out; whether anything is.
bool HasRedactions(const DomainFacts& domain);
bool HasRedactions(const DisclosedContact& contact);

// `contact_url` is what stands for hidden addresses of mail, or "".
void WriteRedacted(const DomainFacts& domain, absl::string_view contact_url, JsonWriter& json);
// Of a contact that is the topmost object.
void WriteRedacted(const DisclosedContact& contact, absl::string_view contact_url,
                   JsonWriter& json);

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_REDACTED_H_
