#include "verifier/rules/policy_elements.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "base/text_words.h"

namespace tidemark::verifier {
namespace {

template <size_t size>
bool HasContact(const rde::Domain& domain, const char (&type)[size]) {
  return std::any_of(
      domain.contacts.begin(), domain.contacts.end(),
      [&type](const rde::DomainContact& contact) { return base::Is(contact.type, type); });
}

template <typename Object, size_t size>
bool HasPostalInfo(const Object& object, const char (&type)[size]) {
  return std::any_of(object.postal_infos.begin(), object.postal_infos.end(),
                     [&type](const rde::PostalInfo& info) { return base::Is(info.type, type); });
}

using D = rde::Domain;
constexpr PolicyElement<D> kDomainElements[] = {
    {"name", "", "", nullptr},
    {"roid", "", "", nullptr},
    {"status", "", "", nullptr},
    {"clID", "", "", nullptr},
    {"uName", "", "", [](const D& d) { return !d.u_name.empty(); }},
    {"idnTableId", "", "", [](const D& d) { return !d.idn_table_id.empty(); }},
    {"originalName", "", "", [](const D& d) { return !d.original_name.empty(); }},
    {"rgpStatus", "", "", [](const D& d) { return !d.rgp_statuses.empty(); }},
    {"registrant", "", "", [](const D& d) { return !d.registrant.empty(); }},
    {"contact", "", "", [](const D& d) { return !d.contacts.empty(); }},
    {"contact", "type", "admin", [](const D& d) { return HasContact(d, "admin"); }},
    {"contact", "type", "billing", [](const D& d) { return HasContact(d, "billing"); }},
    {"contact", "type", "tech", [](const D& d) { return HasContact(d, "tech"); }},
    {"ns", "", "",
     [](const D& d) { return !d.host_objects.empty() || !d.host_attributes.empty(); }},
    {"crRr", "", "", [](const D& d) { return d.cr_rr.present(); }},
    {"crDate", "", "", [](const D& d) { return d.cr_date.present(); }},
    {"exDate", "", "", [](const D& d) { return d.ex_date.present(); }},
    {"upRr", "", "", [](const D& d) { return d.up_rr.present(); }},
    {"upDate", "", "", [](const D& d) { return d.up_date.present(); }},
    {"secDNS", "", "", [](const D& d) { return d.sec_dns.has_value(); }},
    {"trDate", "", "", [](const D& d) { return d.tr_date.present(); }},
    {"trnData", "", "", [](const D& d) { return d.transfer.has_value(); }},
};

using H = rde::Host;
constexpr PolicyElement<H> kHostElements[] = {
    {"name", "", "", nullptr},
    {"roid", "", "", nullptr},
    {"status", "", "", nullptr},
    {"clID", "", "", nullptr},
    {"addr", "", "", [](const H& h) { return !h.addresses.empty(); }},
    {"crRr", "", "", [](const H& h) { return h.cr_rr.present(); }},
    {"crDate", "", "", [](const H& h) { return h.cr_date.present(); }},
    {"upRr", "", "", [](const H& h) { return h.up_rr.present(); }},
    {"upDate", "", "", [](const H& h) { return h.up_date.present(); }},
    {"trDate", "", "", [](const H& h) { return h.tr_date.present(); }},
};

using C = rde::Contact;
constexpr PolicyElement<C> kContactElements[] = {
    {"id", "", "", nullptr},
    {"roid", "", "", nullptr},
    {"status", "", "", nullptr},
    {"email", "", "", nullptr},
    {"clID", "", "", nullptr},
    {"postalInfo", "", "", nullptr},
    {"postalInfo", "type", "int", [](const C& c) { return HasPostalInfo(c, "int"); }},
    {"postalInfo", "type", "loc", [](const C& c) { return HasPostalInfo(c, "loc"); }},
    {"voice", "", "", [](const C& c) { return c.voice.present(); }},
    {"fax", "", "", [](const C& c) { return c.fax.present(); }},
    {"crRr", "", "", [](const C& c) { return c.cr_rr.present(); }},
    {"crDate", "", "", [](const C& c) { return c.cr_date.present(); }},
    {"upRr", "", "", [](const C& c) { return c.up_rr.present(); }},
    {"upDate", "", "", [](const C& c) { return c.up_date.present(); }},
    {"trDate", "", "", [](const C& c) { return c.tr_date.present(); }},
    {"trnData", "", "", [](const C& c) { return c.transfer.has_value(); }},
    {"disclose", "", "", [](const C& c) { return c.disclose.has_value(); }},
};

using R = rde::Registrar;
constexpr PolicyElement<R> kRegistrarElements[] = {
    {"id", "", "", nullptr},
    {"name", "", "", nullptr},
    {"gurid", "", "", [](const R& r) { return !r.gurid.empty(); }},
    {"status", "", "", [](const R& r) { return !r.status.empty(); }},
    {"postalInfo", "", "", [](const R& r) { return !r.postal_infos.empty(); }},
    {"postalInfo", "type", "int", [](const R& r) { return HasPostalInfo(r, "int"); }},
    {"postalInfo", "type", "loc", [](const R& r) { return HasPostalInfo(r, "loc"); }},
    {"voice", "", "", [](const R& r) { return r.voice.present(); }},
    {"fax", "", "", [](const R& r) { return r.fax.present(); }},
    {"email", "", "", [](const R& r) { return !r.email.empty(); }},
    {"url", "", "", [](const R& r) { return !r.url.empty(); }},
    {"whoisInfo", "", "", [](const R& r) { return !r.whois_name.empty() || !r.whois_url.empty(); }},
    {"crDate", "", "", [](const R& r) { return r.cr_date.present(); }},
    {"upDate", "", "", [](const R& r) { return r.up_date.present(); }},
};

using N = rde::Nndn;
constexpr PolicyElement<N> kNndnElements[] = {
    {"aName", "", "", nullptr},
    {"nameState", "", "", nullptr},
    {"uName", "", "", [](const N& n) { return !n.u_name.empty(); }},
    {"idnTableId", "", "", [](const N& n) { return !n.idn_table_id.empty(); }},
    {"originalName", "", "", [](const N& n) { return !n.original_name.empty(); }},
    {"crDate", "", "", [](const N& n) { return n.cr_date.present(); }},
};

constexpr PolicyElement<rde::IdnTableRef> kIdnTableElements[] = {
    {"url", "", "", nullptr},
    {"urlPolicy", "", "", nullptr},
};

// The table is known when this is compiled, so that what it calls is compiled in.
template <const auto& elements, typename Object>
uint32_t AbsentOf(const Object& object) {
  static_assert(std::size(elements) <= 32);
  return [&object]<size_t... i>(std::index_sequence<i...>) {
    const auto absent = [&object](bool (*has)(const Object&)) { return !has(object); };
    return ((elements[i].has == nullptr ? 0 : uint32_t{absent(elements[i].has)} << i) | ...);
  }
  (std::make_index_sequence<std::size(elements)>());
}

}  // namespace

uint32_t AbsentIn(const rde::Domain& domain) { return AbsentOf<kDomainElements>(domain); }
uint32_t AbsentIn(const rde::Host& host) { return AbsentOf<kHostElements>(host); }
uint32_t AbsentIn(const rde::Contact& contact) { return AbsentOf<kContactElements>(contact); }
uint32_t AbsentIn(const rde::Registrar& registrar) {
  return AbsentOf<kRegistrarElements>(registrar);
}
uint32_t AbsentIn(const rde::Nndn& nndn) { return AbsentOf<kNndnElements>(nndn); }

absl::Span<const PolicyElement<rde::Domain>> DomainElements() { return kDomainElements; }
absl::Span<const PolicyElement<rde::Host>> HostElements() { return kHostElements; }
absl::Span<const PolicyElement<rde::Contact>> ContactElements() { return kContactElements; }
absl::Span<const PolicyElement<rde::Registrar>> RegistrarElements() { return kRegistrarElements; }
absl::Span<const PolicyElement<rde::Nndn>> NndnElements() { return kNndnElements; }
absl::Span<const PolicyElement<rde::IdnTableRef>> IdnTableElements() { return kIdnTableElements; }

}  // namespace tidemark::verifier
