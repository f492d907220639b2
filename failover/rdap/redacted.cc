#include "failover/rdap/redacted.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover::rdap {
namespace {

// What a field's redaction is called behind the role's word, and where it stands in a card.
struct Redaction {
  ContactField field;
  absl::string_view name;
  absl::string_view path;
  enum class Method { kRemoval, kEmptyValue, kEmail } method;
  bool of_tech;  // the profile has the name for technical contacts, too
};

using Method = Redaction::Method;
constexpr Redaction kRedactions[] = {
    {ContactField::kName, "Name", "[?(@[0]=='fn')][3]", Method::kEmptyValue, true},
    {ContactField::kOrganization, "Organization", "[?(@[0]=='org')]", Method::kRemoval, false},
    {ContactField::kStreet, "Street", "[?(@[0]=='adr')][3][2]", Method::kEmptyValue, false},
    {ContactField::kCity, "City", "[?(@[0]=='adr')][3][3]", Method::kEmptyValue, false},
    {ContactField::kState, "State/Province", "[?(@[0]=='adr')][3][4]", Method::kEmptyValue, false},
    {ContactField::kPostalCode, "Postal Code", "[?(@[0]=='adr')][3][5]", Method::kEmptyValue,
     false},
    {ContactField::kCountry, "Country", "[?(@[0]=='adr')][1].cc", Method::kRemoval, false},
    {ContactField::kPhone, "Phone", "[?(@[1].type=='voice')]", Method::kRemoval, true},
    {ContactField::kPhone, "Phone Ext", "[?(@[1].type=='voice')]", Method::kRemoval, true},
    {ContactField::kFax, "Fax", "[?(@[1].type=='fax')]", Method::kRemoval, false},
    {ContactField::kFax, "Fax Ext", "[?(@[1].type=='fax')]", Method::kRemoval, false},
    {ContactField::kEmail, "Email", "[?(@[0]=='email')]", Method::kEmail, true},
};
constexpr absl::string_view kContactUriPath = "[?(@[0]=='contact-uri')]";

// The profile's names are "type", others "description": RFC 9537 section 4.2.
enum class Naming { kType, kDescription };

struct Entry {
  std::string name;
  Naming naming;
  std::string path;
  Method method;
};

void Write(const Entry& entry, const std::string& replacement_path, JsonWriter& json) {
  json.BeginObject();
  json.Key("name");
  json.BeginObject();
  json.Member(entry.naming == Naming::kType ? "type" : "description", entry.name);
  json.EndObject();
  json.Member(entry.method == Method::kEmptyValue ? "postPath" : "prePath", entry.path);
  if (!replacement_path.empty()) json.Member("replacementPath", replacement_path);
  json.Member("pathLang", "jsonpath");
  json.Member("method", entry.method == Method::kEmptyValue ? "emptyValue"
                        : !replacement_path.empty()         ? "replacementValue"
                                                            : "removal");
  json.Key("reason");
  json.BeginObject();
  json.Member("description", "Server policy");
  json.EndObject();
  json.EndObject();
}

// How the profile calls a role in the names of its fields.
absl::string_view NameOf(ContactRole role) {
  switch (role) {
    case ContactRole::kRegistrant:
      return "Registrant";
    case ContactRole::kAdmin:
      return "Admin";
    case ContactRole::kTech:
      return "Tech";
    case ContactRole::kBilling:
      return "Billing";
  }
  return "";
}

struct Place {
  std::string entity;      // path of the entity
  absl::string_view word;  // before the names of its fields
  bool is_registrant = false;
  bool is_tech = false;
};

void WriteFields(const DisclosedContact& contact, const Place& place, absl::string_view contact_url,
                 JsonWriter& json) {
  const std::string card = absl::StrCat(place.entity, ".vcardArray[1]");
  for (const Redaction& redaction : kRedactions) {
    if (!contact.hidden[redaction.field]) continue;
    const bool in_profile = (place.is_registrant && redaction.field != ContactField::kState &&
                             redaction.field != ContactField::kCountry) ||
                            (place.is_tech && redaction.of_tech);
    const bool replaced = redaction.method == Method::kEmail && !contact_url.empty();
    Write({.name = absl::StrCat(place.word, " ", redaction.name),
           .naming = in_profile ? Naming::kType : Naming::kDescription,
           .path = absl::StrCat(card, redaction.path),
           .method = redaction.method},
          replaced ? absl::StrCat(card, kContactUriPath) : "", json);
  }
}

}  // namespace

absl::string_view RdapRole(ContactRole role) {
  switch (role) {
    case ContactRole::kRegistrant:
      return "registrant";
    case ContactRole::kAdmin:
      return "administrative";
    case ContactRole::kTech:
      return "technical";
    case ContactRole::kBilling:
      return "billing";
  }
  return "";
}

bool HasRedactions(const DisclosedContact& contact) {
  return std::any_of(contact.hidden.values.begin(), contact.hidden.values.end(),
                     [](bool hidden) { return hidden; });
}

bool HasRedactions(const DomainFacts& domain) {
  return domain.roid.empty() || !domain.withheld_roles.empty() ||
         std::any_of(domain.contacts.begin(), domain.contacts.end(),
                     [](const ContactFacts& facts) { return HasRedactions(facts.contact); });
}

void WriteRedacted(const DomainFacts& domain, absl::string_view contact_url, JsonWriter& json) {
  json.Key("redacted");
  json.BeginArray();
  if (domain.roid.empty()) {
    Write({"Registry Domain ID", Naming::kType, "$.handle", Method::kRemoval}, "", json);
  }
  for (const ContactFacts& facts : domain.contacts) {
    const absl::string_view word = NameOf(facts.role);
    const std::string entity =
        absl::StrCat("$.entities[?(@.roles[0]=='", RdapRole(facts.role), "')]");
    const bool is_registrant = facts.role == ContactRole::kRegistrant;
    const bool is_tech = facts.role == ContactRole::kTech;
    if (facts.contact.hidden[ContactField::kId]) {
      Write({.name = absl::StrCat("Registry ", word, " ID"),
             .naming = is_registrant || is_tech ? Naming::kType : Naming::kDescription,
             .path = absl::StrCat(entity, ".handle"),
             .method = Method::kRemoval},
            "", json);
    }
    WriteFields(facts.contact, {entity, word, is_registrant, is_tech}, contact_url, json);
  }
  for (const ContactRole role : domain.withheld_roles) {
    Write({.name = absl::StrCat(NameOf(role), " Contact"),
           .naming = Naming::kDescription,
           .path = absl::StrCat("$.entities[?(@.roles[0]=='", RdapRole(role), "')]"),
           .method = Method::kRemoval},
          "", json);
  }
  json.EndArray();
}

void WriteRedacted(const DisclosedContact& contact, absl::string_view contact_url,
                   JsonWriter& json) {
  json.Key("redacted");
  json.BeginArray();
  WriteFields(contact, {.entity = "$", .word = "Contact"}, contact_url, json);
  json.EndArray();
}

}  // namespace tidemark::failover::rdap
