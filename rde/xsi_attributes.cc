#include "rde/xsi_attributes.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace tidemark::rde {
namespace {

constexpr absl::string_view kWhiteSpace = " \t\r\n";

// The namespace of the schema whose types have names with `prefix` in the tables.
std::string SchemaUri(absl::string_view prefix) {
  if (prefix == "xs") return "http://www.w3.org/2001/XMLSchema";
  return absl::StrCat("urn:ietf:params:xml:ns:", prefix, prefix == "secDNS" ? "-1.1" : "-1.0");
}

bool NamesType(absl::string_view qname, const Type& type, const BindingScopes& scopes) {
  const size_t first = qname.find_first_not_of(kWhiteSpace);
  if (first == absl::string_view::npos) return false;
  qname = qname.substr(first, qname.find_last_not_of(kWhiteSpace) + 1 - first);
  const size_t colon = qname.find(':');
  const bool prefixed = colon != absl::string_view::npos;
  if (colon == 0) return false;
  const absl::string_view uri = scopes.UriOf(prefixed ? qname.substr(0, colon) : "");
  const std::pair<absl::string_view, absl::string_view> name = absl::StrSplit(type.name, ':');
  return qname.substr(prefixed ? colon + 1 : 0) == name.second && uri == SchemaUri(name.first);
}

// Global elements of the EPP schemas.
struct GlobalElements {
  Ns ns;
  absl::Span<const absl::string_view> names;
};
constexpr absl::string_view kRdeElements[] = {"deposit", "content", "delete"};
constexpr absl::string_view kEppElements[] = {"epp"};
constexpr absl::string_view kDomainElements[] = {
    "check",   "create",  "delete",  "info",    "renew",   "transfer", "update",
    "chkData", "creData", "infData", "panData", "renData", "trnData"};
constexpr absl::string_view kContactElements[] = {"check",   "create",  "delete",  "info",
                                                  "update",  "chkData", "creData", "infData",
                                                  "panData", "trnData", "transfer"};
constexpr absl::string_view kHostElements[] = {"check",   "create",  "delete",  "info",   "update",
                                               "chkData", "creData", "infData", "panData"};
constexpr absl::string_view kSecDnsElements[] = {"create", "update", "infData"};
constexpr absl::string_view kRgpElements[] = {"update", "infData", "upData"};
// Abstract elements that RFC 9022 has for extensions to stand in for.
constexpr absl::string_view kAbstract[] = {"abstractDomain",  "abstractHost",
                                           "abstractContact", "abstractRegistrar",
                                           "abstractNNDN",    "abstractEppParams"};
constexpr GlobalElements kGlobalElements[] = {
    {Ns::kRde, kRdeElements},
    {Ns::kEpp, kEppElements},
    {Ns::kEppDomain, kDomainElements},
    {Ns::kEppContact, kContactElements},
    {Ns::kEppHost, kHostElements},
    {Ns::kSecDns, kSecDnsElements},
    {Ns::kRgp, kRgpElements},
    {Ns::kDomain, kAbstract},
    {Ns::kHost, kAbstract},
    {Ns::kContact, kAbstract},
    {Ns::kRegistrar, kAbstract},
    {Ns::kNndn, kAbstract},
    {Ns::kEppParams, kAbstract},
};

}  // namespace

std::optional<XsiFlaw> CheckXsiAttribute(const xml::Attribute& attribute, const Type& type,
                                         const BindingScopes& scopes) {
  const absl::string_view local = attribute.name.local;
  if (local == "type") {
    if (NamesType(attribute.value, type, scopes)) return std::nullopt;
    return XsiFlaw{FlawKind::kInvalidAttribute, "xsi:type names another type than the element's"};
  }
  if (local == "schemaLocation") {
    const std::vector<absl::string_view> items =
        absl::StrSplit(attribute.value, absl::ByAnyChar(kWhiteSpace), absl::SkipEmpty());
    if (items.size() % 2 == 0) return std::nullopt;
    return XsiFlaw{FlawKind::kInvalidAttribute, "xsi:schemaLocation is not a list of pairs"};
  }
  if (local == "noNamespaceSchemaLocation") return std::nullopt;
  if (local == "nil") {
    return XsiFlaw{FlawKind::kUnexpectedAttribute, "no element here may be nil"};
  }
  return XsiFlaw{FlawKind::kUnexpectedAttribute, "XML Schema has no such attribute"};
}

bool IsGlobalElement(const xml::Name& name) {
  if (FindObject(ContentElements(), name.ns, name.local) != nullptr ||
      FindObject(DeleteElements(), name.ns, name.local) != nullptr) {
    return true;
  }
  return std::any_of(std::begin(kGlobalElements), std::end(kGlobalElements),
                     [&name](const GlobalElements& schema) {
                       return name.ns == static_cast<int>(schema.ns) &&
                              std::find(schema.names.begin(), schema.names.end(), name.local) !=
                                  schema.names.end();
                     });
}

}  // namespace tidemark::rde
