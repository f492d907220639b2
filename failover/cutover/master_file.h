// A master file (RFC 1035 section 5), record by record. Private to the package.
//
// Threat: files of an old registry that failed. Only a regular file is read, up to a bound, and a
// record up to another; what libldns makes of a record's text is checked here, once, before anybody
// looks into it: it gives a record without any data for the generic form of RFC 3597.
#ifndef TIDEMARK_FAILOVER_CUTOVER_MASTER_FILE_H_
#define TIDEMARK_FAILOVER_CUTOVER_MASTER_FILE_H_

// clang-format off
// Before libldns, which makes false a macro.
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <ldns/ldns.h>
// clang-format on

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace tidemark::failover {

struct LdnsFree {
  void operator()(ldns_rr* rr) const { ldns_rr_free(rr); }
  void operator()(ldns_rdf* rdf) const { ldns_rdf_deep_free(rdf); }
  void operator()(char* text) const { std::free(text); }
};
using UniqueRr = std::unique_ptr<ldns_rr, LdnsFree>;
using UniqueRdf = std::unique_ptr<ldns_rdf, LdnsFree>;

enum class Place { kApex, kBelow, kOutside };

struct MasterRecord {
  const ldns_rr* rr;   // of class IN; its owner in lower case
  Place place;         // of the owner, from the zone's apex
  absl::Duration ttl;  // zero if it says more than 2^31 - 1 seconds (RFC 2181 section 8)
};

// Records of another class are passed over. INVALID_ARGUMENT: no regular file, a line that is no
// record, with its number, or an end inside of parentheses; RESOURCE_EXHAUSTED: too large; else of
// the file, or of `visit`.
absl::Status ForEachRecord(const std::string& path, absl::string_view zone,
                           const std::function<absl::Status(const MasterRecord&)>& visit);

// In presentation format.
std::string TextOf(const ldns_rdf* rdf);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_CUTOVER_MASTER_FILE_H_
