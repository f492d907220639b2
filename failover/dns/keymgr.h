// Knot's key management program, run on one key store and one zone.
#ifndef TIDEMARK_FAILOVER_DNS_KEYMGR_H_
#define TIDEMARK_FAILOVER_DNS_KEYMGR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "failover/dns/dnskey.h"

namespace tidemark::failover {

struct Keymgr {
  std::string key_dir;  // made if its parent is there
  std::string tld;

  // Its output, line by line. UNAVAILABLE if it could not, with what it says of that (never a
  // secret). Its exit status is 0 for some errors: look at what there is afterwards.
  absl::StatusOr<std::vector<std::string>> Run(const std::vector<std::string>& command) const;

  // False before anything was stored.
  bool HasStore() const;
  // Ids of every key.
  absl::StatusOr<std::vector<std::string>> Ids() const;
  absl::StatusOr<Dnskey> Find(const std::string& id) const;
  // The key-signing keys.
  absl::StatusOr<std::vector<Dnskey>> Ksks() const;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_KEYMGR_H_
