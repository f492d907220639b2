// What a request asks: the path segments of RFC 9082 section 3. Pure functions. Private to rdap/.
//
// Threat: the path is anybody's. It is bounded, percent-encoding is undone once and segment by
// segment (an encoded '/' stays part of its segment), and what comes out is a canonical name, or a
// handle without control characters.
#ifndef TIDEMARK_FAILOVER_RDAP_REQUEST_H_
#define TIDEMARK_FAILOVER_RDAP_REQUEST_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "failover/lookup/limits.h"

namespace tidemark::failover::rdap {

// The longest name in percent-encoded UTF-8 has some 3,100 bytes; the rest is for a query string.
inline constexpr size_t kTargetBytesMax = 4096;

enum class RequestKind {
  kDomain,
  kNameserver,
  kEntity,
  kHelp,
  kUnsupported,  // a query of RDAP, but for numbers, or a search
  kMalformed,    // no query of RDAP, or about no name
};

struct Request {
  RequestKind kind = RequestKind::kMalformed;
  std::string object;  // canonical name, or handle
};

// `target` is the path below the service's base and the query string, which RFC 7480 section 4.3
// wants ignored, as they stand in the request.
Request ParseRequest(absl::string_view target);

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_REQUEST_H_
