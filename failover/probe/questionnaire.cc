#include "failover/probe/questionnaire.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "failover/probe/confidence.h"
#include "failover/probe/names.h"

namespace tidemark::failover::probe {
namespace {

constexpr char kMediaType[] = "application/rdap+json";  // RFC 7480 section 4.2
constexpr int kFound = 200;
constexpr int kNotFound = 404;
constexpr int kTooManyRequests = 429;
constexpr absl::Duration kRetryMin = absl::Milliseconds(500);
constexpr absl::Duration kRetryMax = absl::Seconds(10);
constexpr int kWhoisTimesMax = 3;

// In whichever words: that nothing is there, and not that there were too many questions.
bool SaysAbsent(absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  return absl::StrContains(lower, "not found") || absl::StrContains(lower, "no match") ||
         absl::StrContains(lower, "reserved name");
}

bool IsAnswer(const ServerAnswer& answer) {
  return ReadWhois(answer.body).subject != Subject::kNone || SaysAbsent(answer.body);
}

bool IsWhois(RegistrationQuestion kind) {
  return kind == RegistrationQuestion::kWhoisDomain || kind == RegistrationQuestion::kWhoisAbsent ||
         kind == RegistrationQuestion::kWhoisNameserver;
}

// Of ids that servers may refuse as none (RFC 5730 has 3 to 16 characters) nobody asks.
constexpr size_t kHandleBytesMax = 64;
bool CanBeAskedFor(absl::string_view handle) {
  return !handle.empty() && handle.size() <= kHandleBytesMax &&
         std::all_of(handle.begin(), handle.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// RFC 3986 section 2.1.
std::string Encoded(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-') {
      out.push_back(c);
    } else {
      absl::StrAppend(&out, "%", absl::Hex(byte, absl::kZeroPad2));
    }
  }
  return out;
}

// Each once, without those whose id is a registrar's handle as well: an answer may be about that.
std::vector<AskedContact> ContactsOf(const Testimony& testimony) {
  TextSet seen;
  for (const auto& [id, facts] : testimony.registrars) {
    seen.insert(id);
    seen.insert(facts.iana_id);
  }
  std::vector<AskedContact> contacts;
  for (size_t i = 0; i < testimony.registrations.size(); ++i) {
    for (const std::string& line : LinesOf(testimony.registrations[i].contacts)) {
      const size_t space = line.find(' ');
      const std::string id = line.substr(space + 1);
      if (!CanBeAskedFor(id) || !seen.insert(id).second) continue;
      contacts.push_back({.id = id, .registration = i, .role = line.substr(0, space)});
    }
  }
  return contacts;
}

}  // namespace

Questionnaire::Questionnaire(const Testimony& testimony, double whois_share)
    : testimony_(testimony), contacts_(ContactsOf(testimony)) {
  for (const auto& [id, facts] : testimony_.registrars) {
    const std::string& handle = facts.iana_id.empty() ? id : facts.iana_id;
    if (CanBeAskedFor(handle)) registrars_[handle].push_back(&facts);
  }
  for (const auto& [handle, facts] : registrars_) handles_.push_back(handle);
  for (std::string& server : testimony_.hosts.Names()) {
    if (IsHostname(server)) servers_.push_back(std::move(server));
  }
  const size_t domains = testimony_.registrations.size();
  const size_t absent = testimony_.absent.size();
  for (size_t i = 0; i < domains; ++i) rdap_.push_back({RegistrationQuestion::kRdapDomain, i});
  for (size_t i = 0; i < absent; ++i) rdap_.push_back({RegistrationQuestion::kRdapAbsent, i});
  for (size_t i = 0; i < handles_.size(); ++i) {
    rdap_.push_back({RegistrationQuestion::kRdapRegistrar, i});
  }
  for (size_t i = 0; i < servers_.size(); ++i) {
    rdap_.push_back({RegistrationQuestion::kRdapNameserver, i});
  }
  for (size_t i = 0; i < contacts_.size(); ++i) {
    rdap_.push_back({RegistrationQuestion::kRdapContact, i});
  }
  if (whois_share <= 0) return;
  // Evenly spread, the first among them.
  const auto add_share = [&](RegistrationQuestion kind, size_t count) {
    double owed = 1;
    for (size_t i = 0; i < count; ++i, owed += whois_share) {
      if (owed < 1) continue;
      owed -= 1;
      whois_.push_back({kind, i});
    }
  };
  add_share(RegistrationQuestion::kWhoisDomain, domains);
  add_share(RegistrationQuestion::kWhoisNameserver, servers_.size());
  for (size_t i = 0; i < absent; ++i) whois_.push_back({RegistrationQuestion::kWhoisAbsent, i});
}

std::string Questionnaire::NameOf(const Question& question) const {
  switch (question.kind) {
    case RegistrationQuestion::kRdapDomain:
    case RegistrationQuestion::kWhoisDomain:
      return testimony_.registrations[question.index].name;
    case RegistrationQuestion::kRdapAbsent:
    case RegistrationQuestion::kWhoisAbsent:
      return testimony_.absent[question.index];
    case RegistrationQuestion::kRdapRegistrar:
      return handles_[question.index];
    case RegistrationQuestion::kRdapNameserver:
    case RegistrationQuestion::kWhoisNameserver:
      return servers_[question.index];
    case RegistrationQuestion::kRdapContact:
      break;
  }
  // Whose id nobody may see.
  const AskedContact& contact = contacts_[question.index];
  return absl::StrCat(contact.role, " of ", testimony_.registrations[contact.registration].name);
}

std::string Questionnaire::TextOf(const Question& question) const {
  switch (question.kind) {
    case RegistrationQuestion::kRdapDomain:
    case RegistrationQuestion::kRdapAbsent:
      return "domain/" + NameOf(question);
    case RegistrationQuestion::kRdapRegistrar:
      return "entity/" + Encoded(NameOf(question));
    case RegistrationQuestion::kRdapNameserver:
      return "nameserver/" + NameOf(question);
    case RegistrationQuestion::kRdapContact:
      return "entity/" + Encoded(contacts_[question.index].id);
    case RegistrationQuestion::kWhoisNameserver:
      return "nameserver " + NameOf(question);
    case RegistrationQuestion::kWhoisDomain:
    case RegistrationQuestion::kWhoisAbsent:
      break;
  }
  return NameOf(question);
}

bool Questionnaire::HasHost(const Question& question) const {
  return !testimony_.hosts.Find(servers_[question.index]).objects.empty();
}

const RegistrarFacts* Questionnaire::RegistrarOf(const std::string& id) const {
  const auto found = testimony_.registrars.find(id);
  return found == testimony_.registrars.end() ? nullptr : &found->second;
}

std::vector<FoundFlaw> Questionnaire::FlawsOf(const Question& question,
                                              const ServerAnswer& answer) const {
  switch (question.kind) {
    case RegistrationQuestion::kRdapDomain:
    case RegistrationQuestion::kRdapRegistrar:
      return RdapFlaws(question, answer);
    case RegistrationQuestion::kRdapContact:
      return ContactFlaws(question, answer);
    case RegistrationQuestion::kRdapNameserver:
      if (HasHost(question)) return RdapFlaws(question, answer);
      [[fallthrough]];
    case RegistrationQuestion::kRdapAbsent:
      if (answer.status != kNotFound) {
        return {{RegistrationFlaw::kStatusCode, absl::StrCat("expected 404, got ", answer.status)}};
      }
      if (question.kind == RegistrationQuestion::kRdapNameserver) return {};
      return ReservedFlawsOfRdap(ReservedBy(question), answer.body);
    case RegistrationQuestion::kWhoisDomain:
      return DomainFlaws(testimony_.registrations[question.index], ReadWhois(answer.body));
    case RegistrationQuestion::kWhoisNameserver:
      if (HasHost(question)) return HostFlaws(NameOf(question), ReadWhois(answer.body));
      [[fallthrough]];
    case RegistrationQuestion::kWhoisAbsent:
      break;
  }
  if (ReadWhois(answer.body).subject != Subject::kNone) {
    return {{RegistrationFlaw::kStatusCode, "what does not exist is described"}};
  }
  if (!SaysAbsent(answer.body)) {
    return {{RegistrationFlaw::kMalformed, "does not say that nothing is there"}};
  }
  if (question.kind == RegistrationQuestion::kWhoisNameserver) return {};
  return ReservedFlawsOfWhois(ReservedBy(question), answer.body);
}

const ReservedName* Questionnaire::ReservedBy(const Question& question) const {
  const auto found = testimony_.reserved.find(testimony_.absent[question.index]);
  return found == testimony_.reserved.end() ? nullptr : &found->second;
}

std::vector<FoundFlaw> Questionnaire::RdapFlaws(const Question& question,
                                                const ServerAnswer& answer) const {
  if (answer.status != kFound) {
    return {{RegistrationFlaw::kStatusCode, absl::StrCat("expected 200, got ", answer.status)}};
  }
  if (!absl::StartsWithIgnoreCase(answer.media_type, kMediaType)) {
    return {{RegistrationFlaw::kMalformed, absl::StrCat("not ", kMediaType)}};
  }
  const absl::StatusOr<Statement> statement = ReadRdap(answer.body);
  if (!statement.ok()) {
    return {{RegistrationFlaw::kMalformed, std::string(statement.status().message())}};
  }
  switch (question.kind) {
    case RegistrationQuestion::kRdapRegistrar:
      return JudgeRegistrar(registrars_.find(handles_[question.index])->second, *statement);
    case RegistrationQuestion::kRdapNameserver:
      return HostFlaws(NameOf(question), *statement);
    case RegistrationQuestion::kRdapContact: {
      const AskedContact& contact = contacts_[question.index];
      const std::string& values = testimony_.contacts.find(contact.id)->second;
      Confidences confidences;
      AddConfidences(values, "", testimony_.disclosure, confidences);
      return JudgeContact(CardOf(values, "", testimony_.disclosure), confidences,
                          {absl::AsciiStrToLower(contact.id)}, *statement);
    }
    default:
      return DomainFlaws(testimony_.registrations[question.index], *statement);
  }
}

// A contact is found by its id only where everybody may see everybody's: asked for by itself it is
// nobody's registrant, and that there is one of that id is not to be told either. Who asks knows
// the id.
std::vector<FoundFlaw> Questionnaire::ContactFlaws(const Question& question,
                                                   const ServerAnswer& answer) const {
  const AskedContact& contact = contacts_[question.index];
  const std::string& values = testimony_.contacts.find(contact.id)->second;
  if (!values.empty() && testimony_.disclosure.Of(ContactValue::kId) == Shown::kAlways) {
    return RdapFlaws(question, answer);
  }
  Confidences confidences;
  AddConfidences(values, "", testimony_.disclosure, confidences);
  if (Leaks(confidences, absl::AsciiStrToLower(answer.body), {absl::AsciiStrToLower(contact.id)})) {
    return {{RegistrationFlaw::kPersonalData, "a value of a contact that must be hidden"}};
  }
  if (answer.status == kNotFound) return {};
  return {{RegistrationFlaw::kStatusCode, absl::StrCat("expected 404, got ", answer.status)}};
}

std::vector<FoundFlaw> Questionnaire::HostFlaws(const std::string& name,
                                                const Statement& statement) const {
  const HostsOfName& hosts = testimony_.hosts.Find(name);
  std::vector<const RegistrarFacts*> registrars;
  for (const HostFacts& host : hosts.objects) registrars.push_back(RegistrarOf(host.registrar));
  return JudgeHost(name, hosts, registrars, statement);
}

std::vector<FoundFlaw> Questionnaire::DomainFlaws(const Registration& registration,
                                                  const Statement& statement) const {
  DomainContext context = {.registrar = RegistrarOf(registration.registrar),
                           .hosts = &testimony_.hosts,
                           .confidences = {},
                           .contacts = {},
                           .shows_roid = testimony_.disclosure.domain_id};
  for (const std::string& contact : LinesOf(registration.contacts)) {
    const size_t space = contact.find(' ');
    const std::string role = contact.substr(0, space);
    const std::string& values = testimony_.contacts.find(contact.substr(space + 1))->second;
    AddConfidences(values, role, testimony_.disclosure, context.confidences);
    if (values.empty() || !testimony_.disclosure.ShowsRole(role)) continue;
    context.contacts.push_back({role, CardOf(values, role, testimony_.disclosure)});
  }
  return Judge(registration, context, statement);
}

std::optional<absl::Duration> Questionnaire::AskAgainAfter(const Question& question,
                                                           const ServerAnswer& answer,
                                                           int times_asked) {
  if (answer.status == kTooManyRequests) {
    return std::clamp(answer.retry_after, kRetryMin, kRetryMax);
  }
  if (IsWhois(question.kind) && times_asked < kWhoisTimesMax && !IsAnswer(answer)) {
    return kRetryMin;
  }
  return std::nullopt;
}

}  // namespace tidemark::failover::probe
