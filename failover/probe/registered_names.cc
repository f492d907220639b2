#include "failover/probe/registered_names.h"

#include "failover/probe/names.h"

namespace tidemark::failover::probe {

void RegisteredNames::Want(absl::string_view name) { has_new_ |= names_.try_emplace(name).second; }

// Registries of one level have none.
void RegisteredNames::WantAncestors(absl::string_view name) {
  for (absl::string_view above = ParentOf(name); IsInside(above, tld_); above = ParentOf(above)) {
    Want(above);
  }
}

void RegisteredNames::WantWithAncestors(absl::string_view name) {
  if (!IsInside(name, tld_)) return;
  Want(name);
  WantAncestors(name);
}

void RegisteredNames::Take(const std::string& name, const rde::Domain& domain) {
  const auto found = names_.find(name);
  if (found == names_.end()) return;
  Name& entry = found->second;
  entry = {.is_domain = true};
  if (!IsHostname(name) || !MayBeDelegated(domain, policy_)) return;
  entry.servers = AsLines(probe::ServersOf(domain));
  entry.mirrors = IsMirror(domain);
  if (entry.mirrors) entry.mirrored = PlainName(domain.original_name);
}

void RegisteredNames::Take(const std::string& name, const rde::Nndn& nndn) {
  const auto found = names_.find(name);
  if (found == names_.end()) return;
  Name& entry = found->second;
  entry.is_nndn = true;
  if (entry.is_domain) return;  // which decides, whether it came before or comes after
  entry.mirrors = IsHostname(name) && IsMirror(nndn);
  entry.mirrored = entry.mirrors ? PlainName(nndn.original_name) : "";
}

const RegisteredNames::Name* RegisteredNames::Find(absl::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

std::string RegisteredNames::ServersOf(absl::string_view original) const {
  const Name* const entry = Find(original);
  if (entry == nullptr || entry->servers.empty()) return "";
  for (absl::string_view above = ParentOf(original); IsInside(above, tld_);
       above = ParentOf(above)) {
    const Name* const hiding = Find(above);
    if (hiding != nullptr && (hiding->mirrors || !hiding->servers.empty())) return "";
  }
  return entry->servers;
}

bool RegisteredNames::IsDelegated(const Name& name) const {
  return !name.servers.empty() || (name.mirrors && !ServersOf(name.mirrored).empty());
}

bool RegisteredNames::IsHidden(absl::string_view name) const {
  const absl::string_view above = ParentOf(name);
  return IsInside(above, tld_) && IsAtOrBelowDelegation(above);
}

bool RegisteredNames::IsAtOrBelowDelegation(absl::string_view name) const {
  for (; IsInside(name, tld_); name = ParentOf(name)) {
    const Name* const entry = Find(name);
    if (entry != nullptr && IsDelegated(*entry)) return true;
  }
  return false;
}

HostPlace RegisteredNames::PlaceOf(absl::string_view host) const {
  if (IsAtOrBelowDelegation(host)) return HostPlace::kDelegated;
  for (absl::string_view name = host; IsInside(name, tld_); name = ParentOf(name)) {
    const Name* const entry = Find(name);
    if (entry == nullptr || (!entry->is_domain && !entry->is_nndn)) continue;
    return name == host ? HostPlace::kAtUndelegated : HostPlace::kBelowUndelegated;
  }
  return HostPlace::kUnregistered;
}

}  // namespace tidemark::failover::probe
