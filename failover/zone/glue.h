// The addresses of the hosts inside the zone that published names are delegated to: A and AAAA of
// each, once, the union of what host objects of that name and host attributes of any domain say.
//
// Memory: the hosts inside the zone.
#ifndef TIDEMARK_FAILOVER_ZONE_GLUE_H_
#define TIDEMARK_FAILOVER_ZONE_GLUE_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "failover/store/registry_store.h"
#include "failover/zone/dns_name.h"
#include "failover/zone/master_file.h"
#include "failover/zone/zone_config.h"
#include "failover/zone/zone_report.h"
#include "rde/records.h"

namespace tidemark::failover {

class Glue {
 public:
  // All must outlive it. `tld` is canonical, `config` complete.
  Glue(const RegistryStore& store, const std::string& tld, const ZoneConfig& config,
       ZoneReport& report)
      : store_(store), tld_(tld), config_(config), report_(report) {}

  // To be called for every domain, whether or not it is published: addresses are facts about the
  // host, so any domain's word counts.
  void CollectAttributes(const rde::Domain& domain);
  // For every domain that is delegated to the servers that it names.
  void Need(const rde::Domain& domain);

  // Looks the hosts up and writes their addresses, in order of their names.
  absl::Status Write(MasterFile& zone);

 private:
  struct Host {
    bool needed = false;
    bool is_object = false;  // somebody refers to it as a host object
    std::vector<Address> addresses;
  };

  Host* NeedServer(const std::string& text);
  void AddAddresses(const std::string& name, const std::vector<rde::HostAddress>& addresses);
  absl::Status CollectObjects();
  bool IsApexServer(absl::string_view name) const;

  const RegistryStore& store_;
  const std::string& tld_;
  const ZoneConfig& config_;
  ZoneReport& report_;
  absl::flat_hash_map<std::string, Host> hosts_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_ZONE_GLUE_H_
