#include "failover/probe/registration.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "failover/probe/names.h"

namespace tidemark::failover::probe {
namespace {

constexpr absl::string_view kActive = "active";

// RFC 5731 section 2.3 and RFC 3915 section 3.1, as far as domains have them.
constexpr absl::string_view kStatusWords[] = {
    "addPeriod",
    "autoRenewPeriod",
    "clientDeleteProhibited",
    "clientHold",
    "clientRenewProhibited",
    "clientTransferProhibited",
    "clientUpdateProhibited",
    "inactive",
    "pendingCreate",
    "pendingDelete",
    "pendingRenew",
    "pendingRestore",
    "pendingTransfer",
    "pendingUpdate",
    "redemptionPeriod",
    "renewPeriod",
    "serverDeleteProhibited",
    "serverHold",
    "serverRenewProhibited",
    "serverTransferProhibited",
    "serverUpdateProhibited",
    "transferPeriod",
};

bool HasAny(const std::vector<rde::StatusValue>& statuses,
            std::initializer_list<absl::string_view> words) {
  return std::any_of(statuses.begin(), statuses.end(), [words](const rde::StatusValue& status) {
    return std::find(words.begin(), words.end(), status.s) != words.end();
  });
}

// RFC 5731 section 2.3: "inactive" exactly without name servers, "ok" exactly where there is
// nothing else; RFC 3915 section 3.1: what only stands beside pendingDelete.
std::vector<std::string> StatusesOf(const rde::Domain& domain, bool has_servers) {
  std::vector<std::string> words;
  for (const rde::StatusValue& status : domain.statuses) {
    if (status.s != "inactive" && status.s != "ok") words.push_back(RdapWord(status.s));
  }
  if (!has_servers) words.push_back(RdapWord("inactive"));
  if (HasAny(domain.rgp_statuses, {"redemptionPeriod", "pendingDelete", "pendingRestore"})) {
    words.push_back(RdapWord("pendingDelete"));
  }
  words.erase(std::remove(words.begin(), words.end(), ""), words.end());
  if (words.empty()) words.emplace_back(kActive);
  for (const rde::StatusValue& status : domain.rgp_statuses) {
    std::string word = RdapWord(status.s);
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

// Nothing for years that RFC 3339 has no form for.
std::optional<absl::Time> Second(const std::optional<absl::Time>& time) {
  if (!time.has_value()) return std::nullopt;
  const int64_t year = absl::ToCivilYear(*time, absl::UTCTimeZone()).year();
  if (year < 0 || year > 9999) return std::nullopt;
  return absl::FromUnixSeconds(absl::ToUnixSeconds(*time));
}

// What is expected is the deposit's and public. Of what came nothing is shown but how much.
std::string Missing(absl::string_view what, const TextSet& expected, const TextSet& got) {
  if (expected == got) return "";
  std::string out = absl::StrCat(what, ":");
  for (const std::string& item : expected) {
    if (!got.contains(item)) absl::StrAppend(&out, " missing ", item, ",");
  }
  const auto unexpected = std::count_if(
      got.begin(), got.end(), [&](const std::string& item) { return !expected.contains(item); });
  absl::StrAppend(&out, " unexpected ", unexpected);
  return out;
}

TextSet SetOf(absl::string_view lines) {
  std::vector<std::string> items = LinesOf(lines);
  return TextSet(items.begin(), items.end());
}

std::string DateDifference(absl::string_view what, const std::optional<absl::Time>& expected,
                           const std::optional<absl::Time>& got) {
  const std::optional<absl::Time> second = Second(got);
  if (expected == second) return "";
  return absl::StrCat(what, ": expected ",
                      expected.has_value()
                          ? absl::FormatTime(absl::RFC3339_sec, *expected, absl::UTCTimeZone())
                          : "none",
                      second.has_value() ? ", got another; " : ", got none; ");
}

class Verdict {
 public:
  void Expect(bool holds, RegistrationFlaw flaw, absl::string_view what) {
    if (!holds) flaws_.push_back({flaw, std::string(what)});
  }
  // `difference`: "" for none.
  void Note(RegistrationFlaw flaw, std::string difference) {
    if (!difference.empty()) flaws_.push_back({flaw, std::move(difference)});
  }
  std::vector<FoundFlaw> Take() && { return std::move(flaws_); }

 private:
  std::vector<FoundFlaw> flaws_;
};

void JudgeStatuses(const Registration& expected, const Statement& statement, Verdict& verdict) {
  TextSet want = SetOf(expected.statuses);
  TextSet got = statement.statuses;
  // In EPP grace periods stand beside the statuses, in RDAP among them: whether "active" may stand
  // beside one no standard says.
  if (expected.has_grace_period) {
    want.erase(std::string(kActive));
    got.erase(std::string(kActive));
  }
  verdict.Note(RegistrationFlaw::kStatuses, Missing("status", want, got));
}

void JudgeRegistrarOf(const Registration& expected, const RegistrarFacts* registrar,
                      const Statement& statement, Verdict& verdict) {
  TextSet ids;
  if (registrar != nullptr && !registrar->iana_id.empty()) ids.insert(registrar->iana_id);
  verdict.Note(RegistrationFlaw::kRegistrar,
               Missing("IANA id of the registrar", ids, statement.registrar_ids));
  // One without an IANA id is known by the registry's.
  if (ids.empty() && !statement.registrar_handle.empty()) {
    verdict.Expect(statement.registrar_handle == expected.registrar, RegistrationFlaw::kRegistrar,
                   absl::StrCat("registrar: expected ", expected.registrar));
  }
}

}  // namespace

std::string RdapWord(absl::string_view epp) {
  if (epp == "ok") return std::string(kActive);
  if (std::find(std::begin(kStatusWords), std::end(kStatusWords), epp) == std::end(kStatusWords)) {
    return "";
  }
  std::string word;  // "clientHold" is "client hold", and so are all of them
  for (const char c : epp) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isupper(byte)) word.push_back(' ');
    word.push_back(absl::ascii_tolower(byte));
  }
  return word;
}

Registration RegistrationOf(const rde::Domain& domain, absl::string_view name,
                            PendingDelete policy) {
  Registration out;
  out.name = std::string(name);
  out.roid = domain.roid;
  out.registrar = domain.cl_id;
  const std::vector<std::string> servers = ServersOf(domain);
  const std::vector<std::string> ds = DsDataOf(domain);
  const std::vector<std::string> keys = KeyDataOf(domain);
  if (IsMirror(domain)) out.mirrored = PlainName(domain.original_name);
  const bool may_have_servers = !servers.empty() || !out.mirrored.empty();
  out.is_signed = may_have_servers && (!ds.empty() || !keys.empty()) && IsHostname(name) &&
                  MayBeDelegated(domain, policy);
  out.statuses = AsLines(StatusesOf(domain, !servers.empty()));
  out.has_grace_period = !domain.rgp_statuses.empty();
  out.servers = AsLines(servers);
  out.ds = AsLines(ds);
  out.keys = AsLines(keys);
  std::vector<std::string> contacts;
  if (!domain.registrant.empty()) contacts.push_back("registrant " + domain.registrant);
  for (const rde::DomainContact& contact : domain.contacts) {
    contacts.push_back(absl::StrCat(contact.type, " ", contact.id));
  }
  out.contacts = AsLines(std::move(contacts));
  out.dates = {.created = Second(domain.cr_date.time),
               .expires = Second(domain.ex_date.time),
               .updated = Second(domain.up_date.time)};
  return out;
}

void SetMirrored(Registration& registration, std::string servers) {
  registration.servers = std::move(servers);
  if (registration.servers.empty()) {
    registration.is_signed = false;
    return;
  }
  std::vector<std::string> statuses = LinesOf(registration.statuses);
  std::erase(statuses, RdapWord("inactive"));
  // Beside a grace period nobody asks for it: JudgeStatuses().
  if (statuses.empty()) statuses.emplace_back(kActive);
  registration.statuses = AsLines(std::move(statuses));
}

RegistrarFacts RegistrarFactsOf(const rde::Registrar& registrar) {
  RegistrarFacts out;
  const bool is_decimal = !registrar.gurid.empty() &&
                          std::all_of(registrar.gurid.begin(), registrar.gurid.end(), [](char c) {
                            return absl::ascii_isdigit(static_cast<unsigned char>(c));
                          });
  if (is_decimal) out.iana_id = registrar.gurid;
  out.name = registrar.name;
  const auto add = [&out](absl::string_view value) {
    if (!value.empty()) absl::StrAppend(&out.text, absl::AsciiStrToLower(value), "\n");
  };
  for (const rde::PostalInfo& info : registrar.postal_infos) {
    for (const std::string& street : info.address.streets) add(street);
    for (const std::string* value :
         {&info.address.city, &info.address.sp, &info.address.pc, &info.address.cc}) {
      add(*value);
    }
  }
  for (const std::string* value : {&registrar.id, &registrar.name, &registrar.gurid,
                                   &registrar.voice.number, &registrar.fax.number, &registrar.email,
                                   &registrar.url, &registrar.whois_name, &registrar.whois_url}) {
    add(*value);
  }
  return out;
}

std::vector<FoundFlaw> Judge(const Registration& expected, const RegistrarFacts* registrar,
                             const Confidences& confidences, const Statement& statement) {
  Verdict verdict;
  if (!statement.is_domain) {
    verdict.Expect(false, RegistrationFlaw::kMalformed, "says nothing about a domain");
    return std::move(verdict).Take();
  }
  verdict.Expect(statement.name == expected.name, RegistrationFlaw::kName, "another name");
  verdict.Expect(statement.roid_redacted || statement.roid == expected.roid,
                 RegistrationFlaw::kRoid, absl::StrCat("expected ", expected.roid));
  JudgeStatuses(expected, statement, verdict);
  JudgeRegistrarOf(expected, registrar, statement, verdict);
  verdict.Note(
      RegistrationFlaw::kDates,
      absl::StrCat(
          DateDifference("registration", expected.dates.created, statement.dates.created),
          DateDifference("expiration", expected.dates.expires, statement.dates.expires),
          DateDifference("last changed", expected.dates.updated, statement.dates.updated)));
  verdict.Note(RegistrationFlaw::kServers,
               Missing("name servers", SetOf(expected.servers), statement.servers));
  verdict.Note(RegistrationFlaw::kDelegationSigner,
               Missing("DS data", SetOf(expected.ds), statement.ds));
  if (statement.keys.has_value()) {
    verdict.Note(RegistrationFlaw::kDelegationSigner,
                 Missing("key data", SetOf(expected.keys), *statement.keys));
  }
  verdict.Expect(
      statement.is_signed == expected.is_signed, RegistrationFlaw::kDelegationSigner,
      expected.is_signed ? "expected a signed delegation" : "expected no DS in the zone");
  std::vector<std::string> known = LinesOf(registrar == nullptr ? "" : registrar->text);
  for (const absl::string_view text :
       {absl::string_view(expected.name), absl::string_view(expected.roid),
        absl::string_view(expected.registrar), absl::string_view(expected.servers)}) {
    known.push_back(absl::AsciiStrToLower(text));
  }
  // An id may be a word of the protocol.
  for (const char* word : {"registrant", "technical", "administrative", "billing", "registrar",
                           "redacted", "nameserver"}) {
    known.emplace_back(word);
  }
  verdict.Expect(!Leaks(confidences, statement.text, known), RegistrationFlaw::kPersonalData,
                 "a value of a contact that must be hidden");
  return std::move(verdict).Take();
}

std::vector<FoundFlaw> JudgeRegistrar(const std::string& iana_id, const TextSet& names,
                                      const Statement& statement) {
  Verdict verdict;
  if (statement.is_domain) {
    verdict.Expect(false, RegistrationFlaw::kMalformed, "says nothing about a registrar");
    return std::move(verdict).Take();
  }
  verdict.Note(RegistrationFlaw::kRegistrar,
               Missing("IANA id", TextSet{iana_id}, statement.registrar_ids));
  verdict.Expect(names.contains(statement.full_name), RegistrationFlaw::kName, "another name");
  return std::move(verdict).Take();
}

}  // namespace tidemark::failover::probe
