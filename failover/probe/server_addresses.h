// Which addresses the zone has of the servers that delegated names have inside it. Whose word
// counts, and where a host stands: decision 43 and RFC 5732 section 1.1, by which a host belongs to
// its superordinate domain.
#ifndef TIDEMARK_FAILOVER_PROBE_SERVER_ADDRESSES_H_
#define TIDEMARK_FAILOVER_PROBE_SERVER_ADDRESSES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/expectations.h"
#include "failover/probe/publishing.h"
#include "failover/probe/registered_names.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

class ServerAddresses {
 public:
  // All must outlive it. `tld` is plain.
  ServerAddresses(const std::string& tld, const ZonePolicy& policy, RegisteredNames& names)
      : tld_(tld), policy_(policy), names_(names) {}

  // Servers as lines; those outside the TLD have no addresses in its zone.
  void Want(absl::string_view servers);
  void Take(const rde::Host& host);
  // `name`: plain, the domain's own; "" if it is no plain one.
  void Take(const std::string& name, const rde::Domain& domain);
  // The deposit was read to its end. What is wanted from now on needs one more reading.
  void EndReading();
  bool WantsMore() const { return has_new_; }

  // Hands over what the zone has of each. The names above servers must have been read.
  void Finish(Expectations& expectations);

 private:
  struct Server {
    bool was_read = false;
    std::string own;  // by host objects, and by the domain at or above: as lines
    // By other domains: by the name above these, "" if that is the TLD.
    std::map<std::string, TextSet> others;
  };

  Server* FindUnread(absl::string_view host);
  std::string AddressesOf(const std::string& host, const Server& server) const;

  const std::string& tld_;
  const ZonePolicy& policy_;
  RegisteredNames& names_;
  bool has_new_ = false;
  absl::flat_hash_map<std::string, Server> servers_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_SERVER_ADDRESSES_H_
