#include "failover/probe/deposit_reading.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "failover/probe/confidence.h"
#include "failover/probe/names.h"

namespace tidemark::failover::probe {
namespace {

PendingDelete PolicyOf(const WitnessOptions& options) {
  return options.publish_pending_delete ? PendingDelete::kPublished : PendingDelete::kWithheld;
}

absl::string_view ParentOf(absl::string_view name) {
  const size_t dot = name.find('.');
  return dot == absl::string_view::npos ? absl::string_view() : name.substr(dot + 1);
}

std::string DsOf(const rde::Domain& domain, const std::string& name) {
  std::vector<std::string> records = DsDataOf(domain);
  for (const std::string& key : KeyDataOf(domain)) {
    std::string ds = DsOfKey(name, key);
    if (!ds.empty()) records.push_back(std::move(ds));
  }
  return AsLines(std::move(records));
}

}  // namespace

absl::Status ReadingSink::CheckEnd() const {
  if (!has_deposit_) return absl::FailedPreconditionError("this is no deposit");
  if (broke_off_) return absl::FailedPreconditionError("the deposit cannot be read to its end");
  return absl::OkStatus();
}

FirstReading::FirstReading(const WitnessOptions& options, std::string tld)
    : delegations(options.sample),
      withheld(options.sample),
      registrations(options.sample),
      nndns(options.sample),
      options_(options),
      tld_(std::move(tld)),
      policy_(PolicyOf(options)) {}

void FirstReading::OnRecord(const rde::Record& record, const rde::Position&) {
  if (const auto* domain = std::get_if<rde::Domain>(&record)) {
    TakeDomain(*domain);
  } else if (const auto* nndn = std::get_if<rde::Nndn>(&record)) {
    TakeNndn(*nndn);
  } else if (const auto* registrar = std::get_if<rde::Registrar>(&record)) {
    if (options_.registrations == Registrations::kYes) {
      registrars[registrar->id] = RegistrarFactsOf(*registrar);
    }
  } else if (std::holds_alternative<rde::Host>(record)) {
    ++counts.hosts;
  }
}

void FirstReading::TakeDomain(const rde::Domain& domain) {
  ++counts.domains;
  const std::string name = PlainName(domain.name);
  if (name.empty() || !IsInside(name, tld_)) {
    ++counts.impossible;
    return;
  }
  const uint64_t hash = SeededHash(options_.seed, name);
  if (options_.registrations == Registrations::kYes) {
    registrations.Offer(hash, [&] { return RegistrationOf(domain, name, policy_); });
  }
  const std::vector<std::string> servers = ServersOf(domain);
  std::string original = IsMirror(domain) ? PlainName(domain.original_name) : "";
  if ((servers.empty() && original.empty()) || !MayBeDelegated(domain, policy_)) {
    ++counts.withheld;
    return withheld.Offer(hash, [&] { return name; });
  }
  Count(name, original);
  delegations.Offer(hash, [&] {
    return Candidate{.name = name,
                     .servers = AsLines(servers),
                     .ds = DsOf(domain, name),
                     .mirrored = std::move(original)};
  });
}

void FirstReading::Count(const std::string& name, const std::string& original) {
  const absl::string_view above = ParentOf(name);
  ++candidates[{above == tld_ ? "" : std::string(above), original}];
}

void FirstReading::TakeNndn(const rde::Nndn& nndn) {
  ++counts.nndns;
  const std::string name = PlainName(nndn.a_name);
  if (name.empty() || !IsInside(name, tld_)) {
    ++counts.impossible;
    return;
  }
  const uint64_t hash = SeededHash(options_.seed, name);
  nndns.Offer(hash, [&] { return name; });
  std::string original = PlainName(nndn.original_name);
  if (nndn.name_state == "mirrored" && nndn.mirroring_ns && !original.empty()) {
    Count(name, original);
    delegations.Offer(hash, [&] {
      return Candidate{.name = name, .servers = "", .ds = "", .mirrored = std::move(original)};
    });
  } else {
    ++counts.withheld;
    withheld.Offer(hash, [&] { return name; });
  }
}

SecondReading::SecondReading(const WitnessOptions& options, std::vector<Candidate> candidates,
                             CandidateCounts counts, std::vector<std::string> absent,
                             Testimony& testimony)
    : options_(options),
      policy_(PolicyOf(options)),
      testimony_(testimony),
      candidates_(std::move(candidates)),
      counts_(std::move(counts)),
      absent_(std::move(absent)),
      absent_names_(absent_.begin(), absent_.end()) {
  for (const std::string& server : options.own_servers) {
    testimony_.delegations.Exempt(PlainName(server));
  }
  for (const Candidate& candidate : candidates_) {
    WantAncestors(candidate.name);
    WantServers(candidate.servers);
    if (!candidate.mirrored.empty()) WantOriginal(candidate.mirrored);
  }
  for (const auto& [group, count] : counts_) {
    if (!group.first.empty()) WantOriginal(group.first);
    if (!group.second.empty()) WantOriginal(group.second);
  }
  for (const Registration& registration : testimony_.registrations) {
    WantAncestors(registration.name);
    if (!registration.mirrored.empty()) WantOriginal(registration.mirrored);
    for (const std::string& contact : LinesOf(registration.contacts)) {
      testimony_.contacts.try_emplace(contact.substr(contact.find(' ') + 1));
    }
  }
}

// Registries of one level have none.
void SecondReading::WantAncestors(const std::string& name) {
  for (absl::string_view above = ParentOf(name); IsInside(above, testimony_.tld);
       above = ParentOf(above)) {
    others_.try_emplace(std::string(above));
  }
}

void SecondReading::WantOriginal(const std::string& name) {
  others_.try_emplace(name);
  WantAncestors(name);
}

std::string SecondReading::ServersOfOriginal(const std::string& name) const {
  return IsInside(name, testimony_.tld) && !IsHidden(name) ? others_.find(name)->second : "";
}

bool SecondReading::IsHidden(absl::string_view name) const {
  for (absl::string_view above = ParentOf(name); IsInside(above, testimony_.tld);
       above = ParentOf(above)) {
    if (!others_.find(above)->second.empty()) return true;
  }
  return false;
}

bool SecondReading::WantServers(const std::string& lines) {
  bool has_new = false;
  for (const std::string& server : LinesOf(lines)) {
    if (!IsInside(server, testimony_.tld) || testimony_.delegations.WantsAddressesOf(server)) {
      continue;
    }
    testimony_.delegations.WantAddressesOf(server);
    has_new = true;
  }
  return has_new;
}

void SecondReading::OnRecord(const rde::Record& record, const rde::Position&) {
  if (const auto* domain = std::get_if<rde::Domain>(&record)) {
    TakeDomain(*domain);
  } else if (const auto* host = std::get_if<rde::Host>(&record)) {
    TakeAddresses(host->name, host->addresses);
  } else if (const auto* contact = std::get_if<rde::Contact>(&record)) {
    const auto wanted = testimony_.contacts.find(contact->id);
    if (wanted != testimony_.contacts.end()) wanted->second = TaggedValues(*contact);
  }
}

void SecondReading::TakeDomain(const rde::Domain& domain) {
  // What a domain says about a host holds for every domain that uses it.
  for (const rde::HostAttribute& host : domain.host_attributes) {
    TakeAddresses(host.name, host.addresses);
  }
  if (others_.empty() && absent_names_.empty()) return;
  const std::string name = PlainName(domain.name);
  absent_names_.erase(name);
  const auto other = others_.find(name);
  if (other != others_.end() && MayBeDelegated(domain, policy_)) {
    other->second = AsLines(ServersOf(domain));
  }
}

void SecondReading::TakeAddresses(absl::string_view host,
                                  const std::vector<rde::HostAddress>& addresses) {
  if (addresses.empty()) return;
  const std::string name = PlainName(host);
  if (!testimony_.delegations.WantsAddressesOf(name)) return;
  for (const rde::HostAddress& address : addresses) {
    const std::string plain = PlainAddress(address.address);
    if (!plain.empty()) testimony_.delegations.AddAddress(name, plain);
  }
}

bool SecondReading::WantsMore() {
  bool has_new = false;
  for (Candidate& candidate : candidates_) {
    if (candidate.mirrored.empty()) continue;
    candidate.servers = ServersOfOriginal(candidate.mirrored);
    has_new |= WantServers(candidate.servers);
  }
  return has_new;
}

// Of all candidates, those outside the sample included.
void SecondReading::FinishCounts() {
  WitnessCounts& counts = testimony_.counts;
  for (const auto& [group, count] : counts_) {
    const auto& [above, original] = group;
    if (!above.empty() && (!others_.find(above)->second.empty() || IsHidden(above))) {
      counts.impossible += count;
    } else if (!original.empty() && ServersOfOriginal(original).empty()) {
      counts.withheld += count;
    } else {
      counts.delegations += count;
    }
  }
}

void SecondReading::FinishRegistrations() {
  for (Registration& registration : testimony_.registrations) {
    if (!registration.mirrored.empty()) {
      SetMirrored(registration, ServersOfOriginal(registration.mirrored));
    }
    if (IsHidden(registration.name)) registration.is_signed = false;
  }
}

void SecondReading::Finish() {
  FinishCounts();
  FinishRegistrations();
  for (Candidate& candidate : candidates_) {
    if (IsHidden(candidate.name)) continue;
    if (candidate.servers.empty()) {
      testimony_.withheld.push_back(std::move(candidate.name));  // what it mirrors is not delegated
    } else {
      testimony_.delegations.Add(candidate.name, std::move(candidate.servers),
                                 std::move(candidate.ds));
    }
  }
  // A name that is a domain is asked for as one, also if an NNDN claims it (RFC 9022 section 5.6).
  std::erase_if(absent_, [this](const std::string& name) { return !absent_names_.contains(name); });
  testimony_.absent = std::move(absent_);
}

}  // namespace tidemark::failover::probe
