// One port on one address: takes connections and hands them to the workers in turn. Private to
// front/.
//
// Threat: whoever connects much. Over the limiter's limits a connection is closed before anything
// is read or computed for it. Without descriptors or memory accept() would fail again at once for
// ever: it is tried again after a moment.
//
// Threads: runs in its first worker's.
#ifndef TIDEMARK_FAILOVER_FRONT_LISTENER_H_
#define TIDEMARK_FAILOVER_FRONT_LISTENER_H_

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "failover/front/session.h"

namespace tidemark::failover::front {

class Listener {
 public:
  // Told once, if it cannot go on.
  using OnFailure = std::function<void(absl::Status)>;

  // `port` 0 takes a free one. FAILED_PRECONDITION: taken; PERMISSION_DENIED; INVALID_ARGUMENT: not
  // an address of this machine. `workers` must outlive it.
  static absl::StatusOr<std::unique_ptr<Listener>> Open(
      absl::Span<const std::unique_ptr<Worker>> workers, Protocol protocol,
      const std::string& address, int port);

  int port() const { return port_; }
  void Start(OnFailure on_failure);
  // From any thread.
  void Stop();

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<Tcp, boost::asio::io_context::executor_type>;

  Listener(absl::Span<const std::unique_ptr<Worker>> workers, Protocol protocol);
  absl::Status Listen(const std::string& address, int port);
  void Accept();
  void OnAccepted(Worker& worker, const Error& error, Socket socket);
  void Admit(Worker& worker, Socket socket);
  void AcceptLater();

  const absl::Span<const std::unique_ptr<Worker>> workers_;
  const Protocol protocol_;
  Service& service_;
  Acceptor acceptor_;
  boost::asio::steady_timer retry_;
  OnFailure on_failure_;
  std::string place_;
  int port_ = 0;
  size_t next_worker_ = 0;
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_LISTENER_H_
