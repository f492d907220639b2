#include <algorithm>
#include <utility>
#include <variant>

#include "base/status.h"
#include "failover/probe/confidence.h"
#include "failover/probe/deposit_reading.h"
#include "failover/probe/names.h"

namespace tidemark::failover::probe {
namespace {

void SortOnce(std::vector<uint64_t>& hashes) {
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

}  // namespace

SecondReading::SecondReading(FirstReading first, std::vector<std::string> made_up,
                             Testimony& testimony, ContentCollector* content)
    : testimony_(testimony),
      candidates_(std::move(first.delegations).Take()),
      withheld_(std::move(first.withheld).Take()),
      absent_(std::move(first.nndns).Take()),
      groups_(std::move(first.candidates)),
      mirrored_(std::move(first.mirrored)),
      names_(testimony.tld, PendingDeleteBy(testimony.policy)),
      addresses_(testimony.tld, testimony.policy, names_),
      content_(content) {
  testimony_.deposit = std::move(first.deposit);
  testimony_.counts = first.counts;
  testimony_.zone = std::move(first.zone);
  testimony_.registrations = std::move(first.registrations).Take();
  testimony_.registrars = std::move(first.registrars);
  absent_.insert(absent_.end(), made_up.begin(), made_up.end());
  Want();
}

void SecondReading::Want() {
  no_domains_.insert(absent_.begin(), absent_.end());
  for (const Withheld& withheld : withheld_) {
    if (withheld.object == NameOf::kNndn) no_domains_.insert(withheld.name);
  }
  for (const OwnServer& server : testimony_.policy.own_servers) {
    names_.WantWithAncestors(server.name);
  }
  for (const Candidate& candidate : candidates_) {
    if (candidate.object == NameOf::kNndn) no_domains_.insert(candidate.name);
    names_.WantAncestors(candidate.name);
    names_.WantWithAncestors(candidate.mirrored);
    addresses_.Want(candidate.servers);
  }
  for (const auto& [group, hashes] : groups_) {
    names_.WantWithAncestors(group.first);
    names_.WantWithAncestors(group.second);
  }
  for (const auto& [name, original] : mirrored_) {
    names_.WantAncestors(name);
    names_.WantWithAncestors(original);
  }
  for (const Registration& registration : testimony_.registrations) {
    names_.WantAncestors(registration.name);
    names_.WantWithAncestors(registration.mirrored);
    testimony_.hosts.Want(registration.servers);
    for (const std::string& contact : LinesOf(registration.contacts)) {
      testimony_.contacts.try_emplace(contact.substr(contact.find(' ') + 1));
    }
  }
}

void SecondReading::OnRecord(const rde::Record& record, const rde::Position&) {
  if (const auto* domain = std::get_if<rde::Domain>(&record)) {
    TakeDomain(*domain);
  } else if (const auto* nndn = std::get_if<rde::Nndn>(&record)) {
    names_.Take(PlainName(nndn->a_name), *nndn);
  } else if (const auto* host = std::get_if<rde::Host>(&record)) {
    addresses_.Take(*host);
    testimony_.hosts.Take(*host);
  } else if (const auto* contact = std::get_if<rde::Contact>(&record)) {
    const auto wanted = testimony_.contacts.find(contact->id);
    if (wanted != testimony_.contacts.end()) wanted->second = TaggedValues(*contact);
  }
}

void SecondReading::TakeDomain(const rde::Domain& domain) {
  const std::string name = PlainName(domain.name);
  no_domains_.erase(name);
  mirrored_.erase(name);
  names_.Take(name, domain);
  addresses_.Take(name, domain);
}

bool SecondReading::WantsMore() {
  names_.EndReading();
  addresses_.EndReading();
  testimony_.hosts.EndReading();
  for (Candidate& candidate : candidates_) {
    if (candidate.mirrored.empty()) continue;
    candidate.servers = names_.ServersOf(candidate.mirrored);
    addresses_.Want(candidate.servers);
  }
  for (const Registration& registration : testimony_.registrations) {
    if (registration.mirrored.empty()) continue;
    testimony_.hosts.Want(names_.ServersOf(registration.mirrored));
  }
  return names_.WantsMore() || addresses_.WantsMore() || testimony_.hosts.WantsMore();
}

bool SecondReading::IsOverruled(const std::string& name, NameOf object) const {
  return object == NameOf::kNndn && !no_domains_.contains(name);
}

void SecondReading::Count(absl::string_view above, absl::string_view original,
                          const std::vector<uint64_t>& hashes) {
  WitnessCounts& counts = testimony_.counts;
  WantedZone& zone = testimony_.zone;
  if (names_.IsAtOrBelowDelegation(above)) {
    counts.impossible += hashes.size();
  } else if (!original.empty() && names_.ServersOf(original).empty()) {
    counts.withheld += hashes.size();
    zone.withheld.insert(zone.withheld.end(), hashes.begin(), hashes.end());
  } else {
    counts.delegations += hashes.size();
    zone.delegated.insert(zone.delegated.end(), hashes.begin(), hashes.end());
  }
}

// Of all candidates, those outside the sample included.
void SecondReading::FinishCounts() {
  WantedZone& zone = testimony_.zone;
  for (const auto& [group, hashes] : groups_) Count(group.first, group.second, hashes);
  groups_.clear();
  for (const auto& [name, original] : mirrored_) {
    Count(ParentOf(name), original, {zone.HashOf(name)});
    if (content_ != nullptr) content_->TakeMirror(name, original);
  }
  SortOnce(zone.delegated);
  SortOnce(zone.withheld);
  // Of a name that is there twice, a domain and an NNDN, the domain decides.
  std::erase_if(zone.withheld, [&zone](uint64_t hash) {
    return std::binary_search(zone.delegated.begin(), zone.delegated.end(), hash);
  });
}

void SecondReading::FinishRegistrations() {
  for (Registration& registration : testimony_.registrations) {
    if (!registration.mirrored.empty()) {
      SetMirrored(registration, names_.ServersOf(registration.mirrored));
    }
    if (names_.IsHidden(registration.name)) registration.is_signed = false;
  }
}

void SecondReading::FinishDelegations() {
  for (Withheld& withheld : withheld_) {
    if (IsOverruled(withheld.name, withheld.object)) continue;
    testimony_.withheld.push_back(std::move(withheld.name));
  }
  for (Candidate& candidate : candidates_) {
    if (names_.IsHidden(candidate.name) || IsOverruled(candidate.name, candidate.object)) continue;
    if (candidate.servers.empty()) {
      testimony_.withheld.push_back(std::move(candidate.name));  // what it mirrors is not delegated
    } else {
      testimony_.delegations.Add(candidate.name, std::move(candidate.servers),
                                 std::move(candidate.ds));
    }
  }
  addresses_.Finish(testimony_.delegations);
}

absl::Status SecondReading::FinishContent() {
  if (content_ == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(WantedContent content, content_->Finish(testimony_.zone, testimony_.policy,
                                                           [this](absl::string_view original) {
                                                             return names_.ServersOf(original);
                                                           }));
  testimony_.content.emplace(std::move(content));
  return absl::OkStatus();
}

absl::Status SecondReading::Finish() {
  FinishCounts();
  FinishRegistrations();
  FinishDelegations();
  // A name that is a domain is asked for as one, also if an NNDN claims it.
  std::erase_if(absent_, [this](const std::string& name) { return !no_domains_.contains(name); });
  testimony_.absent = std::move(absent_);
  return FinishContent();
}

}  // namespace tidemark::failover::probe
