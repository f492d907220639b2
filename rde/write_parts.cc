#include "rde/write_parts.h"

namespace tidemark::rde {
namespace {

constexpr absl::string_view kIndent = "    ";

void EndElement(absl::string_view name, XmlText& xml) {
  xml.Markup("</");
  xml.Markup(name);
  xml.Markup(">\n");
}

}  // namespace

void WriteStatuses(absl::string_view name, const std::vector<StatusValue>& statuses, XmlText& xml) {
  for (const StatusValue& status : statuses) {
    xml.Markup("    <");
    xml.Markup(name);
    xml.Attribute("s", status.s);
    xml.OptionalAttribute("lang", status.lang);
    if (status.text.empty()) {
      xml.Markup("/>\n");
      continue;
    }
    xml.Markup(">");
    xml.Text(status.text, name);
    EndElement(name, xml);
  }
}

void WriteRegistrarRef(absl::string_view indent, absl::string_view name, const RegistrarRef& ref,
                       XmlText& xml) {
  if (ref.present()) WriteRequiredRegistrarRef(indent, name, ref, xml);
}

void WriteRequiredRegistrarRef(absl::string_view indent, absl::string_view name,
                               const RegistrarRef& ref, XmlText& xml) {
  xml.Markup(indent);
  xml.Markup("<");
  xml.Markup(name);
  xml.OptionalAttribute("client", ref.client);
  xml.Markup(">");
  xml.Text(ref.id, name);
  EndElement(name, xml);
}

void WritePhone(absl::string_view name, const Phone& phone, XmlText& xml) {
  if (!phone.present()) return;
  xml.Markup(kIndent);
  xml.Markup("<");
  xml.Markup(name);
  xml.OptionalAttribute("x", phone.extension);
  xml.Markup(">");
  xml.Text(phone.number, name);
  EndElement(name, xml);
}

void WriteAddress(const AddressTags& tags, const PostalAddress& address, XmlText& xml) {
  for (const std::string& street : address.streets) xml.Element(tags.street, street);
  xml.Element(tags.city, address.city);
  xml.OptionalElement(tags.sp, address.sp);
  xml.OptionalElement(tags.pc, address.pc);
  xml.Element(tags.cc, address.cc);
}

void WriteHostAddress(absl::string_view indent, absl::string_view name, const HostAddress& address,
                      XmlText& xml) {
  xml.Markup(indent);
  xml.Markup("<");
  xml.Markup(name);
  xml.OptionalAttribute("ip", address.version);
  xml.Markup(">");
  xml.Text(address.address, name);
  EndElement(name, xml);
}

}  // namespace tidemark::rde
