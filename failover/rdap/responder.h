// RDAP's answers (RFC 9082, RFC 9083, RFC 9537, the gTLD RDAP profile of February 2024) about a
// rebuilt registry: from a request's path to the body, without a network.
//
//     Answer answer = responder.Respond("/domain/example.com");
//
// An answer is a pure function of registry, configuration and target: a rebuilt registry stands at
// its watermark, which is also its "last update of RDAP database", so no clock is asked. The
// watermark does not say when policy or program changed; whether an answer is still the same says
// `etag`, its digest, and nothing else.
//
//   /domain/NAME                     200; 404, also for every name that is not below the TLD; 400
//                                    for no name
//   /nameserver/NAME                 200 for host objects, wherever their names are; 404; 400
//   /entity/HANDLE                   200 for registrars by IANA id, and for contacts by id where
//                                    the policy shows ids; 404
//   /help                            200
//   /ip, /autnum, searches           501
//   everything else                  400
//
// Names that are reserved, withheld, blocked or mirrored (NNDN) are no domains: 404, with a notice
// that says what they are. What is left out of contacts and why: docs/formats/rdds.md.
//
// Nothing of a request comes back but a name in canonical form. An answer has at most
// kAnswerBytesMax of values (lookup/limits.h); what is left out for that is said in a remark.
//
// What it is not: HTTP. Methods, headers (RFC 7480, CORS), limits on rates are the front end's; the
// media type of every answer is application/rdap+json.
//
// Threads: safe for concurrent use. Errors are answers: a store that cannot be read gives 500, and
// the reason goes to the log, at a bounded rate, never into the answer.
#ifndef TIDEMARK_FAILOVER_RDAP_RESPONDER_H_
#define TIDEMARK_FAILOVER_RDAP_RESPONDER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "failover/lookup/failure_log.h"
#include "failover/lookup/lookup.h"

namespace tidemark::failover::rdap {

struct Answer {
  int status = 0;  // of HTTP
  std::string body;
  std::string etag;  // strong, with its quotes: RFC 9110 section 8.8.3
};

class Responder {
 public:
  // `lookup` must outlive it.
  explicit Responder(const Lookup& lookup) : lookup_(lookup) {}
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;

  // `target`: the path below the service's base, with its '/' and query string, as it stands in
  // the request line.
  Answer Respond(absl::string_view target) const;

 private:
  const Lookup& lookup_;
  const base::SystemClock clock_;
  mutable FailureLog failures_{"rdap", clock_};
};

}  // namespace tidemark::failover::rdap

#endif  // TIDEMARK_FAILOVER_RDAP_RESPONDER_H_
