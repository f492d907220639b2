// The addresses of the hosts inside the zone that published names are delegated to: A and AAAA of
// each, once.
//
// Whose word counts: host objects of that name and the host attributes of the domain that it lies
// at or below. Only if they give none, those of other domains, and only of delegated ones: else a
// registrant could give a stranger's server an address.
//
// Which are written: of hosts at or below a delegated name, which is what glue is for, and of those
// that no object of the registry is above. Below a name that is not delegated (held, deleted,
// withheld) it is "orphan glue" (SSAC 048), which others depend on: published unless configured
// otherwise, and never at that name itself, which would come back by it (decision 43).
//
// Memory: the hosts inside the zone.
#ifndef TIDEMARK_FAILOVER_ZONE_GLUE_H_
#define TIDEMARK_FAILOVER_ZONE_GLUE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "failover/store/registry_store.h"
#include "failover/zone/delegation.h"
#include "failover/zone/dns_name.h"
#include "failover/zone/master_file.h"
#include "failover/zone/zone_config.h"
#include "failover/zone/zone_report.h"
#include "rde/records.h"

namespace tidemark::failover {

class Glue {
 public:
  // All must outlive it. `tld` is canonical, `config` complete.
  Glue(const RegistryStore& store, const Delegations& delegations, const std::string& tld,
       const ZoneConfig& config, ZoneReport& report)
      : store_(store), delegations_(delegations), tld_(tld), config_(config), report_(report) {}

  // To be called for every domain, whether or not it is published: what it says of hosts at or
  // below its own name.
  void CollectOwn(const rde::Domain& domain);
  // For every domain that is delegated to the servers that it names. `name`: canonical, its own.
  void Need(const std::string& name, const rde::Domain& domain);

  // Looks the hosts up and writes their addresses, in order of their names.
  absl::Status Write(MasterFile& zone);

 private:
  struct Host {
    bool needed = false;
    bool disputed = false;
    size_t objects = 0;              // host objects of that name
    std::vector<Address> addresses;  // of those, and of the domain that it belongs to
    std::vector<Address> others;     // by other domains
  };

  Host* NeedServer(const std::string& text);
  // Valid ones, sorted, each once.
  std::vector<Address> Read(const std::string& name,
                            const std::vector<rde::HostAddress>& addresses);
  void AddAddresses(const std::string& name, const std::vector<rde::HostAddress>& addresses);
  absl::Status CollectObjects();
  // Whether its addresses may be in the zone; else remarks why not.
  absl::StatusOr<bool> HasPlace(const std::string& name);
  void Settle(const std::string& name, Host& host);
  bool IsApexServer(absl::string_view name) const;
  absl::Status RemarkApexServers();

  const RegistryStore& store_;
  const Delegations& delegations_;
  const std::string& tld_;
  const ZoneConfig& config_;
  ZoneReport& report_;
  absl::flat_hash_map<std::string, Host> hosts_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_GLUE_H_
