// Reads what a cut-over must know out of a master file, signed or not, and out of a file of DS
// records as dig prints them.
//
// Threat: files of an old registry that failed. libldns reads them record by record; of names only
// those that a zone may carry are taken, and of anything no more than kept counts. Memory: the
// apex.
#ifndef TIDEMARK_FAILOVER_CUTOVER_ZONE_FACTS_H_
#define TIDEMARK_FAILOVER_CUTOVER_ZONE_FACTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/cutover/plan.h"

namespace tidemark::failover {

// `tld` is canonical. Ends of signatures are times within 68 years of `now` (RFC 4034 section
// 3.1.5). Records of other zones and classes do not count. INVALID_ARGUMENT: no regular file, a
// line that is no record, or no SOA of `tld`; RESOURCE_EXHAUSTED: too large.
absl::StatusOr<ZoneFacts> ReadZoneFacts(const std::string& path, absl::string_view tld,
                                        absl::Time now);

struct ShownByParent {
  std::vector<std::string> ds;  // each "tag algorithm type digest", in lower case
  absl::Duration ds_ttl;        // the largest; zero without DS
  absl::Duration negative_ttl;  // that there is none (RFC 2308 section 5); zero with DS
};
// The DS records of `tld`; none if the file is what dig printed of an answer that says so.
// INVALID_ARGUMENT: a line that is no record, or neither of the two.
absl::StatusOr<ShownByParent> ReadDsFile(const std::string& path, absl::string_view tld);

// The DS of a key, "257 3 13 base64": with SHA-1, SHA-256 and SHA-384, or none if it is no
// key-signing key.
absl::StatusOr<std::vector<std::string>> DsOfKey(absl::string_view tld, absl::string_view dnskey);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_CUTOVER_ZONE_FACTS_H_
