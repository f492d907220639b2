#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "failover/probe/names.h"
#include "failover/probe/registered_hosts.h"
#include "failover/probe/registration.h"

namespace tidemark::failover::probe {
namespace {

// docs/formats/rdds.md, "Bounds": how many servers and addresses an answer has room for, and how
// many hosts of one name are read for it.
constexpr size_t kServersMax = 32;
constexpr size_t kAddressesMax = 256;
constexpr size_t kHostsOfNameMax = 8;

enum class Room { kForAll, kTooLittle };

// What is expected is the deposit's and public. Of what came nothing is shown but how much.
std::string Missing(absl::string_view what, const TextSet& expected, const TextSet& got,
                    Room room = Room::kForAll) {
  const auto unexpected = std::count_if(
      got.begin(), got.end(), [&](const std::string& item) { return !expected.contains(item); });
  if (expected == got || (room == Room::kTooLittle && unexpected == 0 && !got.empty())) return "";
  std::string out = absl::StrCat(what, ":");
  for (const std::string& item : expected) {
    if (!got.contains(item)) absl::StrAppend(&out, " missing ", item, ",");
  }
  absl::StrAppend(&out, " unexpected ", unexpected);
  return out;
}

TextSet SetOf(absl::string_view lines) {
  std::vector<std::string> items = LinesOf(lines);
  return TextSet(items.begin(), items.end());
}

std::string DateDifference(absl::string_view what, const std::optional<absl::Time>& expected,
                           const std::optional<absl::Time>& got) {
  // To the second, as answers have them.
  const std::optional<absl::Time> second =
      got.has_value() ? std::optional(absl::FromUnixSeconds(absl::ToUnixSeconds(*got)))
                      : std::nullopt;
  if (expected == second) return "";
  return absl::StrCat(what, ": expected ",
                      expected.has_value()
                          ? absl::FormatTime(absl::RFC3339_sec, *expected, absl::UTCTimeZone())
                          : "none",
                      second.has_value() ? ", got another; " : ", got none; ");
}

std::string DateDifferences(const RegistrationDates& expected, const Statement& statement) {
  const RegistrationDates& got = statement.dates;
  std::string out = absl::StrCat(DateDifference("registration", expected.created, got.created),
                                 DateDifference("expiration", expected.expires, got.expires),
                                 DateDifference("last changed", expected.updated, got.updated));
  if (statement.service == Service::kRdap) {  // WHOIS has no word for it
    absl::StrAppend(&out, DateDifference("transfer", expected.transferred, got.transferred));
  }
  return out;
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

std::vector<FoundFlaw> OtherSubject(absl::string_view wanted) {
  return {{RegistrationFlaw::kMalformed, absl::StrCat("says nothing about a ", wanted)}};
}

void JudgeStatuses(const Registration& expected, const Statement& statement, Verdict& verdict) {
  const std::string active = RdapWord("ok");
  TextSet want = SetOf(expected.statuses);
  TextSet got = statement.statuses;
  // In EPP grace periods stand beside the statuses, in RDAP among them: whether "active" may stand
  // beside one no standard says.
  if (expected.has_grace_period) {
    want.erase(active);
    got.erase(active);
  }
  verdict.Note(RegistrationFlaw::kStatuses, Missing("status", want, got));
}

// "" of what a server cannot say as it is.
TextSet OneOrNone(const std::string& text) { return text.empty() ? TextSet() : TextSet{text}; }

bool IsUrl(absl::string_view text) {
  return (absl::StartsWith(text, "https://") || absl::StartsWith(text, "http://")) &&
         text.size() <= 512 && std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c < 0x7f &&
                  !absl::StrContains("\"'<>\\^`{|}", absl::string_view(&c, 1));
         });
}

// Whoever `id` is. A host's WHOIS says no IANA id.
void JudgeRegistrarOf(const std::string& id, const RegistrarFacts* registrar,
                      const Statement& statement, Verdict& verdict) {
  constexpr RegistrationFlaw kFlaw = RegistrationFlaw::kRegistrar;
  const bool is_whois = statement.service == Service::kWhois;
  TextSet ids;
  if (registrar != nullptr && !registrar->iana_id.empty()) ids.insert(registrar->iana_id);
  if (!is_whois || statement.subject != Subject::kNameserver) {
    verdict.Note(kFlaw, Missing("IANA id of the registrar", ids, statement.registrar_ids));
  }
  // One without an IANA id is known by the registry's.
  if (ids.empty() && !statement.registrar_handle.empty()) {
    verdict.Expect(statement.registrar_handle == id, kFlaw,
                   absl::StrCat("registrar: expected ", id));
  }
  ExpectedCard card;
  if (registrar != nullptr) {
    card = registrar->card;
  } else {
    AddExpected(ContactValue::kName, id, /*is_extra=*/false, card);
  }
  if (is_whois) {
    const ExpectedValues name = card[static_cast<size_t>(ContactValue::kName)];
    card = ExpectedCard();
    card[static_cast<size_t>(ContactValue::kName)] = name;
  }
  const size_t misfit = FirstMisfit(card, statement.registrar, Forms::kAll);
  if (misfit < kContactValues) {
    verdict.Expect(false, kFlaw, absl::StrCat("registrar: another ", kContactValueKeys[misfit]));
  }
  const std::string url = registrar == nullptr ? "" : registrar->url;
  if (is_whois ? IsSayable(url) : (url.empty() || IsUrl(url))) {
    verdict.Note(kFlaw, Missing("URL of the registrar", OneOrNone(url), statement.registrar_urls));
  }
  const std::string whois = registrar == nullptr ? "" : registrar->whois_name;
  if (is_whois && IsSayable(whois)) {
    verdict.Note(kFlaw, Missing("WHOIS server of the registrar", OneOrNone(whois),
                                statement.registrar_whois));
  }
}

// Addresses of its servers, where the answer has them.
void JudgeAddresses(const Registration& expected, const RegisteredHosts& hosts,
                    const Statement& statement, Verdict& verdict) {
  if (statement.service == Service::kWhois) return;
  std::map<std::string, TextSet> attributes;
  for (const std::string& line : LinesOf(expected.attributes)) {
    const size_t space = line.find(' ');
    TextSet& addresses = attributes[line.substr(0, space)];
    if (space != std::string::npos) addresses.insert(line.substr(space + 1));
  }
  size_t left = kAddressesMax;
  Room room = Room::kForAll;
  std::vector<std::pair<const std::string*, const TextSet*>> wanted;
  const std::vector<std::string> servers = LinesOf(expected.servers);
  for (const std::string& server : servers) {
    const auto attribute = attributes.find(server);
    const HostsOfName& of_name = hosts.Find(server);
    const bool is_object = attribute == attributes.end();
    // What its original has of a server without an object is not kept of a variant.
    if (is_object && of_name.objects.empty() && !expected.mirrored.empty()) continue;
    const TextSet& addresses = is_object ? of_name.addresses : attribute->second;
    if (addresses.size() > left || of_name.objects.size() > kHostsOfNameMax) {
      room = Room::kTooLittle;
    }
    left -= std::min(left, addresses.size());
    wanted.emplace_back(&server, &addresses);
  }
  for (const auto& [server, addresses] : wanted) {
    static const TextSet kNone;
    const auto got = statement.addresses.find(*server);
    const TextSet& said = got == statement.addresses.end() ? kNone : got->second;
    if (room == Room::kTooLittle && said.empty()) continue;
    verdict.Note(RegistrationFlaw::kAddresses,
                 Missing(absl::StrCat("addresses of ", *server), *addresses, said, room));
  }
}

// Of each role one contact may be told, any that the deposit has.
void JudgeContacts(const DomainContext& context, const Statement& statement, Verdict& verdict) {
  const Forms forms = statement.service == Service::kWhois ? Forms::kOne : Forms::kAll;
  std::map<std::string, std::vector<const ExpectedCard*>> wanted;
  for (const ExpectedContact& contact : context.contacts) {
    wanted[contact.role].push_back(&contact.card);
  }
  for (const char* role : kContactRoleKeys) {
    static const ExpectedCard kNobody;
    std::vector<const ExpectedCard*> cards = wanted[role];
    if (cards.empty()) cards.push_back(&kNobody);
    const auto told = statement.contacts.find(role);
    const std::vector<Card> got =
        told == statement.contacts.end() ? std::vector<Card>(1) : told->second;
    for (const Card& card : got) {
      size_t misfit = kContactValues;
      bool is_hidden = false;
      for (const ExpectedCard* expected : cards) {
        misfit = FirstMisfit(*expected, card, forms);
        if (misfit == kContactValues) break;
        is_hidden = (*expected)[misfit].is_hidden;
      }
      if (misfit == kContactValues) continue;
      const absl::string_view key = kContactValueKeys[misfit];
      if (is_hidden) {
        verdict.Expect(false, RegistrationFlaw::kPersonalData,
                       absl::StrCat(role, ": ", key, " must be hidden"));
      } else {
        verdict.Expect(false, RegistrationFlaw::kContacts,
                       absl::StrCat(role, ": ", key, " is not as the deposit has it"));
      }
    }
  }
}

void JudgeRoid(const Registration& expected, const DomainContext& context,
               const Statement& statement, Verdict& verdict) {
  if (context.shows_roid) {
    return verdict.Expect(!statement.roid_redacted && statement.roid == expected.roid,
                          RegistrationFlaw::kRoid, absl::StrCat("expected ", expected.roid));
  }
  verdict.Expect(statement.roid.empty() || statement.roid_redacted, RegistrationFlaw::kRoid,
                 "it must be hidden");
}

// Which of the two an answer means nobody knows, whichever is right.
std::vector<FoundFlaw> SaidTwice(const Statement& statement) {
  return {{RegistrationFlaw::kMalformed, absl::StrCat("says twice: ", statement.said_twice)}};
}

bool TellsConfidences(const Registration& expected, const DomainContext& context,
                      const Statement& statement) {
  std::vector<std::string> known =
      LinesOf(context.registrar == nullptr ? "" : context.registrar->text);
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
  return Leaks(context.confidences, statement.text, known);
}

}  // namespace

std::vector<FoundFlaw> Judge(const Registration& expected, const DomainContext& context,
                             const Statement& statement) {
  if (statement.subject != Subject::kDomain) return OtherSubject("domain");
  const bool leaks = TellsConfidences(expected, context, statement);
  if (!leaks && !statement.said_twice.empty()) return SaidTwice(statement);
  Verdict verdict;
  verdict.Expect(statement.name == expected.name, RegistrationFlaw::kName, "another name");
  JudgeRoid(expected, context, statement, verdict);
  JudgeStatuses(expected, statement, verdict);
  JudgeRegistrarOf(expected.registrar, context.registrar, statement, verdict);
  verdict.Note(RegistrationFlaw::kDates, DateDifferences(expected.dates, statement));
  const TextSet servers = SetOf(expected.servers);
  const Room room = servers.size() > kServersMax ? Room::kTooLittle : Room::kForAll;
  verdict.Note(RegistrationFlaw::kServers,
               Missing("name servers", servers, statement.servers, room));
  // Of other servers other addresses are no second flaw.
  if (servers == statement.servers) {
    JudgeAddresses(expected, *context.hosts, statement, verdict);
  }
  verdict.Note(RegistrationFlaw::kDelegationSigner,
               Missing("DS data", SetOf(expected.ds), statement.ds));
  if (statement.keys.has_value()) {
    verdict.Note(RegistrationFlaw::kDelegationSigner,
                 Missing("key data", SetOf(expected.keys), *statement.keys));
  }
  verdict.Expect(
      statement.is_signed == expected.is_signed, RegistrationFlaw::kDelegationSigner,
      expected.is_signed ? "expected a signed delegation" : "expected no DS in the zone");
  if (leaks) {
    verdict.Expect(false, RegistrationFlaw::kPersonalData,
                   "a value of a contact that must be hidden");
  } else {
    JudgeContacts(context, statement, verdict);
  }
  return std::move(verdict).Take();
}

std::vector<FoundFlaw> JudgeHost(const std::string& name, const HostsOfName& hosts,
                                 const std::vector<const RegistrarFacts*>& registrars,
                                 const Statement& statement) {
  if (statement.subject != Subject::kNameserver) return OtherSubject("name server");
  if (!statement.said_twice.empty()) return SaidTwice(statement);
  std::vector<FoundFlaw> fewest;
  for (size_t i = 0; i < hosts.objects.size(); ++i) {
    const HostFacts& host = hosts.objects[i];
    Verdict verdict;
    verdict.Expect(statement.name == name, RegistrationFlaw::kName, "another name");
    JudgeRegistrarOf(host.registrar, registrars[i], statement, verdict);
    if (statement.service == Service::kRdap) {
      verdict.Expect(statement.roid == host.roid, RegistrationFlaw::kRoid,
                     absl::StrCat("expected ", host.roid));
      // Whether it is linked is not a fact of its own: some domain outside of the sample may be.
      TextSet statuses = statement.statuses;
      statuses.erase("associated");
      verdict.Note(RegistrationFlaw::kStatuses, Missing("status", SetOf(host.statuses), statuses));
      verdict.Note(RegistrationFlaw::kDates, DateDifferences(host.dates, statement));
    }
    const bool has_room =
        hosts.objects.size() <= kHostsOfNameMax && hosts.addresses.size() <= kAddressesMax;
    static const TextSet kNone;
    const auto said = statement.addresses.find(statement.name);
    verdict.Note(RegistrationFlaw::kAddresses,
                 Missing("addresses", hosts.addresses,
                         said == statement.addresses.end() ? kNone : said->second,
                         has_room ? Room::kForAll : Room::kTooLittle));
    std::vector<FoundFlaw> flaws = std::move(verdict).Take();
    if (flaws.empty()) return flaws;
    if (fewest.empty() || flaws.size() < fewest.size()) fewest = std::move(flaws);
  }
  return fewest;
}

std::vector<FoundFlaw> JudgeRegistrar(const std::vector<const RegistrarFacts*>& known,
                                      const Statement& statement) {
  if (statement.subject != Subject::kEntity) return OtherSubject("registrar");
  if (!statement.said_twice.empty()) return SaidTwice(statement);
  std::vector<FoundFlaw> fewest;
  for (const RegistrarFacts* registrar : known) {
    Verdict verdict;
    JudgeRegistrarOf(registrar->id, registrar, statement, verdict);
    verdict.Note(RegistrationFlaw::kDates, DateDifferences(registrar->dates, statement));
    std::vector<FoundFlaw> flaws = std::move(verdict).Take();
    if (flaws.empty()) return flaws;
    if (fewest.empty() || flaws.size() < fewest.size()) fewest = std::move(flaws);
  }
  return fewest;
}

std::vector<FoundFlaw> JudgeContact(const ExpectedCard& card, const Confidences& confidences,
                                    const std::vector<std::string>& known,
                                    const Statement& statement) {
  if (Leaks(confidences, statement.text, known)) {
    return {{RegistrationFlaw::kPersonalData, "a value of a contact that must be hidden"}};
  }
  if (statement.subject != Subject::kEntity) return OtherSubject("contact");
  if (!statement.said_twice.empty()) return SaidTwice(statement);
  Card said = statement.registrar;
  said[static_cast<size_t>(ContactValue::kId)] = OneOrNone(statement.registrar_handle);
  const size_t misfit = FirstMisfit(card, said, Forms::kAll);
  if (misfit == kContactValues) return {};
  return {{card[misfit].is_hidden ? RegistrationFlaw::kPersonalData : RegistrationFlaw::kContacts,
           absl::StrCat(kContactValueKeys[misfit], " is not as it must be")}};
}

}  // namespace tidemark::failover::probe
