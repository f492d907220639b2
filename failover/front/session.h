// One connection, whichever protocol, and the thread that it belongs to. Private to front/.
//
// Deadlines are looked at by the worker, a few times within the shortest of them, for all of its
// connections at once: no timer is set and cancelled for each read and write. Whatever a session
// waits for, its socket is closed then, and what is pending ends with an error.
//
// Threads: a worker's sessions are made, run and destroyed in its thread only.
#ifndef TIDEMARK_FAILOVER_FRONT_SESSION_H_
#define TIDEMARK_FAILOVER_FRONT_SESSION_H_

#include <array>
#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "failover/front/counts.h"
#include "failover/front/front_end.h"
#include "failover/front/limiter.h"
#include "failover/front/outgoing.h"
#include "failover/front/tls.h"

namespace tidemark::failover::front {

using Tcp = boost::asio::ip::tcp;
using Socket = boost::asio::basic_stream_socket<Tcp, boost::asio::io_context::executor_type>;
using Error = boost::system::error_code;

// What all connections share. Outlives them.
struct Service {
  const rdap::Responder& rdap;
  const whois::Responder& whois;
  const std::string base_path;
  const Limits limits;
  TlsContext tls;
  Limiter limiter;
  OutgoingTotal outgoing;
  Counts counts;
};

// A place among the connections that the limiter counts; gives it back at its end.
class Admission {
 public:
  Admission(Limiter& limiter, Limiter::Place& place) : limiter_(limiter), place_(&place) {}
  Admission(Admission&& other) noexcept
      : limiter_(other.limiter_), place_(std::exchange(other.place_, nullptr)) {}
  Admission& operator=(Admission&&) = delete;
  ~Admission() {
    if (place_ != nullptr) limiter_.Disconnect(*place_);
  }

  Limiter::Place& place() const { return *place_; }

 private:
  Limiter& limiter_;
  Limiter::Place* place_;
};

class Worker;

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(Worker& worker, Admission admission);
  virtual ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // False: its place was given away before it began. Otherwise it is closed when that happens.
  bool MayStay();
  virtual void Start() = 0;
  // Nothing of a question has come, and no answer is on its way.
  virtual bool IsIdle() const = 0;

  void Close();
  Limiter::Time deadline() const { return deadline_; }
  // Everything is said; what is left is to let the client read it.
  bool is_ending() const { return is_ending_; }

 protected:
  virtual Socket& socket() = 0;
  void SetDeadline(absl::Duration wait);
  // It lives longer than a connection may: no more requests.
  bool is_old() const;
  // Marks the end, which has a deadline of its own.
  void BeginEnding();
  // Ends our side and discards what still comes until the client ends its own. Closing with unread
  // bytes would reset the connection, and the client might never see the answer.
  void Drain();

  Service& service() const;
  bool is_stopping() const;
  // How long the client has to wait before it is answered; zero: it is now.
  absl::Duration AskLimiter();
  // Whether nothing is computed now: too much is on its way, or the end is near.
  bool is_busy() const;

 private:
  void DrainMore();

  Worker& worker_;
  const Admission admission_;
  const Limiter::Time begin_;
  Limiter::Time deadline_;
  bool is_ending_ = false;
  size_t drained_bytes_ = 0;
  std::array<char, 512> discarded_;
};

// One thread's event loop and the sessions in it.
class Worker {
 public:
  explicit Worker(Service& service);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  boost::asio::io_context& context() { return context_; }
  Service& service() { return service_; }
  bool is_stopping() const { return is_stopping_; }

  // Runs until it is told to stop and every session has ended; its thread's whole life.
  void Run() { context_.run(); }
  // From any thread: idle sessions end, the others have two seconds.
  void Stop();

  void Add(Session& session) { sessions_.insert(&session); }
  void Remove(Session& session) { sessions_.erase(&session); }

 private:
  void Sweep();
  void WaitForSweep();

  Service& service_;
  const std::chrono::nanoseconds sweep_interval_;
  // Set at once, so that what waits behind long answers is not computed any more.
  std::atomic<bool> is_stopping_{false};
  Limiter::Time stop_deadline_ = Limiter::Time::max();
  absl::flat_hash_set<Session*> sessions_;
  // Destroyed before sessions_: handlers own sessions, which take themselves out.
  boost::asio::io_context context_{1};
  boost::asio::steady_timer timer_{context_};
};

}  // namespace tidemark::failover::front

#endif  // TIDEMARK_FAILOVER_FRONT_SESSION_H_
