#include <string>
#include <vector>

#include "rde/codec/messages.h"

namespace tidemark::rde {
namespace {

namespace pb = registry::v1;

// An absent part is an absent message, so that most rows stay small.
template <typename Parent>
void EncodeDate(const DateTime& in, Parent& parent, pb::DateTime* (Parent::*mutable_date)()) {
  if (!in.present()) return;
  pb::DateTime& out = *(parent.*mutable_date)();
  out.set_text(in.text);
  if (!in.time.has_value()) return;
  const int64_t seconds = absl::ToUnixSeconds(*in.time);
  out.set_unix_seconds(seconds);
  out.set_nanos(
      static_cast<uint32_t>(absl::ToInt64Nanoseconds(*in.time - absl::FromUnixSeconds(seconds))));
}

template <typename Parent>
void EncodeRef(const RegistrarRef& in, Parent& parent, pb::RegistrarRef* (Parent::*mutable_ref)()) {
  if (in.id.empty() && in.client.empty()) return;
  pb::RegistrarRef& out = *(parent.*mutable_ref)();
  out.set_id(in.id);
  out.set_client(in.client);
}

template <typename Parent>
void EncodePhone(const Phone& in, Parent& parent, pb::Phone* (Parent::*mutable_phone)()) {
  if (in.number.empty() && in.extension.empty()) return;
  pb::Phone& out = *(parent.*mutable_phone)();
  out.set_number(in.number);
  out.set_extension(in.extension);
}

template <typename Repeated>
void EncodeStatuses(const std::vector<StatusValue>& in, Repeated& out) {
  for (const StatusValue& status : in) {
    pb::StatusValue& value = *out.Add();
    value.set_s(status.s);
    value.set_lang(status.lang);
    value.set_text(status.text);
  }
}

template <typename Repeated>
void EncodeAddresses(const std::vector<HostAddress>& in, Repeated& out) {
  for (const HostAddress& address : in) {
    pb::HostAddress& value = *out.Add();
    value.set_version(address.version);
    value.set_address(address.address);
  }
}

template <typename Repeated>
void EncodeStrings(const std::vector<std::string>& in, Repeated& out) {
  for (const std::string& text : in) *out.Add() = text;
}

template <typename Repeated>
void EncodePostal(const std::vector<PostalInfo>& in, Repeated& out) {
  for (const PostalInfo& info : in) {
    pb::PostalInfo& value = *out.Add();
    value.set_type(info.type);
    value.set_name(info.name);
    value.set_org(info.org);
    EncodeStrings(info.address.streets, *value.mutable_streets());
    value.set_city(info.address.city);
    value.set_sp(info.address.sp);
    value.set_pc(info.address.pc);
    value.set_cc(info.address.cc);
  }
}

void EncodeKey(const KeyData& in, pb::KeyData& out) {
  out.set_flags(in.flags);
  out.set_protocol(in.protocol);
  out.set_algorithm(in.algorithm);
  out.set_public_key(in.public_key);
}

void EncodeSecDns(const SecDns& in, pb::SecDns& out) {
  if (in.max_sig_life.has_value()) out.set_max_sig_life(*in.max_sig_life);
  for (const DsData& ds : in.ds) {
    pb::DsData& value = *out.add_ds();
    value.set_key_tag(ds.key_tag);
    value.set_algorithm(ds.algorithm);
    value.set_digest_type(ds.digest_type);
    value.set_digest(ds.digest);
    if (ds.key_data.has_value()) EncodeKey(*ds.key_data, *value.mutable_key_data());
  }
  for (const KeyData& key : in.keys) EncodeKey(key, *out.add_keys());
}

void EncodeTransfer(const TransferData& in, pb::TransferData& out) {
  out.set_status(in.status);
  EncodeRef(in.requested_by, out, &pb::TransferData::mutable_requested_by);
  EncodeDate(in.requested_at, out, &pb::TransferData::mutable_requested_at);
  EncodeRef(in.acting, out, &pb::TransferData::mutable_acting);
  EncodeDate(in.acting_at, out, &pb::TransferData::mutable_acting_at);
  EncodeDate(in.ex_date, out, &pb::TransferData::mutable_ex_date);
}

// What domains, hosts and contacts have alike: RFC 9022 sections 5.1 to 5.3.
template <typename Object, typename Message>
void EncodeCommon(const Object& in, Message& out) {
  out.set_roid(in.roid);
  EncodeStatuses(in.statuses, *out.mutable_statuses());
  out.set_cl_id(in.cl_id);
  EncodeRef(in.cr_rr, out, &Message::mutable_cr_rr);
  EncodeDate(in.cr_date, out, &Message::mutable_cr_date);
  EncodeRef(in.up_rr, out, &Message::mutable_up_rr);
  EncodeDate(in.up_date, out, &Message::mutable_up_date);
  EncodeDate(in.tr_date, out, &Message::mutable_tr_date);
}

}  // namespace

void Encode(const Domain& in, pb::Domain& out) {
  out.Clear();
  EncodeCommon(in, out);
  out.set_name(in.name);
  out.set_u_name(in.u_name);
  out.set_idn_table_id(in.idn_table_id);
  out.set_original_name(in.original_name);
  EncodeStatuses(in.rgp_statuses, *out.mutable_rgp_statuses());
  out.set_registrant(in.registrant);
  for (const DomainContact& contact : in.contacts) {
    pb::DomainContact& value = *out.add_contacts();
    value.set_type(contact.type);
    value.set_id(contact.id);
  }
  EncodeStrings(in.host_objects, *out.mutable_host_objects());
  for (const HostAttribute& attribute : in.host_attributes) {
    pb::HostAttribute& value = *out.add_host_attributes();
    value.set_name(attribute.name);
    EncodeAddresses(attribute.addresses, *value.mutable_addresses());
  }
  EncodeDate(in.ex_date, out, &pb::Domain::mutable_ex_date);
  if (in.sec_dns.has_value()) EncodeSecDns(*in.sec_dns, *out.mutable_sec_dns());
  if (in.transfer.has_value()) EncodeTransfer(*in.transfer, *out.mutable_transfer());
}

void Encode(const Host& in, pb::Host& out) {
  out.Clear();
  EncodeCommon(in, out);
  out.set_name(in.name);
  EncodeAddresses(in.addresses, *out.mutable_addresses());
}

void Encode(const Contact& in, pb::Contact& out) {
  out.Clear();
  EncodeCommon(in, out);
  out.set_id(in.id);
  EncodePostal(in.postal_infos, *out.mutable_postal_infos());
  EncodePhone(in.voice, out, &pb::Contact::mutable_voice);
  EncodePhone(in.fax, out, &pb::Contact::mutable_fax);
  out.set_email(in.email);
  if (in.transfer.has_value()) EncodeTransfer(*in.transfer, *out.mutable_transfer());
  if (!in.disclose.has_value()) return;
  pb::Disclose& disclose = *out.mutable_disclose();
  disclose.set_flag(in.disclose->flag);
  EncodeStrings(in.disclose->name_types, *disclose.mutable_name_types());
  EncodeStrings(in.disclose->org_types, *disclose.mutable_org_types());
  EncodeStrings(in.disclose->addr_types, *disclose.mutable_addr_types());
  disclose.set_voice(in.disclose->voice);
  disclose.set_fax(in.disclose->fax);
  disclose.set_email(in.disclose->email);
}

void Encode(const Registrar& in, pb::Registrar& out) {
  out.Clear();
  out.set_id(in.id);
  out.set_name(in.name);
  out.set_gurid(in.gurid);
  out.set_status(in.status);
  EncodePostal(in.postal_infos, *out.mutable_postal_infos());
  EncodePhone(in.voice, out, &pb::Registrar::mutable_voice);
  EncodePhone(in.fax, out, &pb::Registrar::mutable_fax);
  out.set_email(in.email);
  out.set_url(in.url);
  out.set_whois_name(in.whois_name);
  out.set_whois_url(in.whois_url);
  EncodeDate(in.cr_date, out, &pb::Registrar::mutable_cr_date);
  EncodeDate(in.up_date, out, &pb::Registrar::mutable_up_date);
}

void Encode(const IdnTableRef& in, pb::IdnTableRef& out) {
  out.Clear();
  out.set_id(in.id);
  out.set_url(in.url);
  out.set_url_policy(in.url_policy);
}

void Encode(const Nndn& in, pb::Nndn& out) {
  out.Clear();
  out.set_a_name(in.a_name);
  out.set_u_name(in.u_name);
  out.set_idn_table_id(in.idn_table_id);
  out.set_original_name(in.original_name);
  out.set_name_state(in.name_state);
  out.set_mirroring_ns(in.mirroring_ns);
  EncodeDate(in.cr_date, out, &pb::Nndn::mutable_cr_date);
}

void Encode(const EppParams& in, pb::EppParams& out) {
  out.Clear();
  EncodeStrings(in.versions, *out.mutable_versions());
  EncodeStrings(in.languages, *out.mutable_languages());
  EncodeStrings(in.obj_uris, *out.mutable_obj_uris());
  EncodeStrings(in.ext_uris, *out.mutable_ext_uris());
  out.set_dcp_xml(in.dcp_xml);
}

void Encode(const Policy& in, pb::Policy& out) {
  out.Clear();
  out.set_scope(in.scope);
  out.set_element(in.element);
  for (const auto& [prefix, uri] : in.bindings) {
    pb::Binding& binding = *out.add_bindings();
    binding.set_prefix(prefix);
    binding.set_uri(uri);
  }
}

void Encode(const Header& in, pb::Header& out) {
  out.Clear();
  out.set_tld(in.tld);
  out.set_registrar(in.registrar);
  out.set_ppsp(in.ppsp);
  out.set_reseller(in.reseller);
  for (const HeaderCount& count : in.counts) {
    pb::HeaderCount& value = *out.add_counts();
    value.set_uri(count.uri);
    value.set_rcdn(count.rcdn);
    value.set_registrar_id(count.registrar_id);
    if (count.value.has_value()) value.set_value(*count.value);
  }
  out.set_content_tag(in.content_tag);
}

void Encode(const Delete& in, pb::Delete& out) {
  out.Clear();
  out.set_uri(in.uri);
  out.set_by_roid(in.key_kind == Delete::KeyKind::kRoid);
  out.set_key(in.key);
}

void Encode(const UnknownObject& in, pb::UnknownObject& out) {
  out.Clear();
  out.set_uri(in.uri);
  out.set_local_name(in.local_name);
}

void Encode(const DepositInfo& in, pb::Deposit& out) {
  out.Clear();
  out.set_type(in.type);
  out.set_id(in.id);
  out.set_prev_id(in.prev_id);
  out.set_resend_text(in.resend_text);
  if (in.resend.has_value()) out.set_resend(*in.resend);
  EncodeDate(in.watermark, out, &pb::Deposit::mutable_watermark);
  out.set_menu_version(in.menu_version);
  EncodeStrings(in.menu_uris, *out.mutable_menu_uris());
}

}  // namespace tidemark::rde
