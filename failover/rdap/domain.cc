#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "failover/rdap/card.h"
#include "failover/rdap/objects.h"
#include "failover/rdap/redacted.h"

namespace tidemark::failover::rdap {
namespace {

void WriteVariantNames(const std::vector<std::string>& names, absl::string_view relation,
                       const std::string& idn_table, JsonWriter& json) {
  if (names.empty()) return;
  json.BeginObject();
  json.Key("relation");
  json.BeginArray();
  json.Text(relation);
  json.EndArray();
  if (!idn_table.empty()) json.Member("idnTable", idn_table);
  json.Key("variantNames");
  json.BeginArray();
  for (const std::string& name : names) {
    json.BeginObject();
    json.Member("ldhName", name);
    const std::string unicode = UnicodeNameOf(name);
    if (!unicode.empty()) json.Member("unicodeName", unicode);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

void WriteVariants(const DomainFacts& domain, JsonWriter& json) {
  if (domain.variants.empty() && domain.original_name.empty()) return;
  std::vector<std::string> registered;
  std::vector<std::string> unregistered;
  for (const Variant& variant : domain.variants) {
    (variant.is_domain ? registered : unregistered).push_back(variant.name);
  }
  // Its original is one of the names that stand or fall together, like those that it is the
  // original of: RFC 9083 section 5.3 has no word for which came first.
  if (!domain.original_name.empty()) {
    (domain.original_is_registered ? registered : unregistered).push_back(domain.original_name);
  }
  json.Key("variants");
  json.BeginArray();
  WriteVariantNames(registered, "registered", domain.idn_table_id, json);
  WriteVariantNames(unregistered, "unregistered", domain.idn_table_id, json);
  json.EndArray();
}

void WriteServers(const std::vector<ServerFacts>& servers, Page& page) {
  if (servers.empty()) return;
  JsonWriter& json = page.json();
  json.Key("nameservers");
  json.BeginArray();
  for (const ServerFacts& server : servers) {
    json.BeginObject();
    WriteServerMembers(server, page);
    json.EndObject();
  }
  json.EndArray();
}

// zoneSigned is left out: whether the registrant's own zone is signed is not in the registry.
void WriteSecureDns(const DomainFacts& domain, JsonWriter& json) {
  json.Key("secureDNS");
  json.BeginObject();
  json.Key("delegationSigned");
  json.Boolean(domain.delegation_signed);
  if (domain.max_sig_life.has_value()) {
    json.Key("maxSigLife");
    json.Number(*domain.max_sig_life);
  }
  if (!domain.ds.empty()) {
    json.Key("dsData");
    json.BeginArray();
    for (const rde::DsData& ds : domain.ds) {
      json.BeginObject();
      json.Key("keyTag");
      json.Number(ds.key_tag);
      json.Key("algorithm");
      json.Number(ds.algorithm);
      json.Key("digestType");
      json.Number(ds.digest_type);
      json.Member("digest", ds.digest);
      json.EndObject();
    }
    json.EndArray();
  }
  if (!domain.keys.empty()) {
    json.Key("keyData");
    json.BeginArray();
    for (const rde::KeyData& key : domain.keys) {
      json.BeginObject();
      json.Key("flags");
      json.Number(key.flags);
      json.Key("protocol");
      json.Number(key.protocol);
      json.Key("algorithm");
      json.Number(key.algorithm);
      json.Member("publicKey", key.public_key);
      json.EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
}

void WriteContactEntity(const ContactFacts& facts, absl::string_view contact_url,
                        JsonWriter& json) {
  json.BeginObject();
  json.Member("objectClassName", "entity");
  if (!facts.contact.handle().empty()) json.Member("handle", facts.contact.handle());
  json.Key("roles");
  json.BeginArray();
  json.Text(RdapRole(facts.role));
  json.EndArray();
  WriteContactCard(facts.contact, facts.role, contact_url, json);
  json.EndObject();
}

// Where somebody reaches a contact whose address of mail is hidden. There always is something: the
// profile wants a hidden address replaced (section 2.7.4.9), not removed.
const std::string& ContactUrl(const DomainFacts& domain, const RddsConfig& config) {
  if (!config.contact_url.empty()) return config.contact_url;
  const std::string& url = domain.registrar->record.url;
  return IsPlainUrl(url) ? url : config.terms_url;
}

// Sections 2.6.3 and 2.10 of the response profile, word for word.
std::vector<Notice> ProfileNotices() {
  return {
      {.title = "Status Codes",
       .description = {"For more information on domain status codes, please visit "
                       "https://icann.org/epp"},
       .links = {{"glossary", "https://icann.org/epp", "text/html"}}},
      {.title = "RDDS Inaccuracy Complaint Form",
       .description = {"URL of the ICANN RDDS Inaccuracy Complaint Form: https://icann.org/wicf"},
       .links = {{"help", "https://icann.org/wicf", "text/html"}}},
  };
}

}  // namespace

void WriteDomain(const DomainFacts& domain, Page& page) {
  JsonWriter& json = page.json();
  const bool redacted = HasRedactions(domain);
  const std::string& contact_url = ContactUrl(domain, page.config());
  json.BeginObject();
  page.WriteHead(redacted ? Redacted::kYes : Redacted::kNo, ProfileNotices());
  json.Member("objectClassName", "domain");
  if (!domain.roid.empty()) json.Member("handle", domain.roid);
  json.Member("ldhName", domain.name);
  if (!domain.unicode_name.empty()) json.Member("unicodeName", domain.unicode_name);
  WriteVariants(domain, json);
  page.WriteStatuses({&domain.statuses, &domain.rgp_statuses});
  WriteServers(domain.servers, page);
  WriteSecureDns(domain, json);
  json.Key("entities");
  json.BeginArray();
  WriteSponsor(*domain.registrar, page);
  for (const ContactFacts& facts : domain.contacts) WriteContactEntity(facts, contact_url, json);
  json.EndArray();
  std::vector<Link> links = {{"self", page.UrlOf("domain", domain.name), kMediaType}};
  if (!domain.registrar->addition.rdap_url.empty()) {
    links.push_back({"related",
                     absl::StrCat(domain.registrar->addition.rdap_url, "domain/", domain.name),
                     kMediaType});
  }
  page.WriteLinks(links);
  page.WriteEvents(domain.dates);
  if (redacted) WriteRedacted(domain, json);
  page.WriteRemarks(domain.left_out);
  page.WritePort43();
  json.EndObject();
}

}  // namespace tidemark::failover::rdap
