#include "failover/probe/registration.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "failover/probe/names.h"

namespace tidemark::failover::probe {
namespace {

constexpr absl::string_view kActive = "active";
constexpr size_t kPostalForms = 2;  // `int` and `loc`

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

// RFC 5732 section 2.3, without "ok" and "linked".
constexpr absl::string_view kHostStatusWords[] = {
    "clientDeleteProhibited", "clientUpdateProhibited", "pendingCreate",
    "pendingDelete",          "pendingTransfer",        "pendingUpdate",
    "serverDeleteProhibited", "serverUpdateProhibited"};

// Of a name that is a host object as well the object has the addresses.
std::vector<std::string> AttributesOf(const rde::Domain& domain) {
  TextSet objects;
  for (const std::string& name : domain.host_objects) objects.insert(PlainName(name));
  std::vector<std::string> lines;
  TextSet seen;  // of one that is named twice the first counts
  for (const rde::HostAttribute& host : domain.host_attributes) {
    const std::string name = PlainName(host.name);
    if (name.empty() || objects.contains(name) || !seen.insert(name).second) continue;
    lines.push_back(name);
    for (const rde::HostAddress& address : host.addresses) {
      const std::string plain = PlainAddress(address.address);
      if (!plain.empty()) lines.push_back(absl::StrCat(name, " ", plain));
    }
  }
  return lines;
}

std::string PhoneText(const rde::Phone& phone) {
  return phone.extension.empty() ? phone.number : absl::StrCat(phone.number, " x", phone.extension);
}

// All of a registrar is public.
void SetCard(const rde::Registrar& registrar, ExpectedCard& card) {
  AddExpected(ContactValue::kName, registrar.name, /*is_extra=*/false, card);
  AddExpected(ContactValue::kPhone, PhoneText(registrar.voice), /*is_extra=*/false, card);
  AddExpected(ContactValue::kFax, PhoneText(registrar.fax), /*is_extra=*/false, card);
  AddExpected(ContactValue::kEmail, registrar.email, /*is_extra=*/false, card);
  size_t form = 0;
  for (const rde::PostalInfo& info : registrar.postal_infos) {
    const bool is_extra = ++form > kPostalForms;
    size_t line = 0;
    for (const std::string& street : info.address.streets) {
      AddExpected(ContactValue::kStreet, street, is_extra || ++line > kStreetLines, card);
    }
    AddExpected(ContactValue::kCity, info.address.city, is_extra, card);
    AddExpected(ContactValue::kState, info.address.sp, is_extra, card);
    AddExpected(ContactValue::kPostalCode, info.address.pc, is_extra, card);
    AddExpected(ContactValue::kCountry, info.address.cc, is_extra, card);
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
  out.attributes = AsLines(AttributesOf(domain));
  out.dates = {.created = Second(domain.cr_date.time),
               .expires = Second(domain.ex_date.time),
               .updated = Second(domain.up_date.time),
               .transferred = Second(domain.tr_date.time)};
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
  out.id = registrar.id;
  out.name = registrar.name;
  out.url = registrar.url;
  out.whois_name = registrar.whois_name;
  out.dates.created = Second(registrar.cr_date.time);
  out.dates.updated = Second(registrar.up_date.time);
  SetCard(registrar, out.card);
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

HostFacts HostFactsOf(const rde::Host& host) {
  std::vector<std::string> words;
  for (const rde::StatusValue& status : host.statuses) {
    if (std::find(std::begin(kHostStatusWords), std::end(kHostStatusWords), status.s) !=
        std::end(kHostStatusWords)) {
      words.push_back(RdapWord(status.s));
    }
  }
  if (words.empty()) words.emplace_back(kActive);
  return {.roid = host.roid,
          .registrar = host.cl_id,
          .statuses = AsLines(std::move(words)),
          .dates = {.created = Second(host.cr_date.time),
                    .expires = std::nullopt,
                    .updated = Second(host.up_date.time),
                    .transferred = Second(host.tr_date.time)}};
}

}  // namespace tidemark::failover::probe
