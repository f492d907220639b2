#include "failover/rdap/redacted.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover::rdap {
namespace {

enum class Method { kRemoval, kEmptyValue, kReplacement };

// What a field's redaction is called behind the role's word, and where it stands in a card.
struct Redaction {
  ContactField field;
  absl::string_view name;
  absl::string_view path;
  Method method;
  bool of_registrant;  // the profile has the name for registrants
  bool of_tech;        // and for technical contacts
};

constexpr Redaction kRedactions[] = {
    {ContactField::kName, "Name", "[?(@[0]=='fn')][3]", Method::kEmptyValue, true, true},
    {ContactField::kOrganization, "Organization", "[?(@[0]=='org')]", Method::kRemoval, true,
     false},
    {ContactField::kStreet, "Street", "[?(@[0]=='adr')][3][2]", Method::kEmptyValue, true, false},
    {ContactField::kCity, "City", "[?(@[0]=='adr')][3][3]", Method::kEmptyValue, true, false},
    {ContactField::kState, "State/Province", "[?(@[0]=='adr')][3][4]", Method::kEmptyValue, false,
     false},
    {ContactField::kPostalCode, "Postal Code", "[?(@[0]=='adr')][3][5]", Method::kEmptyValue, true,
     false},
    {ContactField::kCountry, "Country", "[?(@[0]=='adr')][1].cc", Method::kRemoval, false, false},
    {ContactField::kPhone, "Phone", "[?(@[1].type=='voice')]", Method::kRemoval, true, true},
    {ContactField::kPhone, "Phone Ext", "[?(@[1].type=='voice')]", Method::kRemoval, true, true},
    {ContactField::kFax, "Fax", "[?(@[1].type=='fax')]", Method::kRemoval, true, false},
    {ContactField::kFax, "Fax Ext", "[?(@[1].type=='fax')]", Method::kRemoval, true, false},
    {ContactField::kEmail, "Email", "[?(@[0]=='email')]", Method::kReplacement, true, true},
};
constexpr absl::string_view kAddressPath = "[?(@[0]=='adr')]";
constexpr absl::string_view kContactUriPath = "[?(@[0]=='contact-uri')]";

constexpr ContactField kAddressFields[] = {ContactField::kStreet, ContactField::kCity,
                                           ContactField::kState, ContactField::kPostalCode,
                                           ContactField::kCountry};

bool IsOfAddress(ContactField field) {
  return std::find(std::begin(kAddressFields), std::end(kAddressFields), field) !=
         std::end(kAddressFields);
}

// The profile's names are "type", others "description": RFC 9537 section 4.2.
enum class Naming { kType, kDescription };

struct Entry {
  std::string name;
  Naming naming;
  std::string path;
  Method method;
  std::string replacement_path = {};
};

constexpr absl::string_view kMethodNames[] = {"removal", "emptyValue", "replacementValue"};

std::string TextOf(const Entry& entry) {
  JsonWriter json(256);
  json.BeginObject();
  json.Key("name");
  json.BeginObject();
  json.Member(entry.naming == Naming::kType ? "type" : "description", entry.name);
  json.EndObject();
  json.Member(entry.method == Method::kEmptyValue ? "postPath" : "prePath", entry.path);
  if (entry.method == Method::kReplacement) json.Member("replacementPath", entry.replacement_path);
  json.Member("pathLang", "jsonpath");
  json.Member("method", kMethodNames[static_cast<size_t>(entry.method)]);
  json.Key("reason");
  json.BeginObject();
  json.Member("description", "Server policy");
  json.EndObject();
  json.EndObject();
  return std::move(json).Take();
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

// Every entry that an answer can have about a contact in one place, as JSON: they are two thirds of
// an answer, and always the same.
struct Texts {
  std::array<std::string, std::size(kRedactions)> fields;
  std::string address;
  std::string handle;
  std::string contact;  // all of it
};

Texts TextsAt(absl::string_view entity, absl::string_view word, std::optional<ContactRole> role) {
  const bool is_registrant = role == ContactRole::kRegistrant;
  const bool is_tech = role == ContactRole::kTech;
  const std::string card = absl::StrCat(entity, ".vcardArray[1]");
  Texts texts;
  for (size_t i = 0; i < std::size(kRedactions); ++i) {
    const Redaction& redaction = kRedactions[i];
    const bool in_profile =
        (is_registrant && redaction.of_registrant) || (is_tech && redaction.of_tech);
    texts.fields[i] = TextOf({.name = absl::StrCat(word, " ", redaction.name),
                              .naming = in_profile ? Naming::kType : Naming::kDescription,
                              .path = absl::StrCat(card, redaction.path),
                              .method = redaction.method,
                              .replacement_path = absl::StrCat(card, kContactUriPath)});
  }
  texts.address = TextOf({.name = absl::StrCat(word, " Address"),
                          .naming = Naming::kDescription,
                          .path = absl::StrCat(card, kAddressPath),
                          .method = Method::kRemoval});
  texts.handle = TextOf({.name = absl::StrCat("Registry ", word, " ID"),
                         .naming = is_registrant || is_tech ? Naming::kType : Naming::kDescription,
                         .path = absl::StrCat(entity, ".handle"),
                         .method = Method::kRemoval});
  texts.contact = TextOf({.name = absl::StrCat(word, " Contact"),
                          .naming = Naming::kDescription,
                          .path = std::string(entity),
                          .method = Method::kRemoval});
  return texts;
}

const Texts& TextsOf(ContactRole role) {
  static const std::array<Texts, kContactRoles> kTexts = [] {
    std::array<Texts, kContactRoles> texts;
    for (size_t i = 0; i < kContactRoles; ++i) {
      const auto role = static_cast<ContactRole>(i);
      texts[i] = TextsAt(absl::StrCat("$.entities[?(@.roles[0]=='", RdapRole(role), "')]"),
                         NameOf(role), role);
    }
    return texts;
  }();
  return kTexts[static_cast<size_t>(role)];
}

void WriteFields(const DisclosedContact& contact, std::optional<ContactRole> role,
                 const Texts& texts, JsonWriter& json) {
  const bool removes_address = RemovesAddress(contact, role);
  for (size_t i = 0; i < std::size(kRedactions); ++i) {
    const ContactField field = kRedactions[i].field;
    if (!contact.hidden[field]) continue;
    if (!removes_address || !IsOfAddress(field)) {
      json.Prepared(texts.fields[i]);
    } else if (field == kAddressFields[0]) {  // once
      json.Prepared(texts.address);
    }
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

bool RemovesAddress(const DisclosedContact& contact, std::optional<ContactRole> role) {
  return role != ContactRole::kRegistrant &&
         std::all_of(std::begin(kAddressFields), std::end(kAddressFields),
                     [&contact](ContactField field) { return contact.hidden[field]; });
}

bool HasRedactions(const DisclosedContact& contact) {
  return std::any_of(contact.hidden.values.begin(), contact.hidden.values.end(),
                     [](bool hidden) { return hidden; });
}

bool HasRedactions(const DomainFacts& domain) {
  return domain.hides_roid || !domain.withheld_roles.empty() ||
         std::any_of(domain.contacts.begin(), domain.contacts.end(),
                     [](const ContactFacts& facts) { return HasRedactions(facts.contact); });
}

void WriteRedacted(const DomainFacts& domain, JsonWriter& json) {
  json.Key("redacted");
  json.BeginArray();
  if (domain.hides_roid) {
    json.Prepared(TextOf({.name = "Registry Domain ID",
                          .naming = Naming::kType,
                          .path = "$.handle",
                          .method = Method::kRemoval}));
  }
  for (const ContactFacts& facts : domain.contacts) {
    const Texts& texts = TextsOf(facts.role);
    if (facts.contact.hidden[ContactField::kId]) json.Prepared(texts.handle);
    WriteFields(facts.contact, facts.role, texts, json);
  }
  for (const ContactRole role : domain.withheld_roles) json.Prepared(TextsOf(role).contact);
  json.EndArray();
}

void WriteRedacted(const DisclosedContact& contact, JsonWriter& json) {
  json.Key("redacted");
  json.BeginArray();
  WriteFields(contact, std::nullopt, TextsAt("$", "Contact", std::nullopt), json);
  json.EndArray();
}

}  // namespace tidemark::failover::rdap
