// The name servers of one answer, within what one answer may cost (limits.h). Private to lookup/.
// Threads: a value of one question.
#ifndef TIDEMARK_FAILOVER_LOOKUP_SERVERS_H_
#define TIDEMARK_FAILOVER_LOOKUP_SERVERS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "failover/lookup/derived.h"
#include "failover/lookup/limits.h"
#include "failover/lookup/lookup.h"
#include "failover/lookup/registrars.h"
#include "failover/store/registry_store.h"
#include "rde/records.h"

namespace tidemark::failover {

class ServerFinder {
 public:
  // All must outlive it. What is not told is counted in `left_out`.
  ServerFinder(const RegistryStore& store, const RegistrarDirectory& registrars, LeftOut& left_out)
      : store_(store), registrars_(registrars), left_out_(left_out) {}

  // The host objects of a canonical name; nothing if there are none.
  absl::StatusOr<std::optional<ServerFacts>> Object(const std::string& name, ReferredTo referred);
  // Host objects, attributes, and names that the deposit has no object of; each name once.
  absl::StatusOr<std::vector<ServerFacts>> Of(const rde::Domain& domain);

 private:
  absl::StatusOr<ServerFacts> Named(const std::string& name);
  void AddAddresses(const std::vector<rde::HostAddress>& from, std::vector<Address>& to);

  const RegistryStore& store_;
  const RegistrarDirectory& registrars_;
  LeftOut& left_out_;
  // What is left for this answer.
  size_t addresses_ = kAddressesMax;
  size_t host_bytes_ = kHostBytesMax;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_LOOKUP_SERVERS_H_
