#include "failover/lookup/lookup.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/lookup/derived.h"
#include "failover/lookup/text.h"
#include "failover/zone/ds.h"
#include "failover/zone/publication.h"

namespace tidemark::failover {
namespace {

bool IsDecimal(absl::string_view text) {
  return !text.empty() && text.size() <= 10 && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

void AddAddresses(const std::vector<rde::HostAddress>& from, std::vector<Address>& to) {
  for (const rde::HostAddress& text : from) {
    std::optional<Address> address = CanonicalAddress(text.address);
    if (address.has_value() && std::find(to.begin(), to.end(), *address) == to.end()) {
      to.push_back(*std::move(address));
    }
  }
}

std::optional<ContactRole> RoleOf(absl::string_view type) {
  if (type == "admin") return ContactRole::kAdmin;
  if (type == "tech") return ContactRole::kTech;
  if (type == "billing") return ContactRole::kBilling;
  return std::nullopt;
}

std::string CanonicalOrNone(absl::string_view name) { return CanonicalName(name).value_or(""); }

void SetSecDns(const rde::Domain& domain, const RddsConfig& config, DomainFacts& facts) {
  if (!domain.sec_dns.has_value()) return;
  facts.max_sig_life = domain.sec_dns->max_sig_life;
  for (const rde::DsData& ds : domain.sec_dns->ds) {
    if (DsText(ds).ok()) facts.ds.push_back(ds);
  }
  for (const rde::KeyData& key : domain.sec_dns->keys) {
    if (DsTextOfKey(facts.name, key).ok()) facts.keys.push_back(key);
  }
  ZoneConfig zone;
  zone.publish_pending_delete = config.publish_pending_delete;
  facts.delegation_signed = (!facts.ds.empty() || !facts.keys.empty()) && !facts.servers.empty() &&
                            PublicationOf(domain, zone) == Publication::kPublished;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Lookup>> Lookup::Create(const RegistryStore& store,
                                                       RddsConfig config) {
  ASSIGN_OR_RETURN(const rde::DepositInfo deposit, store.Deposit());
  if (!deposit.watermark.time.has_value() || DateText(*deposit.watermark.time).empty()) {
    return absl::FailedPreconditionError("the deposit's watermark is no date");
  }
  auto lookup = absl::WrapUnique(new Lookup(store, std::move(config)));
  lookup->watermark_ = *deposit.watermark.time;
  RETURN_IF_ERROR(lookup->LoadRegistrars());
  return lookup;
}

absl::Status Lookup::LoadRegistrars() {
  return store_.ForEachRegistrar([this](const rde::Registrar& registrar) -> absl::Status {
    if (registrars_.size() == kRegistrarsMax) {
      return absl::ResourceExhaustedError(
          absl::StrCat("more than ", kRegistrarsMax, " registrars"));
    }
    auto facts = std::make_shared<RegistrarFacts>();
    facts->has_iana_id = IsDecimal(registrar.gurid);
    facts->handle = facts->has_iana_id ? registrar.gurid : registrar.id;
    facts->record = registrar;
    const auto addition = config_.registrars.find(registrar.gurid);
    if (addition != config_.registrars.end()) facts->addition = addition->second;
    const size_t number = registrars_.size();
    by_id_.emplace(registrar.id, number);
    // An IANA id is everybody's word for a registrar; an id of the registry's own must not take it.
    const auto [holder, is_new] = by_handle_.emplace(facts->handle, number);
    if (!is_new && facts->has_iana_id && !registrars_[holder->second]->has_iana_id) {
      holder->second = number;
    }
    by_name_.emplace(absl::AsciiStrToLower(registrar.name), number);
    registrars_.push_back(std::move(facts));
    return absl::OkStatus();
  });
}

std::shared_ptr<const RegistrarFacts> Lookup::SponsorOf(absl::string_view id) const {
  const auto found = by_id_.find(id);
  if (found != by_id_.end()) return registrars_[found->second];
  auto unknown = std::make_shared<RegistrarFacts>();
  unknown->handle = std::string(id);
  unknown->record.id = std::string(id);
  unknown->record.name = std::string(id);
  return unknown;
}

std::shared_ptr<const RegistrarFacts> Lookup::FindRegistrar(absl::string_view handle) const {
  const auto found = by_handle_.find(handle);
  return found == by_handle_.end() ? nullptr : registrars_[found->second];
}

std::shared_ptr<const RegistrarFacts> Lookup::FindRegistrarByName(absl::string_view name) const {
  const auto found = by_name_.find(absl::AsciiStrToLower(name));
  return found == by_name_.end() ? nullptr : registrars_[found->second];
}

absl::StatusOr<std::optional<ServerFacts>> Lookup::HostObject(const std::string& name) const {
  ASSIGN_OR_RETURN(const std::vector<rde::Host> hosts, store_.FindHostsByName(name));
  if (hosts.empty()) return std::nullopt;
  ASSIGN_OR_RETURN(const bool referred, store_.IsHostReferredTo(name));
  const rde::Host& first = hosts[0];
  ServerFacts server;
  server.name = name;
  server.unicode_name = UnicodeNameOf(name);
  server.roid = first.roid;
  server.statuses = LinkableStatuses(first.statuses, referred ? ReferredTo::kYes : ReferredTo::kNo);
  server.objects = hosts.size();
  for (const rde::Host& host : hosts) AddAddresses(host.addresses, server.addresses);
  server.registrar = SponsorOf(first.cl_id);
  server.dates = {.created = first.cr_date.time,
                  .updated = first.up_date.time,
                  .transferred = first.tr_date.time,
                  .expires = std::nullopt};
  return server;
}

absl::StatusOr<ServerFacts> Lookup::FindServer(absl::string_view name) const {
  ASSIGN_OR_RETURN(std::optional<ServerFacts> server, HostObject(std::string(name)));
  if (!server.has_value()) return absl::NotFoundError("not in the registry");
  return *std::move(server);
}

absl::StatusOr<std::vector<ServerFacts>> Lookup::ServersOf(const rde::Domain& domain) const {
  std::vector<ServerFacts> servers;
  const auto is_there = [&servers](const std::string& name) {
    return std::any_of(servers.begin(), servers.end(),
                       [&name](const ServerFacts& server) { return server.name == name; });
  };
  for (const std::string& text : domain.host_objects) {
    const std::string name = CanonicalOrNone(text);
    if (name.empty() || is_there(name)) continue;
    ASSIGN_OR_RETURN(std::optional<ServerFacts> server, HostObject(name));
    if (!server.has_value()) {
      // The deposit does not have it; the zone names it all the same.
      server.emplace();
      server->name = name;
      server->unicode_name = UnicodeNameOf(name);
    }
    servers.push_back(*std::move(server));
  }
  for (const rde::HostAttribute& attribute : domain.host_attributes) {
    const std::string name = CanonicalOrNone(attribute.name);
    if (name.empty() || is_there(name)) continue;
    ServerFacts server;
    server.name = name;
    server.unicode_name = UnicodeNameOf(name);
    AddAddresses(attribute.addresses, server.addresses);
    servers.push_back(std::move(server));
  }
  return servers;
}

absl::Status Lookup::SetContacts(const rde::Domain& domain, DomainFacts& facts) const {
  std::array<bool, kContactRoles> taken{};
  const auto add = [&](ContactRole role, const std::string& id) -> absl::Status {
    bool& is_taken = taken[static_cast<size_t>(role)];
    if (id.empty() || is_taken) return absl::OkStatus();
    if (!config_.redaction.ShowsRole(role)) {
      is_taken = true;
      facts.withheld_roles.push_back(role);
      return absl::OkStatus();
    }
    const absl::StatusOr<rde::Contact> contact = store_.FindContact(id);
    if (absl::IsNotFound(contact.status())) return absl::OkStatus();
    RETURN_IF_ERROR(contact.status());
    is_taken = true;
    facts.contacts.push_back(
        {.role = role, .contact = Disclose(*contact, config_.redaction, role), .statuses = {}});
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(add(ContactRole::kRegistrant, domain.registrant));
  for (const rde::DomainContact& contact : domain.contacts) {
    const std::optional<ContactRole> role = RoleOf(contact.type);
    if (role.has_value()) RETURN_IF_ERROR(add(*role, contact.id));
  }
  return absl::OkStatus();
}

absl::StatusOr<DomainFacts> Lookup::FindDomain(absl::string_view name) const {
  ASSIGN_OR_RETURN(const rde::Domain domain, store_.FindDomain(name));
  DomainFacts facts;
  facts.name = std::string(name);
  facts.unicode_name = UnicodeNameOf(name);
  if (config_.redaction.domain_id) facts.roid = domain.roid;
  ASSIGN_OR_RETURN(facts.servers, ServersOf(domain));
  facts.rgp_statuses = RgpStatuses(domain.rgp_statuses);
  facts.statuses = DomainStatuses(domain.statuses, facts.rgp_statuses,
                                  facts.servers.empty() ? HasServers::kNo : HasServers::kYes);
  facts.registrar = SponsorOf(domain.cl_id);
  RETURN_IF_ERROR(SetContacts(domain, facts));
  facts.dates = {.created = domain.cr_date.time,
                 .updated = domain.up_date.time,
                 .transferred = domain.tr_date.time,
                 .expires = domain.ex_date.time};
  SetSecDns(domain, config_, facts);
  facts.idn_table_id = domain.idn_table_id;
  facts.original_name = CanonicalOrNone(domain.original_name);
  ASSIGN_OR_RETURN(facts.variants, store_.FindVariantsOf(name, kVariantsMax));
  // A variant without a name that can be asked for is told to nobody.
  std::erase_if(facts.variants,
                [](const Variant& variant) { return CanonicalName(variant.name) != variant.name; });
  return facts;
}

absl::StatusOr<NndnFacts> Lookup::FindNndn(absl::string_view name) const {
  ASSIGN_OR_RETURN(const rde::Nndn nndn, store_.FindNndn(name));
  return NndnFacts{.name = std::string(name),
                   .state = nndn.name_state,
                   .original_name = CanonicalOrNone(nndn.original_name)};
}

absl::StatusOr<ContactFacts> Lookup::FindContact(absl::string_view id) const {
  // An answer that withholds everything would still tell who is in the registry.
  if (config_.redaction.fields[ContactField::kId] == Exposure::kNever) {
    return absl::NotFoundError("not in the registry");
  }
  ASSIGN_OR_RETURN(const rde::Contact contact, store_.FindContact(id));
  ASSIGN_OR_RETURN(const bool referred, store_.IsContactReferredTo(id));
  ContactFacts facts;
  facts.contact = Disclose(contact, config_.redaction, std::nullopt);
  facts.statuses =
      LinkableStatuses(contact.statuses, referred ? ReferredTo::kYes : ReferredTo::kNo);
  return facts;
}

}  // namespace tidemark::failover
