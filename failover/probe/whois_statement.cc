#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "failover/probe/names.h"
#include "failover/probe/statement.h"

namespace tidemark::failover::probe {
namespace {

// Of what these say there is one.
constexpr absl::string_view kOnce[] = {"Domain Name",
                                       "Server Name",
                                       "Registry Domain ID",
                                       "Registrar",
                                       "Registrar URL",
                                       "Registrar IANA ID",
                                       "Creation Date",
                                       "Registrar WHOIS Server",
                                       "Updated Date",
                                       "Registry Expiry Date",
                                       "DNSSEC"};

bool TakeRegistrarLine(absl::string_view key, const std::string& value, Statement& out) {
  const auto add = [&value](TextSet& set) {
    if (!value.empty()) set.insert(value);
    return true;
  };
  if (key == "Registrar") return add(out.registrar[static_cast<size_t>(ContactValue::kName)]);
  if (key == "Registrar IANA ID") return add(out.registrar_ids);
  if (key == "Registrar URL") return add(out.registrar_urls);
  if (key == "Registrar WHOIS Server") return add(out.registrar_whois);
  return false;
}

struct ContactKey {
  absl::string_view word;
  ContactValue value;
};
constexpr ContactKey kContactKeys[] = {{"Name", ContactValue::kName},
                                       {"Organization", ContactValue::kOrganization},
                                       {"Street", ContactValue::kStreet},
                                       {"City", ContactValue::kCity},
                                       {"State/Province", ContactValue::kState},
                                       {"Postal Code", ContactValue::kPostalCode},
                                       {"Country", ContactValue::kCountry},
                                       {"Phone", ContactValue::kPhone},
                                       {"Fax", ContactValue::kFax},
                                       {"Email", ContactValue::kEmail}};
constexpr std::pair<absl::string_view, absl::string_view> kWhoisRoles[] = {
    {"Registrant", "registrant"}, {"Admin", "admin"}, {"Tech", "tech"}, {"Billing", "billing"}};

// "Tech Email", "Registry Tech ID". An extension follows its number.
bool TakeContactLine(absl::string_view key, const std::string& value, Statement& out) {
  for (const auto& [word, role] : kWhoisRoles) {
    const bool is_id = key == absl::StrCat("Registry ", word, " ID");
    absl::string_view rest = key;
    if (!is_id && !absl::ConsumePrefix(&rest, absl::StrCat(word, " "))) continue;
    std::vector<Card>& cards = out.contacts[std::string(role)];
    if (cards.empty()) cards.emplace_back();
    if (value.empty()) return true;
    const auto add = [&](ContactValue field) {
      cards[0][static_cast<size_t>(field)].insert(Comparable(field, value));
    };
    const auto extend = [&](ContactValue field) {
      TextSet& numbers = cards[0][static_cast<size_t>(field)];
      if (value == "REDACTED" || numbers.size() != 1) return add(field);
      numbers = {absl::StrCat(*numbers.begin(), " x", value)};
    };
    if (is_id) add(ContactValue::kId);
    if (rest == "Phone Ext") extend(ContactValue::kPhone);
    if (rest == "Fax Ext") extend(ContactValue::kFax);
    for (const ContactKey& known : kContactKeys) {
      if (rest == known.word) add(known.value);
    }
    return true;
  }
  return false;
}

void TakeObjectLine(absl::string_view key, const std::string& value, Statement& out) {
  if (key == "Domain Name") {
    out.subject = Subject::kDomain;
    out.name = PlainName(value);
  } else if (key == "Server Name") {
    out.subject = Subject::kNameserver;
    out.name = PlainName(value);
  } else if (key == "IP Address") {
    const std::string plain = PlainAddress(value);
    out.addresses[out.name].insert(plain.empty() ? "?" : plain);
  } else if (key == "Registry Domain ID") {
    out.roid_redacted = value == "REDACTED";
    out.roid = value;
  } else if (key == "Domain Status") {
    const std::string word = RdapWord(value.substr(0, value.find(' ')));
    out.statuses.insert(word.empty() ? "?" : word);  // equal to none that a deposit can have
  } else if (key == "Creation Date") {
    out.dates.created = ReadDate(value);
  } else if (key == "Registry Expiry Date") {
    out.dates.expires = ReadDate(value);
  } else if (key == "Updated Date") {
    out.dates.updated = ReadDate(value);
  } else if (key == "Name Server") {
    out.servers.insert(PlainName(value));
  } else if (key == "DNSSEC") {
    out.is_signed = value == "signedDelegation";
  } else if (key == "DNSSEC DS Data") {
    out.ds.insert(absl::AsciiStrToLower(value));
  }
}

}  // namespace

Statement ReadWhois(absl::string_view text) {
  Statement out;
  out.service = Service::kWhois;
  TextSet seen;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos) continue;
    const absl::string_view key = line.substr(0, colon);
    const std::string value(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    if (std::find(std::begin(kOnce), std::end(kOnce), key) != std::end(kOnce) &&
        !seen.emplace(key).second) {
      out.said_twice = absl::StrCat("the line ", key);
    }
    if (!TakeRegistrarLine(key, value, out) && !TakeContactLine(key, value, out)) {
      TakeObjectLine(key, value, out);
    }
  }
  out.text = absl::AsciiStrToLower(text);
  return out;
}

std::string ReservedLine(absl::string_view text) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    std::string lower = absl::AsciiStrToLower(absl::StripAsciiWhitespace(line));
    if (absl::StartsWith(lower, "reserved name")) return lower;
  }
  return "";
}

}  // namespace tidemark::failover::probe
