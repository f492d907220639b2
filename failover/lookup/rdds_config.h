// What a successor may decide about RDAP and WHOIS, and what no deposit holds.
//
//     [rdds]
//     base_url = "https://rdap.nic.example/"   # default: https://rdap.nic.TLD/
//     terms_url = "https://nic.example/terms"  # default: https://nic.TLD/
//     whois_server = "whois.nic.example"       # default: whois.nic.TLD
//     contact_url = "https://nic.example/reach"  # default: the registrar's site, or terms_url
//     [rdds.redaction]           # "never", "consent", "registrant" or "always": redaction.h
//     name = "consent"           # also id, organization, street, city, state, postal_code,
//                                # country, phone, fax, email
//     roles = ["registrant", "tech"]
//     domain_id = true
//     [[rdds.registrar]]         # what rdeRegistrar has no element for
//     iana_id = "9995"
//     abuse_email = "abuse@registrar.example"
//     abuse_phone = "+1.2025550100"
//     rdap_url = "https://rdap.registrar.example/"
#ifndef TIDEMARK_FAILOVER_LOOKUP_RDDS_CONFIG_H_
#define TIDEMARK_FAILOVER_LOOKUP_RDDS_CONFIG_H_

#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/config.h"
#include "failover/lookup/redaction.h"
#include "failover/zone/zone_config.h"

namespace tidemark::failover {

struct RegistrarAddition {
  std::string abuse_email;
  std::string abuse_phone;
  std::string rdap_url;  // ends with '/'
};

struct RddsConfig {
  // `zone` is that which is published: RDAP says of a name what the zone says of it.
  explicit RddsConfig(ZoneConfig zone) : zone(std::move(zone)) {}

  ZoneConfig zone;
  std::string tld;       // canonical
  std::string base_url;  // ends with '/'
  std::string terms_url;
  std::string whois_server;
  std::string contact_url;  // "": the registrar's, or terms_url
  RedactionPolicy redaction;
  std::map<std::string, RegistrarAddition> registrars;  // by IANA id
};

// Reads [rdds], with every default filled in; the caller then checks for unknown keys. `zone` is
// what the zone was written with (LoadZoneConfig, or what a rebuild was given). INVALID_ARGUMENT
// names the key; `tld` must be canonical.
absl::StatusOr<RddsConfig> LoadRddsConfig(const base::Config& config, absl::string_view tld,
                                          ZoneConfig zone);

// True for an http or https URL that can stand in a header or a line as it is: printable ASCII
// without quotes, angle brackets, backslashes or spaces, of at most kUrlBytesMax.
bool IsPlainUrl(absl::string_view url);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_RDDS_CONFIG_H_
