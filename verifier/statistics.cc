#include "verifier/statistics.h"

#include <bit>
#include <iterator>
#include <string>
#include <vector>

#include "base/text_words.h"

namespace tidemark::verifier {
namespace {

constexpr absl::string_view kDomainFields[] = {
    "uName",   "idnTableId", "originalName", "severalStatuses", "rgpStatus", "registrant",
    "contact", "ns",         "crRr",         "crDate",          "exDate",    "upRr",
    "upDate",  "secDNS",     "trDate",       "trnData",
};
static_assert(std::size(kDomainFields) == kDomainFieldCount);

constexpr absl::string_view kHostFields[] = {"addr", "crRr", "crDate", "upRr", "upDate", "trDate"};
static_assert(std::size(kHostFields) == kHostFieldCount);

constexpr absl::string_view kContactFields[] = {
    "int",  "loc",    "name", "org",    "street", "street2", "street3",
    "city", "sp",     "pc",   "cc",     "voice",  "fax",     "email",
    "crRr", "crDate", "upRr", "upDate", "trDate", "trnData", "disclose",
};
static_assert(std::size(kContactFields) == kContactFieldCount);

void CountStatuses(const std::vector<rde::StatusValue>& statuses, StatusSet set,
                   KindStatistics& out) {
  if (statuses.size() == 1) {
    if (set != 0) ++out.statuses[static_cast<size_t>(std::countr_zero(set))];
    return;
  }
  // One that is given twice counts twice.
  for (const rde::StatusValue& status : statuses) {
    const size_t index = StatusIndex(status.s);
    if (index < kStatusCount) ++out.statuses[index];
  }
}

// A contact may have two postal infos: a field is filled if either has it.
void CountPostal(const std::vector<rde::PostalInfo>& infos, KindStatistics& out) {
  std::array<bool, kContactFieldCount> has{};
  for (const rde::PostalInfo& info : infos) {
    has[base::Is(info.type, "loc") ? kContactLoc : kContactInt] = true;
    has[kContactName] |= !info.name.empty();
    has[kContactOrg] |= !info.org.empty();
    const std::vector<std::string>& streets = info.address.streets;
    has[kContactStreet] |= !streets.empty() && !streets[0].empty();
    has[kContactStreet2] |= streets.size() > 1 && !streets[1].empty();
    has[kContactStreet3] |= streets.size() > 2 && !streets[2].empty();
    has[kContactCity] |= !info.address.city.empty();
    has[kContactSp] |= !info.address.sp.empty();
    has[kContactPc] |= !info.address.pc.empty();
    has[kContactCc] |= !info.address.cc.empty();
  }
  for (size_t field = kContactInt; field <= kContactCc; ++field) out.filled[field] += has[field];
}

}  // namespace

absl::string_view CountedName(Counted kind) {
  switch (kind) {
    case Counted::kDomain:
      return "domain";
    case Counted::kHost:
      return "host";
    case Counted::kContact:
      return "contact";
  }
  return "";
}

absl::Span<const absl::string_view> FieldNames(Counted kind) {
  switch (kind) {
    case Counted::kDomain:
      return kDomainFields;
    case Counted::kHost:
      return kHostFields;
    case Counted::kContact:
      return kContactFields;
  }
  return {};
}

void Statistics::Add(const rde::Domain& domain, StatusSet statuses) {
  KindStatistics& out = of(Counted::kDomain);
  ++out.objects;
  out.filled[kDomainUName] += !domain.u_name.empty();
  out.filled[kDomainIdnTableId] += !domain.idn_table_id.empty();
  out.filled[kDomainOriginalName] += !domain.original_name.empty();
  out.filled[kDomainSeveralStatuses] += domain.statuses.size() > 1;
  out.filled[kDomainRgpStatus] += !domain.rgp_statuses.empty();
  out.filled[kDomainRegistrant] += !domain.registrant.empty();
  out.filled[kDomainContact] += !domain.contacts.empty();
  out.filled[kDomainNs] += !domain.host_objects.empty() || !domain.host_attributes.empty();
  out.filled[kDomainCrRr] += domain.cr_rr.present();
  out.filled[kDomainCrDate] += domain.cr_date.present();
  out.filled[kDomainExDate] += domain.ex_date.present();
  out.filled[kDomainUpRr] += domain.up_rr.present();
  out.filled[kDomainUpDate] += domain.up_date.present();
  out.filled[kDomainSecDns] +=
      domain.sec_dns.has_value() && (!domain.sec_dns->ds.empty() || !domain.sec_dns->keys.empty());
  out.filled[kDomainTrDate] += domain.tr_date.present();
  out.filled[kDomainTrnData] += domain.transfer.has_value();
  CountStatuses(domain.statuses, statuses, out);
}

void Statistics::Add(const rde::Host& host, StatusSet statuses) {
  KindStatistics& out = of(Counted::kHost);
  ++out.objects;
  out.filled[kHostAddr] += !host.addresses.empty();
  out.filled[kHostCrRr] += host.cr_rr.present();
  out.filled[kHostCrDate] += host.cr_date.present();
  out.filled[kHostUpRr] += host.up_rr.present();
  out.filled[kHostUpDate] += host.up_date.present();
  out.filled[kHostTrDate] += host.tr_date.present();
  CountStatuses(host.statuses, statuses, out);
}

void Statistics::Add(const rde::Contact& contact, StatusSet statuses) {
  KindStatistics& out = of(Counted::kContact);
  ++out.objects;
  CountPostal(contact.postal_infos, out);
  out.filled[kContactVoice] += contact.voice.present();
  out.filled[kContactFax] += contact.fax.present();
  out.filled[kContactEmail] += !contact.email.empty();
  out.filled[kContactCrRr] += contact.cr_rr.present();
  out.filled[kContactCrDate] += contact.cr_date.present();
  out.filled[kContactUpRr] += contact.up_rr.present();
  out.filled[kContactUpDate] += contact.up_date.present();
  out.filled[kContactTrDate] += contact.tr_date.present();
  out.filled[kContactTrnData] += contact.transfer.has_value();
  out.filled[kContactDisclose] += contact.disclose.has_value();
  CountStatuses(contact.statuses, statuses, out);
}

}  // namespace tidemark::verifier
