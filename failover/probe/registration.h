// Facts about one registration: as a deposit has them, and as an answer states them.
#ifndef TIDEMARK_FAILOVER_PROBE_REGISTRATION_H_
#define TIDEMARK_FAILOVER_PROBE_REGISTRATION_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "failover/probe/card.h"
#include "failover/probe/confidence.h"
#include "failover/probe/expectations.h"
#include "failover/probe/publishing.h"
#include "failover/probe/registration_probe.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

class RegisteredHosts;

struct RegistrationDates {
  std::optional<absl::Time> created;
  std::optional<absl::Time> expires;
  std::optional<absl::Time> updated;
  std::optional<absl::Time> transferred;
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
  std::string contacts;    // "role id", in the deposit's words
  std::string attributes;  // "server address" of hostAttr, "server" of one without
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
  std::string id;       // the registry's
  std::string iana_id;  // "": none
  std::string name;
  std::string url;
  std::string whois_name;
  ExpectedCard card;
  RegistrationDates dates;
  std::string text;  // all its values, a line each, in lower case: they are public
};
RegistrarFacts RegistrarFactsOf(const rde::Registrar& registrar);

// What is known about a host object.
struct HostFacts {
  std::string roid;
  std::string registrar;  // the registry's id of it
  std::string statuses;   // in RDAP's words, without "associated"
  RegistrationDates dates;
};
HostFacts HostFactsOf(const rde::Host& host);
struct HostsOfName {
  std::vector<HostFacts> objects;  // an answer is about any of them,
  TextSet addresses;               // and has the addresses of all
};

// The RDAP word for a status of EPP (RFC 8056 section 2); "" if it is none.
std::string RdapWord(absl::string_view epp);

enum class Service { kRdap, kWhois };
enum class Subject { kNone, kDomain, kNameserver, kEntity };

// What an answer says.
struct Statement {
  Service service = Service::kRdap;
  Subject subject = Subject::kNone;
  std::string name;
  std::string roid;
  bool roid_redacted = false;
  TextSet statuses;  // in RDAP's words
  // Of the sponsor, or of the registrar that was asked for.
  TextSet registrar_ids;  // IANA's
  std::string registrar_handle;
  TextSet registrar_urls;
  TextSet registrar_whois;  // WHOIS only
  Card registrar;           // in WHOIS its name
  RegistrationDates dates;
  TextSet servers;
  std::map<std::string, TextSet> addresses;  // by server; in WHOIS only of one asked for by itself
  TextSet ds;
  std::optional<TextSet> keys;  // nothing: WHOIS has no word for them
  std::optional<bool> is_signed;
  std::map<std::string, std::vector<Card>> contacts;  // by role, in the deposit's words
  std::string text;                                   // all that it says, in lower case
  std::string said_twice;  // of which there is one: which of the two counts nobody knows; "": none
};

struct FoundFlaw {
  RegistrationFlaw flaw;
  std::string what;  // nothing of what the server sent: that may be anything
};

// A domain's contact as one of its role may be told.
struct ExpectedContact {
  std::string role;
  ExpectedCard card;
};

// What a deposit says beside the domain itself.
struct DomainContext {
  const RegistrarFacts* registrar = nullptr;  // null: the deposit has none of that id
  const RegisteredHosts* hosts = nullptr;
  Confidences confidences;
  std::vector<ExpectedContact> contacts;  // those of published roles that the deposit has
  bool shows_roid = true;
};

// What is wrong with a statement about a domain.
std::vector<FoundFlaw> Judge(const Registration& expected, const DomainContext& context,
                             const Statement& statement);
// About a host: `registrars` are those of its objects, in their order, null as above.
std::vector<FoundFlaw> JudgeHost(const std::string& name, const HostsOfName& hosts,
                                 const std::vector<const RegistrarFacts*>& registrars,
                                 const Statement& statement);
// About a registrar: it has to be one of `known`, which have this handle.
std::vector<FoundFlaw> JudgeRegistrar(const std::vector<const RegistrarFacts*>& known,
                                      const Statement& statement);
// About a contact that was asked for by itself. `known`: what may be said whatever it has.
std::vector<FoundFlaw> JudgeContact(const ExpectedCard& card, const Confidences& confidences,
                                    const std::vector<std::string>& known,
                                    const Statement& statement);

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_REGISTRATION_H_
