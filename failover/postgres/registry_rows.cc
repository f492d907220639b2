#include "failover/postgres/registry_rows.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "failover/lookup/derived.h"

namespace tidemark::failover {
namespace {

// What timestamptz holds exactly, as its text; nullopt if it cannot.
std::optional<std::string> TimestampOf(const rde::DateTime& date) {
  if (!date.time.has_value()) return std::nullopt;
  const int64_t year = absl::ToCivilYear(*date.time, absl::UTCTimeZone()).year();
  if (year < 1 || year > 9999) return std::nullopt;
  if (absl::FromUnixMicros(absl::ToUnixMicros(*date.time)) != *date.time) return std::nullopt;
  return absl::FormatTime("%E4Y-%m-%d %H:%M:%E*S+00", *date.time, absl::UTCTimeZone());
}

bool Contains(const std::vector<std::string>& words, absl::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void Phone(CopyRows& row, const rde::Phone& phone) { row.Text(phone.number).Text(phone.extension); }

}  // namespace

std::string RegistryRows::Folded(absl::string_view name) {
  if (absl::EndsWith(name, ".")) name.remove_suffix(1);
  return absl::AsciiStrToLower(name);
}

void RegistryRows::Name(CopyRows& row, absl::string_view folded, absl::string_view name) {
  row.Text(folded).Text(folded == name ? "" : name);
}

void RegistryRows::Date(CopyRows& row, const rde::DateTime& date, const Place& place,
                        absl::string_view column) {
  const std::optional<std::string> timestamp = TimestampOf(date);
  if (timestamp.has_value()) {
    row.Text(*timestamp);
    return;
  }
  row.Null();
  if (!date.present()) return;
  sender_.Of(kFlawedDates)
      .Text(DefinitionOf(place.table).name)
      .Text(place.key)
      .Text(column)
      .Text(date.text)
      .End();
}

void RegistryRows::Sponsored(CopyRows& row, absl::string_view cl_id, const rde::RegistrarRef& cr,
                             const rde::DateTime& cr_date, const rde::RegistrarRef& up,
                             const rde::DateTime& up_date, const rde::DateTime& tr_date,
                             const Place& place) {
  row.Text(cl_id).Text(cr.id).Text(cr.client);
  Date(row, cr_date, place, "cr_date");
  row.Text(up.id).Text(up.client);
  Date(row, up_date, place, "up_date");
  Date(row, tr_date, place, "tr_date");
}

void RegistryRows::Transfer(Table table, absl::string_view key, const rde::TransferData& transfer) {
  const Place place{table, key};
  CopyRows& row = sender_.Of(table);
  row.Text(key).Text(transfer.status);
  row.Text(transfer.requested_by.id).Text(transfer.requested_by.client);
  Date(row, transfer.requested_at, place, "re_date");
  row.Text(transfer.acting.id).Text(transfer.acting.client);
  Date(row, transfer.acting_at, place, "ac_date");
  Date(row, transfer.ex_date, place, "ex_date");
  row.End();
}

void RegistryRows::PostalInfos(Table table, absl::string_view key,
                               const std::vector<rde::PostalInfo>& infos) {
  CopyRows& row = sender_.Of(table);
  for (size_t i = 0; i < infos.size(); ++i) {
    const rde::PostalInfo& info = infos[i];
    row.Text(key).Number(static_cast<int64_t>(i)).Text(info.type).Text(info.name).Text(info.org);
    row.List(info.address.streets).Text(info.address.city).Text(info.address.sp);
    row.Text(info.address.pc).Text(info.address.cc).End();
  }
}

void RegistryRows::Statuses(Table table, absl::string_view key,
                            const std::vector<rde::StatusValue>& claimed,
                            const std::vector<std::string>& in_force) {
  CopyRows& row = sender_.Of(table);
  int64_t position = 0;
  for (const rde::StatusValue& status : claimed) {
    row.Text(key).Number(position++).Text(status.s).Text(status.lang).Text(status.text);
    row.Bool(true).Bool(Contains(in_force, status.s)).End();
  }
  for (const std::string& word : in_force) {
    const bool is_claimed =
        std::any_of(claimed.begin(), claimed.end(),
                    [&word](const rde::StatusValue& status) { return status.s == word; });
    if (is_claimed) continue;
    row.Text(key).Number(position++).Text(word).Null().Null().Bool(false).Bool(true).End();
  }
}

absl::Status RegistryRows::Put(const rde::Host& host) {
  CopyRows& row = sender_.Of(kHosts).Text(host.roid);
  Name(row, Folded(host.name), host.name);
  Sponsored(row, host.cl_id, host.cr_rr, host.cr_date, host.up_rr, host.up_date, host.tr_date,
            {kHosts, host.roid});
  row.End();
  ASSIGN_OR_RETURN(const bool is_linked, store_.IsHostReferredTo(host.name));
  Statuses(kHostStatuses, host.roid, host.statuses,
           HostStatuses(host.statuses, is_linked ? ReferredTo::kYes : ReferredTo::kNo).words);
  int64_t position = 0;
  for (const rde::HostAddress& address : host.addresses) {
    sender_.Of(kHostAddresses)
        .Text(host.roid)
        .Number(position++)
        .Text(address.version)
        .Text(address.address)
        .End();
  }
  return sender_.Flush();
}

absl::Status RegistryRows::Put(const rde::Contact& contact) {
  CopyRows& row = sender_.Of(kContacts).Text(contact.id).Text(contact.roid);
  Phone(row, contact.voice);
  Phone(row, contact.fax);
  row.Text(contact.email);
  Sponsored(row, contact.cl_id, contact.cr_rr, contact.cr_date, contact.up_rr, contact.up_date,
            contact.tr_date, {kContacts, contact.id});
  if (contact.disclose.has_value()) {
    const rde::Disclose& disclose = *contact.disclose;
    row.Bool(disclose.flag).List(disclose.name_types).List(disclose.org_types);
    row.List(disclose.addr_types).Bool(disclose.voice).Bool(disclose.fax).Bool(disclose.email);
  } else {
    row.Null().Null().Null().Null().Null().Null().Null();
  }
  row.End();
  ASSIGN_OR_RETURN(const bool is_linked, store_.IsContactReferredTo(contact.id));
  Statuses(kContactStatuses, contact.id, contact.statuses,
           ContactStatuses(contact.statuses, is_linked ? ReferredTo::kYes : ReferredTo::kNo).words);
  PostalInfos(kContactPostalInfos, contact.id, contact.postal_infos);
  if (contact.transfer.has_value()) Transfer(kContactTransfers, contact.id, *contact.transfer);
  return sender_.Flush();
}

absl::Status RegistryRows::Put(const rde::Registrar& registrar) {
  CopyRows& row = sender_.Of(kRegistrars);
  row.Text(registrar.id).Text(registrar.name).Text(registrar.gurid).Text(registrar.status);
  Phone(row, registrar.voice);
  Phone(row, registrar.fax);
  row.Text(registrar.email).Text(registrar.url).Text(registrar.whois_name);
  row.Text(registrar.whois_url);
  Date(row, registrar.cr_date, {kRegistrars, registrar.id}, "cr_date");
  Date(row, registrar.up_date, {kRegistrars, registrar.id}, "up_date");
  row.End();
  PostalInfos(kRegistrarPostalInfos, registrar.id, registrar.postal_infos);
  return sender_.Flush();
}

absl::Status RegistryRows::Put(const rde::IdnTableRef& table) {
  sender_.Of(kIdnTables).Text(table.id).Text(table.url).Text(table.url_policy).End();
  return sender_.Flush();
}

absl::Status RegistryRows::Put(const rde::Nndn& nndn) {
  const std::string name = Folded(nndn.a_name);
  CopyRows& row = sender_.Of(kNndns);
  Name(row, name, nndn.a_name);
  row.Text(nndn.u_name).Text(nndn.idn_table_id).Text(Folded(nndn.original_name));
  row.Text(nndn.name_state).Bool(nndn.mirroring_ns);
  Date(row, nndn.cr_date, {kNndns, name}, "cr_date");
  row.End();
  return sender_.Flush();
}

absl::Status RegistryRows::Put(const rde::Policy& policy) {
  std::vector<std::string> prefixes;
  std::vector<std::string> uris;
  for (const auto& [prefix, uri] : policy.bindings) {
    prefixes.push_back(prefix);
    uris.push_back(uri);
  }
  sender_.Of(kPolicies)
      .Number(policies_++)
      .Text(policy.scope)
      .Text(policy.element)
      .List(prefixes)
      .List(uris)
      .End();
  return sender_.Flush();
}

absl::Status RegistryRows::Put(const rde::EppParams& params) {
  sender_.Of(kEppParamsTable)
      .Bool(true)
      .List(params.versions)
      .List(params.languages)
      .List(params.obj_uris)
      .List(params.ext_uris)
      .Text(params.dcp_xml)
      .End();
  return sender_.Flush();
}

absl::Status RegistryRows::Put(const FormerRegistrars& former) {
  CopyRows& row = sender_.Of(kFormerRegistrars);
  row.Text(ObjectTypeName(former.type)).Text(former.key).Text(former.cl_id).Text(former.cr_id);
  row.Text(former.up_id).Text(former.re_id).Text(former.ac_id);
  if (former.registrar.has_value()) {
    row.Text(former.registrar->name).Text(former.registrar->gurid);
  } else {
    row.Null().Null();
  }
  row.End();
  return sender_.Flush();
}

absl::Status RegistryRows::Put(absl::string_view tld, const rde::DepositInfo& deposit,
                               const rde::Header& header) {
  CopyRows& row = sender_.Of(kDepositTable);
  row.Text(tld).Text(deposit.type).Text(deposit.id).Text(deposit.prev_id);
  if (deposit.resend.has_value()) {
    row.Number(*deposit.resend);
  } else {
    row.Null();
  }
  Date(row, deposit.watermark, {kDepositTable, tld}, "watermark");
  row.Text(deposit.menu_version).List(deposit.menu_uris).Text(header.registrar).Text(header.ppsp);
  row.Text(header.reseller).Text(header.content_tag).End();
  int64_t position = 0;
  for (const rde::HeaderCount& count : header.counts) {
    CopyRows& line = sender_.Of(kHeaderCounts);
    line.Number(position++).Text(count.uri).Text(count.rcdn).Text(count.registrar_id);
    if (count.value.has_value()) {
      line.Number(*count.value);
    } else {
      line.Null();
    }
    line.End();
  }
  return sender_.Flush();
}

}  // namespace tidemark::failover
