#include "failover/rdap/card.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "failover/lookup/text.h"
#include "failover/rdap/redacted.h"

namespace tidemark::failover::rdap {
namespace {

// e164StringType of RFC 5733: what may stand in a tel URI as it is (RFC 3966).
bool IsE164(absl::string_view number) {
  if (number.size() < 2 || number[0] != '+') return false;
  const size_t dot = std::min(number.find('.'), number.size());
  return dot > 1 && IsDigits(number.substr(1, dot - 1)) &&
         (dot == number.size() || IsDigits(number.substr(dot + 1)));
}

// RFC 8605 section 3.1: two letters of ISO 3166-1; "" for what is none.
std::string CountryCode(absl::string_view cc) {
  const bool is_code = cc.size() == 2 && std::all_of(cc.begin(), cc.end(), [](char c) {
                         return absl::ascii_isalpha(static_cast<unsigned char>(c));
                       });
  return is_code ? absl::AsciiStrToUpper(cc) : "";
}

// One form of several: the first is preferred.
struct Form {
  size_t number = 0;
  size_t of = 1;
};

class Card {
 public:
  explicit Card(JsonWriter& json) : json_(json) {
    json_.Key("vcardArray");
    json_.BeginArray();
    json_.Text("vcard");
    json_.BeginArray();
    BeginProperty("version");
    EndParameters("text");
    json_.Text("4.0");
    json_.EndArray();
  }
  ~Card() {
    json_.EndArray();
    json_.EndArray();
  }
  Card(const Card&) = delete;
  Card& operator=(const Card&) = delete;

  // A property, its parameters still open.
  void BeginProperty(absl::string_view name) {
    json_.BeginArray();
    json_.Text(name);
    json_.BeginObject();
  }
  void Parameter(absl::string_view name, absl::string_view value) {
    if (!value.empty()) json_.Member(name, value);
  }
  void EndParameters(absl::string_view type) {
    json_.EndObject();
    json_.Text(type);
  }

  void FormParameters(const Form& form) {
    if (form.of < 2) return;
    Parameter("altid", "1");
    if (form.number == 0) Parameter("pref", "1");
  }

  void Text(absl::string_view name, absl::string_view value, const Form& form = {}) {
    BeginProperty(name);
    FormParameters(form);
    EndParameters("text");
    json_.Text(value);
    json_.EndArray();
  }
  void TextIfAny(absl::string_view name, absl::string_view value, const Form& form = {}) {
    if (!value.empty()) Text(name, value, form);
  }
  void Uri(absl::string_view name, absl::string_view value) {
    BeginProperty(name);
    EndParameters("uri");
    json_.Text(value);
    json_.EndArray();
  }

  void Address(const rde::PostalAddress& address, const Form& form = {}) {
    BeginProperty("adr");
    Parameter("cc", CountryCode(address.cc));
    FormParameters(form);
    EndParameters("text");
    json_.BeginArray();
    json_.Text("");  // post office box and extended address: RFC 6350 section 6.3.1
    json_.Text("");
    Street(address.streets);
    json_.Text(address.city);
    json_.Text(address.sp);
    json_.Text(address.pc);
    json_.Text("");
    json_.EndArray();
    json_.EndArray();
  }

  void Telephone(absl::string_view type, const rde::Phone& phone) {
    if (!phone.present()) return;
    BeginProperty("tel");
    Parameter("type", type);
    const bool is_uri = IsE164(phone.number) && IsDigits(phone.extension);
    EndParameters(is_uri ? "uri" : "text");
    const absl::string_view between = phone.extension.empty() ? "" : is_uri ? ";ext=" : " ext. ";
    json_.Text(absl::StrCat(is_uri ? "tel:" : "", phone.number, between, phone.extension));
    json_.EndArray();
  }

 private:
  // RFC 7095 section 3.3.1.3: several lines are an array of their own.
  void Street(const std::vector<std::string>& streets) {
    if (streets.size() < 2) return json_.Text(streets.empty() ? "" : streets[0]);
    json_.BeginArray();
    for (const std::string& street : streets) json_.Text(street);
    json_.EndArray();
  }

  JsonWriter& json_;
};

}  // namespace

void WriteContactCard(const DisclosedContact& contact, std::optional<ContactRole> role,
                      absl::string_view contact_url, JsonWriter& json) {
  Card card(json);
  static const std::vector<rde::PostalInfo> kNoInfos(1);
  const std::vector<rde::PostalInfo>& infos =
      contact.postal_infos.empty() ? kNoInfos : contact.postal_infos;
  const bool removes_address = RemovesAddress(contact, role);
  Form form{.number = 0, .of = infos.size()};
  for (const rde::PostalInfo& info : infos) {
    card.Text("fn", info.name, form);
    card.TextIfAny("org", info.org, form);
    if (!removes_address) card.Address(info.address, form);
    ++form.number;
  }
  card.Telephone("voice", contact.voice);
  card.Telephone("fax", contact.fax);
  card.TextIfAny("email", contact.email);
  if (contact.hidden[ContactField::kEmail]) card.Uri("contact-uri", contact_url);
}

void WriteRegistrarCard(const rde::Registrar& registrar, JsonWriter& json) {
  Card card(json);
  card.Text("fn", registrar.name);
  Form form{.number = 0, .of = registrar.postal_infos.size()};
  for (const rde::PostalInfo& info : registrar.postal_infos) {
    card.Address(info.address, form);
    ++form.number;
  }
  card.Telephone("voice", registrar.voice);
  card.Telephone("fax", registrar.fax);
  card.TextIfAny("email", registrar.email);
  if (IsPlainUrl(registrar.url)) card.Uri("url", registrar.url);
}

void WriteAbuseCard(const RegistrarAddition& addition, JsonWriter& json) {
  Card card(json);
  card.Text("fn", "Abuse contact");
  card.Telephone("voice", {.number = addition.abuse_phone, .extension = ""});
  card.TextIfAny("email", addition.abuse_email);
}

}  // namespace tidemark::failover::rdap
