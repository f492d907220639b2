#include "failover/probe/statement.h"

#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "failover/probe/bounded_json.h"
#include "failover/probe/names.h"

namespace tidemark::failover::probe {
namespace {

using Json = nlohmann::json;

constexpr absl::string_view kIanaIdType = "IANA Registrar ID";

// What is not a text is none: whoever needs it says so.
std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

const Json& ArrayOf(const Json& object, const char* key) {
  static const Json kNone = Json::array();
  const auto found = object.find(key);
  return found != object.end() && found->is_array() ? *found : kNone;
}

// A member that is there has to be a list of objects, or of texts.
absl::Status CheckArray(const Json& object, const char* key, Json::value_t type) {
  const auto found = object.find(key);
  if (found == object.end()) return absl::OkStatus();
  bool is_good = found->is_array();
  for (const Json& item : ArrayOf(object, key)) is_good = is_good && item.type() == type;
  if (is_good) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("\"", key, "\" is not as RFC 9083 has it"));
}

// Everything that can be read: names of members, and texts without their escapes.
void AppendTexts(const Json& value, std::string& out) {
  if (value.is_string()) {
    absl::StrAppend(&out, absl::AsciiStrToLower(value.get_ref<const std::string&>()), "\n");
  } else if (value.is_structured()) {
    for (const auto& [key, item] : value.items()) {
      if (value.is_object()) absl::StrAppend(&out, absl::AsciiStrToLower(key), "\n");
      AppendTexts(item, out);
    }
  }
}

// A number as RFC 9083 has it, or nothing that could be equal to one.
std::string NumberOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return "?";
  return absl::StrCat(found->get<uint64_t>());
}

TextSet RecordsOf(const Json& secure_dns, const char* list,
                  std::initializer_list<const char*> numbers, const char* text) {
  TextSet out;
  for (const Json& item : ArrayOf(secure_dns, list)) {
    if (!item.is_object()) {
      out.insert("?");
      continue;
    }
    std::string record;
    for (const char* number : numbers) absl::StrAppend(&record, NumberOf(item, number), " ");
    std::string last = TextOf(item, text);
    if (absl::string_view(text) == "digest") absl::AsciiStrToLower(&last);
    out.insert(absl::StrCat(record, last));
  }
  return out;
}

void TakeSecureDns(const Json& body, Statement& out) {
  const auto found = body.find("secureDNS");
  out.keys.emplace();
  if (found == body.end() || !found->is_object()) return;
  const auto is_signed = found->find("delegationSigned");
  if (is_signed != found->end() && is_signed->is_boolean()) out.is_signed = is_signed->get<bool>();
  out.ds = RecordsOf(*found, "dsData", {"keyTag", "algorithm", "digestType"}, "digest");
  out.keys = RecordsOf(*found, "keyData", {"flags", "protocol", "algorithm"}, "publicKey");
}

void TakePublicIds(const Json& entity, Statement& out) {
  for (const Json& id : ArrayOf(entity, "publicIds")) {
    if (TextOf(id, "type") == kIanaIdType) out.registrar_ids.insert(TextOf(id, "identifier"));
  }
}

bool HasRole(const Json& entity, absl::string_view role) {
  for (const Json& item : ArrayOf(entity, "roles")) {
    if (item.is_string() && item.get_ref<const std::string&>() == role) return true;
  }
  return false;
}

void AddText(ContactValue field, const Json& text, Card& card) {
  if (!text.is_string()) return;
  std::string value = Comparable(field, text.get_ref<const std::string&>());
  if (!value.empty()) card[static_cast<size_t>(field)].insert(std::move(value));
}

// "tel:NUMBER;ext=EXTENSION" of RFC 3966, or "NUMBER ext. EXTENSION".
std::string NumberText(absl::string_view text) {
  absl::ConsumePrefix(&text, "tel:");
  return absl::StrReplaceAll(text, {{";ext=", " x"}, {" ext. ", " x"}});
}

// RFC 6350 section 6.3.1: seven parts, of which the street is the third.
void TakeAddress(const Json& parameters, const Json& parts, Card& card) {
  constexpr ContactValue kParts[] = {ContactValue::kStreet, ContactValue::kCity,
                                     ContactValue::kState, ContactValue::kPostalCode};
  constexpr size_t kFirst = 2;
  for (size_t i = 0; i < std::size(kParts) && parts.is_array(); ++i) {
    if (parts.size() <= kFirst + i) break;
    const Json& part = parts[kFirst + i];
    AddText(kParts[i], part, card);
    if (!part.is_array()) continue;
    for (const Json& line : part) AddText(kParts[i], line, card);
  }
  const auto country = parameters.find("cc");
  if (country != parameters.end()) AddText(ContactValue::kCountry, *country, card);
}

// jCard, RFC 7095 section 3: ["vcard", [[name, parameters, type, value...]...]].
Card CardOf(const Json& entity, TextSet* urls) {
  Card card;
  const Json& properties = ArrayOf(entity, "vcardArray");
  if (properties.size() != 2 || !properties[1].is_array()) return card;
  for (const Json& property : properties[1]) {
    if (!property.is_array() || property.size() < 4 || !property[0].is_string() ||
        !property[1].is_object()) {
      continue;
    }
    const std::string& name = property[0].get_ref<const std::string&>();
    const Json& value = property[3];
    if (name == "fn") AddText(ContactValue::kName, value, card);
    if (name == "org") AddText(ContactValue::kOrganization, value, card);
    if (name == "email") AddText(ContactValue::kEmail, value, card);
    if (name == "adr") TakeAddress(property[1], value, card);
    if (name == "tel" && value.is_string()) {
      const bool is_fax = TextOf(property[1], "type") == "fax";
      AddText(is_fax ? ContactValue::kFax : ContactValue::kPhone,
              NumberText(value.get_ref<const std::string&>()), card);
    }
    if (name == "url" && value.is_string() && urls != nullptr) urls->insert(value);
  }
  return card;
}

// Of a registrar, or of a contact that was asked for by itself.
void TakeEntity(const Json& entity, Statement& out) {
  out.registrar_handle = TextOf(entity, "handle");
  out.registrar = CardOf(entity, &out.registrar_urls);
  TakePublicIds(entity, out);
}

void TakeEntities(const Json& body, Statement& out) {
  constexpr std::pair<const char*, const char*> kRoles[] = {{"registrant", "registrant"},
                                                            {"administrative", "admin"},
                                                            {"technical", "tech"},
                                                            {"billing", "billing"}};
  size_t registrars = 0;
  for (const Json& entity : ArrayOf(body, "entities")) {
    if (HasRole(entity, "registrar")) {
      if (++registrars > 1) out.said_twice = "the registrar";
      TakeEntity(entity, out);
    }
    for (const auto& [role, name] : kRoles) {
      if (!HasRole(entity, role)) continue;
      Card card = CardOf(entity, nullptr);
      AddText(ContactValue::kId, TextOf(entity, "handle"), card);
      out.contacts[name].push_back(std::move(card));
    }
  }
}

// RFC 9083 section 5.2: {"v4": [...], "v6": [...]}.
void TakeAddresses(const Json& server, Statement& out) {
  TextSet& addresses = out.addresses[PlainName(TextOf(server, "ldhName"))];
  const auto found = server.find("ipAddresses");
  if (found == server.end()) return;
  for (const char* family : {"v4", "v6"}) {
    for (const Json& text : ArrayOf(*found, family)) {
      std::string plain = text.is_string() ? PlainAddress(text.get<std::string>()) : "";
      addresses.insert(plain.empty() ? "?" : std::move(plain));
    }
  }
}

void TakeEvents(const Json& body, Statement& out) {
  RegistrationDates& dates = out.dates;
  const std::pair<absl::string_view, std::optional<absl::Time>*> actions[] = {
      {"registration", &dates.created},
      {"expiration", &dates.expires},
      {"last changed", &dates.updated},
      {"transfer", &dates.transferred}};
  TextSet seen;
  for (const Json& event : ArrayOf(body, "events")) {
    const std::string said = TextOf(event, "eventAction");
    for (const auto& [action, date] : actions) {
      if (said != action) continue;
      if (!seen.insert(said).second) out.said_twice = absl::StrCat("the event ", action);
      *date = ReadDate(TextOf(event, "eventDate"));
    }
  }
}

// RFC 9537 section 4.2: redactions are listed by registered names.
bool ListsRedactedRoid(const Json& body) {
  for (const Json& entry : ArrayOf(body, "redacted")) {
    const auto name = entry.find("name");
    if (name != entry.end() && name->is_object() && TextOf(*name, "type") == "Registry Domain ID") {
      return true;
    }
  }
  return false;
}

void TakeDomain(const Json& body, Statement& out) {
  out.roid_redacted = out.roid.empty() && ListsRedactedRoid(body);
  for (const Json& server : ArrayOf(body, "nameservers")) {
    out.servers.insert(PlainName(TextOf(server, "ldhName")));
    TakeAddresses(server, out);
  }
  TakeEntities(body, out);
  TakeSecureDns(body, out);
}

void TakeNameserver(const Json& body, Statement& out) {
  TakeAddresses(body, out);
  TakeEntities(body, out);
}

Subject SubjectOf(const Json& body) {
  const std::string kind = TextOf(body, "objectClassName");
  return kind == "domain"       ? Subject::kDomain
         : kind == "nameserver" ? Subject::kNameserver
         : kind == "entity"     ? Subject::kEntity
                                : Subject::kNone;
}

}  // namespace

std::optional<absl::Time> ReadDate(const std::string& text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return std::nullopt;
  return time;
}

absl::StatusOr<Statement> ReadRdap(absl::string_view body) {
  const BoundedJson parsed = ParseBounded(body);
  const Json& json = parsed.value;
  if (!json.is_object()) return absl::InvalidArgumentError("no JSON object of bounded depth");
  Statement out;
  if (parsed.has_repeated_member) out.said_twice = "a member of an object";
  out.subject = SubjectOf(json);
  if (out.subject == Subject::kNone) {
    return absl::InvalidArgumentError(
        "\"objectClassName\" is neither domain nor nameserver nor entity");
  }
  for (const char* key : {"nameservers", "entities", "events", "publicIds", "redacted"}) {
    const absl::Status status = CheckArray(json, key, Json::value_t::object);
    if (!status.ok()) return status;
  }
  const absl::Status status = CheckArray(json, "status", Json::value_t::string);
  if (!status.ok()) return status;
  for (const Json& entity : ArrayOf(json, "entities")) {
    const absl::Status ids = CheckArray(entity, "publicIds", Json::value_t::object);
    if (!ids.ok()) return ids;
  }
  out.name = PlainName(TextOf(json, "ldhName"));
  out.roid = TextOf(json, "handle");
  for (const Json& word : ArrayOf(json, "status")) out.statuses.insert(word.get<std::string>());
  TakeEvents(json, out);
  if (out.subject == Subject::kDomain) TakeDomain(json, out);
  if (out.subject == Subject::kNameserver) TakeNameserver(json, out);
  if (out.subject == Subject::kEntity) TakeEntity(json, out);
  AppendTexts(json, out.text);
  // As it came, too: of a member that comes twice the parser keeps one.
  absl::StrAppend(&out.text, absl::AsciiStrToLower(body));
  return out;
}

absl::StatusOr<std::vector<NoticeText>> ReadNotices(absl::string_view body) {
  const BoundedJson parsed = ParseBounded(body);
  if (!parsed.value.is_object() || parsed.has_repeated_member) {
    return absl::InvalidArgumentError("no JSON object of bounded depth, or a member twice");
  }
  RETURN_IF_ERROR(CheckArray(parsed.value, "notices", Json::value_t::object));
  std::vector<NoticeText> notices;
  for (const Json& notice : ArrayOf(parsed.value, "notices")) {
    NoticeText& out = notices.emplace_back();
    out.title = absl::AsciiStrToLower(TextOf(notice, "title"));
    AppendTexts(ArrayOf(notice, "description"), out.description);
    for (const Json& link : ArrayOf(notice, "links")) {
      if (link.is_object()) out.targets.insert(TextOf(link, "href"));
    }
  }
  return notices;
}

}  // namespace tidemark::failover::probe
