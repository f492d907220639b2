#include "failover/probe/statement.h"

#include <initializer_list>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
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

std::optional<absl::Time> DateOf(const std::string& text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return std::nullopt;
  return time;
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

// jCard, RFC 7095 section 3: ["vcard", [[name, parameters, type, value...]...]].
std::string FullNameOf(const Json& entity) {
  const Json& card = ArrayOf(entity, "vcardArray");
  if (card.size() != 2 || !card[1].is_array()) return "";
  for (const Json& property : card[1]) {
    if (property.is_array() && property.size() >= 4 && property[0] == "fn" &&
        property[3].is_string()) {
      return property[3].get<std::string>();
    }
  }
  return "";
}

void TakeEvents(const Json& body, RegistrationDates& dates) {
  for (const Json& event : ArrayOf(body, "events")) {
    const std::string action = TextOf(event, "eventAction");
    const std::optional<absl::Time> date = DateOf(TextOf(event, "eventDate"));
    if (action == "registration") dates.created = date;
    if (action == "expiration") dates.expires = date;
    if (action == "last changed") dates.updated = date;
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
  out.is_domain = true;
  out.name = PlainName(TextOf(body, "ldhName"));
  out.roid = TextOf(body, "handle");
  out.roid_redacted = out.roid.empty() && ListsRedactedRoid(body);
  for (const Json& status : ArrayOf(body, "status")) out.statuses.insert(status.get<std::string>());
  for (const Json& server : ArrayOf(body, "nameservers")) {
    out.servers.insert(PlainName(TextOf(server, "ldhName")));
  }
  for (const Json& entity : ArrayOf(body, "entities")) {
    if (!HasRole(entity, "registrar")) continue;
    out.registrar_handle = TextOf(entity, "handle");
    TakePublicIds(entity, out);
  }
  TakeEvents(body, out.dates);
  TakeSecureDns(body, out);
}

// Null if it is not JSON, or deeper than it may be.
Json Parse(absl::string_view body) {
  bool is_too_deep = false;
  const auto look = [&is_too_deep](int depth, Json::parse_event_t, Json&) {
    is_too_deep = is_too_deep || depth > kJsonDepthMax;
    return !is_too_deep;  // what is too deep is not kept
  };
  Json out = Json::parse(body.begin(), body.end(), look, /*allow_exceptions=*/false);
  return is_too_deep || out.is_discarded() ? Json() : out;
}

}  // namespace

absl::StatusOr<Statement> ReadRdap(absl::string_view body) {
  const Json json = Parse(body);
  if (!json.is_object()) return absl::InvalidArgumentError("no JSON object of bounded depth");
  const std::string kind = TextOf(json, "objectClassName");
  if (kind != "domain" && kind != "entity") {
    return absl::InvalidArgumentError("\"objectClassName\" is neither domain nor entity");
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
  Statement out;
  if (kind == "domain") {
    TakeDomain(json, out);
  } else {
    out.registrar_handle = TextOf(json, "handle");
    out.full_name = FullNameOf(json);
    TakePublicIds(json, out);
  }
  AppendTexts(json, out.text);
  // As it came, too: of a member that comes twice the parser keeps one.
  absl::StrAppend(&out.text, absl::AsciiStrToLower(body));
  return out;
}

Statement ReadWhois(absl::string_view text) {
  Statement out;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const size_t colon = line.find(':');
    if (colon == absl::string_view::npos) continue;
    const absl::string_view key = line.substr(0, colon);
    const std::string value(absl::StripAsciiWhitespace(line.substr(colon + 1)));
    if (key == "Domain Name") {
      out.is_domain = true;
      out.name = PlainName(value);
    } else if (key == "Registry Domain ID") {
      out.roid_redacted = value == "REDACTED";
      out.roid = value;
    } else if (key == "Registrar IANA ID" && !value.empty()) {
      out.registrar_ids.insert(value);
    } else if (key == "Domain Status") {
      const std::string word = RdapWord(value.substr(0, value.find(' ')));
      if (!word.empty()) out.statuses.insert(word);
    } else if (key == "Creation Date") {
      out.dates.created = DateOf(value);
    } else if (key == "Registry Expiry Date") {
      out.dates.expires = DateOf(value);
    } else if (key == "Updated Date") {
      out.dates.updated = DateOf(value);
    } else if (key == "Name Server") {
      out.servers.insert(PlainName(value));
    } else if (key == "DNSSEC") {
      out.is_signed = value == "signedDelegation";
    } else if (key == "DNSSEC DS Data") {
      out.ds.insert(absl::AsciiStrToLower(value));
    }
  }
  out.text = absl::AsciiStrToLower(text);
  return out;
}

}  // namespace tidemark::failover::probe
