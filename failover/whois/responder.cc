#include "failover/whois/responder.h"

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status.h"
#include "failover/whois/page.h"
#include "failover/whois/query.h"

namespace tidemark::failover::whois {
namespace {

constexpr absl::string_view kRedacted = "REDACTED";

void WriteRegistrarPlaces(const RegistrarFacts& registrar, Page& page) {
  page.Line("Registrar WHOIS Server", registrar.record.whois_name);
  page.Line("Registrar URL", registrar.record.url);
}

void WriteContact(const ContactFacts& facts, Page& page) {
  static constexpr absl::string_view kWords[kContactRoles] = {"Registrant", "Admin", "Tech",
                                                              "Billing"};
  const absl::string_view word = kWords[static_cast<size_t>(facts.role)];
  const DisclosedContact& contact = facts.contact;
  const auto line = [&](ContactField field, absl::string_view name, absl::string_view value) {
    page.Line(absl::StrCat(word, " ", name), contact.hidden[field] ? kRedacted : value);
  };
  static const rde::PostalInfo kNone;
  const rde::PostalInfo& info = contact.postal_infos.empty() ? kNone : contact.postal_infos.front();
  page.Line(absl::StrCat("Registry ", word, " ID"),
            contact.hidden[ContactField::kId] ? kRedacted : contact.id);
  line(ContactField::kName, "Name", info.name);
  line(ContactField::kOrganization, "Organization", info.org);
  if (info.address.streets.empty()) line(ContactField::kStreet, "Street", "");
  for (const std::string& street : info.address.streets) {
    line(ContactField::kStreet, "Street", street);
  }
  line(ContactField::kCity, "City", info.address.city);
  line(ContactField::kState, "State/Province", info.address.sp);
  line(ContactField::kPostalCode, "Postal Code", info.address.pc);
  line(ContactField::kCountry, "Country", info.address.cc);
  line(ContactField::kPhone, "Phone", contact.voice.number);
  line(ContactField::kPhone, "Phone Ext", contact.voice.extension);
  line(ContactField::kFax, "Fax", contact.fax.number);
  line(ContactField::kFax, "Fax Ext", contact.fax.extension);
  line(ContactField::kEmail, "Email", contact.email);
}

void WriteDomain(const DomainFacts& domain, Page& page) {
  const RegistrarFacts& registrar = *domain.registrar;
  page.Line("Domain Name", absl::AsciiStrToUpper(domain.name));
  if (!domain.unicode_name.empty()) {
    page.Line("Internationalized Domain Name", domain.unicode_name);
  }
  page.Line("Registry Domain ID", domain.roid.empty() ? kRedacted : domain.roid);
  WriteRegistrarPlaces(registrar, page);
  page.DateLine("Updated Date", domain.dates.updated);
  page.DateLine("Creation Date", domain.dates.created);
  page.DateLine("Registry Expiry Date", domain.dates.expires);
  page.Line("Registrar", registrar.record.name);
  page.Line("Registrar IANA ID", registrar.has_iana_id ? registrar.handle : "");
  page.Line("Registrar Abuse Contact Email", registrar.addition.abuse_email);
  page.Line("Registrar Abuse Contact Phone", registrar.addition.abuse_phone);
  for (const std::vector<std::string>* statuses : {&domain.statuses, &domain.rgp_statuses}) {
    for (const std::string& status : *statuses) {
      page.Line("Domain Status", absl::StrCat(status, " https://icann.org/epp#", status));
    }
  }
  for (const ContactFacts& facts : domain.contacts) WriteContact(facts, page);
  for (const ServerFacts& server : domain.servers) {
    page.Line("Name Server", absl::AsciiStrToUpper(server.name));
  }
  page.Line("DNSSEC", domain.delegation_signed ? "signedDelegation" : "unsigned");
  for (const rde::DsData& ds : domain.ds) {
    page.Line("DNSSEC DS Data", absl::StrCat(ds.key_tag, " ", int{ds.algorithm}, " ",
                                             int{ds.digest_type}, " ", ds.digest));
  }
  page.Line("URL of the ICANN Whois Inaccuracy Complaint Form", "https://icann.org/wicf/");
}

void WriteServer(const ServerFacts& server, Page& page) {
  page.Line("Server Name", absl::AsciiStrToUpper(server.name));
  for (const Address& address : server.addresses) page.Line("IP Address", address.text);
  page.Line("Registrar", server.registrar->record.name);
  WriteRegistrarPlaces(*server.registrar, page);
}

void WriteRegistrar(const RegistrarFacts& registrar, Page& page) {
  const rde::Registrar& record = registrar.record;
  page.Line("Registrar", record.name);
  page.Line("Registrar IANA ID", registrar.has_iana_id ? registrar.handle : "");
  for (const rde::PostalInfo& info : record.postal_infos) {
    for (const std::string& street : info.address.streets) page.Line("Street", street);
    page.Line("City", info.address.city);
    page.Line("State/Province", info.address.sp);
    page.Line("Postal Code", info.address.pc);
    page.Line("Country", info.address.cc);
  }
  page.Line("Phone Number", record.voice.number);
  page.Line("Fax Number", record.fax.number);
  page.Line("Email", record.email);
  WriteRegistrarPlaces(registrar, page);
  page.Line("Registrar Abuse Contact Email", registrar.addition.abuse_email);
  page.Line("Registrar Abuse Contact Phone", registrar.addition.abuse_phone);
}

void WriteError(const absl::Status& status, absl::string_view not_found, Page& page) {
  if (absl::IsNotFound(status)) return page.Plain(not_found);
  base::Log(base::LogLevel::kError, "whois", {{"error", std::string(status.message())}});
  page.Plain("The registry's data could not be read.");
}

void AnswerDomain(const Lookup& lookup, const std::string& name, Page& page) {
  const absl::StatusOr<DomainFacts> domain = lookup.FindDomain(name);
  if (domain.ok()) return WriteDomain(*domain, page);
  if (!absl::IsNotFound(domain.status())) return WriteError(domain.status(), "", page);
  const absl::StatusOr<NndnFacts> nndn = lookup.FindNndn(name);
  if (!nndn.ok()) return WriteError(nndn.status(), "Domain not found.", page);
  page.Plain("Reserved name: it is no domain and cannot be registered.");
}

void Answer(const Lookup& lookup, const Query& query, Page& page) {
  switch (query.kind) {
    case QueryKind::kDomain:
      return AnswerDomain(lookup, query.object, page);
    case QueryKind::kNameserver: {
      const absl::StatusOr<ServerFacts> server = lookup.FindServer(query.object);
      if (!server.ok()) return WriteError(server.status(), "Name server not found.", page);
      return WriteServer(*server, page);
    }
    case QueryKind::kRegistrar: {
      std::shared_ptr<const RegistrarFacts> registrar = lookup.FindRegistrarByName(query.object);
      if (registrar == nullptr) registrar = lookup.FindRegistrar(query.object);
      if (registrar == nullptr) return page.Plain("Registrar not found.");
      return WriteRegistrar(*registrar, page);
    }
    case QueryKind::kMalformed:
      return page.Plain("No query: NAME, nameserver NAME or registrar NAME.");
  }
}

}  // namespace

std::string Responder::Respond(absl::string_view line) const {
  Page page;
  Answer(lookup_, ParseQuery(line), page);
  page.End(lookup_.watermark(), lookup_.config().terms_url);
  return std::move(page).Take();
}

}  // namespace tidemark::failover::whois
