// jCards (RFC 7095) as RFC 9083 section 5.1 and the gTLD profile want them. Private to rdap/.
//
// Country codes stand in the parameter "cc" of adr (RFC 8605), and the country's name stays empty
// (profile, section 1.4). Of an address in two forms both are given as alternatives of each other,
// `int` preferred.
#ifndef TIDEMARK_FAILOVER_RDAP_CARD_H_
#define TIDEMARK_FAILOVER_RDAP_CARD_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "failover/lookup/lookup.h"
#include "failover/rdap/json_writer.h"

namespace tidemark::failover::rdap {

// The member vcardArray. What is hidden is an empty value where jCard needs one, and absent
// otherwise; in the place of a hidden address of mail stands `contact_url`. `role` is nothing for a
// contact that is the topmost object.
void WriteContactCard(const DisclosedContact& contact, std::optional<ContactRole> role,
                      absl::string_view contact_url, JsonWriter& json);
void WriteRegistrarCard(const rde::Registrar& registrar, JsonWriter& json);
void WriteAbuseCard(const RegistrarAddition& addition, JsonWriter& json);

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_CARD_H_
