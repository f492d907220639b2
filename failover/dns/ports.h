// Addresses and ports to listen on, looked at before a server is started on them.
#ifndef TIDEMARK_FAILOVER_DNS_PORTS_H_
#define TIDEMARK_FAILOVER_DNS_PORTS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tidemark::failover {

// 127.0.0.1, and ::1 if this machine has it.
std::vector<std::string> LoopbackAddresses();

// An address at which a client on this machine reaches whoever listens at `address`.
std::string ReachableAddress(const std::string& address);

// Whether only a process with CAP_NET_BIND_SERVICE may bind it: below what this machine has as
// net.ipv4.ip_unprivileged_port_start (which is for IPv6, too), 1024 as a rule. Not 0, a free one.
bool IsPrivilegedPort(int port);

// OK if UDP and TCP can be bound there. FAILED_PRECONDITION: taken; PERMISSION_DENIED: a privileged
// port; INVALID_ARGUMENT: not an address of this machine. knotd shares ports with any other process
// of its user (SO_REUSEPORT), so it would not notice. `option` is what gives another port.
absl::Status CheckPortIsFree(const std::string& address, int port, absl::string_view option);

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_PORTS_H_
