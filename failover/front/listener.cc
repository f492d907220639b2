#include "failover/front/listener.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "failover/front/http_session.h"
#include "failover/front/whois_session.h"

namespace tidemark::failover::front {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kRetryAfter(100);
constexpr int kBacklog = 1024;  // the kernel has a limit of its own

absl::Status ListenStatus(const Error& error, const std::string& place) {
  if (error == asio::error::address_in_use) {
    return absl::FailedPreconditionError(
        absl::StrCat(place, " is taken by another program; stop it or choose another port"));
  }
  if (error == asio::error::access_denied) {
    return absl::PermissionDeniedError(
        absl::StrCat(place,
                     " needs CAP_NET_BIND_SERVICE, which root has: it is below "
                     "net.ipv4.ip_unprivileged_port_start; choose another port"));
  }
  if (error == boost::system::errc::address_not_available) {
    return absl::InvalidArgumentError(absl::StrCat(place, ": not an address of this machine"));
  }
  return base::ErrnoStatus(error.value(), place);
}

Client ClientOf(const asio::ip::address& address) {
  return address.is_v4() ? ClientOfV4(address.to_v4().to_uint())
                         : ClientOfV6(address.to_v6().to_bytes());
}

// After these the listening socket is none any more; all others come from a peer or pass.
bool IsFatal(const Error& error) {
  return error == asio::error::bad_descriptor || error == asio::error::invalid_argument ||
         error == asio::error::not_socket || error == asio::error::operation_not_supported;
}

}  // namespace

Listener::Listener(absl::Span<const std::unique_ptr<Worker>> workers, Protocol protocol)
    : workers_(workers),
      protocol_(protocol),
      service_(workers[0]->service()),
      acceptor_(workers[0]->context()),
      retry_(workers[0]->context()) {}

absl::StatusOr<std::unique_ptr<Listener>> Listener::Open(
    absl::Span<const std::unique_ptr<Worker>> workers, Protocol protocol,
    const std::string& address, int port) {
  auto listener = absl::WrapUnique(new Listener(workers, protocol));
  RETURN_IF_ERROR(listener->Listen(address, port));
  return listener;
}

absl::Status Listener::Listen(const std::string& address, int port) {
  Error error;
  const asio::ip::address ip = asio::ip::make_address(address, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat(address, " is not an IP address"));
  if (ip.is_v6() && ip.to_v6().is_v4_mapped()) {
    return absl::InvalidArgumentError(absl::StrCat(address, ": write it as an IPv4 address"));
  }
  place_ = absl::StrCat(address, " port ", port,
                        protocol_ == Protocol::kRdap ? "/tcp (RDAP)" : "/tcp (WHOIS)");
  const Tcp::endpoint endpoint(ip, static_cast<uint16_t>(port));
  acceptor_.open(endpoint.protocol(), error);
  // A port whose last connections are still closing is free; one that somebody listens on is not.
  if (!error) acceptor_.set_option(Acceptor::reuse_address(true), error);
  if (!error && ip.is_v6()) acceptor_.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(kBacklog, error);
  if (error) return ListenStatus(error, place_);
  port_ = acceptor_.local_endpoint(error).port();
  return error ? ListenStatus(error, place_) : absl::OkStatus();
}

void Listener::Start(OnFailure on_failure) {
  on_failure_ = std::move(on_failure);
  asio::post(acceptor_.get_executor(), [this] { Accept(); });
}

void Listener::Stop() {
  asio::post(acceptor_.get_executor(), [this] {
    Error ignored;
    acceptor_.close(ignored);
    retry_.cancel();
  });
}

void Listener::Accept() {
  if (!acceptor_.is_open()) return;  // stopped
  Worker& worker = *workers_[next_worker_++ % workers_.size()];
  acceptor_.async_accept(worker.context(), [this, &worker](const Error& error, Socket socket) {
    OnAccepted(worker, error, std::move(socket));
  });
}

void Listener::OnAccepted(Worker& worker, const Error& error, Socket socket) {
  if (error == asio::error::operation_aborted) return;
  if (!error) {
    Admit(worker, std::move(socket));
    return Accept();
  }
  if (IsFatal(error)) return on_failure_(base::ErrnoStatus(error.value(), place_));
  if (error == asio::error::connection_aborted) return Accept();  // it left before we looked
  ++service_.counts.accept_failures;
  AcceptLater();
}

void Listener::AcceptLater() {
  retry_.expires_after(kRetryAfter);
  retry_.async_wait([this](const Error&) { Accept(); });
}

void Listener::Admit(Worker& worker, Socket socket) {
  Error error;
  const Tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return;  // it is gone already
  const Client client = ClientOf(peer.address());
  Limiter::Place* const place =
      service_.limiter.Connect(client, protocol_, std::chrono::steady_clock::now());
  if (place == nullptr) {
    ++service_.counts.refused;
    return;
  }
  // Answers go out as a whole; waiting for more to send with them gains nothing.
  socket.set_option(Tcp::no_delay(true), error);
  asio::post(worker.context(), [&worker, protocol = protocol_, socket = std::move(socket),
                                admission = Admission(service_.limiter, *place)]() mutable {
    if (worker.is_stopping()) return;
    std::shared_ptr<Session> session;
    if (protocol == Protocol::kRdap) {
      session = std::make_shared<HttpSession>(worker, std::move(admission), std::move(socket));
    } else {
      session = std::make_shared<WhoisSession>(worker, std::move(admission), std::move(socket));
    }
    if (session->MayStay()) session->Start();
  });
}

}  // namespace tidemark::failover::front
