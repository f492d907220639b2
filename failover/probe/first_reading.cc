#include <utility>
#include <variant>

#include "failover/probe/deposit_reading.h"
#include "failover/probe/names.h"

namespace tidemark::failover::probe {
namespace {

std::string DsOf(const rde::Domain& domain, const std::string& name) {
  std::vector<std::string> records = DsDataOf(domain);
  for (const std::string& key : KeyDataOf(domain)) {
    std::string ds = DsOfKey(name, key);
    if (!ds.empty()) records.push_back(std::move(ds));
  }
  return AsLines(std::move(records));
}

// What it counts; null for what is no object of a registry.
uint64_t* CountOf(const rde::Record& record, WitnessCounts& counts) {
  struct Visitor {
    WitnessCounts& counts;
    uint64_t* operator()(const rde::Domain&) { return &counts.domains; }
    uint64_t* operator()(const rde::Host&) { return &counts.hosts; }
    uint64_t* operator()(const rde::Contact&) { return &counts.contacts; }
    uint64_t* operator()(const rde::Registrar&) { return &counts.registrars; }
    uint64_t* operator()(const rde::IdnTableRef&) { return &counts.idn_tables; }
    uint64_t* operator()(const rde::Nndn&) { return &counts.nndns; }
    uint64_t* operator()(const rde::EppParams&) { return &counts.epp_params; }
    uint64_t* operator()(const rde::Policy&) { return &counts.policies; }
    uint64_t* operator()(const rde::Header&) { return nullptr; }
    uint64_t* operator()(const rde::Delete&) { return nullptr; }
    uint64_t* operator()(const rde::UnknownObject&) { return nullptr; }
    uint64_t* operator()(const rde::CsvTable&) { return nullptr; }
  };
  return std::visit(Visitor{counts}, record);
}

}  // namespace

absl::Status ReadingSink::CheckEnd() const {
  if (!has_deposit_) return absl::FailedPreconditionError("this is no deposit");
  if (broke_off_) return absl::FailedPreconditionError("the deposit cannot be read to its end");
  return absl::OkStatus();
}

FirstReading::FirstReading(const WitnessOptions& options, std::string tld,
                           ContentCollector* content)
    : delegations(options.sample),
      withheld(options.sample),
      registrations(options.sample),
      nndns(options.sample),
      options_(options),
      tld_(std::move(tld)),
      pending_delete_(PendingDeleteBy(options.policy)),
      content_(content) {
  zone.seed = options.seed;
}

void FirstReading::OnDeposit(const rde::DepositInfo& info, const rde::Position& at) {
  ReadingSink::OnDeposit(info, at);
  deposit = info;
}

void FirstReading::OnRecord(const rde::Record& record, const rde::Position&) {
  if (uint64_t* const count = CountOf(record, counts); count != nullptr) ++*count;
  if (const auto* domain = std::get_if<rde::Domain>(&record)) {
    TakeDomain(*domain);
  } else if (const auto* nndn = std::get_if<rde::Nndn>(&record)) {
    TakeNndn(*nndn);
  } else if (const auto* registrar = std::get_if<rde::Registrar>(&record)) {
    TakeRegistrar(*registrar);
  } else if (const auto* host = std::get_if<rde::Host>(&record)) {
    if (content_ != nullptr) content_->TakeHost(*host);
  }
}

void FirstReading::TakeRegistrar(const rde::Registrar& registrar) {
  if (options_.registrations == Registrations::kYes) {
    registrars[registrar.id] = RegistrarFactsOf(registrar);
  }
}

void FirstReading::TakeDomain(const rde::Domain& domain) {
  const std::string name = PlainName(domain.name);
  if (content_ != nullptr) content_->TakeAttributes(name, domain);
  if (name.empty() || !IsInside(name, tld_)) {
    ++counts.impossible;
    return;
  }
  const uint64_t hash = SeededHash(options_.seed, name);
  if (options_.registrations == Registrations::kYes) {
    registrations.Offer(hash, [&] { return RegistrationOf(domain, name, pending_delete_); });
  }
  const std::vector<std::string> servers = ServersOf(domain);
  std::string original = IsMirror(domain) ? PlainName(domain.original_name) : "";
  if ((servers.empty() && original.empty()) || !IsHostname(name) ||
      !MayBeDelegated(domain, pending_delete_)) {
    ++counts.withheld;
    zone.withheld.push_back(hash);
    return withheld.Offer(hash, [&] { return Withheld{name, NameOf::kDomain}; });
  }
  const absl::string_view above = ParentOf(name);
  candidates[{above == tld_ ? "" : std::string(above), original}].push_back(hash);
  if (content_ != nullptr) {
    content_->TakeDelegation(name, servers, DsOf(domain, name));
    if (!original.empty()) content_->TakeMirror(name, original);
  }
  delegations.Offer(hash, [&] {
    return Candidate{.name = name,
                     .object = NameOf::kDomain,
                     .servers = AsLines(servers),
                     .ds = DsOf(domain, name),
                     .mirrored = std::move(original)};
  });
}

void FirstReading::TakeNndn(const rde::Nndn& nndn) {
  const std::string name = PlainName(nndn.a_name);
  if (name.empty() || !IsInside(name, tld_)) {
    ++counts.impossible;
    return;
  }
  const uint64_t hash = SeededHash(options_.seed, name);
  nndns.Offer(hash, [&] { return name; });
  std::string original = PlainName(nndn.original_name);
  if (!IsMirror(nndn) || original.empty() || !IsHostname(name)) {
    ++counts.withheld;
    zone.withheld.push_back(hash);
    return withheld.Offer(hash, [&] { return Withheld{name, NameOf::kNndn}; });
  }
  delegations.Offer(hash, [&] {
    return Candidate{
        .name = name, .object = NameOf::kNndn, .servers = "", .ds = "", .mirrored = original};
  });
  mirrored[name] = std::move(original);
}

}  // namespace tidemark::failover::probe
