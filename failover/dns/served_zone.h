// Whether a zone file may follow what was served before. knotd keeps what it served in its journal
// and serves that, with no more than a warning, if the file has a lower serial, or the same serial
// and other content: the old zone would be answered, and signed, and nothing would look wrong.
//
//     DIR/served-zone.txt   "SERIAL SHA-256" of the file that was last given to knotd
//
// How knotd numbers: the file's serial, and one more for each time it signs without a new file; at
// the very first load that is at once.
#ifndef TIDEMARK_FAILOVER_DNS_SERVED_ZONE_H_
#define TIDEMARK_FAILOVER_DNS_SERVED_ZONE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace tidemark::failover {

// RFC 1982 section 3.2: false also where the order is undefined.
bool IsNewerSerial(uint32_t serial, uint32_t than);

struct ZoneFile {
  // Of the SOA record, with which the file begins; INVALID_ARGUMENT if it does not.
  static absl::StatusOr<ZoneFile> Open(const std::string& path, const std::string& tld);

  uint32_t serial;
  uint32_t refresh;  // seconds: a secondary that is told nothing has this zone so much later
  std::string sha256_hex;
};

// OK if `zone` is the file that was served last from `dir`, or is newer than all that was served;
// then it is remembered. To be called before every start, when no knotd runs.
// FAILED_PRECONDITION: above which serial it must be.
absl::Status CheckFollowsServed(const std::string& dir, const std::string& tld,
                                const ZoneFile& zone);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_SERVED_ZONE_H_
