#include "failover/probe/chain_count.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "failover/probe/seeded_sample.h"

namespace tidemark::failover {
namespace {

uint64_t IdKey(absl::string_view id) { return probe::SeededHash(0, id); }

uint64_t NameKey(absl::string_view name) {
  return IdKey(absl::AsciiStrToLower(absl::StripSuffix(name, ".")));
}

}  // namespace

void ChainCount::OnDeposit(const rde::DepositInfo& info, const rde::Position&) {
  if (info.type == "FULL") *this = ChainCount();
  info_ = info;
}

void ChainCount::OnRecord(const rde::Record& record, const rde::Position&) {
  if (const auto* domain = std::get_if<rde::Domain>(&record)) {
    domains_.insert(NameKey(domain->name));
  } else if (const auto* host = std::get_if<rde::Host>(&record)) {
    TakeHost(*host);
  } else if (const auto* contact = std::get_if<rde::Contact>(&record)) {
    contacts_.insert(IdKey(contact->id));
  } else if (const auto* registrar = std::get_if<rde::Registrar>(&record)) {
    registrars_.insert(IdKey(registrar->id));
  } else if (const auto* table = std::get_if<rde::IdnTableRef>(&record)) {
    idn_tables_.insert(IdKey(table->id));
  } else if (const auto* nndn = std::get_if<rde::Nndn>(&record)) {
    nndns_.insert(NameKey(nndn->a_name));
  } else if (const auto* deletion = std::get_if<rde::Delete>(&record)) {
    if (info_.type != "FULL") TakeDelete(*deletion);
  }
}

void ChainCount::TakeHost(const rde::Host& host) {
  const uint64_t roid = IdKey(host.roid);
  RemoveHost(roid);
  const uint64_t name = NameKey(host.name);
  hosts_.emplace(roid, name);
  roids_[name].push_back(roid);
}

void ChainCount::RemoveHost(uint64_t roid) {
  const auto host = hosts_.find(roid);
  if (host == hosts_.end()) return;
  const auto named = roids_.find(host->second);
  std::erase(named->second, roid);
  if (named->second.empty()) roids_.erase(named);
  hosts_.erase(host);
}

void ChainCount::TakeDelete(const rde::Delete& deletion) {
  const std::pair<absl::string_view, Keys*> by_name[] = {{rde::kDomainUri, &domains_},
                                                         {rde::kNndnUri, &nndns_}};
  const std::pair<absl::string_view, Keys*> by_id[] = {{rde::kContactUri, &contacts_},
                                                       {rde::kRegistrarUri, &registrars_},
                                                       {rde::kIdnUri, &idn_tables_}};
  for (const auto& [uri, keys] : by_name) {
    if (deletion.uri == uri) keys->erase(NameKey(deletion.key));
  }
  for (const auto& [uri, keys] : by_id) {
    if (deletion.uri == uri) keys->erase(IdKey(deletion.key));
  }
  if (deletion.uri != rde::kHostUri) return;
  if (deletion.key_kind == rde::Delete::KeyKind::kRoid) return RemoveHost(IdKey(deletion.key));
  const auto named = roids_.find(NameKey(deletion.key));
  if (named == roids_.end()) return;
  for (const uint64_t roid : named->second) hosts_.erase(roid);
  roids_.erase(named);
}

void ChainCount::SetCounts(WitnessCounts& counts) const {
  counts.domains = domains_.size();
  counts.hosts = hosts_.size();
  counts.contacts = contacts_.size();
  counts.registrars = registrars_.size();
  counts.idn_tables = idn_tables_.size();
  counts.nndns = nndns_.size();
}

}  // namespace tidemark::failover
