#include "failover/lookup/lookup.h"

#include <array>
#include <utility>

#include "absl/memory/memory.h"
#include "base/status.h"
#include "failover/lookup/servers.h"
#include "failover/lookup/text.h"
#include "failover/zone/ds.h"
#include "failover/zone/publication.h"

namespace tidemark::failover {
namespace {

std::optional<ContactRole> RoleOf(absl::string_view type) {
  if (type == "admin") return ContactRole::kAdmin;
  if (type == "tech") return ContactRole::kTech;
  if (type == "billing") return ContactRole::kBilling;
  return std::nullopt;
}

// Whether one more of a list may be told.
template <typename T>
bool HasRoom(const std::vector<T>& list, size_t max, size_t& left_out) {
  if (list.size() < max) return true;
  ++left_out;
  return false;
}

// What is known of a delegation; `unknown` if it takes more than an answer may cost, which is told.
template <typename T>
absl::StatusOr<T> Bounded(absl::StatusOr<T> found, T unknown, LeftOut& left_out) {
  if (!absl::IsResourceExhausted(found.status())) return found;
  left_out.delegation = true;
  return unknown;
}

void SetSecDns(const rde::Domain& domain, DomainFacts& facts) {
  if (!domain.sec_dns.has_value()) return;
  size_t& left_out = facts.left_out.ds;
  facts.max_sig_life = domain.sec_dns->max_sig_life;
  for (const rde::DsData& ds : domain.sec_dns->ds) {
    if (DsText(ds).ok() && HasRoom(facts.ds, kDsMax, left_out)) facts.ds.push_back(ds);
  }
  for (const rde::KeyData& key : domain.sec_dns->keys) {
    if (!DsTextOfKey(facts.name, key).ok()) continue;
    // Half a key would be another one.
    if (key.public_key.size() > kValueBytesMax) {
      ++left_out;
    } else if (HasRoom(facts.keys, kDsMax, left_out)) {
      facts.keys.push_back(key);
    }
  }
  facts.delegation_signed =
      facts.is_delegated && (!facts.ds.empty() || !facts.keys.empty() || left_out > 0);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Lookup>> Lookup::Create(const RegistryStore& store,
                                                       RddsConfig config) {
  ASSIGN_OR_RETURN(const rde::DepositInfo deposit, store.Deposit());
  if (!deposit.watermark.time.has_value() || DateText(*deposit.watermark.time).empty()) {
    return absl::FailedPreconditionError("the deposit's watermark is no date");
  }
  ASSIGN_OR_RETURN(RegistrarDirectory registrars, RegistrarDirectory::Load(store, config));
  auto lookup = absl::WrapUnique(new Lookup(store, std::move(config), std::move(registrars)));
  lookup->watermark_ = *deposit.watermark.time;
  return lookup;
}

bool Lookup::IsOurs(absl::string_view name) const { return IsBelow(name, config_.tld); }

std::string Lookup::OurNameOrNone(absl::string_view text) const {
  const std::optional<std::string> name = CanonicalName(text);
  return name.has_value() && IsOurs(*name) ? *name : "";
}

absl::StatusOr<ServerFacts> Lookup::FindServer(absl::string_view name) const {
  ASSIGN_OR_RETURN(const bool referred, store_.IsHostReferredTo(name));
  LeftOut left_out;
  ServerFinder finder(store_, registrars_, left_out);
  ASSIGN_OR_RETURN(std::optional<ServerFacts> server,
                   finder.Object(std::string(name), referred ? ReferredTo::kYes : ReferredTo::kNo));
  if (!server.has_value()) return absl::NotFoundError("not in the registry");
  server->left_out = left_out;
  return *std::move(server);
}

absl::Status Lookup::SetContacts(const rde::Domain& domain, DomainFacts& facts) const {
  std::array<bool, kContactRoles> taken{};
  size_t tried = 0;
  const auto add = [&](ContactRole role, const std::string& id) -> absl::Status {
    bool& is_taken = taken[static_cast<size_t>(role)];
    if (id.empty() || is_taken) return absl::OkStatus();
    if (!config_.redaction.ShowsRole(role)) {
      is_taken = true;
      facts.withheld_roles.push_back(role);
      return absl::OkStatus();
    }
    if (tried == kContactsMax) return absl::OkStatus();
    ++tried;
    const absl::StatusOr<rde::Contact> contact = store_.FindContact(id);
    if (absl::IsNotFound(contact.status())) return absl::OkStatus();
    RETURN_IF_ERROR(contact.status());
    is_taken = true;
    facts.contacts.push_back({.role = role,
                              .contact = Disclose(*contact, config_.redaction, role),
                              .statuses = {},
                              .left_out = {}});
    facts.left_out.lines += facts.contacts.back().contact.lines_left_out;
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(add(ContactRole::kRegistrant, domain.registrant));
  for (const rde::DomainContact& contact : domain.contacts) {
    const std::optional<ContactRole> role = RoleOf(contact.type);
    if (role.has_value()) RETURN_IF_ERROR(add(*role, contact.id));
  }
  return absl::OkStatus();
}

absl::Status Lookup::SetVariants(const rde::Domain& domain, DomainFacts& facts) const {
  facts.idn_table_id = domain.idn_table_id;
  facts.original_name = OurNameOrNone(domain.original_name);
  if (!facts.original_name.empty()) {
    const absl::Status original = store_.FindDomain(facts.original_name).status();
    if (!absl::IsNotFound(original)) RETURN_IF_ERROR(original);
    facts.original_is_registered = original.ok();
  }
  ASSIGN_OR_RETURN(facts.variants, store_.FindVariantsOf(facts.name, kVariantsMax + 1));
  facts.left_out.variants = facts.variants.size() > kVariantsMax;
  if (facts.left_out.variants) facts.variants.pop_back();
  // A variant without a name that can be asked for is told to nobody.
  std::erase_if(facts.variants, [this](const Variant& variant) {
    return OurNameOrNone(variant.name) != variant.name;
  });
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ServerFacts>> Lookup::ServersOf(const rde::Domain& domain,
                                                           const Delegations& delegations,
                                                           LeftOut& left_out) const {
  ServerFinder finder(store_, registrars_, left_out);
  if (!IsMirrored(domain)) return finder.Of(domain);
  ASSIGN_OR_RETURN(const Delegations::Original original,
                   Bounded(delegations.FindOriginal(domain.original_name), {}, left_out));
  if (original.servers.empty()) return std::vector<ServerFacts>();
  return finder.Of(*original.domain);
}

absl::StatusOr<DomainFacts> Lookup::FindDomain(absl::string_view name) const {
  if (!IsOurs(name)) return absl::NotFoundError("not below the TLD");
  ASSIGN_OR_RETURN(const rde::Domain domain, store_.FindDomain(name));
  DomainFacts facts;
  facts.name = std::string(name);
  facts.unicode_name = UnicodeNameOf(name);
  facts.hides_roid = !config_.redaction.domain_id;
  if (!facts.hides_roid) facts.roid = domain.roid;
  NamesAbove bound{kNamesAboveMax};
  const Delegations delegations(store_, config_.tld, config_.zone, &bound);
  ASSIGN_OR_RETURN(facts.servers, ServersOf(domain, delegations, facts.left_out));
  ASSIGN_OR_RETURN(const bool is_inactive,
                   Bounded(delegations.IsInactive(domain), false, facts.left_out));
  Statuses statuses =
      DomainStatuses(domain.statuses, IsAboutToBeDeleted(domain) ? Deleted::kSoon : Deleted::kNo,
                     is_inactive ? HasServers::kNo : HasServers::kYes);
  Statuses rgp = RgpStatuses(domain.rgp_statuses);
  facts.left_out.statuses += statuses.left_out + rgp.left_out;
  facts.statuses = std::move(statuses.words);
  facts.rgp_statuses = std::move(rgp.words);
  facts.registrar = registrars_.SponsorOf(domain.cl_id);
  facts.left_out.lines += facts.registrar->left_out.lines;
  RETURN_IF_ERROR(SetContacts(domain, facts));
  facts.dates = {.created = domain.cr_date.time,
                 .updated = domain.up_date.time,
                 .transferred = domain.tr_date.time,
                 .expires = domain.ex_date.time};
  ASSIGN_OR_RETURN(facts.is_delegated,
                   Bounded(delegations.IsDelegated(name, domain), false, facts.left_out));
  SetSecDns(domain, facts);
  RETURN_IF_ERROR(SetVariants(domain, facts));
  return facts;
}

absl::StatusOr<NndnFacts> Lookup::FindNndn(absl::string_view name) const {
  if (!IsOurs(name)) return absl::NotFoundError("not below the TLD");
  ASSIGN_OR_RETURN(const rde::Nndn nndn, store_.FindNndn(name));
  NndnFacts facts{.name = std::string(name),
                  .state = nndn.name_state,
                  .original_name = OurNameOrNone(nndn.original_name),
                  .is_delegated = false};
  NamesAbove bound{kNamesAboveMax};
  const Delegations delegations(store_, config_.tld, config_.zone, &bound);
  LeftOut left_out;
  ASSIGN_OR_RETURN(facts.is_delegated,
                   Bounded(delegations.IsDelegated(name, nndn), false, left_out));
  return facts;
}

absl::StatusOr<ContactFacts> Lookup::FindContact(absl::string_view id) const {
  // Asked for by itself a contact is nobody's registrant, and no `disclose` speaks of ids: the
  // policy alone decides (decision 52). Before the store is read: neither an answer that withholds
  // everything, nor an error, nor the time that it takes is to tell who is in the registry.
  if (config_.redaction.fields[ContactField::kId] != Exposure::kAlways) {
    return absl::NotFoundError("not in the registry");
  }
  ASSIGN_OR_RETURN(const rde::Contact contact, store_.FindContact(id));
  ASSIGN_OR_RETURN(const bool referred, store_.IsContactReferredTo(id));
  ContactFacts facts;
  facts.contact = Disclose(contact, config_.redaction, std::nullopt);
  Statuses statuses =
      ContactStatuses(contact.statuses, referred ? ReferredTo::kYes : ReferredTo::kNo);
  facts.statuses = std::move(statuses.words);
  facts.left_out.statuses = statuses.left_out;
  facts.left_out.lines = facts.contact.lines_left_out;
  return facts;
}

}  // namespace tidemark::failover
