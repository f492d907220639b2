// A domain is rows of ten tables.
#include <string>
#include <vector>

#include "base/status.h"
#include "failover/lookup/derived.h"
#include "failover/postgres/registry_rows.h"
#include "failover/zone/publication.h"

namespace tidemark::failover {

absl::Status RegistryRows::Put(const rde::Domain& domain) {
  const std::string name = Folded(domain.name);
  CopyRows& row = sender_.Of(kDomains);
  Name(row, name, domain.name);
  row.Text(domain.roid).Text(domain.u_name).Text(domain.idn_table_id);
  row.Text(Folded(domain.original_name)).Text(domain.registrant);
  Sponsored(row, domain.cl_id, domain.cr_rr, domain.cr_date, domain.up_rr, domain.up_date,
            domain.tr_date, {kDomains, name});
  Date(row, domain.ex_date, {kDomains, name}, "ex_date");
  row.Bool(domain.sec_dns.has_value());
  if (domain.sec_dns.has_value() && domain.sec_dns->max_sig_life.has_value()) {
    row.Number(*domain.sec_dns->max_sig_life);
  } else {
    row.Null();
  }
  row.End();
  RETURN_IF_ERROR(DomainParts(name, domain));
  return sender_.Flush();
}

absl::Status RegistryRows::DomainParts(absl::string_view name, const rde::Domain& domain) {
  ASSIGN_OR_RETURN(const bool is_inactive, delegations_.IsInactive(domain));
  Statuses(
      kDomainStatuses, name, domain.statuses,
      DomainStatuses(domain.statuses, IsAboutToBeDeleted(domain) ? Deleted::kSoon : Deleted::kNo,
                     is_inactive ? HasServers::kNo : HasServers::kYes)
          .words);
  int64_t position = 0;
  for (const rde::StatusValue& status : domain.rgp_statuses) {
    sender_.Of(kDomainRgpStatuses)
        .Text(name)
        .Number(position++)
        .Text(status.s)
        .Text(status.lang)
        .Text(status.text)
        .End();
  }
  position = 0;
  for (const rde::DomainContact& contact : domain.contacts) {
    sender_.Of(kDomainContacts)
        .Text(name)
        .Number(position++)
        .Text(contact.type)
        .Text(contact.id)
        .End();
  }
  position = 0;
  for (const std::string& host : domain.host_objects) {
    CopyRows& row = sender_.Of(kDomainHosts).Text(name).Number(position++);
    Name(row, Folded(host), host);
    row.End();
  }
  position = 0;
  for (const rde::HostAttribute& host : domain.host_attributes) {
    std::vector<std::string> versions;
    std::vector<std::string> addresses;
    for (const rde::HostAddress& address : host.addresses) {
      versions.push_back(address.version);
      addresses.push_back(address.address);
    }
    sender_.Of(kDomainHostAttributes)
        .Text(name)
        .Number(position++)
        .Text(host.name)
        .List(versions)
        .List(addresses)
        .End();
  }
  if (domain.sec_dns.has_value()) SecDns(name, *domain.sec_dns);
  if (domain.transfer.has_value()) Transfer(kDomainTransfers, name, *domain.transfer);
  return absl::OkStatus();
}

void RegistryRows::SecDns(absl::string_view name, const rde::SecDns& sec_dns) {
  int64_t position = 0;
  for (const rde::DsData& ds : sec_dns.ds) {
    CopyRows& row = sender_.Of(kDomainDs).Text(name).Number(position++).Number(ds.key_tag);
    row.Number(ds.algorithm).Number(ds.digest_type).Text(ds.digest);
    if (ds.key_data.has_value()) {
      row.Number(ds.key_data->flags).Number(ds.key_data->protocol).Number(ds.key_data->algorithm);
      row.Text(ds.key_data->public_key);
    } else {
      row.Null().Null().Null().Null();
    }
    row.End();
  }
  position = 0;
  for (const rde::KeyData& key : sec_dns.keys) {
    sender_.Of(kDomainKeys)
        .Text(name)
        .Number(position++)
        .Number(key.flags)
        .Number(key.protocol)
        .Number(key.algorithm)
        .Text(key.public_key)
        .End();
  }
}

}  // namespace tidemark::failover
