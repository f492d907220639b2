#include "failover/probe/deposit_witness.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
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

}  // namespace

DepositWitness::DepositWitness(std::unique_ptr<const probe::Testimony> testimony)
    : testimony_(std::move(testimony)) {}
DepositWitness::~DepositWitness() = default;
DepositWitness::DepositWitness(DepositWitness&&) noexcept = default;
DepositWitness& DepositWitness::operator=(DepositWitness&&) noexcept = default;

const WitnessCounts& DepositWitness::counts() const { return testimony_->counts; }
const std::string& DepositWitness::tld() const { return testimony_->tld; }

absl::StatusOr<DepositWitness> DepositWitness::Read(const ReadWitnessed& read,
                                                    const WitnessOptions& given) {
  WitnessOptions options = given;
  auto testimony = std::make_unique<probe::Testimony>();
  testimony->tld = probe::PlainName(options.tld);
  if (testimony->tld.empty()) return absl::InvalidArgumentError("the TLD is not a domain name");
  if (options.own_servers.empty()) {
    options.own_servers = {"ns1.nic." + testimony->tld, "ns2.nic." + testimony->tld};
  }
  probe::FirstReading first(options, testimony->tld);
  RETURN_IF_ERROR(read(first));
  RETURN_IF_ERROR(first.CheckEnd());
  testimony->counts = first.counts;
  testimony->registrations = std::move(first.registrations).Take();
  testimony->registrars = std::move(first.registrars);
  testimony->withheld = std::move(first.withheld).Take();
  std::vector<std::string> absent = std::move(first.nndns).Take();
  for (std::string& name : MadeUpNames(options.seed, testimony->tld)) {
    absent.push_back(std::move(name));
  }
  probe::SecondReading second(options, std::move(first.delegations).Take(),
                              std::move(first.candidates), std::move(absent), *testimony);
  do {
    RETURN_IF_ERROR(read(second));
    RETURN_IF_ERROR(second.CheckEnd());
  } while (second.WantsMore());
  second.Finish();
  return DepositWitness(std::move(testimony));
}

}  // namespace tidemark::failover
