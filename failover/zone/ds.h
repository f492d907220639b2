// DS records from a domain's secDNS data, checked before they become zone syntax.
//
// RFC 5910 has two forms. A registry of the DS form escrows what the zone shows; for one of the key
// form the DS is computed here (RFC 4034 section 5.1.4, digest type 2), as the registry did.
// A wrong DS makes a domain vanish for validators, so whatever is not plainly right is refused.
#ifndef TIDEMARK_FAILOVER_ZONE_DS_H_
#define TIDEMARK_FAILOVER_ZONE_DS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rde/records.h"

namespace tidemark::failover {

// The record's data: "key-tag algorithm digest-type digest", digest in lower-case hex.
// INVALID_ARGUMENT says what is wrong with it, without the value.
absl::StatusOr<std::string> DsText(const rde::DsData& ds);

// The DS (SHA-256) of a key of `owner`, a canonical name.
absl::StatusOr<std::string> DsTextOfKey(absl::string_view owner, const rde::KeyData& key);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_DS_H_
