// WHOIS (RFC 3912) about a rebuilt registry, in the form of specification 4 of ICANN's registry
// agreement: from a query's line to the text, without a network.
//
//     std::string text = responder.Respond("example.com\r\n");
//
//   NAME, domain NAME    a domain
//   nameserver NAME      a host object; by its address none is found, which is said
//   registrar NAME       a registrar, by its name or IANA id
//
// Keywords in any case; names as in RDAP, in A-labels or U-labels. Everything else is answered with
// a line that says so; the protocol has no codes. Lines end in CRLF. Answers are UTF-8: RFC 3912
// section 4 names no character set, and `int` forms, which are preferred, are ASCII.
//
// Threat: whoever reads an answer reads it on a terminal. No control character and none that
// changes the direction of writing leaves here, whatever the deposit has, and values and answers
// are bounded (lookup/limits.h), so that one can neither begin a line of its own nor flood.
//
// Redaction is RDAP's (lookup/redaction.h), with the word REDACTED in place of a value.
// Threads: safe for concurrent use. A store that cannot be read gives a line that says so; the
// reason goes to the log, at a bounded rate.
#ifndef TIDEMARK_FAILOVER_WHOIS_RESPONDER_H_
#define TIDEMARK_FAILOVER_WHOIS_RESPONDER_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "base/clock.h"
#include "failover/lookup/failure_log.h"
#include "failover/lookup/lookup.h"

namespace tidemark::failover::whois {

// A longer line is no query.
inline constexpr size_t kQueryBytesMax = 1024;

class Responder {
 public:
  // `lookup` must outlive it.
  explicit Responder(const Lookup& lookup) : lookup_(lookup) {}
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;

  // `line`: what came before the end of the line, which may be there.
  std::string Respond(absl::string_view line) const;

 private:
  const Lookup& lookup_;
  const base::SystemClock clock_;
  mutable FailureLog failures_{"whois", clock_};
};

}  // namespace tidemark::failover::whois

#endif  // TIDEMARK_FAILOVER_WHOIS_RESPONDER_H_
