// Serves a zone, signed: one knotd (Knot DNS 3.2) as a child process, with keys, journal and
// configuration in a directory of its own; if wanted, an NSD as its secondary beside it, which
// gives the same answers at another port.
//
//     DIR/knot.conf           written at every start
//     DIR/keys ... journal    Knot's databases; the keys survive a restart, so the DS stays good
//     DIR/trust-anchor.conf   for validators (delv -a), once it answers
//     DIR/ds.txt              what to send to the parent
//     DIR/knotd.log
//     DIR/served-zone.txt     which zone file that was (served_zone.h)
//     DIR/nsd/                the secondary's, made anew at every start
//
// Keys are ECDSA P-256 unless they were imported; denial is NSEC3 with opt-out, no salt, no
// iterations (RFC 9276). Zone transfers are refused but to the secondary, by address and a TSIG key
// made at every start, and to whoever has the key that was given for that. What it is not: a
// supervisor; if one of the two ends, CheckRunning() says which and somebody decides.
//
// Threats: DIR holds signing keys, mode 0700, and files with secrets are 0600. Values that go into
// the configuration are checked, not escaped.
// Threads: the one that called Start(), which must live as long (base/subprocess.h).
// Errors: FAILED_PRECONDITION a port is taken, DIR is another server's, or the zone's serial is not
// above what was served; NOT_FOUND knotd or nsd is not installed; UNAVAILABLE one ended or cannot
// load the zone, with what it said; DEADLINE_EXCEEDED; of keys to
// import those of key_import.h.
#ifndef TIDEMARK_FAILOVER_DNS_SIGNED_SERVER_H_
#define TIDEMARK_FAILOVER_DNS_SIGNED_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "failover/dns/child_server.h"
#include "failover/dns/dnskey.h"
#include "failover/dns/keymgr.h"
#include "failover/dns/readiness.h"
#include "failover/run_dir/run_dir.h"

namespace tidemark::failover {

// What knotd is told about signatures: how long each lives when made, how long before its end it is
// renewed, and for how long secondaries may lag behind. A week is what there is to notice and mend
// a signer that stands still (the Refresh Period of RFC 6781 section 4.4.2.2). No TTL of the zone
// may be as long as what remains of it after that lag; zone_config.cc has the bound.
inline constexpr absl::Duration kSignatureLifetime = absl::Hours(14 * 24);
inline constexpr absl::Duration kSignatureRefresh = absl::Hours(7 * 24);
inline constexpr absl::Duration kPropagationDelay = absl::Hours(1);

struct SignedServerOptions {
  std::string dir = {};
  std::string tld = {};
  std::string zone_path = {};
  std::vector<std::string> addresses = {};  // empty: 127.0.0.1, and ::1 where there is one
  int port = 0;                             // 0: a free one
  std::optional<int> secondary_port = {};   // 0: a free one; nothing: no secondary
  std::string import_keys_dir = {};         // of the old registry (key_import.h); "": none
  size_t log_bytes_max = kLogBytesMax;      // of each server's log (child_server.h)
  // A file with a key (transfer_key.h): whoever has it may transfer the zone. "": nobody may.
  std::string transfer_key_path = {};
  // Secondaries that have that key and are told of every new serial (NOTIFY, RFC 1996), under it:
  // ADDRESS or ADDRESS@PORT (notify.h).
  std::vector<std::string> notify = {};
};

class SignedServer {
 public:
  // knotd runs; it may still be reading or signing.
  static absl::StatusOr<std::unique_ptr<SignedServer>> Start(const SignedServerOptions& options);
  // Stops knotd.
  ~SignedServer();
  SignedServer(const SignedServer&) = delete;
  SignedServer& operator=(const SignedServer&) = delete;

  // Returns once every address of both has given, at some time, a signed SOA, over UDP and TCP, of
  // this zone file or what knotd numbered after it, and the keys that are in our own key store (so
  // it is this knotd and no other); then the trust anchor is there. CANCELLED once `should_stop`,
  // asked every few moments, says so. Another process may take a port of ours alone before the
  // servers do; then both are started once more.
  absl::Status WaitUntilAnswering(absl::Duration timeout,
                                  const std::function<bool()>& should_stop = {});

  // OK while both run; looks for at most `wait`.
  absl::Status CheckRunning(absl::Duration wait = absl::ZeroDuration());

  absl::Status Stop();

  pid_t pid() const { return knotd_->pid(); }
  int port() const { return options_.port; }
  uint32_t serial() const { return serial_; }  // of the zone file; signing counts on from it
  // Nothing without a secondary.
  std::optional<int> secondary_port() const { return options_.secondary_port; }
  std::optional<pid_t> secondary_pid() const {
    return nsd_ == nullptr ? std::nullopt : std::make_optional(nsd_->pid());
  }
  const std::vector<std::string>& addresses() const { return options_.addresses; }
  // Each with where it is reached from this machine: at an address of ours alone, on loopback, and
  // at those for everybody.
  std::vector<ServerPlaces> servers() const;
  // Why the zone may not be signed again: a disk with little room, and what knotd complains of.
  std::string SignerComplaints() const;
  std::string trust_anchor_path() const { return options_.dir + "/trust-anchor.conf"; }

 private:
  explicit SignedServer(SignedServerOptions options) : options_(std::move(options)) {}
  absl::Status LockDir();
  absl::Status StartServers();
  absl::Status CheckLoadable() const;
  absl::Status ChooseOwnPorts();
  absl::StatusOr<bool> StartAgainIfPortsWereTaken();
  absl::Status WriteTrustAnchor(const std::map<std::string, Dnskey>& keys) const;
  Keymgr keymgr() const { return {.key_dir = options_.dir + "/keys", .tld = options_.tld}; }

  SignedServerOptions options_;
  int lock_fd_ = -1;                 // on DIR: two servers would ruin each other's databases
  std::unique_ptr<RunDir> run_dir_;  // for the control socket: a short path, outside DIR
  uint32_t serial_ = 0;              // of the zone file
  absl::Duration propagation_delay_ = kPropagationDelay;
  int own_port_ = 0;  // knotd's at kOwnAddress
  int secondary_own_port_ = 0;
  std::unique_ptr<ChildServer> nsd_;
  std::unique_ptr<ChildServer> knotd_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_SIGNED_SERVER_H_
