// What a deposit has of the hosts that are servers of the registrations to be asked for: RFC 5732,
// RFC 9022 section 5.2. Several live hosts may share a name.
#ifndef TIDEMARK_FAILOVER_PROBE_REGISTERED_HOSTS_H_
#define TIDEMARK_FAILOVER_PROBE_REGISTERED_HOSTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "failover/probe/registration.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

class RegisteredHosts {
 public:
  // Plain names, as lines.
  void Want(absl::string_view servers);
  void Take(const rde::Host& host);
  // The deposit was read to its end. What is wanted from now on needs one more reading.
  void EndReading();
  bool WantsMore() const { return has_new_; }

  // Names in their order.
  std::vector<std::string> Names() const;
  // REQUIRES: the name was wanted.
  const HostsOfName& Find(absl::string_view name) const { return hosts_.find(name)->second.hosts; }

 private:
  struct Entry {
    bool was_read = false;
    HostsOfName hosts;
  };

  bool has_new_ = false;
  std::map<std::string, Entry, std::less<>> hosts_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_REGISTERED_HOSTS_H_
