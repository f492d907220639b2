#include "failover/whois/responder.h"

#include <memory>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
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
            contact.hidden[ContactField::kId] ? kRedacted : contact.handle());
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
  page.Line("Registry Domain ID", domain.hides_roid ? kRedacted : domain.roid);
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
  page.LeftOutLine(domain.left_out);
  page.Line("URL of the ICANN Whois Inaccuracy Complaint Form", "https://icann.org/wicf/");
}

void WriteServer(const ServerFacts& server, Page& page) {
  page.Line("Server Name", absl::AsciiStrToUpper(server.name));
  for (const Address& address : server.addresses) page.Line("IP Address", address.text);
  page.Line("Registrar", server.registrar->record.name);
  WriteRegistrarPlaces(*server.registrar, page);
  page.LeftOutLine(server.left_out);
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
  page.LeftOutLine(registrar.left_out);
}

// One question being answered.
class Answering {
 public:
  Answering(const Lookup& lookup, FailureLog& failures, Page& page)
      : lookup_(lookup), failures_(failures), page_(page) {}

  void Answer(const Query& query) const {
    switch (query.kind) {
      case QueryKind::kDomain:
        return Domain(query.object);
      case QueryKind::kNameserver: {
        const absl::StatusOr<ServerFacts> server = lookup_.FindServer(query.object);
        if (!server.ok()) return Error(server.status(), "Name server not found.");
        return WriteServer(*server, page_);
      }
      case QueryKind::kNameserverByAddress:
        return page_.Plain("Name servers are not found by their addresses: nameserver NAME.");
      case QueryKind::kRegistrar: {
        std::shared_ptr<const RegistrarFacts> registrar = lookup_.FindRegistrarByName(query.object);
        if (registrar == nullptr) registrar = lookup_.FindRegistrar(query.object);
        if (registrar == nullptr) return page_.Plain("Registrar not found.");
        return WriteRegistrar(*registrar, page_);
      }
      case QueryKind::kMalformed:
        return page_.Plain("No query: NAME, nameserver NAME or registrar NAME.");
    }
  }

 private:
  void Domain(const std::string& name) const {
    const absl::StatusOr<DomainFacts> domain = lookup_.FindDomain(name);
    if (domain.ok()) return WriteDomain(*domain, page_);
    if (!absl::IsNotFound(domain.status())) return Error(domain.status(), "");
    const absl::StatusOr<NndnFacts> nndn = lookup_.FindNndn(name);
    if (!nndn.ok()) return Error(nndn.status(), "Domain not found.");
    page_.Plain(nndn->is_delegated
                    ? "Reserved name: it is no domain, but a variant of one, with its name servers."
                    : "Reserved name: it is no domain and cannot be registered.");
  }

  void Error(const absl::Status& status, absl::string_view not_found) const {
    if (absl::IsNotFound(status)) return page_.Plain(not_found);
    failures_.Note(status);
    page_.Plain("The registry's data could not be read.");
  }

  const Lookup& lookup_;
  FailureLog& failures_;
  Page& page_;
};

}  // namespace

std::string Responder::Respond(absl::string_view line) const {
  Page page;
  Answering(lookup_, failures_, page).Answer(ParseQuery(line));
  page.End(lookup_.watermark(), lookup_.config().terms_url);
  return std::move(page).Take();
}

}  // namespace tidemark::failover::whois
