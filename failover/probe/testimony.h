// What a deposit's records testify, for the probes of this package.
#ifndef TIDEMARK_FAILOVER_PROBE_TESTIMONY_H_
#define TIDEMARK_FAILOVER_PROBE_TESTIMONY_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/scratch.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/expectations.h"
#include "failover/probe/registered_hosts.h"
#include "failover/probe/registration.h"
#include "failover/probe/wanted_content.h"
#include "failover/probe/wanted_zone.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

struct Testimony {
  std::string tld;
  ZonePolicy policy;
  DisclosurePolicy disclosure;
  rde::DepositInfo deposit;
  WitnessCounts counts;
  Expectations delegations;
  WantedZone zone;
  // Of the whole zone; null and nothing if nobody asked for it.
  std::unique_ptr<base::ScratchSpace> scratch;
  std::optional<WantedContent> content;
  std::vector<std::string> withheld;  // names that must not be delegated
  std::vector<Registration> registrations;
  absl::flat_hash_map<std::string, std::string> contacts;       // id to TaggedValues, or ""
  RegisteredHosts hosts;                                        // servers of the registrations
  absl::flat_hash_map<std::string, RegistrarFacts> registrars;  // by the registry's id
  std::vector<std::string> absent;  // names that are no domain: made up, and NNDNs
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_TESTIMONY_H_
