// How each object of RFC 9022 is written: one overload a record type, children in schema order.
//
// Internal to rde/: the deposit around the objects is rde/writer.h. Every prefix used here is
// bound once, at the root (kBindings). Required elements are written even if their value is
// empty, so that a flawed record stays visible; optional ones are left out when absent.
#ifndef TIDEMARK_RDE_WRITE_OBJECTS_H_
#define TIDEMARK_RDE_WRITE_OBJECTS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rde/records.h"
#include "rde/xml_text.h"

namespace tidemark::rde {

// A conventional prefix of RFC 9022 and its namespace.
struct Binding {
  absl::string_view prefix;
  absl::string_view uri;
};
inline constexpr Binding kBindings[] = {
    {"rde", kRdeUri},
    {"rdeHeader", kHeaderUri},
    {"rdeDomain", kDomainUri},
    {"rdeHost", kHostUri},
    {"rdeContact", kContactUri},
    {"rdeRegistrar", kRegistrarUri},
    {"rdeIDN", kIdnUri},
    {"rdeNNDN", kNndnUri},
    {"rdeEppParams", kEppParamsUri},
    {"rdePolicy", kPolicyUri},
    {"domain", "urn:ietf:params:xml:ns:domain-1.0"},
    {"contact", "urn:ietf:params:xml:ns:contact-1.0"},
    {"secDNS", "urn:ietf:params:xml:ns:secDNS-1.1"},
    {"epp", "urn:ietf:params:xml:ns:epp-1.0"},
};

void WriteObject(const Domain& domain, XmlText& xml);
void WriteObject(const Host& host, XmlText& xml);
void WriteObject(const Contact& contact, XmlText& xml);
void WriteObject(const Header& header, XmlText& xml);
void WriteObject(const Registrar& registrar, XmlText& xml);
void WriteObject(const IdnTableRef& table, XmlText& xml);
void WriteObject(const Nndn& nndn, XmlText& xml);
void WriteObject(const EppParams& params, XmlText& xml);
void WriteObject(const Policy& policy, XmlText& xml);

// One <csvX:contents> or <csvX:deletes>. INVALID_ARGUMENT for a field outside RFC 9022.
absl::Status WriteCsvTable(const CsvTable& table, XmlText& xml);

// One <delete> element with one key. INVALID_ARGUMENT for a namespace whose objects cannot be
// deleted, or a ROID key of anything but a host.
absl::Status WriteDelete(const Delete& deletion, XmlText& xml);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_WRITE_OBJECTS_H_
