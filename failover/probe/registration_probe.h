// The outside observer of RDAP (RFC 9082, 9083) and WHOIS (RFC 3912): asks over the network for the
// registrations that a deposit has, and compares the answers with the deposit's records.
//
// Of a domain: its LDH name, ROID (or that it is withheld, RFC 9537), statuses as they must be
// computed (inactive and ok are derived; RFC 5731 section 2.3, RFC 8056), the sponsoring registrar
// with all that a deposit has of it, the dates of creation, expiry, last change and transfer, name
// servers with their addresses, DS data; of its contacts what the policy that the witness was told
// (DisclosurePolicy) publishes, as the deposit has it; and that no value of its contacts occurs
// anywhere in the answer that this policy hides (RFC 5733 section 2.9). Of every name server of
// these domains its host object: name, ROID, statuses but "associated", registrar, dates,
// addresses. Every contact of theirs by its id, which is not found, or found as the policy has it.
// A share of the domains and name servers is asked by WHOIS too: what the text has of the same
// facts. Then names that must not be found, and every registrar by its handle.
//
// Not judged: unicodeName, variants, links, notices, remarks, zoneSigned, maxSigLife, abuse
// contacts (no deposit has them), the statuses and dates of contacts, WHOIS about registrars,
// searches, and addresses of servers that a variant has of its original's hostAttr.
//
// It shares no code with the servers (failover/lookup, rdap, whois, store); tools/tidy keeps it so.
// Speaks HTTP/1.1 over TLS only, on connections that are kept open, one question at a time each;
// then WHOIS. Where a server says that it had too many questions (429) it waits, as Retry-After
// says, and asks again until the deadline; a WHOIS text that says neither that there is a domain
// nor that there is none is asked for three times.
//
// Threat: the server is a stranger. The certificate must chain to the given one and name the host
// of the URL. Answers are bounded (1 MiB RDAP, 64 KiB WHOIS, 16 KiB of headers, 32 levels of JSON);
// every question has a deadline, and so has the whole. Differences name fields and what the deposit
// has of public facts; nothing that a server sent is repeated, since it may be anything.
// Threads: one. Errors are our own (options, the certificate's file, sockets); whatever the server
// says or fails to say is part of the result. CANCELLED: should_stop said so.
#ifndef TIDEMARK_FAILOVER_PROBE_REGISTRATION_PROBE_H_
#define TIDEMARK_FAILOVER_PROBE_REGISTRATION_PROBE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/probe/deposit_witness.h"

namespace tidemark::failover {

struct RegistrationTarget {
  std::string rdap_url = {};          // "https://HOST[:PORT]/[PATH/]"
  std::string certificate_path = {};  // PEM: what the server's certificate must chain to
  std::string rdap_address = {};      // where to connect if HOST is no address; "": 127.0.0.1
  std::string whois_address = {};     // "": WHOIS is not asked
  int whois_port = 43;
};

struct RegistrationProbeOptions {
  RegistrationTarget target;
  // Whose sampled domains are asked, read with Registrations::kYes. Must outlive the call.
  const DepositWitness* witness = nullptr;
  int connections = 8;        // HTTPS, kept open; 1 to 256
  double whois_share = 0.1;   // of the domains, 0 to 1; at least one if above 0
  int whois_connections = 4;  // one question each, side by side
  absl::Duration answer_timeout = absl::Seconds(5);
  // For all of it. What was not asked by then is counted as unanswered.
  absl::Duration deadline = absl::Minutes(30);
  // A server that refuses connections is asked again until so long after the beginning.
  absl::Duration start_timeout = absl::Seconds(30);
  std::function<void(uint64_t done, uint64_t total)> on_progress = {};
  std::function<bool()> should_stop = {};
};

enum class RegistrationQuestion {
  kRdapDomain,
  kRdapAbsent,  // 404
  kRdapRegistrar,
  kRdapNameserver,  // 404 of one without a host object
  kRdapContact,     // by its id; 404 where ids are withheld
  kWhoisDomain,
  kWhoisAbsent,
  kWhoisNameserver,
};
inline constexpr size_t kRegistrationQuestions = 8;
// "rdap-domain", ...
absl::string_view RegistrationQuestionName(RegistrationQuestion question);

// What was wrong with an answer. One answer may have several.
enum class RegistrationFlaw {
  kUnanswered,  // no connection, no answer in time, not the whole of it
  kStatusCode,  // HTTP: not 200, or not 404 of what is absent
  kMalformed,   // not RDAP: media type, JSON, objectClassName; WHOIS: not text
  kName,
  kRoid,
  kStatuses,
  kRegistrar,
  kDates,
  kServers,
  kDelegationSigner,
  kPersonalData,  // a value that must be hidden occurs
  kAddresses,     // of name servers
  kContacts,      // a value that must be published is not as the deposit has it
};
inline constexpr size_t kRegistrationFlaws = 13;
// "unanswered", ...
absl::string_view RegistrationFlawName(RegistrationFlaw flaw);

struct RegistrationDifference {
  RegistrationQuestion question;
  RegistrationFlaw flaw;
  std::string name;  // what was asked for
  std::string what;  // "status: expected [...], got [...]"; no personal data
};

struct RegistrationProbeResult {
  struct Count {
    uint64_t asked = 0;
    uint64_t right = 0;
  };
  uint64_t asked = 0;
  uint64_t right = 0;
  std::array<Count, kRegistrationQuestions> by_question;
  std::array<uint64_t, kRegistrationFlaws> by_flaw{};  // answers that have it
  uint64_t difference_count = 0;
  std::vector<RegistrationDifference> differences;  // the first kRegistrationDifferencesMax
  // From the beginning until the first registered domain was answered rightly by RDAP.
  std::optional<double> first_right_seconds;
  double seconds = 0;
  bool deadline_passed = false;

  bool good() const { return asked > 0 && right == asked; }
};
inline constexpr size_t kRegistrationDifferencesMax = 100;

// INVALID_ARGUMENT: options; NOT_FOUND: no certificate there.
absl::StatusOr<RegistrationProbeResult> ProbeRegistrations(const RegistrationProbeOptions& options);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_PROBE_REGISTRATION_PROBE_H_
