#include "rde/write_objects.h"

#include <string>
#include <vector>

#include "rde/write_parts.h"

namespace tidemark::rde {
namespace {

#define DOMAIN_TAG(name) TIDEMARK_TAG("    ", "rdeDomain:" name)
#define HOST_TAG(name) TIDEMARK_TAG("    ", "rdeHost:" name)
#define CONTACT_TAG(name) TIDEMARK_TAG("    ", "rdeContact:" name)
#define SECDNS_TAG(indent, name) TIDEMARK_TAG(indent, "secDNS:" name)

// Both kinds of trnData differ in the prefix alone (and in exDate, which contacts do not have).
struct TransferTags {
  absl::string_view open, close;
  Tag status;
  absl::string_view re_rr;
  Tag re_date;
  absl::string_view ac_rr;
  Tag ac_date;
  Tag ex_date;
};
#define TRANSFER_TAGS(prefix)                                                              \
  {                                                                                        \
    "    <" prefix ":trnData>\n", "    </" prefix ":trnData>\n",                           \
        TIDEMARK_TAG("      ", prefix ":trStatus"), prefix ":reRr",                        \
        TIDEMARK_TAG("      ", prefix ":reDate"), prefix ":acRr",                          \
        TIDEMARK_TAG("      ", prefix ":acDate"), TIDEMARK_TAG("      ", prefix ":exDate") \
  }

constexpr TransferTags kDomainTransfer = TRANSFER_TAGS("rdeDomain");
constexpr TransferTags kContactTransfer = TRANSFER_TAGS("rdeContact");

constexpr AddressTags kContactAddress = {
    TIDEMARK_TAG("        ", "contact:street"), TIDEMARK_TAG("        ", "contact:city"),
    TIDEMARK_TAG("        ", "contact:sp"), TIDEMARK_TAG("        ", "contact:pc"),
    TIDEMARK_TAG("        ", "contact:cc")};

void WriteTransfer(const TransferTags& tags, const TransferData& transfer, XmlText& xml) {
  xml.Markup(tags.open);
  xml.Element(tags.status, transfer.status);
  WriteRequiredRegistrarRef("      ", tags.re_rr, transfer.requested_by, xml);
  xml.Element(tags.re_date, transfer.requested_at.text);
  WriteRequiredRegistrarRef("      ", tags.ac_rr, transfer.acting, xml);
  xml.Element(tags.ac_date, transfer.acting_at.text);
  xml.OptionalElement(tags.ex_date, transfer.ex_date.text);
  xml.Markup(tags.close);
}

void WriteKeyFields(const KeyData& key, XmlText& xml) {
  xml.NumberElement(SECDNS_TAG("          ", "flags"), key.flags);
  xml.NumberElement(SECDNS_TAG("          ", "protocol"), key.protocol);
  xml.NumberElement(SECDNS_TAG("          ", "alg"), key.algorithm);
  xml.Element(SECDNS_TAG("          ", "pubKey"), key.public_key);
}

void WriteSecDns(const SecDns& sec_dns, XmlText& xml) {
  xml.Markup("    <rdeDomain:secDNS>\n");
  if (sec_dns.max_sig_life) {
    xml.NumberElement(SECDNS_TAG("      ", "maxSigLife"), *sec_dns.max_sig_life);
  }
  for (const DsData& ds : sec_dns.ds) {
    xml.Markup("      <secDNS:dsData>\n");
    xml.NumberElement(SECDNS_TAG("        ", "keyTag"), ds.key_tag);
    xml.NumberElement(SECDNS_TAG("        ", "alg"), ds.algorithm);
    xml.NumberElement(SECDNS_TAG("        ", "digestType"), ds.digest_type);
    xml.Element(SECDNS_TAG("        ", "digest"), ds.digest);
    if (ds.key_data) {
      xml.Markup("        <secDNS:keyData>\n");
      WriteKeyFields(*ds.key_data, xml);
      xml.Markup("        </secDNS:keyData>\n");
    }
    xml.Markup("      </secDNS:dsData>\n");
  }
  for (const KeyData& key : sec_dns.keys) {
    xml.Markup("      <secDNS:keyData>\n");
    WriteKeyFields(key, xml);
    xml.Markup("      </secDNS:keyData>\n");
  }
  xml.Markup("    </rdeDomain:secDNS>\n");
}

void WriteNameServers(const Domain& domain, XmlText& xml) {
  if (domain.host_objects.empty() && domain.host_attributes.empty()) return;
  xml.Markup("    <rdeDomain:ns>\n");
  for (const std::string& host : domain.host_objects) {
    xml.Element(TIDEMARK_TAG("      ", "domain:hostObj"), host);
  }
  for (const HostAttribute& host : domain.host_attributes) {
    xml.Markup("      <domain:hostAttr>\n");
    xml.Element(TIDEMARK_TAG("        ", "domain:hostName"), host.name);
    for (const HostAddress& address : host.addresses) {
      WriteHostAddress("        ", "domain:hostAddr", address, xml);
    }
    xml.Markup("      </domain:hostAttr>\n");
  }
  xml.Markup("    </rdeDomain:ns>\n");
}

void WriteDiscloseTypes(absl::string_view open, const std::vector<std::string>& types,
                        XmlText& xml) {
  for (const std::string& type : types) {
    xml.Markup(open);
    xml.Attribute("type", type);
    xml.Markup("/>\n");
  }
}

void WriteDisclose(const Disclose& disclose, XmlText& xml) {
  xml.Markup(disclose.flag ? "    <rdeContact:disclose flag=\"1\">\n"
                           : "    <rdeContact:disclose flag=\"0\">\n");
  WriteDiscloseTypes("      <contact:name", disclose.name_types, xml);
  WriteDiscloseTypes("      <contact:org", disclose.org_types, xml);
  WriteDiscloseTypes("      <contact:addr", disclose.addr_types, xml);
  if (disclose.voice) xml.Markup("      <contact:voice/>\n");
  if (disclose.fax) xml.Markup("      <contact:fax/>\n");
  if (disclose.email) xml.Markup("      <contact:email/>\n");
  xml.Markup("    </rdeContact:disclose>\n");
}

void WritePostalInfo(const PostalInfo& info, XmlText& xml) {
  xml.Markup("    <rdeContact:postalInfo");
  xml.Attribute("type", info.type);
  xml.Markup(">\n");
  xml.Element(TIDEMARK_TAG("      ", "contact:name"), info.name);
  xml.OptionalElement(TIDEMARK_TAG("      ", "contact:org"), info.org);
  xml.Markup("      <contact:addr>\n");
  WriteAddress(kContactAddress, info.address, xml);
  xml.Markup("      </contact:addr>\n    </rdeContact:postalInfo>\n");
}

}  // namespace

void WriteObject(const Domain& domain, XmlText& xml) {
  xml.Markup("  <rdeDomain:domain>\n");
  xml.Element(DOMAIN_TAG("name"), domain.name);
  xml.Element(DOMAIN_TAG("roid"), domain.roid);
  xml.OptionalElement(DOMAIN_TAG("uName"), domain.u_name);
  xml.OptionalElement(DOMAIN_TAG("idnTableId"), domain.idn_table_id);
  xml.OptionalElement(DOMAIN_TAG("originalName"), domain.original_name);
  WriteStatuses("rdeDomain:status", domain.statuses, xml);
  WriteStatuses("rdeDomain:rgpStatus", domain.rgp_statuses, xml);
  xml.OptionalElement(DOMAIN_TAG("registrant"), domain.registrant);
  for (const DomainContact& contact : domain.contacts) {
    xml.Markup("    <rdeDomain:contact");
    xml.OptionalAttribute("type", contact.type);
    xml.Markup(">");
    xml.Text(contact.id, "rdeDomain:contact");
    xml.Markup("</rdeDomain:contact>\n");
  }
  WriteNameServers(domain, xml);
  xml.Element(DOMAIN_TAG("clID"), domain.cl_id);
  WriteRegistrarRef("    ", "rdeDomain:crRr", domain.cr_rr, xml);
  xml.OptionalElement(DOMAIN_TAG("crDate"), domain.cr_date.text);
  xml.OptionalElement(DOMAIN_TAG("exDate"), domain.ex_date.text);
  WriteRegistrarRef("    ", "rdeDomain:upRr", domain.up_rr, xml);
  xml.OptionalElement(DOMAIN_TAG("upDate"), domain.up_date.text);
  if (domain.sec_dns) WriteSecDns(*domain.sec_dns, xml);
  xml.OptionalElement(DOMAIN_TAG("trDate"), domain.tr_date.text);
  if (domain.transfer) WriteTransfer(kDomainTransfer, *domain.transfer, xml);
  xml.Markup("  </rdeDomain:domain>\n");
}

void WriteObject(const Host& host, XmlText& xml) {
  xml.Markup("  <rdeHost:host>\n");
  xml.Element(HOST_TAG("name"), host.name);
  xml.Element(HOST_TAG("roid"), host.roid);
  WriteStatuses("rdeHost:status", host.statuses, xml);
  for (const HostAddress& address : host.addresses) {
    WriteHostAddress("    ", "rdeHost:addr", address, xml);
  }
  xml.Element(HOST_TAG("clID"), host.cl_id);
  WriteRegistrarRef("    ", "rdeHost:crRr", host.cr_rr, xml);
  xml.OptionalElement(HOST_TAG("crDate"), host.cr_date.text);
  WriteRegistrarRef("    ", "rdeHost:upRr", host.up_rr, xml);
  xml.OptionalElement(HOST_TAG("upDate"), host.up_date.text);
  xml.OptionalElement(HOST_TAG("trDate"), host.tr_date.text);
  xml.Markup("  </rdeHost:host>\n");
}

void WriteObject(const Contact& contact, XmlText& xml) {
  xml.Markup("  <rdeContact:contact>\n");
  xml.Element(CONTACT_TAG("id"), contact.id);
  xml.Element(CONTACT_TAG("roid"), contact.roid);
  WriteStatuses("rdeContact:status", contact.statuses, xml);
  for (const PostalInfo& info : contact.postal_infos) WritePostalInfo(info, xml);
  WritePhone("rdeContact:voice", contact.voice, xml);
  WritePhone("rdeContact:fax", contact.fax, xml);
  xml.Element(CONTACT_TAG("email"), contact.email);
  xml.Element(CONTACT_TAG("clID"), contact.cl_id);
  WriteRegistrarRef("    ", "rdeContact:crRr", contact.cr_rr, xml);
  xml.OptionalElement(CONTACT_TAG("crDate"), contact.cr_date.text);
  WriteRegistrarRef("    ", "rdeContact:upRr", contact.up_rr, xml);
  xml.OptionalElement(CONTACT_TAG("upDate"), contact.up_date.text);
  xml.OptionalElement(CONTACT_TAG("trDate"), contact.tr_date.text);
  if (contact.transfer) WriteTransfer(kContactTransfer, *contact.transfer, xml);
  if (contact.disclose) WriteDisclose(*contact.disclose, xml);
  xml.Markup("  </rdeContact:contact>\n");
}

}  // namespace tidemark::rde
