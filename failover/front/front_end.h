// RDAP over HTTPS (RFC 7480) and WHOIS on TCP (RFC 3912) for a rebuilt registry: the sockets around
// failover/rdap and failover/whois, which know everything about answers and nothing of networks.
//
//     ASSIGN_OR_RETURN(auto front, FrontEnd::Start(rdap, whois, options));
//     ... front->rdap_port() ...
//     RETURN_IF_ERROR(front->CheckRunning());
//     front->Stop();
//
// HTTP/1.1, TLS 1.2 and later. GET and HEAD are answered, OPTIONS for browsers' preflights, other
// methods get 405 or 501; a conditional request is judged by ETag alone, since the watermark does
// not say when a policy or a program changed, and no Last-Modified is sent for the same reason. An
// answer to HEAD is computed as that to GET: its ETag is the digest of the body and Content-Length
// its size, and both are to be the same (RFC 9110 section 9.3.2); only the body is not sent.
// Everything but 204 and 304 has a body of RDAP (RFC 9083 section 6). No HTTP/2, no compression, no
// access log: who asked what is personal data. There are counters.
//
// Threats; everybody may connect, so nothing here waits, keeps or computes without a bound:
//   - Slow clients: handshake, header, idling, taking an answer and the end of a connection each
//     have a deadline for the whole of it, so that a byte now and then gains nothing.
//   - Large requests: a header has header_bytes_max bytes, a target kTargetBytesMax, a WHOIS line
//     whois::kQueryBytesMax; bodies are refused unread. Pipelined requests are read one by one:
//     until an answer is taken nothing more is read.
//   - Many connections: a limit for all, one a client and one a network. A client is an IPv4
//     address or 64 bits of an IPv6 one; a network IPv4 /24 or IPv6 /48, which one customer may
//     have (RFC 6177). When all places are taken a newcomer is not refused: of the network that has
//     most, the connection is closed that has idled longest. A quarter of the places is WHOIS's,
//     the others are RDAP's. No connection is kept beyond connection_max.
//   - Many questions: a token bucket a client, over both protocols, and one four times as large a
//     network; 429, or a line of WHOIS. Second buckets, twice as large, are for connections: a
//     handshake costs more than an answer. The tables are bounded; whoever took least goes.
//   - Long answers that are not taken: above outgoing_bytes_max of them nothing more is computed;
//     503, or a line of WHOIS.
//   - Out of descriptors or memory: accepting waits and tries again; it does not spin or end.
//   - What is asked stands in no header of an answer.
// Somebody with more networks than there are places, who connects faster than others ask, can still
// keep them out. Against that a network in front helps, not this.
//
// Memory: connections_max times (header_bytes_max + 100 KiB for TLS), outgoing_bytes_max, one
// answer a thread (lookup/limits.h) and clients_max times 400 bytes.
//
// Threads: Start() makes limits.threads of its own; each connection belongs to one. FrontEnd itself
// is safe for concurrent use, but for Stop(). Both responders must outlive it. Errors:
// FAILED_PRECONDITION a port is taken, or the process may not open enough files; PERMISSION_DENIED
// a privileged port, or a key that others can read; INVALID_ARGUMENT an address that is not this
// machine's, a certificate or key that is none.
#ifndef TIDEMARK_FAILOVER_FRONT_FRONT_END_H_
#define TIDEMARK_FAILOVER_FRONT_FRONT_END_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/config.h"
#include "failover/rdap/responder.h"
#include "failover/whois/responder.h"

namespace tidemark::failover::front {

struct Limits {
  int connections_max = 1024;  // of both protocols
  int connections_per_client_max = 64;
  int connections_per_network_max = 256;  // of IPv4 /24 or IPv6 /48
  int requests_per_second = 50;           // of one client, in the long run
  int burst = 500;                        // of one client, at once
  int requests_per_connection_max = 1000;
  size_t header_bytes_max = 16 * 1024;  // request line and fields together
  absl::Duration handshake_max = absl::Seconds(10);
  absl::Duration request_max = absl::Seconds(10);    // from the first byte of a request to its last
  absl::Duration idle_max = absl::Seconds(30);       // between two requests
  absl::Duration answer_max = absl::Seconds(20);     // until an answer is taken
  absl::Duration connection_max = absl::Minutes(5);  // then it has answered its last request
  size_t clients_max = 65'536;                       // that are remembered
  size_t outgoing_bytes_max = 64 << 20;              // of answers that are not taken yet, together
  int threads = 2;
};

// Reads [rdds.limits], with every default filled in; the caller then checks for unknown keys.
// INVALID_ARGUMENT names the key. Keys: docs/configuration.md.
absl::StatusOr<Limits> LoadLimits(const base::Config& config);

struct FrontEndOptions {
  std::vector<std::string> addresses = {};  // IP addresses; at least one
  int rdap_port = 0;                        // 0: a free one, the same on every address
  int whois_port = 0;
  std::string base_url = {};          // RddsConfig's; its path is where RDAP begins
  std::string certificate_path = {};  // PEM, with the chain behind it
  std::string key_path = {};          // PEM, mode 0600
  Limits limits = {};
};

// Since the start.
struct Counters {
  std::map<int, uint64_t>
      rdap_answers;            // by HTTP status, those of other origin than the responder too
  uint64_t whois_answers = 0;  // also lines that say that there is no answer
  uint64_t rate_limited = 0;   // answers of either protocol that were refused for it
  uint64_t busy = 0;           // questions that came while too much was on its way
  uint64_t refused = 0;        // connections over a limit, closed at once
  uint64_t given_away = 0;     // connections closed for others, when all places were taken
  uint64_t handshakes_failed = 0;
  uint64_t cut = 0;              // connections over a deadline
  uint64_t accept_failures = 0;  // of the system: no descriptors, no memory
  int connections = 0;           // that are open now
};

class FrontEnd {
 public:
  // Every address listens on both ports, and answers.
  static absl::StatusOr<std::unique_ptr<FrontEnd>> Start(const rdap::Responder& rdap,
                                                         const whois::Responder& whois,
                                                         const FrontEndOptions& options);
  virtual ~FrontEnd() = default;  // stops

  virtual int rdap_port() const = 0;
  virtual int whois_port() const = 0;
  virtual Counters counters() const = 0;

  // OK while every listener listens and every thread runs.
  virtual absl::Status CheckRunning() const = 0;

  // For connections from now on; those that are open stay as they are. Keys of tickets are new ones
  // then, so it is worth doing now and then. After an error all is as it was.
  virtual absl::Status ReloadCertificate(const std::string& certificate_path,
                                         const std::string& key_path) = 0;

  // Takes no more connections, lets answers on their way be taken for a moment (two seconds), and
  // closes everything. Once.
  virtual void Stop() = 0;
};

// The host of `base_url`, without a port, and its path, which begins and ends with '/'.
struct UrlParts {
  std::string host;
  std::string path;
};
UrlParts PartsOf(absl::string_view base_url);

// INVALID_ARGUMENT unless `base_url` is "https://HOST[:PORT]/PATH": what is below any other cannot
// be served, or not be told from something else.
absl::Status CheckBaseUrl(absl::string_view base_url);

// What is wrong with a certificate that is to be served for `host`: FAILED_PRECONDITION if it is
// not valid at `now`; otherwise a line for each thing that somebody should know.
absl::StatusOr<std::vector<std::string>> JudgeCertificate(const std::string& path,
                                                          const std::string& host, absl::Time now);

// A certificate for servers that have none of a public authority.
struct OwnCertificate {
  std::string certificate_path;
  std::string key_path;        // mode 0600
  std::string authority_path;  // PEM to trust: an authority that issued this one certificate
};

// The one in `dir`, or a new one if there is none, it is not for all of these, or it ends within 30
// days. It is for `host`, which may be an address, `addresses`, localhost, 127.0.0.1 and ::1. The
// authority's key is never written, so nobody can issue another.
absl::StatusOr<OwnCertificate> KeepOwnCertificate(const std::string& dir, const std::string& host,
                                                  absl::Time now,
                                                  const std::vector<std::string>& addresses = {});

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_FRONT_END_H_
