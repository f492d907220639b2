// The delegations that a name server should give: of a master file, read by libldns one record at a
// time, or as somebody adds them.
#ifndef TIDEMARK_FAILOVER_PROBE_EXPECTATIONS_H_
#define TIDEMARK_FAILOVER_PROBE_EXPECTATIONS_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover::probe {

using TextSet = std::set<std::string>;

// What a referral says: server names without final dots, DS data as text, "name address".
struct Delegation {
  TextSet servers;
  TextSet ds;
  TextSet glue;
  bool operator==(const Delegation&) const = default;
};

class Expectations {
 public:
  // INVALID_ARGUMENT names the line that is not a record. Names come out in lower case.
  static absl::StatusOr<Expectations> Read(const std::string& master_file, absl::string_view tld);

  // Adds a delegation; the first of a name counts. Everything plain (names.h), sets as lines.
  void Add(const std::string& name, std::string servers, std::string ds);
  // Addresses of a server inside the zone, as lines.
  void SetAddresses(const std::string& server, std::string addresses);
  // One of the zone's own servers: its addresses are there whether or not a delegation needs them,
  // unless it is hidden, at or below a delegated name.
  void AddOwnServer(const std::string& server) { own_servers_.insert(server); }
  void HideOwnServer(const std::string& server) { hidden_servers_.insert(server); }

  const std::vector<std::string>& names() const { return names_; }
  // Whether it has DS records. REQUIRES: Has(name).
  bool IsSigned(absl::string_view name) const { return !compact_.find(name)->second.ds.empty(); }
  bool Has(absl::string_view name) const { return compact_.contains(name); }
  // With the addresses of its servers inside the zone. REQUIRES: Has(name).
  Delegation Find(absl::string_view name) const;
  // What a name that is not delegated has itself: none, but of the zone's own servers.
  TextSet AddressesAt(const std::string& name) const;
  const TextSet& own_servers() const { return own_servers_; }

 private:
  // Sets as lines, so that a million of them fit into memory.
  struct Compact {
    std::string servers;
    std::string ds;
  };

  std::vector<std::string> names_;  // in the order of the file
  absl::flat_hash_map<std::string, Compact> compact_;
  absl::flat_hash_map<std::string, std::string> addresses_;
  TextSet own_servers_;
  TextSet hidden_servers_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_EXPECTATIONS_H_
