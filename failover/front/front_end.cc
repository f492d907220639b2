#include "failover/front/front_end.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iterator>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "base/log.h"
#include "base/status.h"
#include "failover/front/listener.h"
#include "failover/front/session.h"
#include "failover/front/tls.h"

namespace tidemark::failover::front {
namespace {

// Of the store, of listeners and of whatever else the process has open.
constexpr rlim_t kOtherFilesMax = 1024;
// Ports that are looked at until one is free on every address.
constexpr int kPortAttempts = 16;

absl::Status RaiseFileLimit(int connections_max) {
  const rlim_t needed = static_cast<rlim_t>(connections_max) + kOtherFilesMax;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return base::ErrnoStatus(errno, "RLIMIT_NOFILE");
  if (limit.rlim_cur >= needed) return absl::OkStatus();
  if (limit.rlim_max < needed) {
    return absl::FailedPreconditionError(absl::StrCat(
        connections_max, " connections need ", needed, " open files, allowed are ", limit.rlim_max,
        ": raise the limit (ulimit -n), or lower ", "rdds.limits.connections_max"));
  }
  limit.rlim_cur = needed;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return base::ErrnoStatus(errno, "RLIMIT_NOFILE");
  return absl::OkStatus();
}

absl::Status Check(const FrontEndOptions& options) {
  if (options.addresses.empty()) return absl::InvalidArgumentError("no address to listen on");
  if (options.rdap_port == options.whois_port && options.rdap_port != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("RDAP and WHOIS cannot both have port ", options.rdap_port));
  }
  for (size_t i = 0; i < options.addresses.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (options.addresses[i] != options.addresses[j]) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(options.addresses[i], " is given twice as an address to listen on"));
    }
  }
  for (const int port : {options.rdap_port, options.whois_port}) {
    if (port < 0 || port > 65535) {
      return absl::InvalidArgumentError(absl::StrCat("port ", port, " does not exist"));
    }
  }
  return absl::OkStatus();
}

LimiterOptions LimiterOptionsOf(const Limits& limits) {
  return {.connections_max = limits.connections_max,
          .connections_per_client_max = limits.connections_per_client_max,
          .connections_per_network_max = limits.connections_per_network_max,
          .per_second = static_cast<double>(limits.requests_per_second),
          .burst = static_cast<double>(limits.burst),
          .clients_max = limits.clients_max};
}

class SocketFrontEnd final : public FrontEnd {
 public:
  SocketFrontEnd(const rdap::Responder& rdap, const whois::Responder& whois,
                 const FrontEndOptions& options)
      : service_{.rdap = rdap,
                 .whois = whois,
                 .base_path = PartsOf(options.base_url).path,
                 .limits = options.limits,
                 .tls = {},
                 .limiter = Limiter(LimiterOptionsOf(options.limits)),
                 .outgoing = OutgoingTotal(options.limits.outgoing_bytes_max),
                 .counts = {}} {
    for (int i = 0; i < options.limits.threads; ++i) {
      workers_.push_back(std::make_unique<Worker>(service_));
    }
  }
  ~SocketFrontEnd() override { Stop(); }

  absl::Status Open(const FrontEndOptions& options) {
    RETURN_IF_ERROR(ReloadCertificate(options.certificate_path, options.key_path));
    ASSIGN_OR_RETURN(rdap_port_, OpenAll(Protocol::kRdap, options.addresses, options.rdap_port));
    ASSIGN_OR_RETURN(whois_port_, OpenAll(Protocol::kWhois, options.addresses, options.whois_port));
    return absl::OkStatus();
  }

  void Run() {
    for (const std::unique_ptr<Listener>& listener : listeners_) {
      listener->Start([this](absl::Status why) { Latch(std::move(why)); });
    }
    for (const std::unique_ptr<Worker>& worker : workers_) {
      threads_.emplace_back([this, &worker] { RunWorker(*worker); });
    }
  }

  absl::Status ReloadCertificate(const std::string& certificate_path,
                                 const std::string& key_path) override {
    return service_.tls.Load({certificate_path, key_path});
  }
  int rdap_port() const override { return rdap_port_; }
  int whois_port() const override { return whois_port_; }
  Counters counters() const override;

  absl::Status CheckRunning() const override {
    const absl::MutexLock lock(&mutex_);
    return failure_;
  }

  void Stop() override {
    for (const std::unique_ptr<Listener>& listener : listeners_) listener->Stop();
    for (const std::unique_ptr<Worker>& worker : workers_) worker->Stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  // All or none; the port that they have.
  absl::StatusOr<int> OpenAll(Protocol protocol, const std::vector<std::string>& addresses,
                              int port) {
    for (int attempt = 1;; ++attempt) {
      absl::StatusOr<std::vector<std::unique_ptr<Listener>>> opened =
          OpenOnce(protocol, addresses, port);
      if (opened.ok()) {
        const int found = opened->front()->port();
        std::move(opened->begin(), opened->end(), std::back_inserter(listeners_));
        return found;
      }
      // What was free on the first address may be taken on the next.
      if (port != 0 || attempt == kPortAttempts || !absl::IsFailedPrecondition(opened.status())) {
        return opened.status();
      }
    }
  }

  absl::StatusOr<std::vector<std::unique_ptr<Listener>>> OpenOnce(
      Protocol protocol, const std::vector<std::string>& addresses, int port) {
    std::vector<std::unique_ptr<Listener>> opened;
    for (const std::string& address : addresses) {
      ASSIGN_OR_RETURN(std::unique_ptr<Listener> listener,
                       Listener::Open(workers_, protocol, address, port));
      port = listener->port();
      opened.push_back(std::move(listener));
    }
    return opened;
  }

  void RunWorker(Worker& worker) {
    try {
      worker.Run();
    } catch (const std::exception& error) {  // Asio's and the library's; ours does not throw
      Latch(absl::InternalError(absl::StrCat("a thread ended: ", error.what())));
    }
  }

  void Latch(absl::Status why) {
    base::Log(base::LogLevel::kError, "front-end", {{"error", std::string(why.message())}});
    const absl::MutexLock lock(&mutex_);
    if (failure_.ok()) failure_ = std::move(why);
  }

  Service service_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  int rdap_port_ = 0;
  int whois_port_ = 0;
  std::vector<std::thread> threads_;
  mutable absl::Mutex mutex_;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

Counters SocketFrontEnd::counters() const {
  const Counts& counts = service_.counts;
  Counters out;
  for (size_t status = 0; status < counts.rdap_answers.size(); ++status) {
    const uint64_t answers = counts.rdap_answers[status];
    if (answers > 0) out.rdap_answers[static_cast<int>(status)] = answers;
  }
  out.whois_answers = counts.whois_answers;
  out.rate_limited = counts.rate_limited;
  out.busy = counts.busy;
  out.refused = counts.refused;
  out.given_away = service_.limiter.given_away();
  out.handshakes_failed = counts.handshakes_failed;
  out.cut = counts.cut;
  out.accept_failures = counts.accept_failures;
  out.connections = service_.limiter.connections();
  return out;
}

}  // namespace

absl::StatusOr<std::unique_ptr<FrontEnd>> FrontEnd::Start(const rdap::Responder& rdap,
                                                          const whois::Responder& whois,
                                                          const FrontEndOptions& options) {
  RETURN_IF_ERROR(Check(options));
  RETURN_IF_ERROR(RaiseFileLimit(options.limits.connections_max));
  auto front = std::make_unique<SocketFrontEnd>(rdap, whois, options);
  RETURN_IF_ERROR(front->Open(options));
  front->Run();
  return std::unique_ptr<FrontEnd>(std::move(front));
}

UrlParts PartsOf(absl::string_view base_url) {
  const size_t scheme = base_url.find("://");
  if (scheme != absl::string_view::npos) base_url.remove_prefix(scheme + 3);
  const size_t slash = std::min(base_url.find('/'), base_url.size());
  UrlParts parts;
  parts.path = std::string(base_url.substr(slash));
  if (!absl::EndsWith(parts.path, "/")) parts.path += "/";
  absl::string_view host = base_url.substr(0, slash);
  const size_t user = host.rfind('@');
  if (user != absl::string_view::npos) host.remove_prefix(user + 1);
  const bool is_ip6 = absl::StartsWith(host, "[");
  if (is_ip6) host.remove_prefix(1);
  parts.host = std::string(host.substr(0, host.find(is_ip6 ? ']' : ':')));
  return parts;
}

absl::Status CheckBaseUrl(absl::string_view base_url) {
  const UrlParts parts = PartsOf(base_url);
  if (absl::StartsWith(base_url, "https://") && !parts.host.empty() &&
      base_url.find_first_of("?#@%") == absl::string_view::npos &&
      !absl::StrContains(parts.path, "//") && !absl::StrContains(parts.path, "/.")) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("rdds.base_url: ", base_url, " is not https://HOST/ with a plain path"));
}

}  // namespace tidemark::failover::front
