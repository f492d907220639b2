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

bool IsAbout(const Question& question, const ServerAnswer& answer) {
  return question.kind == RegistrationQuestion::kWhoisDomain ? ReadWhois(answer.body).is_domain
                                                             : SaysAbsent(answer.body);
}

}  // namespace

Questionnaire::Questionnaire(const Testimony& testimony, double whois_share)
    : testimony_(testimony) {
  for (const auto& [id, facts] : testimony_.registrars) {
    if (!facts.iana_id.empty()) registrars_[facts.iana_id].insert(facts.name);
  }
  for (const auto& [iana_id, names] : registrars_) iana_ids_.push_back(iana_id);
  const size_t domains = testimony_.registrations.size();
  const size_t absent = testimony_.absent.size();
  for (size_t i = 0; i < domains; ++i) rdap_.push_back({RegistrationQuestion::kRdapDomain, i});
  for (size_t i = 0; i < absent; ++i) rdap_.push_back({RegistrationQuestion::kRdapAbsent, i});
  for (size_t i = 0; i < iana_ids_.size(); ++i) {
    rdap_.push_back({RegistrationQuestion::kRdapRegistrar, i});
  }
  if (whois_share <= 0) return;
  // Evenly spread, the first among them.
  double owed = 1;
  for (size_t i = 0; i < domains; ++i, owed += whois_share) {
    if (owed < 1) continue;
    owed -= 1;
    whois_.push_back({RegistrationQuestion::kWhoisDomain, i});
  }
  for (size_t i = 0; i < absent; ++i) whois_.push_back({RegistrationQuestion::kWhoisAbsent, i});
}

const std::string& Questionnaire::NameOf(const Question& question) const {
  switch (question.kind) {
    case RegistrationQuestion::kRdapDomain:
    case RegistrationQuestion::kWhoisDomain:
      return testimony_.registrations[question.index].name;
    case RegistrationQuestion::kRdapAbsent:
    case RegistrationQuestion::kWhoisAbsent:
      return testimony_.absent[question.index];
    case RegistrationQuestion::kRdapRegistrar:
      break;
  }
  return iana_ids_[question.index];
}

std::string Questionnaire::TextOf(const Question& question) const {
  switch (question.kind) {
    case RegistrationQuestion::kRdapDomain:
    case RegistrationQuestion::kRdapAbsent:
      return "domain/" + NameOf(question);
    case RegistrationQuestion::kRdapRegistrar:
      return "entity/" + NameOf(question);
    case RegistrationQuestion::kWhoisDomain:
    case RegistrationQuestion::kWhoisAbsent:
      break;
  }
  return NameOf(question);
}

std::vector<FoundFlaw> Questionnaire::FlawsOf(const Question& question,
                                              const ServerAnswer& answer) const {
  switch (question.kind) {
    case RegistrationQuestion::kRdapDomain:
    case RegistrationQuestion::kRdapRegistrar:
      return RdapFlaws(question, answer);
    case RegistrationQuestion::kRdapAbsent:
      if (answer.status == kNotFound) return {};
      return {{RegistrationFlaw::kStatusCode, absl::StrCat("expected 404, got ", answer.status)}};
    case RegistrationQuestion::kWhoisDomain:
      return DomainFlaws(testimony_.registrations[question.index], ReadWhois(answer.body));
    case RegistrationQuestion::kWhoisAbsent:
      break;
  }
  if (ReadWhois(answer.body).is_domain) {
    return {{RegistrationFlaw::kStatusCode, "a domain that does not exist is described"}};
  }
  if (!SaysAbsent(answer.body)) {
    return {{RegistrationFlaw::kMalformed, "does not say that nothing is there"}};
  }
  return {};
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
  if (question.kind == RegistrationQuestion::kRdapRegistrar) {
    const std::string& iana_id = iana_ids_[question.index];
    return JudgeRegistrar(iana_id, registrars_.find(iana_id)->second, *statement);
  }
  return DomainFlaws(testimony_.registrations[question.index], *statement);
}

std::vector<FoundFlaw> Questionnaire::DomainFlaws(const Registration& registration,
                                                  const Statement& statement) const {
  Confidences confidences;
  for (const std::string& contact : LinesOf(registration.contacts)) {
    const size_t space = contact.find(' ');
    const std::string role = contact.substr(0, space);
    AddConfidences(testimony_.contacts.find(contact.substr(space + 1))->second,
                   role == "registrant" ? Role::kRegistrant
                   : role == "tech"     ? Role::kTech
                                        : Role::kOther,
                   confidences);
  }
  const auto registrar = testimony_.registrars.find(registration.registrar);
  return Judge(registration,
               registrar == testimony_.registrars.end() ? nullptr : &registrar->second, confidences,
               statement);
}

std::optional<absl::Duration> Questionnaire::AskAgainAfter(const Question& question,
                                                           const ServerAnswer& answer,
                                                           int times_asked) {
  if (answer.status == kTooManyRequests) {
    return std::clamp(answer.retry_after, kRetryMin, kRetryMax);
  }
  const bool is_whois = question.kind == RegistrationQuestion::kWhoisDomain ||
                        question.kind == RegistrationQuestion::kWhoisAbsent;
  if (is_whois && times_asked < kWhoisTimesMax && !IsAbout(question, answer)) return kRetryMin;
  return std::nullopt;
}

}  // namespace tidemark::failover::probe
