// The parts that several objects of RFC 9022 share. Internal to rde/.
//
// `indent` is the white space before the element; names are passed as markup so that a part costs
// no formatting.
#ifndef TIDEMARK_RDE_WRITE_PARTS_H_
#define TIDEMARK_RDE_WRITE_PARTS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "rde/records.h"
#include "rde/xml_text.h"

namespace tidemark::rde {

// Tags of one object's addr element: contact:... or rdeRegistrar:...
struct AddressTags {
  Tag street, city, sp, pc, cc;
};

// `name` is the qualified element name, e.g. "rdeDomain:status".
void WriteStatuses(absl::string_view name, const std::vector<StatusValue>& statuses, XmlText& xml);
// Left out if absent.
void WriteRegistrarRef(absl::string_view indent, absl::string_view name, const RegistrarRef& ref,
                       XmlText& xml);
// The same, written also when absent: where the schema requires it.
void WriteRequiredRegistrarRef(absl::string_view indent, absl::string_view name,
                               const RegistrarRef& ref, XmlText& xml);
// Left out if absent.
void WritePhone(absl::string_view name, const Phone& phone, XmlText& xml);
void WriteAddress(const AddressTags& tags, const PostalAddress& address, XmlText& xml);
// <name ip="v4">192.0.2.1</name>
void WriteHostAddress(absl::string_view indent, absl::string_view name, const HostAddress& address,
                      XmlText& xml);

}  // namespace tidemark::rde

#endif  // TIDEMARK_RDE_WRITE_PARTS_H_
