// What one domain of a deposit has in the zone, from the standards alone: deposit_witness.h says
// which. Pure functions.
#ifndef TIDEMARK_FAILOVER_PROBE_PUBLISHING_H_
#define TIDEMARK_FAILOVER_PROBE_PUBLISHING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "failover/probe/deposit_witness.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

enum class PendingDelete { kWithheld, kPublished };
inline PendingDelete PendingDeleteBy(const ZonePolicy& policy) {
  return policy.publish_pending_delete ? PendingDelete::kPublished : PendingDelete::kWithheld;
}

// Its status allows it: RFC 5731 section 2.3, RFC 3915 section 3.1. `inactive` says no more than
// that it has no servers, which it shows itself.
bool MayBeDelegated(const rde::Domain& domain, PendingDelete policy);

// A variant that names no server, and does not say that it has none: it has its original's (RFC
// 9022 section 6).
bool IsMirror(const rde::Domain& domain);
// RFC 9022 section 5.6: an NNDN that is mirrored by name servers.
bool IsMirror(const rde::Nndn& nndn);

// Plain names of hostObj and hostAttr.
std::vector<std::string> ServersOf(const rde::Domain& domain);

// "key-tag algorithm digest-type digest" of each DS that is one (RFC 4034 section 5.1, RFC 5910
// section 4.1), in lower case.
std::vector<std::string> DsDataOf(const rde::Domain& domain);
// "flags protocol algorithm key" of each key that a DS may be of (RFC 4034 section 2.1, RFC 5011
// section 3).
std::vector<std::string> KeyDataOf(const rde::Domain& domain);
// The DS (SHA-256) of such a key, by libldns; `name` is its owner.
std::string DsOfKey(absl::string_view name, absl::string_view key_data);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_PUBLISHING_H_
