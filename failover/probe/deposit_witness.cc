#include "failover/probe/deposit_witness.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/sealed_scratch.h"
#include "failover/probe/content_collector.h"
#include "failover/probe/deposit_reading.h"
#include "failover/probe/names.h"
#include "failover/probe/testimony.h"

namespace tidemark::failover {
namespace {

// Names that nobody registered, as far as chance goes.
constexpr uint64_t kMadeUpNames = 20;

std::vector<std::string> MadeUpNames(uint64_t seed, const std::string& tld) {
  std::vector<std::string> names;
  for (uint64_t i = 0; i < kMadeUpNames; ++i) {
    names.push_back(absl::StrCat(
        "absent-", absl::Hex(probe::SeededHash(seed + i, tld), absl::kZeroPad16), ".", tld));
  }
  return names;
}

absl::StatusOr<ZonePolicy> CompletePolicy(ZonePolicy policy, const std::string& tld) {
  if (policy.own_servers.empty()) {
    const std::vector<std::string> loopback = {"127.0.0.1", "::1"};
    policy.own_servers = {{"ns1.nic." + tld, loopback}, {"ns2.nic." + tld, loopback}};
  }
  for (OwnServer& server : policy.own_servers) {
    server.name = probe::PlainName(server.name);
    if (server.name.empty()) return absl::InvalidArgumentError("an own server without a name");
    for (std::string& address : server.addresses) {
      address = probe::PlainAddress(address);
      if (address.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat("an address of ", server.name, " is no address"));
      }
    }
  }
  return policy;
}

}  // namespace

DepositWitness::DepositWitness(std::unique_ptr<const probe::Testimony> testimony)
    : testimony_(std::move(testimony)) {}
DepositWitness::~DepositWitness() = default;
DepositWitness::DepositWitness(DepositWitness&&) noexcept = default;
DepositWitness& DepositWitness::operator=(DepositWitness&&) noexcept = default;

const WitnessCounts& DepositWitness::counts() const { return testimony_->counts; }
const std::string& DepositWitness::tld() const { return testimony_->tld; }
const rde::DepositInfo& DepositWitness::deposit() const { return testimony_->deposit; }
const ZonePolicy& DepositWitness::policy() const { return testimony_->policy; }
const DisclosurePolicy& DepositWitness::disclosure() const { return testimony_->disclosure; }

absl::StatusOr<DepositWitness> DepositWitness::Read(const ReadWitnessed& read,
                                                    const WitnessOptions& options) {
  auto testimony = std::make_unique<probe::Testimony>();
  testimony->tld = probe::PlainName(options.tld);
  if (testimony->tld.empty()) return absl::InvalidArgumentError("the TLD is not a domain name");
  ASSIGN_OR_RETURN(testimony->policy, CompletePolicy(options.policy, testimony->tld));
  testimony->disclosure = options.disclosure;
  std::optional<probe::ContentCollector> content;
  if (options.whole_zone == WholeZone::kYes) {
    ASSIGN_OR_RETURN(testimony->scratch,
                     crypto::NewSealedScratchSpace({.dir = options.scratch_dir}));
    content.emplace(*testimony->scratch, testimony->tld);
  }
  probe::ContentCollector* const collector = content.has_value() ? &*content : nullptr;
  probe::FirstReading first(options, testimony->tld, collector);
  RETURN_IF_ERROR(read(first));
  RETURN_IF_ERROR(first.CheckEnd());
  probe::SecondReading second(std::move(first), MadeUpNames(options.seed, testimony->tld),
                              *testimony, collector);
  do {
    RETURN_IF_ERROR(read(second));
    RETURN_IF_ERROR(second.CheckEnd());
  } while (second.WantsMore());
  RETURN_IF_ERROR(second.Finish());
  return DepositWitness(std::move(testimony));
}

}  // namespace tidemark::failover
