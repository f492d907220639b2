// Facts about one registration: as a deposit has them, and as an answer states them.
#ifndef TIDEMARK_FAILOVER_PROBE_REGISTRATION_H_
#define TIDEMARK_FAILOVER_PROBE_REGISTRATION_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/probe/confidence.h"
#include "failover/probe/expectations.h"
#include "failover/probe/publishing.h"
#include "failover/probe/registration_probe.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

struct RegistrationDates {
  std::optional<absl::Time> created;
  std::optional<absl::Time> expires;
  std::optional<absl::Time> updated;
};

// Sets as lines (names.h), so that a million of them fit into memory.
struct Registration {
  std::string name;
  std::string roid;
  std::string registrar;  // the registry's id of it
  std::string statuses;   // in RDAP's words
  std::string servers;
  std::string ds;
  std::string keys;
  std::string contacts;  // "role id", in the deposit's words
  RegistrationDates dates;
  bool has_grace_period = false;
  bool is_signed = false;  // the zone has a DS of it
  std::string mirrored;    // whose servers it has, of a variant without its own
};
// `name` is plain. With what EPP derives: "inactive", "ok". One that mirrors another is whole only
// after SetMirrored().
Registration RegistrationOf(const rde::Domain& domain, absl::string_view name,
                            PendingDelete policy);

// Gives a variant its original's servers, as lines; "": the original is not delegated.
void SetMirrored(Registration& registration, std::string servers);

// What is known about a registrar.
struct RegistrarFacts {
  std::string iana_id;  // "": none
  std::string name;
  std::string text;  // all its values, a line each, in lower case: they are public
};
RegistrarFacts RegistrarFactsOf(const rde::Registrar& registrar);

// The RDAP word for a status of EPP (RFC 8056 section 2); "" if it is none.
std::string RdapWord(absl::string_view epp);

// What an answer says about a domain or a registrar.
struct Statement {
  bool is_domain = false;
  std::string name;
  std::string roid;
  bool roid_redacted = false;
  TextSet statuses;       // in RDAP's words
  TextSet registrar_ids;  // IANA's
  std::string registrar_handle;
  std::string full_name;  // of a registrar
  RegistrationDates dates;
  TextSet servers;
  TextSet ds;
  std::optional<TextSet> keys;  // nothing: WHOIS has no word for them
  std::optional<bool> is_signed;
  std::string text;  // all that it says, in lower case
};

struct FoundFlaw {
  RegistrationFlaw flaw;
  std::string what;  // nothing of what the server sent: that may be anything
};

// What is wrong with a statement about a domain. `registrar` may be null: the deposit has none of
// that id.
std::vector<FoundFlaw> Judge(const Registration& expected, const RegistrarFacts* registrar,
                             const Confidences& confidences, const Statement& statement);
// About a registrar: `names` are those of all that have this IANA id.
std::vector<FoundFlaw> JudgeRegistrar(const std::string& iana_id, const TextSet& names,
                                      const Statement& statement);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_REGISTRATION_H_
