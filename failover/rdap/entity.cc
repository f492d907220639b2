#include <string>
#include <vector>

#include "failover/rdap/card.h"
#include "failover/rdap/objects.h"
#include "failover/rdap/redacted.h"

namespace tidemark::failover::rdap {
namespace {

void WriteAbuseEntity(const RegistrarAddition& addition, JsonWriter& json) {
  if (addition.abuse_email.empty() && addition.abuse_phone.empty()) return;
  json.Key("entities");
  json.BeginArray();
  json.BeginObject();
  json.Member("objectClassName", "entity");
  json.Key("roles");
  json.BeginArray();
  json.Text("abuse");
  json.EndArray();
  WriteAbuseCard(addition, json);
  json.EndObject();
  json.EndArray();
}

void WriteRegistrarMembers(const RegistrarFacts& registrar, Page& page) {
  JsonWriter& json = page.json();
  json.Member("objectClassName", "entity");
  json.Member("handle", registrar.handle);
  json.Key("roles");
  json.BeginArray();
  json.Text("registrar");
  json.EndArray();
  if (registrar.has_iana_id) {
    json.Key("publicIds");
    json.BeginArray();
    json.BeginObject();
    json.Member("type", "IANA Registrar ID");
    json.Member("identifier", registrar.handle);
    json.EndObject();
    json.EndArray();
  }
  WriteRegistrarCard(registrar.record, json);
  WriteAbuseEntity(registrar.addition, json);
  std::vector<Link> links;
  if (registrar.can_be_asked_for) {
    links.push_back({"self", page.UrlOf("entity", registrar.handle), kMediaType});
  }
  // Its value is the registrar's base URL, as IANA's list has it: response profile section 2.4.6.
  const std::string& url = registrar.addition.rdap_url;
  if (!url.empty()) links.push_back({"about", url, kMediaType, url});
  if (!links.empty()) page.WriteLinks(links);
}

}  // namespace

void WriteSponsor(const RegistrarFacts& registrar, Page& page) {
  page.json().BeginObject();
  WriteRegistrarMembers(registrar, page);
  page.json().EndObject();
}

void WriteRegistrar(const RegistrarFacts& registrar, Page& page) {
  page.json().BeginObject();
  page.WriteHead(Redacted::kNo, {});
  WriteRegistrarMembers(registrar, page);
  page.WriteEvents({.created = registrar.record.cr_date.time,
                    .updated = registrar.record.up_date.time,
                    .transferred = std::nullopt,
                    .expires = std::nullopt});
  page.WriteRemarks(registrar.left_out);
  page.WritePort43();
  page.json().EndObject();
}

void WriteContact(const ContactFacts& contact, Page& page) {
  JsonWriter& json = page.json();
  const bool redacted = HasRedactions(contact.contact);
  const std::string& contact_url =
      page.config().contact_url.empty() ? page.config().terms_url : page.config().contact_url;
  json.BeginObject();
  page.WriteHead(redacted ? Redacted::kYes : Redacted::kNo, {});
  json.Member("objectClassName", "entity");
  json.Member("handle", contact.contact.handle());
  WriteContactCard(contact.contact, std::nullopt, contact_url, json);
  page.WriteStatuses({&contact.statuses});
  page.WriteLinks({{"self", page.UrlOf("entity", contact.contact.id), kMediaType}});
  page.WriteEvents({});
  if (redacted) WriteRedacted(contact.contact, json);
  page.WriteRemarks(contact.left_out);
  page.WritePort43();
  json.EndObject();
}

}  // namespace tidemark::failover::rdap
