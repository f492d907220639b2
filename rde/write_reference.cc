// Objects of which a deposit has few: header, registrars, IDN tables, NNDNs, EPP parameters,
// policies, and deletes.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "rde/write_objects.h"
#include "rde/write_parts.h"

namespace tidemark::rde {
namespace {

#define HEADER_TAG(name) TIDEMARK_TAG("    ", "rdeHeader:" name)
#define REGISTRAR_TAG(name) TIDEMARK_TAG("    ", "rdeRegistrar:" name)
#define IDN_TAG(name) TIDEMARK_TAG("    ", "rdeIDN:" name)
#define NNDN_TAG(name) TIDEMARK_TAG("    ", "rdeNNDN:" name)
#define EPP_TAG(name) TIDEMARK_TAG("    ", "rdeEppParams:" name)

constexpr AddressTags kRegistrarAddress = {
    TIDEMARK_TAG("        ", "rdeRegistrar:street"), TIDEMARK_TAG("        ", "rdeRegistrar:city"),
    TIDEMARK_TAG("        ", "rdeRegistrar:sp"), TIDEMARK_TAG("        ", "rdeRegistrar:pc"),
    TIDEMARK_TAG("        ", "rdeRegistrar:cc")};

// What <delete> looks like in each namespace that has one.
struct DeleteForm {
  absl::string_view uri;
  absl::string_view open;
  Tag key;
  absl::string_view close;
};
#define DELETE_FORM(uri, prefix, key)                                     \
  {                                                                       \
    uri, "  <" prefix ":delete>\n", TIDEMARK_TAG("    ", prefix ":" key), \
        "  </" prefix ":delete>\n"                                        \
  }
constexpr DeleteForm kDeleteForms[] = {
    DELETE_FORM(kDomainUri, "rdeDomain", "name"), DELETE_FORM(kHostUri, "rdeHost", "name"),
    DELETE_FORM(kContactUri, "rdeContact", "id"), DELETE_FORM(kRegistrarUri, "rdeRegistrar", "id"),
    DELETE_FORM(kIdnUri, "rdeIDN", "id"),         DELETE_FORM(kNndnUri, "rdeNNDN", "aName"),
};

// True if `path` uses `prefix`, i.e. holds "prefix:" that no name character precedes.
bool UsesPrefix(absl::string_view path, absl::string_view prefix) {
  const std::string wanted = absl::StrCat(prefix, ":");
  for (size_t at = path.find(wanted); at != path.npos; at = path.find(wanted, at + 1)) {
    const char before = at == 0 ? '/' : path[at - 1];
    if (before == '/' || before == '@' || before == '[' || before == ' ' || before == '(') {
      return true;
    }
  }
  return false;
}

// True if the root binds `prefix` to `uri` already.
bool BoundAtRoot(absl::string_view prefix, absl::string_view uri) {
  return std::any_of(std::begin(kBindings), std::end(kBindings),
                     [&](const Binding& b) { return b.prefix == prefix && b.uri == uri; });
}

}  // namespace

void WriteObject(const Header& header, XmlText& xml) {
  xml.Markup("  <rdeHeader:header>\n");
  xml.OptionalElement(HEADER_TAG("tld"), header.tld);
  xml.OptionalElement(HEADER_TAG("registrar"), header.registrar);
  xml.OptionalElement(HEADER_TAG("ppsp"), header.ppsp);
  xml.OptionalElement(HEADER_TAG("reseller"), header.reseller);
  for (const HeaderCount& count : header.counts) {
    xml.Markup("    <rdeHeader:count");
    xml.Attribute("uri", count.uri);
    xml.OptionalAttribute("rcdn", count.rcdn);
    xml.OptionalAttribute("registrarId", count.registrar_id);
    xml.Markup(">");
    if (count.value) xml.Markup(absl::AlphaNum(*count.value).Piece());
    xml.Markup("</rdeHeader:count>\n");
  }
  xml.OptionalElement(HEADER_TAG("contentTag"), header.content_tag);
  xml.Markup("  </rdeHeader:header>\n");
}

void WriteObject(const Registrar& registrar, XmlText& xml) {
  xml.Markup("  <rdeRegistrar:registrar>\n");
  xml.Element(REGISTRAR_TAG("id"), registrar.id);
  xml.Element(REGISTRAR_TAG("name"), registrar.name);
  xml.OptionalElement(REGISTRAR_TAG("gurid"), registrar.gurid);
  xml.OptionalElement(REGISTRAR_TAG("status"), registrar.status);
  for (const PostalInfo& info : registrar.postal_infos) {
    xml.Markup("    <rdeRegistrar:postalInfo");
    xml.Attribute("type", info.type);
    xml.Markup(">\n      <rdeRegistrar:addr>\n");
    WriteAddress(kRegistrarAddress, info.address, xml);
    xml.Markup("      </rdeRegistrar:addr>\n    </rdeRegistrar:postalInfo>\n");
  }
  WritePhone("rdeRegistrar:voice", registrar.voice, xml);
  WritePhone("rdeRegistrar:fax", registrar.fax, xml);
  xml.OptionalElement(REGISTRAR_TAG("email"), registrar.email);
  xml.OptionalElement(REGISTRAR_TAG("url"), registrar.url);
  if (!registrar.whois_name.empty() || !registrar.whois_url.empty()) {
    xml.Markup("    <rdeRegistrar:whoisInfo>\n");
    xml.OptionalElement(TIDEMARK_TAG("      ", "rdeRegistrar:name"), registrar.whois_name);
    xml.OptionalElement(TIDEMARK_TAG("      ", "rdeRegistrar:url"), registrar.whois_url);
    xml.Markup("    </rdeRegistrar:whoisInfo>\n");
  }
  xml.OptionalElement(REGISTRAR_TAG("crDate"), registrar.cr_date.text);
  xml.OptionalElement(REGISTRAR_TAG("upDate"), registrar.up_date.text);
  xml.Markup("  </rdeRegistrar:registrar>\n");
}

void WriteObject(const IdnTableRef& table, XmlText& xml) {
  xml.Markup("  <rdeIDN:idnTableRef");
  xml.Attribute("id", table.id);
  xml.Markup(">\n");
  xml.Element(IDN_TAG("url"), table.url);
  xml.Element(IDN_TAG("urlPolicy"), table.url_policy);
  xml.Markup("  </rdeIDN:idnTableRef>\n");
}

void WriteObject(const Nndn& nndn, XmlText& xml) {
  xml.Markup("  <rdeNNDN:NNDN>\n");
  xml.Element(NNDN_TAG("aName"), nndn.a_name);
  xml.OptionalElement(NNDN_TAG("uName"), nndn.u_name);
  xml.OptionalElement(NNDN_TAG("idnTableId"), nndn.idn_table_id);
  xml.OptionalElement(NNDN_TAG("originalName"), nndn.original_name);
  xml.Markup("    <rdeNNDN:nameState");
  if (!nndn.mirroring_ns) xml.Attribute("mirroringNS", "false");
  xml.Markup(">");
  xml.Text(nndn.name_state, "rdeNNDN:nameState");
  xml.Markup("</rdeNNDN:nameState>\n");
  xml.OptionalElement(NNDN_TAG("crDate"), nndn.cr_date.text);
  xml.Markup("  </rdeNNDN:NNDN>\n");
}

void WriteObject(const EppParams& params, XmlText& xml) {
  xml.Markup("  <rdeEppParams:eppParams>\n");
  for (const std::string& version : params.versions) xml.Element(EPP_TAG("version"), version);
  for (const std::string& language : params.languages) xml.Element(EPP_TAG("lang"), language);
  for (const std::string& uri : params.obj_uris) xml.Element(EPP_TAG("objURI"), uri);
  if (!params.ext_uris.empty()) {
    xml.Markup("    <rdeEppParams:svcExtension>\n");
    for (const std::string& uri : params.ext_uris) {
      xml.Element(TIDEMARK_TAG("      ", "epp:extURI"), uri);
    }
    xml.Markup("    </rdeEppParams:svcExtension>\n");
  }
  // Markup already, with the prefix "epp".
  xml.Markup("    <rdeEppParams:dcp>");
  xml.Markup(params.dcp_xml);
  xml.Markup("</rdeEppParams:dcp>\n  </rdeEppParams:eppParams>\n");
}

void WriteObject(const Policy& policy, XmlText& xml) {
  // A deposit may bind a conventional prefix otherwise, even "rdePolicy" itself: what the paths
  // use is bound again here, and the element falls back on the default namespace.
  bool own_prefix_taken = false;
  std::string declarations;
  XmlText declaration_text(declarations);
  for (const auto& [prefix, uri] : policy.bindings) {
    if (prefix.empty() || prefix == "xml" || BoundAtRoot(prefix, uri)) continue;
    if (!UsesPrefix(policy.scope, prefix) && !UsesPrefix(policy.element, prefix)) continue;
    if (prefix == "rdePolicy") own_prefix_taken = true;
    declaration_text.Attribute(absl::StrCat("xmlns:", prefix), uri);
  }
  if (own_prefix_taken) {
    xml.Markup("  <policy");
    xml.Attribute("xmlns", kPolicyUri);
  } else {
    xml.Markup("  <rdePolicy:policy");
  }
  xml.Markup(declarations);
  xml.Attribute("scope", policy.scope);
  xml.Attribute("element", policy.element);
  xml.Markup("/>\n");
}

absl::Status WriteDelete(const Delete& deletion, XmlText& xml) {
  for (const DeleteForm& form : kDeleteForms) {
    if (form.uri != deletion.uri) continue;
    xml.Markup(form.open);
    if (deletion.key_kind == Delete::KeyKind::kRoid) {
      if (form.uri != kHostUri) return absl::InvalidArgumentError("only hosts are deleted by ROID");
      xml.Element(TIDEMARK_TAG("    ", "rdeHost:roid"), deletion.key);
    } else {
      xml.Element(form.key, deletion.key);
    }
    xml.Markup(form.close);
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("objects of this namespace cannot be deleted");
}

}  // namespace tidemark::rde
