// Reads what a cut-over must know out of a master file, signed or not, and out of a file of DS
// records as dig prints them.
//
// Threat: files of an old registry that failed. libldns reads them record by record; of names only
// those that a zone may carry are taken, and of anything no more than kept counts. Memory: the
// apex.
#ifndef TIDEMARK_FAILOVER_CUTOVER_ZONE_FACTS_H_
#define TIDEMARK_FAILOVER_CUTOVER_ZONE_FACTS_H_

#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "failover/cutover/plan.h"

namespace tidemark::failover {

// `tld` is canonical. INVALID_ARGUMENT: a line that is no record, or no SOA of `tld`.
absl::StatusOr<ZoneFacts> ReadZoneFacts(const std::string& path, absl::string_view tld);

// The DS records of `tld`, each "tag algorithm type digest", in lower case. INVALID_ARGUMENT: a
// line that is no record, or no DS of `tld` among them.
absl::StatusOr<std::vector<std::string>> ReadDsFile(const std::string& path, absl::string_view tld);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_CUTOVER_ZONE_FACTS_H_
