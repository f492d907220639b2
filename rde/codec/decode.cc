#include <string>
#include <vector>

#include "rde/codec/messages.h"

namespace tidemark::rde {
namespace {

namespace pb = registry::v1;

DateTime DecodeDate(const pb::DateTime& in) {
  DateTime out{.text = in.text(), .time = std::nullopt};
  if (in.has_unix_seconds()) {
    out.time = absl::FromUnixSeconds(in.unix_seconds()) + absl::Nanoseconds(in.nanos());
  }
  return out;
}

RegistrarRef DecodeRef(const pb::RegistrarRef& in) {
  return {.id = in.id(), .client = in.client()};
}

Phone DecodePhone(const pb::Phone& in) {
  return {.number = in.number(), .extension = in.extension()};
}

template <typename Repeated>
std::vector<StatusValue> DecodeStatuses(const Repeated& in) {
  std::vector<StatusValue> out;
  out.reserve(in.size());
  for (const pb::StatusValue& value : in) out.push_back({value.s(), value.lang(), value.text()});
  return out;
}

template <typename Repeated>
std::vector<HostAddress> DecodeAddresses(const Repeated& in) {
  std::vector<HostAddress> out;
  out.reserve(in.size());
  for (const pb::HostAddress& value : in) out.push_back({value.version(), value.address()});
  return out;
}

template <typename Repeated>
std::vector<std::string> DecodeStrings(const Repeated& in) {
  return std::vector<std::string>(in.begin(), in.end());
}

template <typename Repeated>
std::vector<PostalInfo> DecodePostal(const Repeated& in) {
  std::vector<PostalInfo> out;
  for (const pb::PostalInfo& value : in) {
    out.push_back({.type = value.type(),
                   .name = value.name(),
                   .org = value.org(),
                   .address = {.streets = DecodeStrings(value.streets()),
                               .city = value.city(),
                               .sp = value.sp(),
                               .pc = value.pc(),
                               .cc = value.cc()}});
  }
  return out;
}

KeyData DecodeKey(const pb::KeyData& in) {
  return {.flags = static_cast<uint16_t>(in.flags()),
          .protocol = static_cast<uint8_t>(in.protocol()),
          .algorithm = static_cast<uint8_t>(in.algorithm()),
          .public_key = in.public_key()};
}

SecDns DecodeSecDns(const pb::SecDns& in) {
  SecDns out;
  if (in.has_max_sig_life()) out.max_sig_life = in.max_sig_life();
  for (const pb::DsData& value : in.ds()) {
    DsData& ds = out.ds.emplace_back();
    ds.key_tag = static_cast<uint16_t>(value.key_tag());
    ds.algorithm = static_cast<uint8_t>(value.algorithm());
    ds.digest_type = static_cast<uint8_t>(value.digest_type());
    ds.digest = value.digest();
    if (value.has_key_data()) ds.key_data = DecodeKey(value.key_data());
  }
  for (const pb::KeyData& value : in.keys()) out.keys.push_back(DecodeKey(value));
  return out;
}

TransferData DecodeTransfer(const pb::TransferData& in) {
  return {.status = in.status(),
          .requested_by = DecodeRef(in.requested_by()),
          .requested_at = DecodeDate(in.requested_at()),
          .acting = DecodeRef(in.acting()),
          .acting_at = DecodeDate(in.acting_at()),
          .ex_date = DecodeDate(in.ex_date())};
}

// What domains, hosts and contacts have alike: RFC 9022 sections 5.1 to 5.3.
template <typename Message, typename Object>
void DecodeCommon(const Message& in, Object& out) {
  out.roid = in.roid();
  out.statuses = DecodeStatuses(in.statuses());
  out.cl_id = in.cl_id();
  out.cr_rr = DecodeRef(in.cr_rr());
  out.cr_date = DecodeDate(in.cr_date());
  out.up_rr = DecodeRef(in.up_rr());
  out.up_date = DecodeDate(in.up_date());
  out.tr_date = DecodeDate(in.tr_date());
}

}  // namespace

void Decode(const pb::Domain& in, Domain& out) {
  DecodeCommon(in, out);
  out.name = in.name();
  out.u_name = in.u_name();
  out.idn_table_id = in.idn_table_id();
  out.original_name = in.original_name();
  out.rgp_statuses = DecodeStatuses(in.rgp_statuses());
  out.registrant = in.registrant();
  for (const pb::DomainContact& value : in.contacts()) {
    out.contacts.push_back({.type = value.type(), .id = value.id()});
  }
  out.host_objects = DecodeStrings(in.host_objects());
  for (const pb::HostAttribute& value : in.host_attributes()) {
    out.host_attributes.push_back(
        {.name = value.name(), .addresses = DecodeAddresses(value.addresses())});
  }
  out.ex_date = DecodeDate(in.ex_date());
  if (in.has_sec_dns()) out.sec_dns = DecodeSecDns(in.sec_dns());
  if (in.has_transfer()) out.transfer = DecodeTransfer(in.transfer());
}

void Decode(const pb::Host& in, Host& out) {
  DecodeCommon(in, out);
  out.name = in.name();
  out.addresses = DecodeAddresses(in.addresses());
}

void Decode(const pb::Contact& in, Contact& out) {
  DecodeCommon(in, out);
  out.id = in.id();
  out.postal_infos = DecodePostal(in.postal_infos());
  out.voice = DecodePhone(in.voice());
  out.fax = DecodePhone(in.fax());
  out.email = in.email();
  if (in.has_transfer()) out.transfer = DecodeTransfer(in.transfer());
  if (!in.has_disclose()) return;
  out.disclose = Disclose{.flag = in.disclose().flag(),
                          .name_types = DecodeStrings(in.disclose().name_types()),
                          .org_types = DecodeStrings(in.disclose().org_types()),
                          .addr_types = DecodeStrings(in.disclose().addr_types()),
                          .voice = in.disclose().voice(),
                          .fax = in.disclose().fax(),
                          .email = in.disclose().email()};
}

void Decode(const pb::Registrar& in, Registrar& out) {
  out.id = in.id();
  out.name = in.name();
  out.gurid = in.gurid();
  out.status = in.status();
  out.postal_infos = DecodePostal(in.postal_infos());
  out.voice = DecodePhone(in.voice());
  out.fax = DecodePhone(in.fax());
  out.email = in.email();
  out.url = in.url();
  out.whois_name = in.whois_name();
  out.whois_url = in.whois_url();
  out.cr_date = DecodeDate(in.cr_date());
  out.up_date = DecodeDate(in.up_date());
}

void Decode(const pb::IdnTableRef& in, IdnTableRef& out) {
  out.id = in.id();
  out.url = in.url();
  out.url_policy = in.url_policy();
}

void Decode(const pb::Nndn& in, Nndn& out) {
  out.a_name = in.a_name();
  out.u_name = in.u_name();
  out.idn_table_id = in.idn_table_id();
  out.original_name = in.original_name();
  out.name_state = in.name_state();
  out.mirroring_ns = in.mirroring_ns();
  out.cr_date = DecodeDate(in.cr_date());
}

void Decode(const pb::EppParams& in, EppParams& out) {
  out.versions = DecodeStrings(in.versions());
  out.languages = DecodeStrings(in.languages());
  out.obj_uris = DecodeStrings(in.obj_uris());
  out.ext_uris = DecodeStrings(in.ext_uris());
  out.dcp_xml = in.dcp_xml();
}

void Decode(const pb::Policy& in, Policy& out) {
  out.scope = in.scope();
  out.element = in.element();
  for (const pb::Binding& binding : in.bindings()) {
    out.bindings.emplace_back(binding.prefix(), binding.uri());
  }
}

void Decode(const pb::Header& in, Header& out) {
  out.tld = in.tld();
  out.registrar = in.registrar();
  out.ppsp = in.ppsp();
  out.reseller = in.reseller();
  for (const pb::HeaderCount& value : in.counts()) {
    HeaderCount& count = out.counts.emplace_back();
    count.uri = value.uri();
    count.rcdn = value.rcdn();
    count.registrar_id = value.registrar_id();
    if (value.has_value()) count.value = value.value();
  }
  out.content_tag = in.content_tag();
}

void Decode(const pb::Delete& in, Delete& out) {
  out.uri = in.uri();
  out.key_kind = in.by_roid() ? Delete::KeyKind::kRoid : Delete::KeyKind::kId;
  out.key = in.key();
}

void Decode(const pb::UnknownObject& in, UnknownObject& out) {
  out.uri = in.uri();
  out.local_name = in.local_name();
}

void Decode(const pb::Deposit& in, DepositInfo& out) {
  out.type = in.type();
  out.id = in.id();
  out.prev_id = in.prev_id();
  out.resend_text = in.resend_text();
  if (in.has_resend()) out.resend = static_cast<uint16_t>(in.resend());
  out.watermark = DecodeDate(in.watermark());
  out.menu_version = in.menu_version();
  out.menu_uris = DecodeStrings(in.menu_uris());
}

}  // namespace tidemark::rde
