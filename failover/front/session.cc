#include "failover/front/session.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <vector>

namespace tidemark::failover::front {
namespace {

using Clock = std::chrono::steady_clock;

constexpr absl::Duration kEndingMax = absl::Seconds(2);
constexpr std::chrono::seconds kStopMax(2);
// What a client may still send after its last answer.
constexpr size_t kDrainBytesMax = 4 << 20;

// Deadlines are kept to a quarter of the shortest.
std::chrono::nanoseconds SweepInterval(const Limits& limits) {
  const absl::Duration shortest = std::min(
      {limits.handshake_max, limits.request_max, limits.idle_max, limits.answer_max, kEndingMax});
  return absl::ToChronoNanoseconds(
      std::clamp(shortest / 4, absl::Milliseconds(5), absl::Milliseconds(250)));
}

}  // namespace

Session::Session(Worker& worker, Admission admission)
    : worker_(worker),
      admission_(std::move(admission)),
      begin_(Clock::now()),
      deadline_(Limiter::Time::max()) {
  worker_.Add(*this);
}

Session::~Session() { worker_.Remove(*this); }

bool Session::MayStay() {
  return service().limiter.SetLeave(admission_.place(),
                                    [&context = worker_.context(), weak = weak_from_this()] {
                                      boost::asio::post(context, [weak] {
                                        if (const std::shared_ptr<Session> self = weak.lock())
                                          self->Close();
                                      });
                                    });
}

Service& Session::service() const { return worker_.service(); }

bool Session::is_stopping() const { return worker_.is_stopping(); }

bool Session::is_busy() const {
  if (!is_stopping() && !service().outgoing.is_full()) return false;
  ++service().counts.busy;
  return true;
}

bool Session::is_old() const {
  return Clock::now() - begin_ >= absl::ToChronoNanoseconds(service().limits.connection_max);
}

void Session::SetDeadline(absl::Duration wait) {
  deadline_ = Clock::now() + absl::ToChronoNanoseconds(wait);
}

absl::Duration Session::AskLimiter() {
  const absl::Duration wait =
      absl::FromChrono(service().limiter.Ask(admission_.place(), Clock::now()));
  if (wait > absl::ZeroDuration()) ++service().counts.rate_limited;
  return wait;
}

void Session::Close() {
  deadline_ = Limiter::Time::max();
  Error ignored;
  socket().close(ignored);
}

void Session::BeginEnding() {
  is_ending_ = true;
  SetDeadline(kEndingMax);
}

void Session::Drain() {
  Error error;
  socket().shutdown(Socket::shutdown_send, error);
  if (!error) DrainMore();
}

void Session::DrainMore() {
  socket().async_read_some(boost::asio::buffer(discarded_),
                           [this, self = shared_from_this()](const Error& error, size_t n) {
                             drained_bytes_ += n;
                             if (!error && drained_bytes_ < kDrainBytesMax) DrainMore();
                           });
}

Worker::Worker(Service& service)
    : service_(service), sweep_interval_(SweepInterval(service.limits)) {
  WaitForSweep();
}

void Worker::WaitForSweep() {
  timer_.expires_after(sweep_interval_);
  timer_.async_wait([this](const Error&) { Sweep(); });
}

void Worker::Sweep() {
  const Limiter::Time now = Clock::now();
  const bool is_over = is_stopping_ && (sessions_.empty() || now > stop_deadline_);
  for (Session* const session : sessions_) {
    if (session->deadline() > now && !is_over) continue;
    if (!session->is_ending()) ++service_.counts.cut;
    session->Close();
  }
  if (!is_over) WaitForSweep();
}

void Worker::Stop() {
  is_stopping_ = true;
  boost::asio::post(context_, [this, deadline = Clock::now() + kStopMax] {
    stop_deadline_ = deadline;
    for (Session* const session : sessions_) {
      if (session->IsIdle()) session->Close();
    }
  });
}

}  // namespace tidemark::failover::front
