// RDAP's answers (RFC 9082, RFC 9083, RFC 9537, the gTLD RDAP profile of February 2024) about a
// rebuilt registry: from a request's path to the body, without a network.
//
//     Answer answer = responder.Respond("/domain/example.com");
//
// An answer is a pure function of registry, configuration and target: a rebuilt registry stands at
// its watermark, which is also its "last update of RDAP database", so no clock is asked and
// conditional requests can be answered from `etag` and `last_modified`.
//
//   /domain/NAME, /nameserver/NAME   200; 404; 400 for no name
//   /entity/HANDLE                   200 for registrars by IANA id, and for contacts by id where
//                                    the policy shows ids; 404
//   /help                            200
//   /ip, /autnum, searches           501
//   everything else                  400
//
// Names that are reserved, withheld, blocked or mirrored (NNDN) are no domains: 404, with a notice
// that says what they are. What is left out of contacts and why: docs/formats/rdds.md.
//
// What it is not: HTTP. Methods, headers (RFC 7480, CORS), limits on rates are the front end's; the
// media type of every answer is application/rdap+json.
//
// Threads: safe for concurrent use. Errors are answers: a store that cannot be read gives 500, and
// the reason goes to the log, never into the answer.
#ifndef TIDEMARK_FAILOVER_RDAP_RESPONDER_H_
#define TIDEMARK_FAILOVER_RDAP_RESPONDER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/lookup/lookup.h"

namespace tidemark::failover::rdap {

struct Answer {
  int status = 0;  // of HTTP
  std::string body;
  std::string etag;  // strong, with its quotes: RFC 9110 section 8.8.3
  absl::Time last_modified;
};

class Responder {
 public:
  // `lookup` must outlive it.
  explicit Responder(const Lookup& lookup) : lookup_(lookup) {}

  // `target`: the path below the service's base, with its '/' and query string, as it stands in
  // the request line.
  Answer Respond(absl::string_view target) const;

 private:
  const Lookup& lookup_;
};

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_RESPONDER_H_
