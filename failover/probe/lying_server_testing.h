// For tests only: an HTTPS and WHOIS server that answers what a test says, wrong or right, whole or
// not. It is no stand-in for ours: its purpose is to say what ours never would.
//
// Threads: two of its own, one connection at a time each; answers are set before Start().
#ifndef TIDEMARK_FAILOVER_PROBE_LYING_SERVER_TESTING_H_
#define TIDEMARK_FAILOVER_PROBE_LYING_SERVER_TESTING_H_

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <map>
#include <string>
#include <thread>

#include "absl/status/status.h"

namespace tidemark::failover::probe {

struct CannedAnswer {
  int status = 200;
  std::string media_type = "application/rdap+json";
  std::string body;
};

class LyingServer {
 public:
  // A certificate for 127.0.0.1 of its own is made in `dir`, by openssl.
  explicit LyingServer(std::string dir);
  ~LyingServer();

  // By path ("/domain/a.example"); 404 for all others.
  std::map<std::string, CannedAnswer> pages;
  // By line; "Domain not found." for all others.
  std::map<std::string, std::string> whois;
  int whois_refused = 0;  // so many questions by WHOIS are too many, and the rest are answered
  // HTTP answers are cut after so many bytes of their body, if it is not negative.
  int cut_body_at = -1;
  // Nothing is answered at all.
  bool is_silent = false;
  // The connection is closed after every answer without having said so.
  bool hangs_up = false;

  absl::Status Start();

  std::string url() const;
  int whois_port() const { return whois_acceptor_.local_endpoint().port(); }
  std::string certificate_path() const { return dir_ + "/certificate.pem"; }
  int connections() const { return connections_; }

 private:
  void ServeHttps();
  void ServeOneHttps(boost::asio::ip::tcp::socket socket);
  void ServeWhois();

  const std::string dir_;
  boost::asio::io_context context_;
  boost::asio::ssl::context tls_;
  boost::asio::ip::tcp::acceptor https_acceptor_;
  boost::asio::ip::tcp::acceptor whois_acceptor_;
  std::atomic<bool> stops_ = false;
  std::atomic<int> connections_ = 0;
  std::thread https_thread_;
  std::thread whois_thread_;
};

}  // namespace tidemark::failover::probe

#endif  // TIDEMARK_FAILOVER_PROBE_LYING_SERVER_TESTING_H_
