// What knotd and nsd are told: their configuration files, as text. Values must have been checked
// (ConfigPath, CanonicalName, CanonicalAddress); nothing is escaped here.
#ifndef TIDEMARK_FAILOVER_DNS_CONFIGURATION_H_
#define TIDEMARK_FAILOVER_DNS_CONFIGURATION_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "failover/dns/notify.h"
#include "failover/dns/transfer_key.h"

namespace tidemark::failover {

// Where each server is asked by us alone. A socket has a buffer of its own, and what strangers send
// to the others does not fill it.
inline constexpr char kOwnAddress[] = "127.0.0.1";

struct KnotConfiguration {
  std::string dir = {};
  std::string run_dir = {};
  std::string tld = {};
  std::string zone_path = {};
  std::vector<std::string> addresses = {};
  int port = 0;
  int own_port = 0;  // at kOwnAddress
  std::string algorithm = "ecdsap256sha256";
  absl::Duration signature_lifetime;
  absl::Duration signature_refresh;
  absl::Duration propagation_delay;
  // nullptr: no secondary.
  const TransferKey* transfer_key = nullptr;
  // Whoever has this one may transfer the zone, from wherever. nullptr: nobody.
  const TransferKey* open_transfer_key = nullptr;
  // Told under the open transfer key; without one nobody is.
  std::vector<NotifyTarget> notify = {};
  int secondary_port = 0;
};
std::string KnotConfigurationText(const KnotConfiguration& configuration);

struct NsdConfiguration {
  std::string dir = {};
  std::string tld = {};
  std::vector<std::string> addresses = {};
  int port = 0;
  int own_port = 0;
  int primary_port = 0;
  const TransferKey& transfer_key;
};
std::string NsdConfigurationText(const NsdConfiguration& configuration);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_CONFIGURATION_H_
