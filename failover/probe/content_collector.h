// Gathers, while a deposit is read, what decides about the content of the whole zone, and puts it
// together once it is known which names are delegated. By the same rules as for the sample
// (deposit_witness.h, server_addresses.h), of every name.
//
// Memory: that of a sort, and what one name has. Threads: one.
#ifndef TIDEMARK_FAILOVER_PROBE_CONTENT_COLLECTOR_H_
#define TIDEMARK_FAILOVER_PROBE_CONTENT_COLLECTOR_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/scratch.h"
#include "failover/probe/deposit_witness.h"
#include "failover/probe/owner_lines.h"
#include "failover/probe/wanted_content.h"
#include "failover/probe/wanted_zone.h"
#include "rde/records.h"

namespace tidemark::failover::probe {

class ContentCollector {
 public:
  // `space` must outlive it and what it makes. `tld` is plain.
  ContentCollector(base::ScratchSpace& space, std::string tld)
      : space_(space), lines_(space), tld_(std::move(tld)) {}

  // Of a name that is delegated unless something above or behind it says otherwise: its servers,
  // and DS records as lines.
  void TakeDelegation(const std::string& name, const std::vector<std::string>& servers,
                      absl::string_view ds);
  // Of one that has the servers of another.
  void TakeMirror(absl::string_view name, absl::string_view original);
  void TakeHost(const rde::Host& host);
  // What a domain, delegated or not, says of servers' addresses.
  void TakeAttributes(const std::string& name, const rde::Domain& domain);

  // `servers_of`: those of an original that is mirrored, as lines. To be called once, last.
  absl::StatusOr<WantedContent> Finish(
      const WantedZone& zone, const ZonePolicy& policy,
      const std::function<std::string(absl::string_view original)>& servers_of);

 private:
  struct Folding;
  void TakeAddresses(absl::string_view server, const std::vector<rde::HostAddress>& addresses,
                     char kind, absl::string_view by);
  static void Fold(const OwnerLines& line, const WantedZone& zone,
                   const std::function<std::string(absl::string_view)>& servers_of,
                   Folding& folding);
  bool HasPlace(absl::string_view host, const WantedZone& zone, const ZonePolicy& policy) const;
  OwnerContent Settle(Folding folding, const WantedZone& zone, const ZonePolicy& policy) const;

  base::ScratchSpace& space_;
  OwnerLines lines_;
  const std::string tld_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_CONTENT_COLLECTOR_H_
