// Serves a zone, signed: one knotd (Knot DNS 3.2) as a child process, with keys, journal and
// configuration in a directory of its own.
//
//     DIR/knot.conf           written at every start
//     DIR/keys ... journal    Knot's databases; the keys survive a restart, so the DS stays good
//     DIR/trust-anchor.conf   for validators (delv -a), once it answers
//     DIR/ds.txt              what to send to the parent
//     DIR/knotd.log
//
// Keys are ECDSA P-256, denial is NSEC3 with opt-out, no salt, no iterations (RFC 9276). Zone
// transfers are refused. What it is not: a supervisor; if knotd ends, CheckRunning() says so and
// somebody decides.
//
// Threats: DIR holds signing keys, mode 0700. Values that go into the configuration are checked,
// not escaped. Threads: the one that called Start(), which must live as long (base/subprocess.h).
// Errors: FAILED_PRECONDITION the port is taken, or DIR is another server's; NOT_FOUND knotd is not
// installed; UNAVAILABLE knotd ended, with what it said last; DEADLINE_EXCEEDED.
#ifndef TIDEMARK_FAILOVER_DNS_SIGNED_SERVER_H_
#define TIDEMARK_FAILOVER_DNS_SIGNED_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/subprocess.h"

namespace tidemark::failover {

struct SignedServerOptions {
  std::string dir = {};
  std::string tld = {};
  std::string zone_path = {};
  std::vector<std::string> addresses = {};  // empty: 127.0.0.1, and ::1 where there is one
  int port = 0;                             // 0: a free one
};

class SignedServer {
 public:
  // knotd runs; it may still be reading or signing.
  static absl::StatusOr<std::unique_ptr<SignedServer>> Start(const SignedServerOptions& options);
  // Stops knotd.
  ~SignedServer();
  SignedServer(const SignedServer&) = delete;
  SignedServer& operator=(const SignedServer&) = delete;

  // Returns once every address gives a signed SOA and the keys that are in our own key store (so
  // it is this knotd and no other); then the trust anchor is there. CANCELLED once `should_stop`,
  // asked every few moments, says so.
  absl::Status WaitUntilAnswering(absl::Duration timeout,
                                  const std::function<bool()>& should_stop = {});

  // OK while knotd runs; looks for at most `wait`.
  absl::Status CheckRunning(absl::Duration wait = absl::ZeroDuration());

  absl::Status Stop();

  pid_t pid() const { return knotd_->pid(); }
  int port() const { return options_.port; }
  const std::vector<std::string>& addresses() const { return options_.addresses; }
  std::string trust_anchor_path() const { return options_.dir + "/trust-anchor.conf"; }

 private:
  explicit SignedServer(SignedServerOptions options) : options_(std::move(options)) {}
  absl::Status LockDir();
  absl::Status WriteConfig();
  absl::Status StartKnotd();
  absl::StatusOr<std::vector<std::string>> KeyLines(const std::string& what) const;
  absl::Status WriteTrustAnchor(const std::vector<std::string>& keys) const;
  std::string LastWords() const;

  SignedServerOptions options_;
  int lock_fd_ = -1;     // on DIR: two servers would ruin each other's databases
  std::string run_dir_;  // for the control socket: a short path, outside DIR
  size_t log_begin_ = 0;
  std::unique_ptr<base::Subprocess> knotd_;
};

}  // namespace tidemark::failover

#endif  // TIDEMARK_FAILOVER_DNS_SIGNED_SERVER_H_
